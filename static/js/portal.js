// Small courtesies. Everything works without them.
"use strict";

// A button that was pressed once is busy until the next page (the server is safe against double clicks anyway).
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// What went wrong is read first.
document.querySelector("[data-focus]")?.focus();

// A warning before places are let go: seconds are counted from the server's own clock, not from this one.
const hold = document.querySelector("[data-hold-seconds]");
if (hold) {
  const left = Number(hold.dataset.holdSeconds);
  const say = (sentence, seconds) =>
    seconds > 0 && setTimeout(() => { hold.textContent = sentence; hold.hidden = false; }, seconds * 1000);
  say(hold.dataset.soon, Math.max(left - 120, 1));
  say(hold.dataset.ended, left + 1);
}
