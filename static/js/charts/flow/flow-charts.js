/* The page of flow charts: draws each card, changes its measure, zooms all charts over days together, and keeps
   what is chosen in the address. */
import { announce } from "../../announce.js";
import { fill, getFragment } from "../../http.js";
import { toast } from "../../toasts.js";
import * as ageing from "./ageing.js";
import * as cfd from "./cfd.js";
import * as cycle from "./cycle.js";
import { days, longDay, put } from "./drawing.js";
import * as mix from "./mix.js";
import { reader } from "./reading.js";
import * as throughput from "./throughput.js";

const CHARTS = { cfd, ageing, cycle, throughput, mix };
const CALM_MS = 600;
const RANGE = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/;

function rangeOfAddress() {
  const found = RANGE.exec(new URLSearchParams(location.search).get("zoom") ?? "");
  return found && found[1] <= found[2] ? { from: found[1], to: found[2] } : null;
}

function keep(name, word) {
  const address = new URL(location.href);
  if (word) address.searchParams.set(name, word);
  else address.searchParams.delete(name);
  history.replaceState(history.state, "", address);
}

function setUp(card, page) {
  const key = card.dataset.flowCard;
  const chart = CHARTS[key];
  const data = JSON.parse(card.dataset.values);
  const figure = card.querySelector("[data-plot]");
  const title = card.querySelector("h2");
  let oldest = null;
  let drawn = { stops: [], box: { left: 0, right: 1, top: 0, bottom: 1 }, dayAt: null };

  const shownTitle = () =>
    title.querySelector(`[data-in="${card.dataset.measure}"]`)?.textContent.trim() ?? "";

  function draw() {
    const width = figure.clientWidth;
    if (!width) return;
    const height = figure.clientHeight;
    figure.querySelector("svg")?.remove();
    const svg = put(figure, "svg", {
      class: "chart flow-chart",
      id: `${key}-chart`,
      role: "img",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      "aria-label": shownTitle(),
    });
    figure.prepend(svg);
    svg.dataset.title = shownTitle();
    const range = chart.isOverDays ? page.range : null;
    if (isEmpty(key, data))
      put(svg, "text", { class: "tick middle", x: width / 2, y: height / 2 }, "Nothing to draw yet");
    else drawn = chart.draw({ svg, width, height, data, measure: card.dataset.measure, range, oldest });
    drawn.isNearest = key === "ageing" || key === "cycle";
    drawn.isLined = !drawn.isNearest;
    put(svg, "g", { class: "reading" });
  }

  const reading = reader(figure, title.dataset.name ?? shownTitle(), {
    plot: () => drawn,
    zoom: (range) => page.zoom(range),
    ages: (age) => {
      oldest = age && age > 0 ? age : null;
      draw();
      announce(oldest ? `Ages up to ${days(oldest, data.unit)}` : "All ages");
    },
    all: () => {
      oldest = null;
      draw();
      page.zoom(null);
    },
    itemsUrl: card.dataset.itemsUrl,
    storyUrl: data.story,
  });
  card.addEventListener("click", ({ target }) => {
    const measure = target.closest("[data-measure-of]")?.dataset.measureOf;
    if (!measure) return;
    card.dataset.measure = measure;
    for (const one of card.querySelectorAll("[data-measure-of]")) {
      one.setAttribute("aria-pressed", String(one.dataset.measureOf === measure));
    }
    keep(key, measure);
    reading.clear();
    draw();
  });
  new ResizeObserver(() => {
    reading.clear();
    draw();
  }).observe(figure);
  draw();
  return { draw: () => chart.isOverDays && draw() };
}

function isEmpty(key, data) {
  if (key === "cfd") return !data.days.length || !data.stages.length;
  if (key === "ageing") return !data.stages.length;
  if (key === "cycle") return !data.items.length;
  return !data.weeks.length;
}

function startBody(root) {
  const note = root.querySelector("[data-zoom-note]");
  const page = { range: rangeOfAddress() };
  let cards = [];
  const tell = () => {
    if (!note) return;
    note.hidden = !page.range;
    if (page.range) {
      note.querySelector("span").textContent =
        `Charts over days show ${longDay(page.range.from)} to ${longDay(page.range.to)}; titles, percentiles and limits are of all days.`;
    }
  };
  page.zoom = (range) => {
    page.range = range;
    keep("zoom", range ? `${range.from}..${range.to}` : "");
    tell();
    for (const card of cards) card.draw();
  };
  cards = [...root.querySelectorAll("[data-flow-card]")].map((card) => setUp(card, page));
  root.querySelector("[data-zoom-all]")?.addEventListener("click", () => page.zoom(null));
  tell();
}

/* the body's address, with what was chosen on the page since */
function bodyUrl(root) {
  const address = new URL(root.dataset.bodyUrl, location.origin);
  for (const [name, word] of new URLSearchParams(location.search)) address.searchParams.set(name, word);
  return `${address.pathname}${address.search}`;
}

async function fetchBody(root) {
  root.setAttribute("aria-busy", "true");
  try {
    const open = [...root.querySelectorAll("details")].map((one) => one.open);
    fill(root, await getFragment(bodyUrl(root)));
    root.querySelectorAll("details").forEach((one, index) => {
      one.open = open[index] ?? false;
    });
    startBody(root);
  } catch (problem) {
    const status = root.querySelector('[role="status"]');
    if (status) status.textContent = problem.message;
    else toast({ message: problem.message, kind: "error" });
  }
  root.removeAttribute("aria-busy");
}

/* others' changes redraw the present, never under somebody's hands */
function followChanges(root) {
  let timer = null;
  const isHeld = () => root.contains(document.activeElement) || root.querySelector(".flow-reader:hover");
  document.addEventListener("millrace:change", ({ detail }) => {
    if (detail.topic !== "map" || String(detail.object) !== root.dataset.object) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (root.dataset.live === "yes" && !isHeld()) fetchBody(root);
    }, CALM_MS);
  });
}

export function start(root) {
  if ("later" in root.dataset) fetchBody(root);
  else startBody(root);
  followChanges(root);
}
