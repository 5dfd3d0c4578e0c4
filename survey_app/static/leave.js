// Leaves this site at once, without a trace in the back list: the button, or the Esc key three times. And shuts
// "Help now" at a tap outside of it, and at Esc.
(d => {
const x = d.querySelector("header form"), h = d.querySelector("header details");
let n = 0;
const go = e => {
e && e.preventDefault();
d.body.hidden = true;
[...d.forms].forEach(f => f.reset());
location.replace(x.dataset.to);
};
x.onsubmit = go;
d.addEventListener("keydown", e => {
n = e.key == "Escape" ? n + 1 : 0;
if (n > 2) go();
else if (n && h && h.open) {
h.open = false;
h.firstChild.focus();
}
});
d.addEventListener("pointerdown", e => { if (h && !h.contains(e.target)) h.open = false; });
})(document);
