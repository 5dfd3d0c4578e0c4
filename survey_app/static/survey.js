// Only makes better what works without it: "none" unticks the others, letters are counted, and answers
// that could not be sent stay on the page. Nothing is sent before Send and nothing is kept anywhere.
(d => {
const f = d.getElementById("f"), e = d.getElementById("e"), b = f.querySelector("button.btn"), s = b.textContent;
let busy = false;
f.onchange = ({target: t}) => {
if (t.type == "checkbox" && t.checked)
for (const o of f.elements)
if (o.name == t.name && o != t && (t.dataset.alone != null || o.dataset.alone != null)) o.checked = false;
};
f.oninput = ({target: t}) => {
if (!t.dataset.left) return;
const n = t.maxLength - t.value.length;
let o = t.nextSibling;
if (!o || o.nodeName != "OUTPUT") t.after(o = d.createElement("output"));
o.textContent = n < 200 ? t.dataset.left.replace("{n}", n) : "";
};
f.onsubmit = v => {
if (!self.fetch || !self.AbortController) return;
v.preventDefault();
if (busy) return;
const c = new AbortController, t = setTimeout(() => c.abort(), 3e4);
busy = e.hidden = true;
b.textContent = f.dataset.busy;
fetch(f.action, {method: "POST", body: new URLSearchParams(new FormData(f)), redirect: "manual", signal: c.signal})
.then(r => {
if (r.ok || r.type == "opaqueredirect") location.replace("/" + f.l.value + "/thanks/" + f.b.value);
else if (r.status == 410) location.replace(location.pathname);
else throw 0;
})
.catch(() => { busy = e.hidden = false; b.textContent = s; e.scrollIntoView({block: "center"}); })
.finally(() => clearTimeout(t));
};
})(document);
