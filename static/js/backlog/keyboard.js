/* Rows by keyboard. j k or arrows walk (one row is in the tab order at a time), x selects, Space lifts; arrows,
   Page Up and Down, Home and End move what is lifted, Space or Enter puts it down, Esc puts it back; m asks where
   to, p goes to a place, w says why. */
import { announce } from "../announce.js";
import { clearHint, hint } from "./hint.js";
import { editCell } from "./inline-edit.js";
import { movingRows, send } from "./move.js";
import { askPlace } from "./places.js";
import { isCapability, place, remember, rowOf, setFolded, settle, stories, visibleRows } from "./rows.js";
import { extend, toggle } from "./selection.js";
import { explainPlace } from "./why.js";
import { jump, jumpToEnd, loadMore, windowOf } from "./windowing.js";

let lifted = null; // {row, rows, putBack, anchor, at, isCarried}

const INNER = "a, button, summary, .pick";
const LEAP = 10;

/** Make one row the one in the tab order; its controls join it there. */
export function activate(root, row) {
  for (const other of root.querySelectorAll(".row[tabindex='0']")) {
    if (other === row) continue;
    other.tabIndex = -1;
    for (const control of other.querySelectorAll(INNER)) control.tabIndex = -1;
  }
  row.tabIndex = 0;
  for (const control of row.querySelectorAll(INNER)) if (!control.matches(".key")) control.tabIndex = 0;
}

/** Take the controls of new rows out of the tab order. */
export function calm(root) {
  for (const row of root.querySelectorAll(".row[tabindex='-1']")) {
    for (const control of row.querySelectorAll(INNER)) control.tabIndex = -1;
  }
  const rows = visibleRows(root);
  if (rows.length && !root.querySelector(".row[tabindex='0']:not([hidden])")) activate(root, rows[0]);
}

function focusRow(root, row) {
  activate(root, row);
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

/* the row so many further; what is not loaded yet is loaded first */
async function rowBeyond(root, row, by) {
  const side = by < 0 ? "above" : "below";
  let rows = visibleRows(root);
  while (!rows[rows.indexOf(row) + by] && windowOf(root)[side]) {
    if (!(await loadMore(root, side)) || !row.isConnected) break;
    rows = visibleRows(root);
  }
  const at = Math.min(Math.max(rows.indexOf(row) + by, 0), rows.length - 1);
  return rows[at];
}

async function walk(root, row, by, { isSelecting = false } = {}) {
  const next = await rowBeyond(root, row, by);
  if (!next || next === row) return;
  if (isSelecting) {
    extend(root, row);
    extend(root, next);
  }
  focusRow(root, next);
}

async function walkToEnd(root, by) {
  if (by < 0 && windowOf(root).above) await jump(root, 1);
  else if (by > 0 && windowOf(root).below) await jumpToEnd(root);
  const rows = visibleRows(root);
  if (rows.length) focusRow(root, by < 0 ? rows[0] : rows.at(-1));
}

function positionOf(root, rows) {
  return (windowOf(root)?.first ?? 1) + stories(root).indexOf(rows[0]);
}

function words(root, row, rows) {
  const all = stories(root);
  const above = all[all.indexOf(rows[0]) - 1];
  const where = above ? `after ${above.dataset.key}, ${above.dataset.title}` : "first";
  const total = windowOf(root).total ?? all.length;
  return `${row.dataset.key}: ${positionOf(root, rows)} of ${total}, ${where}.`;
}

function lift(root, row) {
  const rows = movingRows(root, row);
  if (!root.hasAttribute("data-can-move") || rows.length === 0) {
    root.dispatchEvent(new CustomEvent("backlog:explain"));
    return;
  }
  const line = isCapability(row) ? row : null;
  lifted = { row, rows, line, putBack: remember(root, rows), anchor: null, at: positionOf(root, rows) };
  root.dataset.held = "lift";
  for (const each of [row, ...rows]) each.classList.add("lifted");
  announce(`${row.dataset.key} is lifted. Arrows move it, Space puts it down, Escape puts it back.`);
}

/* where it was lifted from stays visible until it is put down */
function markOrigin(root) {
  if (root.querySelector("[data-stood]")) return;
  const { row, rows, line, at } = lifted;
  const mark = document.createElement("div");
  mark.className = "row stood";
  mark.setAttribute("role", "row");
  mark.dataset.stood = "";
  const cell = document.createElement("span");
  cell.setAttribute("role", "gridcell");
  cell.className = "c-main";
  cell.textContent = `${row.dataset.key} stood here, ${at.toLocaleString("en")}`;
  mark.append(cell);
  (line ?? rows[0]).before(mark);
}

/* one step past the story (or, for a block, past the whole capability) beside it */
async function shift(root, by) {
  const { row, rows } = lifted;
  const side = by < 0 ? "above" : "below";
  let all = stories(root);
  const beside = () => (by < 0 ? all[all.indexOf(rows[0]) - 1] : all[all.indexOf(rows.at(-1)) + 1]);
  if (!beside() && (await loadMore(root, side))) all = stories(root);
  if (!beside() || !lifted) return false;
  let edge = beside();
  if (isCapability(row) && edge.dataset.of) {
    const step = (story) => all[all.indexOf(story) + by];
    while (step(edge)?.dataset.of === beside().dataset.of) edge = step(edge);
  }
  markOrigin(root);
  lifted.anchor = by < 0 ? { before: edge } : { after: edge };
  place(root, rows, lifted.anchor);
  return true;
}

function tellPlace(root) {
  const { row, rows, anchor } = lifted;
  for (const each of [row, ...rows]) each.classList.add("lifted");
  const shown = row.isConnected ? row : rows[0];
  shown.focus({ preventScroll: true });
  shown.scrollIntoView({ block: "nearest" });
  announce(words(root, row, rows));
  if (!anchor) return;
  const put = `Put down as ${positionOf(root, rows).toLocaleString("en")}`;
  const onPrice = (price) => announce(`${words(root, row, rows)} This alone ${price}.`);
  hint(root, shown, { held: row, anchor, words: put, keys: true, onPrice });
}

let stepping = Promise.resolve();

/* one after another, however fast the keys come */
function steps(root, by, count = 1) {
  stepping = stepping.then(async () => {
    for (let step = 0; step < count && lifted; step += 1) if (!(await shift(root, by))) break;
    if (lifted) tellPlace(root);
  });
  return stepping;
}

/* to an end that is not loaded: the list goes there, and what is lifted with it */
function carry(root, by) {
  stepping = stepping.then(async () => {
    if (!lifted) return;
    const { rows, line } = lifted;
    const isAway = windowOf(root)[by < 0 ? "above" : "below"];
    const others = () => stories(root).filter((story) => !rows.includes(story));
    if (isAway) await (by < 0 ? jump(root, 1) : jumpToEnd(root));
    else markOrigin(root);
    const edge = by < 0 ? others()[0] : others().at(-1);
    if (!edge || !lifted) return;
    lifted.isCarried ||= isAway;
    lifted.anchor = by < 0 ? { before: edge } : { after: edge };
    const moving = line && !line.isConnected ? [line, ...rows] : rows;
    place(root, moving, lifted.anchor);
    tellPlace(root);
  });
  return stepping;
}

function release(root) {
  const held = lifted;
  lifted = null;
  clearHint();
  root.querySelector("[data-stood]")?.remove();
  for (const each of root.querySelectorAll(".lifted")) each.classList.remove("lifted");
  delete root.dataset.held;
  root.dispatchEvent(new CustomEvent("backlog:released"));
  return held;
}

async function putDown(root) {
  await stepping;
  const { row, anchor, putBack, isCarried } = release(root);
  if (!anchor) announce(`${row.dataset.key} stays where it is.`);
  else if (await send(root, row, anchor, isCarried ? () => {} : putBack)) row.focus({ preventScroll: true });
  if (isCarried) root.dispatchEvent(new CustomEvent("backlog:reload"));
  row.focus({ preventScroll: true });
}

async function cancel(root) {
  await stepping;
  const { row, rows, putBack, isCarried, at } = release(root);
  if (isCarried) {
    for (const each of rows) each.remove();
    settle(root);
    await jump(root, Math.max(at - 5, 1));
    root.querySelector(`#${CSS.escape(row.id)}`)?.focus();
  } else {
    putBack();
    row.focus();
  }
  announce(`${row.dataset.key} is back where it was.`);
}

/* lifted, and now asked where to: the dialog takes over */
async function askWhere(root) {
  const { row } = lifted;
  await cancel(root);
  moveTo(root, root.querySelector(`#${CSS.escape(row.id)}`) ?? row);
}

function whileLifted(root, event) {
  const acts = {
    ArrowUp: () => steps(root, -1),
    ArrowDown: () => steps(root, 1),
    k: () => steps(root, -1),
    j: () => steps(root, 1),
    PageUp: () => steps(root, -1, LEAP),
    PageDown: () => steps(root, 1, LEAP),
    Home: () => carry(root, -1),
    End: () => carry(root, 1),
    " ": () => putDown(root),
    Enter: () => putDown(root),
    Escape: () => cancel(root),
    m: () => askWhere(root),
    Tab: () => announce("Put the row down first: Space, or Escape to put it back."),
  };
  return acts[event.key];
}

function foldTo(root, row, folded) {
  const capability = isCapability(row) ? row.dataset.capabilityRow : row.dataset.of;
  if (!capability) return;
  setFolded(root, capability, folded);
  if (!row.hidden) return;
  const line = root.querySelector(`[data-capability-row="${CSS.escape(capability)}"]`);
  activate(root, line);
  line.focus();
}

function moveTo(root, row) {
  const own = row.querySelector("[data-move-to]");
  const isMany = row.classList.contains("picked") || !own;
  const bulk = document.querySelector("[data-bulk=move]");
  if (!isMany) own.click();
  else if (bulk) {
    if (!row.classList.contains("picked")) toggle(root, row);
    bulk.click();
  }
}

function whileWalking(root, row, event) {
  const isSelecting = event.shiftKey;
  const acts = {
    ArrowUp: () => walk(root, row, -1, { isSelecting }),
    ArrowDown: () => walk(root, row, 1, { isSelecting }),
    k: () => walk(root, row, -1),
    j: () => walk(root, row, 1),
    PageUp: () => walk(root, row, -LEAP),
    PageDown: () => walk(root, row, LEAP),
    Home: () => walkToEnd(root, -1),
    End: () => walkToEnd(root, 1),
    ArrowLeft: () => foldTo(root, row, true),
    ArrowRight: () => foldTo(root, row, false),
    x: () => toggle(root, row),
    w: () => explainPlace(root, row),
    p: () => askPlace(root),
    v: () => row.querySelector("[data-dialog-url$='/value/']")?.click(),
    F2: () => editCell(root, row, "title"),
    " ": () => lift(root, row),
    Enter: () => row.querySelector("[data-open]").click(),
    m: () => moveTo(root, row),
  };
  return acts[event.key];
}

function onKey(root, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const row = rowOf(event.target);
  if (!row || (event.target !== row && !lifted)) {
    const isField = event.target.matches("input:not([type=checkbox]), select");
    if (!lifted && ["j", "k"].includes(event.key) && row && !isField)
      walk(root, row, event.key === "j" ? 1 : -1);
    return;
  }
  const act = lifted ? whileLifted(root, event) : whileWalking(root, row, event);
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/* j and k from anywhere on the page go into the list, p to a place of it */
function onPageKey(root, event) {
  const isFree = document.activeElement === document.body || document.activeElement?.id === "main";
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  if (!isFree || hasModifier || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "p") askPlace(root);
  else if (["j", "k"].includes(event.key)) root.querySelector(".row[tabindex='0']")?.focus();
}

export function startKeyboard(root) {
  calm(root);
  root.addEventListener("keydown", (event) => onKey(root, event));
  root.addEventListener("focusin", (event) => {
    const row = rowOf(event.target);
    if (row && row.tabIndex !== 0) activate(root, row);
  });
  document.addEventListener("keydown", (event) => onPageKey(root, event));
}
