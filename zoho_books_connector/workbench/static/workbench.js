// What plain HTML and htmx do not do by themselves. Every page works on without it, but for copying.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  navigator.clipboard.writeText(source.value ?? source.textContent).then(() => {
    const label = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = label; }, 1500);
  });
});
// What changes by itself is told to who listens instead of looks, but only when it says something else than before.
document.addEventListener("htmx:afterSettle", () => {
  const told = document.getElementById("announced");
  const said = [...document.querySelectorAll("[data-announce]")].map((each) => each.dataset.announce).join(" ");
  if (told.textContent !== said) told.textContent = said;
});
