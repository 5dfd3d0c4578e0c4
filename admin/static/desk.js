// The page with a person on it hides itself. Without script the browser's own refresh does it.
"use strict";
(() => {
  const box = document.getElementById("countdown");
  if (!box) return;
  const left = document.getElementById("left"), longer = document.getElementById("longer");
  const tab = String(Math.random());
  let end = Date.now() + box.dataset.seconds * 1000;
  const hide = () => {
    document.querySelector("main").hidden = true;
    location.replace(box.dataset.back);
  };
  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000);
    if (seconds <= 0) return hide();
    left.textContent = "This page hides itself in " + Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
    box.classList.toggle("soon", seconds <= 20);
  };
  longer.hidden = false;
  longer.addEventListener("click", () => { end = Math.max(end, Date.now()) + 120000; tick(); });
  // Who follows a number or an address did what the form below asks for.
  const ways = { "tel:": "call", "sms:": "text", "mailto:": "email" };
  for (const reach of document.querySelectorAll("a.reach")) {
    reach.addEventListener("click", () => {
      document.querySelector("[name=way][value=" + ways[reach.protocol] + "]").checked = true;
    });
  }
  document.getElementById("hide").addEventListener("click", event => { event.preventDefault(); hide(); });
  // One person at a time: a page that was opened later, in another tab, hides this one.
  if ("BroadcastChannel" in window) {
    const others = new BroadcastChannel("desk");
    others.addEventListener("message", event => { if (event.data !== tab) hide(); });
    others.postMessage(tab);
  }
  addEventListener("pageshow", event => { if (event.persisted) hide(); });
  document.addEventListener("visibilitychange", tick);
  setInterval(tick, 500);
  tick();
})();
