// Looks at the code of a card as soon as it is whole: its last letter tells a slip of the finger.
(d => {
const k = d.getElementById("kc");
k.oninput = () => {
const s = k.value.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
const n = [...s].reduce((n, c, i) => n + (i + 1) * "0123456789ABCDEFGHJKMNPQRSTWXYZ".indexOf(c), 0);
k.setCustomValidity(s.length == 16 && n % 31 ? "?" : "");
};
})(document);
