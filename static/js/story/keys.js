/* Keys of a story's page: each leads to what it changes. */
const PLACES = {
  t: '[data-part="head"] [data-edit]',
  d: '[data-part="text"] [data-edit]',
  s: "#story-state",
  p: "#fact-points",
  a: "#fact-assignee",
  n: "#task-new",
  c: "#comment-new",
  w: "#story-follow",
};
const PRESSED = new Set(["t", "d", "w"]);

const isTyping = (target) =>
  Boolean(target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));

let leaderAt = Number.NEGATIVE_INFINITY;
const CHORD_MS = 1200;

function onKey(root, event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
    return;
  if (document.querySelector("dialog[open]")) return;
  const isSecond = performance.now() - leaderAt < CHORD_MS; // "g d" is on its way somewhere else
  leaderAt = event.key === "g" && !isSecond ? performance.now() : Number.NEGATIVE_INFINITY;
  const selector = isSecond ? null : PLACES[event.key];
  const place = selector && root.querySelector(selector);
  if (!place) return;
  event.preventDefault();
  if (PRESSED.has(event.key)) place.click();
  else {
    place.scrollIntoView({ block: "center" });
    place.focus();
  }
}

/* what is read is changed where it stands: a double click is the pencil beside it */
function onDoubleClick({ target }) {
  if (target.closest("input, textarea, select, button, a, label")) return;
  const read = target.closest("h1, .narrative, .prose:not(.comment-text)");
  read?.closest("[data-part]")?.querySelector("[data-edit]")?.click();
}

export function startKeys(root) {
  root.addEventListener("dblclick", onDoubleClick);
  document.addEventListener("keydown", (event) => onKey(root, event));
}
