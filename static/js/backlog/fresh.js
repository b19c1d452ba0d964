/* Keeping the list as the server has it: rows that changed are drawn again in place; when the order
   changed, what is loaded of the list is, at the same scroll. Values are shown at once, but no place changes
   while someone holds a row. */
import { fill, getFragment } from "../http.js";
import { isMine } from "../live.js";
import { toast } from "../toasts.js";
import { adopt, settle, stories } from "./rows.js";
import { readWindow, recount, space, topRow, windowOf } from "./windowing.js";

const CALM_MS = 350;
const SHOWN_MS = 6000;
const ORDER_VERBS = new Set(["moved", "created", "deleted", "bulk", "imported"]);
const MOST_ROWS = 500;

const nothing = () => ({
  stories: new Set(),
  capabilities: new Set(),
  isOrder: false,
  fromTop: false,
  theirs: new Map(),
  timer: 0,
});
const waiting = nothing();
const filling = new Set(); // ids of folded stories that are asked for

const isHeld = (root) => root.dataset.held || root.querySelector(".inline-form, details[open]");

function mark(root, id, actor) {
  const row = root.querySelector(`#${CSS.escape(id)}`);
  if (!row) return;
  const who = `who-${actor % 6}`;
  row.classList.add("theirs", who);
  setTimeout(() => row.classList.remove("theirs", who), SHOWN_MS);
}

/* keep the focus on the same row, and the same control in it, when its markup is replaced */
function keepFocus(root, act) {
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  const row = focused?.closest(".row");
  const selector =
    focused === row ? "" : focused?.dataset.edit ? `[data-edit="${focused.dataset.edit}"]` : "[data-open]";
  act();
  if (!row || row.isConnected) return;
  const again = root.querySelector(`#${CSS.escape(row.id)}`);
  (selector ? again?.querySelector(selector) : again)?.focus({ preventScroll: true });
}

/* what only the list knows of a row: its place, and whether its capability began above */
function inherit(fresh, old) {
  fresh.tabIndex = old.tabIndex;
  if (old.dataset.at) fresh.dataset.at = old.dataset.at;
  const place = fresh.querySelector("[data-place]");
  const was = old.querySelector(".c-rank");
  if (place) place.textContent = was.querySelector("[data-place]")?.textContent ?? "";
  if (place && !was.querySelector("[data-place]")) place.replaceWith(...was.childNodes);
  if (old.classList.contains("lifted")) fresh.classList.add("lifted");
}

/* a row that someone took up or began to edit, also while its new markup was on the way, waits */
const isUntouched = (row) =>
  !row.matches(".lifted, .dragged") && !row.querySelector(".inline-form, details[open]");

function swap(root, markup) {
  const holder = document.createElement("div");
  fill(holder, markup);
  const seen = new Set();
  let isWhole = true;
  keepFocus(root, () => {
    for (const fresh of [...holder.children]) {
      seen.add(fresh.id);
      const old = root.querySelector(`#${CSS.escape(fresh.id)}`);
      if (!old) continue;
      if (!isUntouched(old)) {
        isWhole = false;
        continue;
      }
      inherit(fresh, old);
      old.replaceWith(fresh);
    }
  });
  return { seen, isWhole };
}

/* answers whether every row was drawn: none was in someone's hand */
async function redrawRows(root, storyIds, capabilityIds) {
  const question = `stories=${[...storyIds].join(",")}&capabilities=${[...capabilityIds].join(",")}`;
  const url = root.dataset.rowsUrl;
  const markup = await getFragment(`${url}${url.endsWith("?") ? "" : "&"}${question}`);
  const { seen, isWhole } = swap(root, markup);
  for (const id of storyIds) {
    const row = root.querySelector(`#story-${id}`);
    if (row && !seen.has(row.id) && isUntouched(row)) row.remove();
  }
  return isWhole;
}

/* as the endpoint counts it: folded, by units */
function loadedLength(root) {
  const rows = stories(root);
  if (!root.hasAttribute("data-folded")) return rows.length;
  return new Set(rows.map((row) => row.dataset.of || row.id)).size;
}

/** Draw what is loaded again, at the same scroll and focus; answers whether it was: not while a row is held. */
export async function redrawList(root, { fromTop = false } = {}) {
  const url = root.dataset.listUrl;
  const limit = Math.min(Math.max(loadedLength(root), 100), MOST_ROWS);
  const first = fromTop ? 1 : (windowOf(root)?.first ?? 1);
  const markup = await getFragment(
    `${url}${url.endsWith("?") ? "" : "&"}part=list&at=${first}&limit=${limit}`,
  );
  if (isHeld(root)) return false; // taken up meanwhile
  const seen = topRow(root);
  const { id, top } = { id: seen?.id, top: seen?.getBoundingClientRect().top };
  const scrolled = window.scrollY;
  keepFocus(root, () => fill(root, markup));
  readWindow(root);
  settle(root);
  space(root);
  window.scrollTo({ top: scrolled, behavior: "instant" });
  const again = id && root.querySelector(`#${CSS.escape(id)}`);
  if (again) window.scrollBy({ top: again.getBoundingClientRect().top - top, behavior: "instant" });
  adopt(root);
  recount(root);
  return true;
}

function note(text) {
  const element = document.querySelector("[data-held-note]");
  element.hidden = !text;
  element.textContent = text;
}

/* "Hanna and Priya": by their first names, as the page knows them */
function names(root, actors) {
  const people = JSON.parse(root.dataset.people || "{}");
  const known = [...new Set(actors)].map((actor) => people[actor]?.split(" ")[0] ?? "Someone");
  const all = [...new Set(known)];
  return all.length > 1 ? `${all.slice(0, -1).join(", ")} and ${all.at(-1)}` : (all[0] ?? "Someone");
}

function tellHeld(root) {
  const count = waiting.theirs.size;
  if (!count) return;
  const held = root.dataset.held ? "hold one" : "edit one";
  const rows = count === 1 ? "a row" : `${count} rows`;
  note(
    `${names(root, waiting.theirs.values())} changed ${rows} while you ${held}. Values are already shown; places settle when you put it down.`,
  );
}

async function flush(root) {
  const { stories: storyIds, capabilities } = waiting;
  if (isHeld(root)) {
    waiting.timer = setTimeout(flush, CALM_MS * 2, root);
    tellHeld(root);
    if (storyIds.size + capabilities.size === 0) return;
    Object.assign(waiting, { stories: new Set(), capabilities: new Set(), isOrder: true });
    await redrawRows(root, storyIds, capabilities).catch(() => null);
    adopt(root);
    return;
  }
  note("");
  const { isOrder, theirs, fromTop } = waiting;
  Object.assign(waiting, nothing());
  const isList = isOrder || storyIds.size + capabilities.size > 100;
  try {
    const isDrawn = await (isList ? redrawList(root, { fromTop }) : redrawRows(root, storyIds, capabilities));
    if (!isDrawn) {
      for (const [id, actor] of theirs) waiting.theirs.set(id, actor);
      refreshOrder(root, { fromTop });
    }
    if (!isDrawn && isList) return;
  } catch {
    return; // the next change tries again; a real outage shows where the person acts
  }
  settle(root);
  root.dispatchEvent(new CustomEvent("backlog:drawn"));
  for (const [id, actor] of theirs) mark(root, id, actor);
}

function soon(root) {
  clearTimeout(waiting.timer);
  waiting.timer = setTimeout(flush, CALM_MS, root);
}

/** Ask for what is loaded again, soon; or for another list from its top. */
export function refreshOrder(root, { fromTop = false } = {}) {
  waiting.isOrder = true;
  waiting.fromTop ||= fromTop;
  soon(root);
}

/** Ask for a story, a capability's line and all its stories again, soon. */
export function refreshRows(root, { story, capability }) {
  if (story) waiting.stories.add(story);
  if (capability) waiting.capabilities.add(capability);
  soon(root);
}

function onChange(root, change) {
  if (change.topic !== "story" && change.topic !== "capability") return;
  const mine = isMine(change);
  const row = root.querySelector(`#${change.topic}-${change.object}`);
  const isOrder = ORDER_VERBS.has(change.verb) || change.object === 0;
  if (isOrder && !mine) waiting.isOrder = true;
  else if (isOrder || (!row && !mine)) return;
  else if (change.topic === "story")
    refreshRows(root, { story: change.object, capability: Number(row?.dataset.of) || 0 });
  else refreshRows(root, { capability: change.object });
  if (!mine && change.actor) waiting.theirs.set(`${change.topic}-${change.object}`, change.actor);
  soon(root);
}

/* folded stories are drawn when their capability is opened */
const FILLED_AT_ONCE = 100;

async function fillStubs(root, ids) {
  for (let at = 0; at < ids.length; at += FILLED_AT_ONCE) {
    const some = ids.slice(at, at + FILLED_AT_ONCE).filter((id) => !filling.has(id));
    if (!some.length) continue;
    for (const id of some) filling.add(id);
    try {
      await redrawRows(root, new Set(some), new Set());
    } catch ({ message }) {
      toast({ message, kind: "error" });
      return;
    } finally {
      for (const id of some) filling.delete(id);
    }
    settle(root);
    adopt(root);
  }
}

export function startFresh(root) {
  root.addEventListener("backlog:fill", ({ detail }) => fillStubs(root, detail.stories));
  document.addEventListener("millrace:change", ({ detail }) => onChange(root, detail));
  document.addEventListener("millrace:stale", () => refreshOrder(root));
  document.addEventListener("millrace:undone", () => refreshOrder(root));
  document.body.addEventListener("backlog-changed", ({ detail }) => refreshRows(root, detail));
  for (const name of ["backlog-added", "backlog-bulk"])
    document.body.addEventListener(name, () => refreshOrder(root));
  root.addEventListener("backlog:reload", () => refreshOrder(root));
}
