"use strict";
(() => {
  const section = document.getElementById("citizen");
  const words = JSON.parse(document.getElementById("citizen-words").textContent);
  const chooser = section.querySelector(".chooser");
  const buttons = [...chooser.querySelectorAll("input")];
  const list = chooser.querySelector("select");
  const stories = [...section.querySelectorAll(".story")];
  const status = document.getElementById("citizen-shown");

  const show = (id) => stories.forEach((story) => story.classList.toggle("current", story.id === id));

  chooser.addEventListener("change", ({ target }) => {
    if (!target.value) return;
    if (target === list) buttons.forEach((button) => (button.checked = false));
    else list.value = "";
    show(target.value);
    const title = document.getElementById(target.value + "-title").textContent;
    status.textContent = words.shown.replace("{title}", () => title);
  });
  chooser.addEventListener("submit", (event) => event.preventDefault());

  section.classList.add("chosen-by-script");
  chooser.hidden = false;
  if (!buttons.length) list.value = stories[0].id;
  show(buttons.length ? buttons[0].value : stories[0].id);
})();
