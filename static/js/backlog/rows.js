/* The outline as the DOM has it. Stories stand in order; a capability's line stands wherever the
   capability changes: that follows from the stories alone (`settle`), also after a move. */

import { windowOf } from "./windowing.js";

const STORY = "[data-story-row]";
const CAPABILITY = "[data-capability-row]";
const FOLDED_KEY = "millrace.folded";

export const list = (root) => root.querySelector(".list");
export const stories = (root) => [...root.querySelectorAll(STORY)];
export const visibleRows = (root) =>
  [...root.querySelectorAll(`${STORY}:not([hidden]), ${CAPABILITY}`)].filter((row) => row.isConnected);
export const storiesOf = (root, capability) => [
  ...root.querySelectorAll(`[data-of="${CSS.escape(capability)}"]`),
];
/** A folded story of which nothing is drawn yet. */
export const isStub = (row) => row.hasAttribute("data-stub");
export const isStory = (row) => row?.matches(STORY) ?? false;
export const isCapability = (row) => row?.matches(CAPABILITY) ?? false;
export const rowOf = (target) => target.closest?.(`${STORY}, ${CAPABILITY}`) ?? null;

/** The rows that move together: a story alone, a capability's open stories as one block. */
export function blockOf(root, row) {
  return isStory(row) ? [row] : storiesOf(root, row.dataset.capabilityRow);
}

/* which capabilities are folded: the page's default (data-folded), and exceptions kept in this browser */
function exceptions() {
  try {
    return new Set(JSON.parse(localStorage.getItem(FOLDED_KEY) ?? "[]"));
  } catch {
    return new Set();
  }
}

export function isFolded(root, capability) {
  return root.hasAttribute("data-folded") !== exceptions().has(capability);
}

export function setFolded(root, capability, folded) {
  const kept = exceptions();
  if (folded === root.hasAttribute("data-folded")) kept.delete(capability);
  else kept.add(capability);
  localStorage.setItem(FOLDED_KEY, JSON.stringify([...kept].slice(-500)));
  settle(root);
}

function continued(model, row) {
  const line = model.cloneNode(true);
  delete line.dataset.begunAbove;
  return asAgain(line, row);
}

/* a line that says "continued": its capability begins further up */
function asAgain(line, row) {
  line.classList.add("again");
  line.id = `capability-${line.dataset.capabilityRow}-at-${row.dataset.storyRow}`;
  const place = line.querySelector("[data-place]");
  if (place) place.textContent = "";
  return line;
}

/* lines of capabilities by id: the full one (none where it begins above what is loaded), and those "continued" */
function takeLines(root) {
  const lines = new Map();
  for (const line of root.querySelectorAll(`${CAPABILITY}[aria-expanded]`)) {
    const kept = lines.get(line.dataset.capabilityRow) ?? { full: null, again: [] };
    if (!kept.full && !line.classList.contains("again")) kept.full = line;
    else kept.again.push(line);
    lines.set(line.dataset.capabilityRow, kept);
  }
  return lines;
}

function nextLine(kept, run, row) {
  if (run === 1 && kept.full) return kept.full;
  const line = kept.again.shift();
  kept.model ??= kept.full ?? line;
  return line ? asAgain(line, row) : continued(kept.model, row);
}

/* windows that begin in the unvalued part each say so: the first of them stands */
function dropSecondHeadings(root) {
  for (const heading of [...root.querySelectorAll("[data-section=unvalued]")].slice(1)) heading.remove();
}

/** Put the capabilities' lines where the order of the stories wants them, number rows and places, fold. */
export function settle(root) {
  if (!list(root)) return;
  dropSecondHeadings(root);
  const state = windowOf(root) ?? { first: 1, units: 0 };
  const lines = takeLines(root);
  const runs = new Map();
  const isPeoples = root.dataset.lens === "manual";
  const isNumbered = isPeoples && !root.hasAttribute("data-filtered");
  const wanted = [];
  let [above, place, at] = [
    null,
    root.hasAttribute("data-flat") ? state.first - 1 : state.units,
    state.first,
  ];
  for (const row of stories(root)) {
    const capability = row.dataset.of;
    if (isPeoples || root.hasAttribute("data-filtered")) row.dataset.at = at++;
    if (capability && capability !== above) {
      const run = (runs.get(capability) ?? 0) + 1;
      runs.set(capability, run);
      const kept = lines.get(capability);
      if (kept) {
        const line = nextLine(kept, run, row);
        if (row.previousElementSibling !== line) row.before(line);
        if (line === kept.full) place += 1;
        if (isNumbered) setPlace(line, line === kept.full ? place : null);
        kept.used = (kept.used ?? new Set()).add(line);
      }
    } else if (!capability) {
      place += 1;
      if (isNumbered) setPlace(row, place);
    }
    above = capability || null;
    const isAway = Boolean(capability) && isFolded(root, capability);
    row.hidden = isAway || isStub(row);
    if (!isAway && isStub(row)) wanted.push(row.dataset.storyRow);
  }
  if (wanted.length) root.dispatchEvent(new CustomEvent("backlog:fill", { detail: { stories: wanted } }));
  for (const [capability, kept] of lines) dropSpare(root, capability, kept);
  countRows(root, state);
}

function setPlace(line, place) {
  const cell = line.querySelector("[data-place]");
  const text = place === null ? "" : String(place);
  if (cell && cell.textContent !== text) cell.textContent = text;
}

function dropSpare(root, capability, kept) {
  for (const line of kept.again) line.remove();
  if (kept.full && !kept.used?.has(kept.full)) kept.full.remove();
  const folded = String(!isFolded(root, capability));
  for (const line of kept.used ?? []) line.setAttribute("aria-expanded", folded);
}

/* a screen reader hears where in the whole list a row is, though only a part of it is there */
function countRows(root, state) {
  let index = state.first + state.units;
  list(root).querySelector(".hd")?.setAttribute("aria-rowindex", "1");
  for (const row of list(root).children) {
    if (row.matches(".row:not(.hd, [hidden])")) row.setAttribute("aria-rowindex", String(++index));
  }
  const total = root.hasAttribute("data-flat") && state.total ? state.total + 1 : -1;
  list(root).setAttribute("aria-rowcount", String(total));
}

/** New rows came in: out of the tab order until someone goes there. */
export function adopt(root) {
  root.dispatchEvent(new CustomEvent("backlog:adopt"));
}

/** Put rows right after or before a row, or at an end of what is loaded. */
export function place(root, rows, { after, before, to }) {
  if (after) after.after(...rows);
  else if (before) before.before(...rows);
  else if (to === "top")
    list(root)
      .querySelector("[data-spacer=above]")
      .after(...rows);
  else {
    const others = stories(root).filter((row) => !rows.includes(row));
    others.at(-1)?.after(...rows);
  }
  settle(root);
}

/** Remember where rows stand, to put them back: each with the story above it. */
export function remember(root, rows) {
  const all = stories(root);
  const places = rows.map((row) => [row, all[all.indexOf(row) - 1] ?? null]);
  return () => {
    for (const [row, above] of places) {
      if (above) above.after(row);
      else list(root).querySelector("[data-spacer=above]").after(row);
    }
    settle(root);
  };
}
