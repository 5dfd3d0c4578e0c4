// Only on a shared tablet: asks whether anybody is still there; if not, empties every form and goes back to the
// start. Leaves no way back in the history. It sends nothing and keeps nothing anywhere.
(d => {
const k = d.getElementById("k"), n = d.getElementById("kn"), {home, wait, warn} = k.dataset, ends = k.nodeName != "DIALOG";
const now = () => +location.hash.slice(2) || 1;
let part = now(), idle = ends ? +wait : 0, then = Date.now(), asked = false, early, timer;
const clear = () => {
clearInterval(timer);
d.body.hidden = true;
for (const f of d.forms) f.reset();
location.replace(home);
};
const ask = on => {
asked = on;
if (ends) k.hidden = !on;
else if (k.showModal) on ? k.showModal() : k.close();
else {
k.toggleAttribute("open", on);
if (on) k.querySelector("button").focus();
}
if (!on) idle = early = 0;
};
const say = left => {
const t = n.firstElementChild || n;
t.textContent = t.textContent.replace(/\d+/, left);
// Read aloud twice only: at first, and when ten seconds are left.
if (early !== left > 10) k.querySelector("[role=status]").textContent = t.textContent;
early = left > 10;
};
const tick = () => {
// A tablet that slept counts the time it slept; a clock that was set back stops nothing.
idle += Math.max(1, Math.round((Date.now() - then) / 1e3));
then = Date.now();
if (idle < wait) return;
if (idle >= +wait + +warn) return clear();
if (!asked) ask(true);
say(+wait + +warn - idle);
};
for (const e of d.querySelectorAll("[data-live]")) e.hidden = false;
d.addEventListener("click", e => {
const a = e.target.closest("a");
if (!a || a.hash && part == 1) return;
e.preventDefault();
location.replace(a.href);
});
// The first step stands in the history, the others take its place: a hand that slips back by accident comes to
// the part before, and the history does not tell how far anybody came.
addEventListener("hashchange", () => {
const was = part;
part = now();
if (part == 1 && was > 2) location.hash = "s" + (was - 1);
});
if (location.pathname == home) {
// Help that stays open would show the next one that somebody looked at it.
for (const e of d.querySelectorAll("details")) e.ontoggle = () => setTimeout(() => { e.open = false; }, 3e4);
return;
}
const [way] = performance.getEntriesByType("navigation");
if (way && way.type != "navigate") return clear();
k.onclose = () => ask(false);
k.querySelector("[data-stay]").onclick = () => ask(false);
if (!ends) k.querySelector("[data-clear]").onclick = clear;
for (const e of ["pointerdown", "keydown", "input", "focusin", "scroll", "wheel"])
d.addEventListener(e, () => { if (!asked) idle = 0; }, {passive: true, capture: true});
d.addEventListener("visibilitychange", () => { tick(); d.body.classList.toggle("away", d.hidden); });
timer = setInterval(tick, 1e3);
})(document);
