/* Keeping the list as the server has it: rows that changed are drawn again in place; when the order
   changed, the whole list is, at the same scroll. Nothing moves while someone holds or edits a row. */
import { fill, getFragment } from "../http.js";
import { isMine } from "../live.js";
import { stories } from "./rows.js";

const CALM_MS = 350;
const SHOWN_MS = 6000;
const ORDER_VERBS = new Set(["moved", "created", "deleted", "bulk", "imported"]);
const MOST_ROWS = 500;

const waiting = { stories: new Set(), capabilities: new Set(), isOrder: false, theirs: new Map(), timer: 0 };

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

function swap(root, markup) {
  const holder = document.createElement("div");
  fill(holder, markup);
  const seen = new Set();
  keepFocus(root, () => {
    for (const fresh of [...holder.children]) {
      seen.add(fresh.id);
      const old = root.querySelector(`#${CSS.escape(fresh.id)}`);
      if (!old) continue;
      fresh.tabIndex = old.tabIndex;
      old.replaceWith(fresh);
    }
  });
  return seen;
}

async function redrawRows(root, storyIds, capabilityIds) {
  const question = `stories=${[...storyIds].join(",")}&capabilities=${[...capabilityIds].join(",")}`;
  const url = root.dataset.rowsUrl;
  const seen = swap(root, await getFragment(`${url}${url.endsWith("?") ? "" : "&"}${question}`));
  for (const id of storyIds) if (!seen.has(`story-${id}`)) root.querySelector(`#story-${id}`)?.remove();
}

/** Draw the list again, as many rows as are loaded, at the same scroll and focus. */
export async function redrawList(root) {
  const url = root.dataset.listUrl;
  const limit = Math.min(Math.max(stories(root).length, 100), MOST_ROWS);
  const markup = await getFragment(`${url}${url.endsWith("?") ? "" : "&"}part=list&limit=${limit}`);
  const top = window.scrollY;
  keepFocus(root, () => fill(root, markup));
  window.scrollTo({ top, behavior: "instant" });
}

function note(text) {
  const element = document.querySelector("[data-held-note]");
  element.hidden = !text;
  element.textContent = text;
}

async function flush(root) {
  if (isHeld(root)) {
    const count = waiting.theirs.size;
    if (count)
      note(
        `${count === 1 ? "A row" : `${count} rows`} changed meanwhile. Places settle when you put yours down.`,
      );
    waiting.timer = setTimeout(flush, CALM_MS * 2, root);
    return;
  }
  note("");
  const { stories: storyIds, capabilities, isOrder, theirs } = waiting;
  Object.assign(waiting, {
    stories: new Set(),
    capabilities: new Set(),
    isOrder: false,
    theirs: new Map(),
    timer: 0,
  });
  try {
    if (isOrder || storyIds.size + capabilities.size > 100) await redrawList(root);
    else await redrawRows(root, storyIds, capabilities);
  } catch {
    return; // the next change tries again; a real outage shows where the person acts
  }
  root.dispatchEvent(new CustomEvent("backlog:drawn"));
  for (const [id, actor] of theirs) mark(root, id, actor);
}

function soon(root) {
  clearTimeout(waiting.timer);
  waiting.timer = setTimeout(flush, CALM_MS, root);
}

/** Ask for the whole list again, soon. */
export function refreshOrder(root) {
  waiting.isOrder = true;
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

export function startFresh(root) {
  document.addEventListener("millrace:change", ({ detail }) => onChange(root, detail));
  document.addEventListener("millrace:stale", () => refreshOrder(root));
  document.addEventListener("millrace:undone", () => refreshOrder(root));
  document.body.addEventListener("backlog-changed", ({ detail }) => refreshRows(root, detail));
  document.body.addEventListener("backlog-added", () => refreshOrder(root));
  root.addEventListener("backlog:reload", () => refreshOrder(root));
}
