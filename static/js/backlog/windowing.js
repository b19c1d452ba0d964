/* Which part of the list is loaded. The list stands between two spacers as high as what is not loaded, so the
   browser's own scrolling reaches any place; what is far from the viewport is taken out again. */
import { getFragment, getJson } from "../http.js";
import { adopt, list, rowOf, settle, stories, visibleRows } from "./rows.js";

const PAGE = 100;
const MOST = 300; // stories kept loaded; with their capabilities' lines fewer than 600 rows
const MOST_FOLDED = 3000; // folded ones take no room, and next to nothing to load
const NEAR = 1200; // px beyond the viewport that should be loaded
const CALM_MS = 110;
const TALLEST = 15_000_000; // px; browsers cannot lay out elements much higher
const USUAL_ROW = 34;

const windows = new WeakMap();

/** {first, last, above, below, total, units}: places from 1, whether there is more, units begun above. */
export const windowOf = (root) => windows.get(root);

const spacer = (root, side) => root.querySelector(`[data-spacer="${side}"]`);
const heightOf = (element) => (element?.hidden === false ? element.offsetHeight : 0);

function setHeight(element, height) {
  if (!element) return;
  element.hidden = height < 1;
  element.style.height = `${Math.round(height)}px`;
}

const number = (text) => (text ? Number(text) : null);

/** Read what the server says about the rows it sent, and forget the mark. */
export function readWindow(root) {
  const mark = root.querySelector("[data-window]");
  if (!mark) return;
  const { above, below, first, total, units } = mark.dataset;
  const known = windows.get(root)?.total ?? null;
  windows.set(root, {
    first: Number(first),
    above: Boolean(above),
    below: Boolean(below),
    total: number(total) ?? known,
    units: Number(units),
  });
  mark.remove();
}

const lastAt = (root) => Number(stories(root).at(-1)?.dataset.at) || windowOf(root).first;

/** What one place takes on average, in px. */
function placeHeight(root) {
  const { first } = windowOf(root);
  const rows = visibleRows(root);
  if (!rows.length) return USUAL_ROW;
  const height = rows.at(-1).getBoundingClientRect().bottom - rows[0].getBoundingClientRect().top;
  return Math.max(height / (lastAt(root) - first + 1), 1);
}

/** Make both spacers as high as what they stand for. */
export function space(root) {
  const state = windowOf(root);
  if (!state || !list(root)) return;
  const total = state.total ?? lastAt(root);
  const scale = Math.min(placeHeight(root), TALLEST / total);
  setHeight(spacer(root, "above"), state.above ? (state.first - 1) * scale : 0);
  setHeight(spacer(root, "below"), state.below ? Math.max(total - lastAt(root), 1) * scale : 0);
}

/* the first row that is seen: what must not move under the eyes */
const headerHeight = (root) => root.querySelector(".row.hd")?.offsetHeight ?? 0;

/* one that stays whatever is loaded: a "continued" line goes when the rows above it come */
function anchorRow(root) {
  const edge = headerHeight(root);
  const isSeen = (row) => row.getBoundingClientRect().bottom > edge + 4 && !row.matches(".again");
  return visibleRows(root).find(isSeen) ?? topRow(root);
}

export function topRow(root) {
  const edge = headerHeight(root);
  return visibleRows(root).find((row) => row.getBoundingClientRect().bottom > edge + 4) ?? null;
}

/* act without moving that row: the upper spacer gives or takes what changed, the scroll position the rest */
function steadily(root, anchor, act) {
  const before = anchor?.getBoundingClientRect().top;
  act();
  if (!anchor?.isConnected) return;
  const by = anchor.getBoundingClientRect().top - before;
  if (Math.abs(by) < 0.5) return;
  const state = windowOf(root);
  if (state.above) {
    const left = heightOf(spacer(root, "above")) - by;
    const fair = (state.first - 1) * placeHeight(root);
    setHeight(spacer(root, "above"), left > fair / 3 ? left : fair);
  }
  const rest = anchor.getBoundingClientRect().top - before;
  if (Math.abs(rest) >= 0.5) window.scrollBy({ top: rest, behavior: "instant" });
}

function parse(markup) {
  const holder = document.createElement("template");
  holder.innerHTML = markup;
  const mark = holder.content.querySelector("[data-window]");
  const data = { ...mark.dataset };
  mark.remove();
  return { data, rows: [...holder.content.children] };
}

/* a story that is shown already moved here meanwhile: the newer row stands, unless the older one is held */
function withoutDoubles(root, rows) {
  return rows.filter((row) => {
    const old = row.dataset.storyRow && root.querySelector(`#${CSS.escape(row.id)}`);
    if (!old) return true;
    if (old.matches(".lifted, .dragged")) return false;
    old.remove();
    return true;
  });
}

const isKept = (row) => row.matches(".lifted, .dragged") || row.querySelector(".inline-form, details[open]");

/* the focus waits at the list until its row is loaded again */
function park(root, row) {
  if (!row.contains(document.activeElement)) return;
  root.dataset.parked = row.id;
  root.dataset.parkedAt = row.dataset.at ?? windowOf(root).first;
  list(root).focus({ preventScroll: true });
}

function drop(root, rows) {
  for (const row of rows) {
    park(root, row);
    row.remove();
  }
}

function pruneTop(root, count) {
  const all = stories(root);
  const gone = all.slice(0, count);
  if (gone.some(isKept)) return;
  const state = windowOf(root);
  for (const row of gone) {
    if (!row.dataset.of) state.units += 1;
    const line = row.dataset.of && root.querySelector(`#capability-${CSS.escape(row.dataset.of)}`);
    if (!line || line.dataset.begunAbove !== undefined) continue;
    line.dataset.begunAbove = "";
    line.classList.add("again");
    line.id = `${line.id}-above-${row.dataset.storyRow}`;
    state.units += 1;
  }
  const last = gone.at(-1);
  const between = [];
  for (
    let at = list(root).querySelector("[data-spacer=above]").nextElementSibling;
    at;
    at = at.nextElementSibling
  ) {
    between.push(at);
    if (at === last) break;
  }
  state.first = Number(all[count].dataset.at);
  state.above = true;
  drop(
    root,
    between.filter((row) => !row.matches("[data-capability-row]")),
  );
}

function pruneBottom(root, count) {
  const all = stories(root);
  const gone = all.slice(-count);
  if (gone.some(isKept)) return;
  const state = windowOf(root);
  const lower = spacer(root, "below");
  const behind = [];
  for (let at = all.at(-count - 1).nextElementSibling; at && at !== lower; at = at.nextElementSibling)
    behind.push(at);
  state.below = true;
  drop(root, behind);
}

const most = (root) => (root.hasAttribute("data-folded") ? MOST_FOLDED : MOST);

function prune(root, side) {
  const spare = stories(root).length - most(root);
  if (spare <= 0) return;
  if (side === "above") pruneBottom(root, spare);
  else pruneTop(root, spare);
}

function ask(root, question) {
  const url = root.dataset.listUrl;
  return getFragment(`${url}${url.endsWith("?") ? "" : "&"}${question}`);
}

/** The units counted from the top of the list to its last loaded row. */
function unitsSoFar(root) {
  const places = [...root.querySelectorAll("[data-place]")]
    .map((cell) => Number(cell.textContent))
    .filter(Boolean);
  return Math.max(windowOf(root).units, ...places, 0);
}

const busy = new WeakMap();

/** Load the rows below or above what is loaded; answers whether there were any. */
export async function loadMore(root, side) {
  const state = windowOf(root);
  const row = side === "below" ? stories(root).at(-1) : stories(root)[0];
  if (!state?.[side] || !row) return false;
  const key = `${side}-${row.id}`;
  if (busy.get(root)?.key === key) return busy.get(root).promise;
  const promise = fetchMore(root, side, row).finally(() => busy.delete(root));
  busy.set(root, { key, promise });
  return promise;
}

async function fetchMore(root, side, row) {
  const state = windowOf(root);
  const units = side === "below" ? unitsSoFar(root) : state.units;
  const question = `part=lines&${side}=${row.dataset.storyRow}&at=${row.dataset.at}&units=${units}&limit=${PAGE}`;
  const markup = await ask(root, question).catch(() => null);
  if (markup === null || windowOf(root) !== state || !row.isConnected) return false;
  const { data, rows } = parse(markup);
  steadily(root, anchorRow(root), () => {
    const fresh = withoutDoubles(root, rows);
    if (side === "below") spacer(root, "below").before(...fresh);
    else spacer(root, "above").after(...fresh);
    state[side] = Boolean(data[side]);
    if (side === "above") Object.assign(state, { first: Number(data.first), units: Number(data.units) });
    settle(root);
    prune(root, side);
    settle(root);
    if (!state.above) setHeight(spacer(root, "above"), 0);
  });
  fit(root, "below");
  drawn(root);
  return rows.some((each) => each.dataset.storyRow);
}

/* the lower spacer can always be right: nothing that is seen hangs on it */
function fit(root) {
  const state = windowOf(root);
  const total = state.total ?? lastAt(root);
  const scale = Math.min(placeHeight(root), TALLEST / total);
  setHeight(spacer(root, "below"), state.below ? Math.max(total - lastAt(root), 1) * scale : 0);
}

function drawn(root) {
  root.toggleAttribute("data-whole", !windowOf(root).above && !windowOf(root).below);
  adopt(root);
  root.dispatchEvent(new CustomEvent("backlog:drawn"));
}

let jumps = 0;

/** Show the list from a place on. `where` "top" scrolls it to the top of the viewport, "here" leaves the scroll. */
export async function jump(root, at, { where = "top" } = {}) {
  const jumpNumber = ++jumps;
  root.classList.add("loading");
  const markup = await ask(root, `part=lines&at=${Math.max(at, 1)}&limit=${PAGE}`).catch(() => null);
  if (jumpNumber !== jumps) return false;
  root.classList.remove("loading");
  if (markup === null) return false;
  const { data, rows } = parse(markup);
  const held = new Set([...root.querySelectorAll(".lifted")].map((row) => row.id));
  const upper = spacer(root, "above");
  const lower = spacer(root, "below");
  const old = [];
  for (let each = upper.nextElementSibling; each && each !== lower; each = each.nextElementSibling)
    old.push(each);
  drop(root, old);
  upper.after(...rows.filter((row) => !held.has(row.id)));
  const total = windowOf(root).total;
  windows.set(root, {
    first: Number(data.first),
    above: Boolean(data.above),
    below: Boolean(data.below),
    total: number(data.total) ?? total,
    units: Number(data.units),
  });
  settle(root);
  if (where === "here") spaceHere(root);
  else {
    space(root);
    scrollToRow(root, firstRow(root));
  }
  drawn(root);
  return true;
}

/* the spacers around rows that should stand where the viewport is, without scrolling */
function spaceHere(root) {
  space(root);
  const row = visibleRows(root)[0];
  if (!row || !windowOf(root).above) return;
  const by = headerHeight(root) - row.getBoundingClientRect().top;
  const upper = spacer(root, "above");
  setHeight(upper, Math.max(heightOf(upper) + by, 1));
}

const firstRow = (root) => visibleRows(root).find((row) => !row.matches(".again"));

/** Scroll a row to below the header. */
export function scrollToRow(root, row) {
  if (!row) return;
  const top = row.getBoundingClientRect().top + window.scrollY - headerHeight(root) - 2;
  window.scrollTo({ top: windowOf(root).above ? top : Math.min(top, window.scrollY), behavior: "instant" });
}

/** Show the last rows. */
export const jumpToEnd = async (root) => jump(root, (await totalOf(root)) - PAGE + 1);

/** How many places there are; asked once, and after what is loaded changed a lot. */
export async function totalOf(root) {
  const state = windowOf(root);
  if (state.total !== null) return state.total;
  if (!state.below) return lastAt(root);
  const url = root.dataset.listUrl;
  const answer = await getJson(`${url}${url.endsWith("?") ? "" : "&"}part=count`).catch(() => null);
  if (answer) state.total = answer.total;
  return state.total ?? lastAt(root);
}

/** Count again, after a change of what the list holds. */
export async function recount(root) {
  const state = windowOf(root);
  if (!state?.below) return;
  const url = root.dataset.listUrl;
  const answer = await getJson(`${url}${url.endsWith("?") ? "" : "&"}part=count`).catch(() => null);
  if (!answer || windowOf(root) !== state || root.dataset.lens !== "manual") return;
  state.total = answer.total;
  fit(root);
}

/* where in the list a point in a spacer is */
function placeAt(root) {
  const state = windowOf(root);
  const edge = headerHeight(root);
  const upper = spacer(root, "above");
  const lower = spacer(root, "below");
  const inUpper = edge - upper.getBoundingClientRect().top;
  if (!upper.hidden && upper.getBoundingClientRect().bottom > edge)
    return 1 + Math.floor((inUpper / heightOf(upper)) * (state.first - 1));
  const last = lastAt(root);
  const inLower = edge - lower.getBoundingClientRect().top;
  const share = Math.min(Math.max(inLower / heightOf(lower), 0), 1);
  return Math.min(last + 1 + Math.floor(share * (state.total - last)), Math.max(state.total - 30, 1));
}

function isAway(root) {
  const rows = visibleRows(root);
  if (!rows.length) return false;
  return (
    rows.at(-1).getBoundingClientRect().bottom < 0 || rows[0].getBoundingClientRect().top > window.innerHeight
  );
}

let calm = 0;

/** Load what the viewport needs: the next rows, or from wherever it was scrolled to. */
export function ensure(root) {
  const state = windowOf(root);
  const rows = list(root) ? visibleRows(root) : [];
  if (!state || !rows.length || root.dataset.held === "drag-end") return;
  clearTimeout(calm);
  if (isAway(root)) {
    if (state.total !== null)
      calm = setTimeout(() => isAway(root) && jump(root, placeAt(root), { where: "here" }), CALM_MS);
    return;
  }
  const isShort = state.total !== null && state.total + PAGE <= MOST; // then all of it may as well be here
  const { bottom } = rows.at(-1).getBoundingClientRect();
  if (state.below && (isShort || bottom < window.innerHeight + NEAR)) loadMore(root, "below");
  else if (state.above && (isShort || rows[0].getBoundingClientRect().top > -NEAR)) loadMore(root, "above");
}

/* the address says where in the list one is */
let told = 0;
function tellAddress(root) {
  clearTimeout(told);
  told = setTimeout(() => {
    const row = topRow(root);
    if (!row || document.getElementById("sheet")?.hidden === false) return;
    const at = Number(row.dataset.at ?? row.nextElementSibling?.dataset.at) || 1;
    const address = new URL(location.href);
    if (at > 20) address.searchParams.set("at", at);
    else address.searchParams.delete("at");
    if (address.href !== location.href) history.replaceState(null, "", address);
    root.dispatchEvent(new CustomEvent("backlog:at", { detail: { at } }));
  }, 250);
}

/** Bring the focus back to the row that had it, once that is loaded again. */
export function unpark(root) {
  const id = root.dataset.parked;
  const row = id && root.querySelector(`#${CSS.escape(id)}`);
  if (!row) return false;
  delete root.dataset.parked;
  if (document.activeElement === list(root)) row.focus({ preventScroll: true });
  return true;
}

function onParkedKey(root, event) {
  if (!root.dataset.parked || event.target !== list(root)) return;
  if (!["j", "k", "ArrowDown", "ArrowUp", "Enter", " ", "Tab"].includes(event.key)) return;
  event.preventDefault();
  jump(root, Math.max(Number(root.dataset.parkedAt) - 5, 1)).then(() => unpark(root));
}

export function startWindow(root) {
  readWindow(root);
  let asked = 0;
  const look = () => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => ensure(root));
    if (list(root)) tellAddress(root);
  };
  window.addEventListener("scroll", look, { passive: true });
  window.addEventListener("resize", look);
  root.addEventListener("backlog:drawn", () => {
    unpark(root);
    look();
  });
  root.addEventListener("keydown", (event) => onParkedKey(root, event));
  root.addEventListener("focusin", (event) => rowOf(event.target) && delete root.dataset.parked);
  begin(root);
}

async function begin(root) {
  const state = windowOf(root);
  if (!state || !list(root)) return;
  history.scrollRestoration = "manual";
  settle(root);
  if (state.above) {
    space(root);
    scrollToRow(root, firstRow(root));
  }
  if (state.below) await totalOf(root);
  if (windowOf(root) !== state) return;
  fit(root);
  drawn(root);
}
