/* The outline as the DOM has it. Stories stand in order; a capability's line stands wherever the
   capability changes: that follows from the stories alone (`settle`), also after a move. */

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

function continued(full, run) {
  const line = full.cloneNode(true);
  line.id = `${full.id}-${run}`;
  line.classList.add("again");
  line.querySelector("[data-place]").textContent = "";
  return line;
}

/* lines of capabilities by id, taken out of the list: the full one, and those that say "continued" */
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

function nextLine(kept, run) {
  if (run === 1) return kept.full ?? promote(kept.again.shift());
  return kept.again.shift() ?? continued(kept.full, run);
}

function promote(line) {
  line?.classList.remove("again");
  return line;
}

const startsUnranked = (row) => row.previousElementSibling?.matches("[data-section]") ?? false;

/** Put the capabilities' lines where the order of the stories wants them, number the places, fold. */
export function settle(root) {
  const lines = takeLines(root);
  const runs = new Map();
  let above = null;
  let place = 0;
  let isRanked = !root.hasAttribute("data-filtered");
  for (const row of stories(root)) {
    const capability = row.dataset.of;
    if (startsUnranked(row) || startsUnranked(row.previousElementSibling ?? row)) isRanked = false;
    if (capability && capability !== above) {
      const run = (runs.get(capability) ?? 0) + 1;
      runs.set(capability, run);
      const kept = lines.get(capability);
      const line = kept && nextLine(kept, run);
      if (run === 1) place += 1;
      if (line) {
        if (row.previousElementSibling !== line) row.before(line);
        if (run === 1) kept.full = line;
        setPlace(line, run === 1 && isRanked ? place : null);
      }
    } else if (!capability) {
      place += 1;
      setPlace(row, isRanked ? place : null);
    }
    above = capability || null;
    fold(root, row, capability);
  }
  for (const [capability, kept] of lines) dropSpare(root, capability, kept, runs.get(capability) ?? 0);
}

function setPlace(line, place) {
  const cell = line.querySelector("[data-place]");
  const text = place === null ? "" : String(place);
  if (place !== null && cell.textContent !== text) cell.textContent = text;
}

function fold(root, row, capability) {
  const folded = Boolean(capability) && isFolded(root, capability);
  row.hidden = folded;
}

function dropSpare(root, capability, kept, runs) {
  for (const line of kept.again) line.remove();
  if (runs === 0) kept.full?.remove();
  const folded = String(!isFolded(root, capability));
  for (const line of root.querySelectorAll(
    `[data-capability-row="${CSS.escape(capability)}"][aria-expanded]`,
  )) {
    line.setAttribute("aria-expanded", folded);
  }
}

/** Put rows right after or before a row, or at an end of what is loaded. */
export function place(root, rows, { after, before, to }) {
  if (after) after.after(...rows);
  else if (before) before.before(...rows);
  else if (to === "top")
    list(root)
      .querySelector(".hd")
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
      else list(root).querySelector(".hd").after(row);
    }
    settle(root);
  };
}
