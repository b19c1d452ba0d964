/* Rows chosen to change or move them together: boxes, Shift-click, x, Shift with arrows, Ctrl or Cmd A.
   What is chosen is kept by id, so it outlives rows that are scrolled out of the list. */
import { announce } from "../announce.js";
import { openDialog } from "../dialogs.js";
import { ask, getJson } from "../http.js";
import { toast } from "../toasts.js";
import { isCapability, isStory, isStub, rowOf, stories, storiesOf, visibleRows } from "./rows.js";

const MOST = 500;
const SUM_MS = 180;

const picked = { stories: new Set(), capabilities: new Set(), from: null, timer: 0, isAll: false };

const idOf = (row) => row.dataset.storyRow ?? row.dataset.capabilityRow;
const setOf = (row) => (isCapability(row) ? picked.capabilities : picked.stories);

/** What is chosen: how many rows, and the values that the endpoints take. */
export const chosen = () => ({
  size: picked.stories.size + picked.capabilities.size,
  values: () => ({ ids: [...picked.stories].join(","), capabilities: [...picked.capabilities].join(",") }),
});

/** Whether a row is chosen, or its whole capability is. */
export function isChosen(row) {
  if (!row) return false;
  return setOf(row).has(idOf(row)) || (isStory(row) && picked.capabilities.has(row.dataset.of));
}

/** The loaded stories that are chosen. */
export const rowsOfSelection = (root) => stories(root).filter(isChosen);

const bar = () => document.querySelector("[data-selection]");

/** Show what is chosen, on the rows and in the bar. */
export function paintSelection(root) {
  for (const row of visibleRows(root)) {
    const box = row.querySelector("[data-pick]");
    const on = isChosen(row);
    row.classList.toggle("picked", on);
    if (box) {
      box.checked = on;
      row.setAttribute("aria-selected", String(on));
    }
  }
  root.toggleAttribute("data-picking", chosen().size > 0);
}

function drawBar(root) {
  const { size } = chosen();
  bar().hidden = size === 0;
  document.body.classList.toggle("with-selection", size > 0);
  bar().querySelector("[data-selected-count]").textContent = `${size} selected`;
  for (const pin of bar().querySelectorAll("[data-bulk=pin]")) {
    pin.disabled = size !== 1;
    pin.title = size === 1 ? "" : "A pin holds one row: select it alone";
  }
  clearTimeout(picked.timer);
  if (size) picked.timer = setTimeout(sum, SUM_MS, root);
}

async function sum(root) {
  const place = bar().querySelector("[data-selected-sum]");
  try {
    place.innerHTML = await ask(root.dataset.sumUrl, chosen().values());
  } catch (problem) {
    place.textContent = problem.message;
  }
}

function changed(root, words = `${chosen().size} selected.`) {
  paintSelection(root);
  drawBar(root);
  if (words) announce(words);
}

/* a story of a chosen capability is let go by choosing the others alone */
function release(root, row) {
  picked.capabilities.delete(row.dataset.of);
  for (const story of storiesOf(root, row.dataset.of)) picked.stories.add(story.dataset.storyRow);
  picked.stories.delete(row.dataset.storyRow);
}

function set(root, row, on) {
  if (!row.querySelector("[data-pick]")) return;
  if (on && picked.stories.size >= MOST && isStory(row)) {
    toast({ message: `At most ${MOST} rows can be selected.` });
    return;
  }
  if (!on && isStory(row) && picked.capabilities.has(row.dataset.of)) release(root, row);
  else if (on) setOf(row).add(idOf(row));
  else setOf(row).delete(idOf(row));
  if (on && isCapability(row))
    for (const story of storiesOf(root, idOf(row))) picked.stories.delete(story.dataset.storyRow);
}

/** Choose a row, or let it go. */
export function toggle(root, row) {
  set(root, row, !isChosen(row));
  picked.from = row.id;
  hideAll();
  changed(root);
}

/** Choose all rows between the one chosen last and this. */
export function extend(root, row) {
  const rows = visibleRows(root);
  const from = rows.findIndex((each) => each.id === picked.from);
  const to = rows.indexOf(row);
  const [first, last] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
  for (const each of rows.slice(first, last + 1)) set(root, each, true);
  picked.from ??= row.id;
  hideAll();
  changed(root);
}

export function clearSelection(root) {
  if (!chosen().size) return false;
  picked.stories.clear();
  picked.capabilities.clear();
  picked.from = null;
  hideAll();
  changed(root, "Nothing is selected.");
  return true;
}

function hideAll() {
  picked.isAll = false;
  bar().querySelector("[data-select-all]").hidden = true;
}

/** Choose all that is loaded; once more, all of the list, as many as can be changed at once. */
export async function selectAll(root) {
  if (picked.isAll) {
    await selectWhole(root);
    return;
  }
  picked.capabilities.clear();
  for (const row of stories(root).slice(0, MOST))
    if (isStub(row) || row.querySelector("[data-pick]")) picked.stories.add(row.dataset.storyRow);
  picked.isAll = true;
  const more = bar().querySelector("[data-select-all]");
  more.textContent = "Select the whole list";
  more.hidden = false;
  changed(root, `${chosen().size} loaded rows are selected. Press the keys again for the whole list.`);
}

async function selectWhole(root) {
  const url = root.dataset.listUrl;
  const answer = await getJson(`${url}${url.endsWith("?") ? "" : "&"}part=ids`).catch(() => null);
  if (!answer) return;
  picked.capabilities.clear();
  picked.stories = new Set(answer.ids.map(String));
  hideAll();
  const message =
    answer.total > answer.ids.length
      ? `The first ${answer.ids.length} of ${answer.total.toLocaleString("en")} are selected: so many can be changed at once.`
      : `All ${answer.ids.length} are selected.`;
  toast({ message });
  changed(root, "");
}

function askFor(root, kind) {
  if (kind === "move") openDialog(root.dataset.bulkMoveDialogUrl, chosen().values());
  else openDialog(root.dataset.bulkDialogUrl, { ...chosen().values(), field: kind === "fields" ? "" : kind });
}

function pinAddress(root, button) {
  const [capability] = picked.capabilities;
  const row = capability
    ? root.querySelector(`[data-capability-row="${CSS.escape(capability)}"]`)
    : root.querySelector(`#story-${CSS.escape([...picked.stories][0])}`);
  const unit = row?.dataset.of
    ? root.querySelector(`[data-capability-row="${CSS.escape(row.dataset.of)}"]`)
    : row;
  if (!unit) return null;
  const pattern = isCapability(unit) ? button.dataset.capabilityPin : button.dataset.storyPin;
  return pattern.replace("/KEY/", `/${encodeURIComponent(unit.dataset.key)}/`);
}

function onBar(root, event) {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.hasAttribute("data-clear-selection")) clearSelection(root);
  else if (button.hasAttribute("data-select-all")) selectWhole(root);
  else if (button.dataset.bulk === "pin") {
    const url = pinAddress(root, button);
    if (url) openDialog(url);
  } else if (button.dataset.bulk) askFor(root, button.dataset.bulk);
}

function onPick(root, event) {
  const box = event.target.closest("[data-pick]");
  if (!box) return;
  const row = rowOf(box);
  if (event.shiftKey) extend(root, row);
  else toggle(root, row);
}

function onKey(root, event) {
  const isTyping = event.target.closest("input:not([type=checkbox], [type=range]), textarea, select, dialog");
  if (isTyping || root.dataset.held) return;
  if (
    event.key === "Escape" &&
    !event.defaultPrevented &&
    document.getElementById("sheet")?.hidden !== false
  ) {
    if (clearSelection(root)) event.preventDefault();
  } else if (
    event.key.toLowerCase() === "a" &&
    (event.ctrlKey || event.metaKey) &&
    root.contains(event.target)
  ) {
    event.preventDefault();
    selectAll(root);
  }
}

export function startSelection(root) {
  if (!bar()) return;
  root.addEventListener("click", (event) => onPick(root, event));
  bar().addEventListener("click", (event) => onBar(root, event));
  document.addEventListener("keydown", (event) => onKey(root, event));
  document.body.addEventListener("backlog-bulk", () => drawBar(root));
}
