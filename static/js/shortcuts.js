/* Keys: "g b" follows the link marked data-shortcut="g b", "/" goes to the filter, "?" shows the map. */
const CHORD_MS = 1200;
let leader = "";
let leaderAt = 0;

const isTyping = (target) =>
  Boolean(target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));

function follow(keys) {
  const link = document.querySelector(`#navigation [data-shortcut="${CSS.escape(keys)}"]`);
  link?.click();
  return Boolean(link);
}

function chord(key) {
  const keys = `${leader} ${key}`;
  leader = "";
  return follow(keys);
}

function single(key) {
  if (key === "?") document.getElementById("keys")?.showModal();
  else if (key === "/") document.querySelector("[data-filter]")?.focus();
  else return false;
  return true;
}

/* Escape leaves a filter: the browser empties it first, when there is something in it */
function leaveFilter(event) {
  const filter = event.target.closest?.("[data-filter]");
  if (event.key === "Escape" && filter && !filter.value) filter.blur();
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const inChord = leader && performance.now() - leaderAt < CHORD_MS;
  if (inChord ? chord(event.key) : single(event.key)) event.preventDefault();
  else if (event.key === "g") {
    leader = "g";
    leaderAt = performance.now();
  }
}

export function startShortcuts() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", leaveFilter);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-open]")) document.getElementById("keys").showModal();
  });
}
