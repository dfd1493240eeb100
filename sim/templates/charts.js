"use strict";
// Charts are drawn when they are about to be seen, the others while nothing else is to be done,
// so that the page opens at once; all of them before it is printed.
(() => {
  const config = { displayModeBar: false, responsive: true, doubleClick: false };
  // On paper two stand side by side, but for wide ones; the rows of heat maps are lower there.
  const onPaper = (plot, height) => ({
    width: plot.closest(".wide") && !plot.closest(".hinge, .wide .pictures") ? 660 : 320,
    height: Math.round(plot.closest("#office-day") ? height * 0.72 : height),
  });
  const heights = new Map();
  const waiting = new Set(document.querySelectorAll("[data-figure]"));
  const drawn = new Set();
  const paperOnly = new Set();
  const parts = new Intl.NumberFormat(document.documentElement.lang).formatToParts(12345.6);
  const mark = (type) => parts.find((part) => part.type === type)?.value ?? "";
  const separators = mark("decimal") + mark("group");  // as the reader's language has them
  // Kept as text until the first chart is drawn: reading it takes longer than all the rest.
  const plotly = () => {
    const script = document.createElement("script");
    script.textContent = document.getElementById("plotly").textContent;
    document.head.append(script);
  };
  const draw = (plot, printed) => {
    if (!waiting.delete(plot)) return;
    if (!window.Plotly) plotly();
    const { data, layout } = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
    (printed ? paperOnly : drawn).add(plot);
    heights.set(plot, layout.height);
    Plotly.newPlot(plot, data, { ...layout, separators, ...(printed && onPaper(plot, layout.height)) }, config);
  };
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) draw(target);
  }, { rootMargin: "300px" });
  const wait = (plot) => {
    waiting.add(plot);
    near.unobserve(plot);
    near.observe(plot);
  };
  waiting.forEach(wait);

  const later = window.requestIdleCallback ?? ((task) => setTimeout(task, 50));
  const drawNext = () => {
    const next = [...waiting].find((plot) => plot.offsetParent);
    if (!next) return;
    draw(next);
    later(drawNext);
  };
  addEventListener("load", () => later(drawNext));
  // A choice may show charts that were hidden, or were sized while hidden.
  addEventListener("change", () => {
    later(drawNext);
    for (const plot of drawn) if (plot.offsetParent && plot.clientWidth !== plot._fullLayout.width) Plotly.Plots.resize(plot);
  });

  addEventListener("beforeprint", () => {
    for (const plot of drawn) Plotly.relayout(plot, onPaper(plot, heights.get(plot)));
    for (const plot of [...waiting]) draw(plot, true);
  });
  addEventListener("afterprint", () => {
    for (const plot of drawn) Plotly.relayout(plot, { width: null, height: heights.get(plot), autosize: true });
    for (const plot of paperOnly) {
      Plotly.purge(plot);
      plot.classList.remove("js-plotly-plot");
      wait(plot);
    }
    paperOnly.clear();
    later(drawNext);
  });
})();
