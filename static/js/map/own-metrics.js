/* Metrics of one's own follow the map's picture: the same day, the same stories. The dialog asks for a percentile
   only where there is one. */
import { fill, getFragment } from "../http.js";

const CALM_MS = 400;

function askForPercentile(event) {
  const form = event.target.closest?.("[data-metric-form]");
  if (form && event.target.name === "aggregate") {
    form.querySelector("[data-percentile]").hidden = event.target.value !== "PERCENTILE";
  }
}

export function start(root) {
  let timer = null;
  document.addEventListener("change", askForPercentile);
  document.addEventListener("millrace:map-drawn", ({ detail }) => {
    const query = new URL(detail.url, location.href).search;
    root.dataset.liveUrl = `${root.dataset.metricsUrl}${query}`;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const markup = await getFragment(root.dataset.liveUrl).catch(() => null);
      if (markup !== null && !root.contains(document.activeElement)) fill(root, markup);
    }, CALM_MS);
  });
}
