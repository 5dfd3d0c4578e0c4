// Sends the form of this page from the page itself: what could not be sent stays on it, and is said to be here.
// Where it arrived, the next page takes this one's place in the history: whichever button it was.
(d => {
const f = d.querySelector("form[data-next]"), e = d.getElementById("e"), u = d.getElementById("u"), g = d.getElementById("g");
if (!f) return;
let by = f.querySelector("button.btn"), busy = false;
f.onclick = v => { by = v.target.closest("button") || by; };
f.onsubmit = v => {
if (!self.fetch || !self.AbortController) return;
v.preventDefault();
if (busy) return;
const c = new AbortController, t = setTimeout(() => c.abort(), 3e4), b = by, s = b.textContent, m = b.name ? u : e;
const i = d.createElement("input");
i.type = "hidden";
i.name = b.name;
i.value = b.value;
f.append(i);
const body = new URLSearchParams(new FormData(f));
i.remove();
busy = true;
for (const w of f.querySelectorAll(".e")) w.hidden = true;
b.textContent = f.dataset.busy;
fetch(f.action, {method: "POST", body, redirect: "manual", signal: c.signal})
.then(r => {
if (r.ok || r.type == "opaqueredirect") location.replace(f.dataset.next);
else if (r.status == 410 && !g) location.replace(location.pathname);
else throw r.status == 410 ? g : m;
})
.catch(x => { const w = x.id ? x : m; busy = w.hidden = false; b.textContent = s; w.scrollIntoView({block: "center"}); })
.finally(() => clearTimeout(t));
};
})(document);
