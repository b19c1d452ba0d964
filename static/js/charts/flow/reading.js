/* Reading a chart: the pointer or the arrow keys go from one stop to the next and say what is there; Enter or a
   click opens the items; a drag, or Shift with the arrows, chooses days to zoom into. One button over the plot
   takes all of it, so that every chart is one stop of the Tab key. */
import { announce } from "../../announce.js";
import { openSheet } from "../../sheet.js";
import { isoOf, put, shortDay } from "./drawing.js";

const DRAG_FROM = 6;
const NEAR = 44;
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

function nearest(stops, x, y, isOverDays) {
  let found = -1;
  let least = Number.POSITIVE_INFINITY;
  stops.forEach((stop, at) => {
    const away = isOverDays ? Math.abs(stop.x - x) : Math.hypot(stop.x - x, stop.y - y);
    if (away < least) {
      least = away;
      found = at;
    }
  });
  return { found, least };
}

/** The button over a plot; `plot` answers the newest drawing, `on` is told what was asked for. */
export function reader(figure, name, { plot, zoom, ages, all, itemsUrl, storyUrl }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "flow-reader";
  button.setAttribute("aria-label", `Read the chart: ${name}`);
  const tip = document.createElement("div");
  tip.className = "flow-tip";
  tip.hidden = true;
  figure.append(button, tip);
  const state = { at: -1, anchor: null, pressed: null };

  const layer = () => figure.querySelector(".reading");

  function clear() {
    layer()?.replaceChildren();
    tip.hidden = true;
    state.at = -1;
    state.anchor = null;
  }

  function show(at, { spoken = false } = {}) {
    const { stops, box } = plot();
    const stop = stops[at];
    if (!stop) return;
    state.at = at;
    const drawn = layer();
    drawn.replaceChildren();
    if (state.anchor !== null) selection(stops[state.anchor].x, stop.x);
    if (plot().isLined) put(drawn, "path", { class: "cursor", d: `M${stop.x} ${box.top}V${box.bottom}` });
    put(drawn, "circle", { class: "cursor-at", cx: stop.x, cy: stop.y, r: 5 });
    tip.replaceChildren();
    for (const [index, words] of [stop.head, ...stop.lines].entries()) {
      const line = document.createElement(index ? "span" : "b");
      line.textContent = words;
      tip.append(line);
    }
    tip.hidden = false;
    place(tip, figure, stop);
    if (spoken) announce([stop.head, ...stop.lines].join(", "));
  }

  function selection(from, to) {
    const { box } = plot();
    const left = Math.max(box.left, Math.min(from, to));
    const right = Math.min(box.right, Math.max(from, to));
    put(layer(), "rect", {
      class: "brush",
      x: left,
      y: box.top,
      width: Math.max(1, right - left),
      height: box.bottom - box.top,
    });
  }

  /* a drag up or down in a chart of ages shows no older ones */
  const isRaised = (from, y) => plot().ageAt && Math.abs(y - from.y) > DRAG_FROM;

  function under(top) {
    const { box } = plot();
    const upper = Math.max(box.top, Math.min(top, box.bottom));
    put(layer(), "rect", {
      class: "brush",
      x: box.left,
      y: upper,
      width: box.right - box.left,
      height: Math.max(1, box.bottom - upper),
    });
  }

  function open(at) {
    const stop = plot().stops[at];
    if (!stop) return;
    if (stop.story) location.assign(storyUrl.replace("KEY", encodeURIComponent(stop.story)));
    else openSheet(addressOf(itemsUrl, stop.items), button);
  }

  function zoomTo(one, other) {
    const range = one < other ? { from: one, to: other } : { from: other, to: one };
    clear();
    zoom(range);
    announce(`Showing ${shortDay(range.from)} to ${shortDay(range.to)}`);
  }

  function whereIs(event) {
    const frame = figure.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }

  button.addEventListener("pointerdown", (event) => {
    if (event.button === 0) state.pressed = whereIs(event);
  });
  button.addEventListener("pointermove", (event) => {
    const { x, y } = whereIs(event);
    const { stops, isNearest, dayAt } = plot();
    if (state.pressed && dayAt && event.buttons === 1 && Math.abs(x - state.pressed.x) > DRAG_FROM) {
      button.setPointerCapture(event.pointerId);
      layer().replaceChildren();
      tip.hidden = true;
      selection(state.pressed.x, x);
      return;
    }
    if (state.pressed && isRaised(state.pressed, y) && event.buttons === 1) {
      button.setPointerCapture(event.pointerId);
      layer().replaceChildren();
      tip.hidden = true;
      under(Math.min(state.pressed.y, y));
      return;
    }
    const { found, least } = nearest(stops, x, y, !isNearest);
    if (found < 0 || (isNearest && least > NEAR)) clear();
    else show(found);
  });
  button.addEventListener("pointerup", (event) => {
    const from = state.pressed;
    state.pressed = null;
    const { dayAt, ageAt, box } = plot();
    const { x, y } = whereIs(event);
    if (from && isRaised(from, y)) {
      state.dragged = true;
      clear();
      ages(ageAt(Math.max(box.top, Math.min(from.y, y))));
      return;
    }
    if (!from || !dayAt || Math.abs(x - from.x) <= DRAG_FROM) return;
    const inside = (at) => isoOf(dayAt(Math.min(box.right, Math.max(box.left, at))));
    state.dragged = true;
    zoomTo(inside(from.x), inside(x));
  });
  button.addEventListener("pointerleave", () => {
    if (document.activeElement !== button || !button.matches(":focus-visible")) clear();
  });
  button.addEventListener("blur", clear);
  button.addEventListener("click", (event) => {
    if (state.dragged) {
      state.dragged = false;
      return;
    }
    if (event.detail) open(state.at);
  });
  button.addEventListener("keydown", (event) => {
    const { stops, dayAt } = plot();
    const last = stops.length - 1;
    if (event.key in STEPS || event.key === "Home" || event.key === "End") {
      event.preventDefault();
      if (event.shiftKey && dayAt && state.anchor === null) state.anchor = state.at < 0 ? last : state.at;
      if (!event.shiftKey) state.anchor = null;
      const next =
        event.key === "Home"
          ? 0
          : event.key === "End"
            ? last
            : state.at < 0
              ? last
              : state.at + STEPS[event.key];
      show(Math.min(last, Math.max(0, next)), { spoken: true });
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (state.anchor !== null && state.anchor !== state.at) {
        const ends = [stops[state.anchor], stops[state.at]].sort((one, other) => one.x - other.x);
        zoomTo(ends[0].day, ends[1].until ?? ends[1].day);
      } else open(state.at < 0 ? last : state.at);
    } else if ((event.key === "+" || event.key === "-") && plot().ageAt) {
      event.preventDefault();
      clear();
      ages(event.key === "+" ? plot().ageAt(plot().box.top) / 2 : null);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (state.at >= 0) clear();
      else all();
    }
  });
  return { clear };
}

function addressOf(url, words) {
  const address = new URL(url, location.origin);
  for (const [name, word] of Object.entries(words)) address.searchParams.set(name, word);
  return `${address.pathname}${address.search}`;
}

/* beside the stop, inside the figure */
function place(tip, figure, stop) {
  const room = figure.clientWidth;
  const wide = tip.offsetWidth;
  const right = stop.x + 12 + wide <= room;
  const left = right ? stop.x + 12 : Math.max(0, stop.x - 12 - wide);
  tip.style.left = `${Math.round(Math.min(left, Math.max(0, room - wide)))}px`;
  tip.style.top = `${Math.round(Math.max(0, Math.min(stop.y - tip.offsetHeight / 2, figure.clientHeight - tip.offsetHeight)))}px`;
}
