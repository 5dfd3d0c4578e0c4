// Only makes better what works without it: "none" unticks the others, and letters are counted. It sends
// nothing, and keeps nothing anywhere.
(d => {
const f = d.getElementById("f");
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
})(document);
