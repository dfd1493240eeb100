"use strict";
// Charts are drawn when they are about to be seen, the others while nothing else is to be done,
// so that the page opens at once; all of them before it is printed.
(() => {
  const config = { displayModeBar: false, responsive: true, doubleClick: false };
  const paperWidth = 640;
  const waiting = new Set(document.querySelectorAll("[data-figure]"));
  const drawn = new Set();
  const draw = (plot, width) => {
    if (!waiting.delete(plot)) return;
    const figure = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
    drawn.add(plot);
    Plotly.newPlot(plot, figure.data, width ? { ...figure.layout, width } : figure.layout, config);
  };
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) draw(target);
  }, { rootMargin: "300px" });
  for (const plot of waiting) near.observe(plot);

  const later = window.requestIdleCallback ?? ((task) => setTimeout(task, 50));
  const drawNext = () => {
    const next = [...waiting].find((plot) => plot.offsetParent);
    if (!next) return;
    draw(next);
    later(drawNext);
  };
  addEventListener("load", () => later(drawNext));

  addEventListener("beforeprint", () => {
    for (const plot of drawn) Plotly.relayout(plot, { width: paperWidth });
    for (const plot of waiting) draw(plot, paperWidth);
  });
  addEventListener("afterprint", () => {
    for (const plot of drawn) Plotly.relayout(plot, { width: null, autosize: true });
  });
})();
