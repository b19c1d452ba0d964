/* The value stream map: figures in the drawing open their evidence by keyboard too, the slider replays
   the past, and others' changes redraw the picture of the present, never while the past is shown. */
import { announce } from "../announce.js";
import { fill, getFragment } from "../http.js";
import { openSheet } from "../sheet.js";
import { toast } from "../toasts.js";
import { startReplay } from "./replay.js";

const CALM_MS = 500;

/* one request at a time; of those asked for meanwhile only the newest is sent */
function drawer(picture) {
  let isBusy = false;
  let next = null;
  async function draw(url) {
    if (isBusy) {
      next = url;
      return;
    }
    isBusy = true;
    picture.setAttribute("aria-busy", "true");
    try {
      const markup = await getFragment(url);
      if (!next) {
        swap(picture, markup);
        document.dispatchEvent(new CustomEvent("millrace:map-drawn", { detail: { url } }));
      }
    } catch (problem) {
      toast({ message: problem.message, kind: "error" });
    }
    isBusy = false;
    picture.removeAttribute("aria-busy");
    const wanted = next;
    next = null;
    if (wanted) await draw(wanted);
  }
  return draw;
}

const nameOf = (element) => element?.getAttribute("aria-label")?.split(":")[0] ?? null;

/* new markup, the same focus, the same open tables, the same place in the scrolled drawing */
function swap(picture, markup) {
  const focused = picture.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const open = [...picture.querySelectorAll("details")].map((one) => one.open);
  const left = picture.querySelector(".map-scroll")?.scrollLeft ?? 0;
  fill(picture, markup);
  picture.querySelectorAll("details").forEach((one, index) => {
    one.open = open[index] ?? false;
  });
  const scroll = picture.querySelector(".map-scroll");
  if (scroll) scroll.scrollLeft = left;
  if (!focused) return;
  const same = [...picture.querySelectorAll("[aria-label]")].find((one) => nameOf(one) === focused);
  same?.focus({ preventScroll: true });
}

function openByKey(event) {
  const figure = event.target.closest('[role="button"][data-sheet-url]');
  if (!figure || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  openSheet(figure.dataset.sheetUrl, figure);
}

function followChanges(root, draw, replay) {
  let timer = null;
  document.addEventListener("millrace:change", ({ detail }) => {
    if (detail.topic !== "map" || String(detail.object) !== root.dataset.object) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (replay.isPresent() && !replay.isHeld()) draw(replay.address());
    }, CALM_MS);
  });
}

/* many stages: begin where the finding is */
function showBottleneck(picture) {
  const scroll = picture.querySelector(".map-scroll");
  const hot = scroll?.querySelector("th.hot");
  if (!hot || hot.offsetLeft + hot.offsetWidth <= scroll.clientWidth) return;
  scroll.scrollLeft = hot.offsetLeft - (scroll.clientWidth - hot.offsetWidth) / 2;
}

export function start(root) {
  const picture = root.querySelector("[data-map-picture]");
  const draw = drawer(picture);
  root.addEventListener("keydown", openByKey);
  showBottleneck(picture);
  const replay = startReplay(root, {
    draw,
    announce: () => announce(picture.querySelector(".finding h2")?.textContent.trim() ?? ""),
  });
  followChanges(root, draw, replay);
}
