// Small courtesies. Everything works without them.
"use strict";

// A form that was sent is busy until the next page (the server is safe against double clicks anyway).
const setBusy = (form, busy) => {
  form.toggleAttribute("data-sent", busy);
  for (const button of form.querySelectorAll("button")) button.toggleAttribute("aria-disabled", false);
  if (busy) for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
};
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.hasAttribute("data-sent")) { event.preventDefault(); event.stopImmediatePropagation(); }
  else setBusy(form, true);
}, true);
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => setBusy(form, false)));

// What went wrong is read first.
const readFirst = (root) => root.querySelector("[data-focus]")?.focus();

// A warning two minutes before places are let go. The server says how long is left, so a wrong clock here does no harm.
let warnings = [];
const watchHold = () => {
  warnings.forEach(clearTimeout);
  const hold = document.querySelector("[data-hold-seconds]");
  if (!hold) return;
  const left = Number(hold.dataset.holdSeconds);
  const say = (sentence, seconds) => setTimeout(() => { hold.hidden = false; hold.textContent = sentence; }, seconds * 1000);
  warnings = [say(hold.dataset.soon, Math.max(left - 120, 1)), say(hold.dataset.ended, Math.max(left, 2))];
};

readFirst(document);
watchHold();

// Pieces that htmx swaps. An answer without the piece (an error, a sign-in) is shown as the page that it is.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr, requestConfig } = event.detail;
  if (xhr.responseText.includes(`id="${target.id}"`)) return;
  event.detail.shouldSwap = false;
  requestConfig.elt.submit();
});
document.addEventListener("htmx:sendError", (event) => event.detail.requestConfig.elt.submit());
document.addEventListener("htmx:afterSettle", (event) => {
  watchHold();
  const root = document.getElementById(event.detail.target.id) ?? document;
  if (root.querySelector("[data-focus]")) readFirst(root);
  else if (document.activeElement === document.body) root.querySelector("h1[tabindex]")?.focus({ preventScroll: true });
});
