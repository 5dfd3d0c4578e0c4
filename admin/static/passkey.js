// Asks the browser for a passkey and puts its answer into the page's own form. It talks to no server itself.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const letters = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

// Older browsers read and write no JSON of passkeys: then it is done by hand.
const asKnown = (list) => (list || []).map((known) => ({ ...known, id: bytes(known.id) }));

const creation = (json) =>
  PublicKeyCredential.parseCreationOptionsFromJSON
    ? PublicKeyCredential.parseCreationOptionsFromJSON(json)
    : {
        ...json,
        challenge: bytes(json.challenge),
        user: { ...json.user, id: bytes(json.user.id) },
        excludeCredentials: asKnown(json.excludeCredentials),
      };

const request = (json) =>
  PublicKeyCredential.parseRequestOptionsFromJSON
    ? PublicKeyCredential.parseRequestOptionsFromJSON(json)
    : { ...json, challenge: bytes(json.challenge), allowCredentials: asKnown(json.allowCredentials) };

const written = (credential) => {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[part]) response[part] = letters(credential.response[part]);
  const id = letters(credential.rawId);
  return { id, rawId: id, type: credential.type, clientExtensionResults: {}, response };
};

async function answer(form) {
  const options = JSON.parse(form.dataset.options);
  const credential =
    form.dataset.passkey === "make"
      ? await navigator.credentials.create({ publicKey: creation(options) })
      : await navigator.credentials.get({ publicKey: request(options) });
  form.elements.credential.value = JSON.stringify(written(credential));
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = form.querySelector("[data-failed]");
  form.hidden = !window.PublicKeyCredential;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    failed.hidden = true;
    answer(form).catch(() => {
      failed.hidden = false;
    });
  });
}

for (const note of document.querySelectorAll("[data-no-passkeys]")) note.hidden = Boolean(window.PublicKeyCredential);
