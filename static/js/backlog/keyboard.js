/* Rows by keyboard. j k or arrows walk (one row is in the tab order at a time), Space lifts, arrows move
   what is lifted, Space or Enter puts it down, Esc puts it back; m asks where to. */
import { announce } from "../announce.js";
import { send } from "./move.js";
import { blockOf, isCapability, place, remember, rowOf, setFolded, stories, visibleRows } from "./rows.js";

let lifted = null; // {row, rows, putBack, anchor}

const INNER = "a, button, summary";

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
  if (rows.length && !root.querySelector(".row[tabindex='0']")) activate(root, rows[0]);
}

function walk(root, row, by) {
  const rows = visibleRows(root);
  const next = rows[rows.indexOf(row) + by];
  if (!next) return;
  activate(root, next);
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function words(root, row, rows) {
  const all = stories(root);
  const at = all.indexOf(rows[0]);
  const above = all[at - 1];
  const where = above ? `after ${above.dataset.key}, ${above.dataset.title}` : "first";
  return `${row.dataset.key}: ${at + 1} of ${all.length} loaded, ${where}.`;
}

function lift(root, row) {
  const rows = blockOf(root, row);
  if (!root.hasAttribute("data-can-move") || rows.length === 0) {
    root.dispatchEvent(new CustomEvent("backlog:explain"));
    return;
  }
  lifted = { row, rows, putBack: remember(root, rows), anchor: null };
  root.dataset.held = "lift";
  for (const each of [row, ...rows]) each.classList.add("lifted");
  announce(`${row.dataset.key} is lifted. Arrows move it, Space puts it down, Escape puts it back.`);
}

/* one step past the story (or, for a block, past the whole capability) beside it */
function shift(root, by) {
  const { row, rows } = lifted;
  const all = stories(root);
  const beside = by < 0 ? all[all.indexOf(rows[0]) - 1] : all[all.indexOf(rows.at(-1)) + 1];
  if (!beside) return;
  let edge = beside;
  if (isCapability(row) && beside.dataset.of) {
    const step = (story) => all[all.indexOf(story) + by];
    while (step(edge)?.dataset.of === beside.dataset.of) edge = step(edge);
  }
  lifted.anchor = by < 0 ? { before: edge } : { after: edge };
  place(root, rows, lifted.anchor);
  for (const each of [row, ...rows]) each.classList.add("lifted");
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  announce(words(root, row, rows));
}

function release(root) {
  const held = lifted;
  lifted = null;
  for (const each of root.querySelectorAll(".lifted")) each.classList.remove("lifted");
  delete root.dataset.held;
  root.dispatchEvent(new CustomEvent("backlog:released"));
  return held;
}

async function putDown(root) {
  const { row, anchor, putBack } = release(root);
  if (!anchor) announce(`${row.dataset.key} stays where it is.`);
  else await send(root, row, anchor, putBack);
  row.focus({ preventScroll: true });
}

function cancel(root) {
  const { row, putBack } = release(root);
  putBack();
  row.focus();
  announce(`${row.dataset.key} is back where it was.`);
}

function whileLifted(root, event) {
  const acts = {
    ArrowUp: () => shift(root, -1),
    ArrowDown: () => shift(root, 1),
    k: () => shift(root, -1),
    j: () => shift(root, 1),
    " ": () => putDown(root),
    Enter: () => putDown(root),
    Escape: () => cancel(root),
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

function whileWalking(root, row, event) {
  const acts = {
    ArrowUp: () => walk(root, row, -1),
    ArrowDown: () => walk(root, row, 1),
    k: () => walk(root, row, -1),
    j: () => walk(root, row, 1),
    ArrowLeft: () => foldTo(root, row, true),
    ArrowRight: () => foldTo(root, row, false),
    " ": () => lift(root, row),
    Enter: () => row.querySelector("[data-open]").click(),
    m: () => row.querySelector("[data-move-to]")?.click(),
  };
  return acts[event.key];
}

function onKey(root, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const row = rowOf(event.target);
  if (!row || (event.target !== row && !lifted)) {
    if (!lifted && ["j", "k"].includes(event.key) && row && !event.target.matches("input, select"))
      walk(root, row, event.key === "j" ? 1 : -1);
    return;
  }
  const act = lifted ? whileLifted(root, event) : whileWalking(root, row, event);
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/* j and k from anywhere on the page go into the list */
function onPageKey(root, event) {
  const isFree = document.activeElement === document.body || document.activeElement?.id === "main";
  if (!isFree || !["j", "k"].includes(event.key) || document.querySelector("dialog[open]")) return;
  root.querySelector(".row[tabindex='0']")?.focus();
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
