// Fills every form up to whole 4 KB before it leaves: its length tells the network neither how much was
// written nor whether it was "Send" or "No thanks". The server drops the field unread.
document.addEventListener("formdata", e => {
const d = e.formData;
for (const [k, v] of [...d]) if (/\n/.test(v)) d.set(k, v.replace(/\r?\n/g, "\r\n"));
d.append("z", "0".repeat(4095 - (new URLSearchParams(d) + "&z").length % 4096));
});
