// Before a note is sent, asks once beside the field: where a number or an email looks unfinished, or where neither
// stands there. It refuses nothing: a second Send sends what is there. Letters and foreign digits are not judged.
(d => {
const f = d.querySelector("form[data-next]");
if (!f) return;
const p = f.querySelector("[inputmode=tel]"), m = f.querySelector("[inputmode=email]"), first = p || m;
const said = i => i ? i.value.trim() : "";
let asked = false, no = false;
const doubts = () => {
const t = said(p), a = said(m), filled = [...f.elements].some(e => e.type == "checkbox" ? e.checked : e.id && e.value.trim());
if (!t && !a) return first && filled ? [[first, "n"]] : [];
const found = [];
if (/^[\d\s().+/-]+$/.test(t) && t.replace(/\D/g, "").length < 7) found.push([p, "s"]);
if (a && !/^\S+@\S+\.\S+$/.test(a)) found.push([m, "u"]);
return found;
};
f.addEventListener("click", e => {
const b = e.target.closest("button");
if (b) no = b.name == "no";
});
f.addEventListener("submit", e => {
const found = asked || no ? [] : doubts();
for (const n of f.querySelectorAll(".q>.note")) n.hidden = true;
if (!found.length) return;
asked = true;
e.preventDefault();
e.stopImmediatePropagation();
for (const [i, end] of found) {
const n = d.getElementById(i.id + end);
n.hidden = false;
i.setAttribute("aria-describedby", n.id);
}
found[0][0].focus();
}, true);
})(document);
