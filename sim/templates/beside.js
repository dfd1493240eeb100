"use strict";
// Shows one scenario beside the baseline; paper shows them all.
(() => {
  const choice = document.getElementById("beside");
  if (!choice) return;
  const parts = [...document.querySelectorAll("[data-beside]")];
  const show = () => {
    for (const part of parts) part.classList.toggle("aside", part.dataset.beside !== choice.value);
  };
  choice.closest(".beside-choice").hidden = false;
  choice.addEventListener("change", show);
  show();
})();
