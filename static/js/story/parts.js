/* The pages of a story and of a capability are drawn in parts. Whoever changes one has it back with the
   answer; the event "part-changed" then makes the others follow. When somebody else changes what is shown,
   a note says so: what is being typed is never thrown away. */
import { fill, getFragment } from "../http.js";
import { isMine } from "../live.js";

const STALE = 409;

const isBusy = (part) =>
  part.querySelector("[data-held], form:not([data-autosave]) :focus, details[open]") !== null;

async function redraw(part) {
  const markup = await getFragment(part.dataset.partUrl).catch(() => null);
  if (markup !== null && part.isConnected && !isBusy(part)) refill(part, markup);
}

/* the field that has the focus keeps it: it is known by its id */
function refill(part, markup) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  fill(part, markup);
  if (focused) document.getElementById(focused)?.focus();
}

function redrawOthers(root, changed) {
  for (const part of root.querySelectorAll("[data-part-url]")) {
    if (part.dataset.part !== changed && !isBusy(part)) redraw(part);
  }
}

function showStale(root, words) {
  const note = root.querySelector("[data-stale]");
  if (words) note.querySelector("[data-stale-words]").textContent = words;
  note.hidden = false;
}

function onChange(root, change) {
  const concerns = root.dataset.topics.split(" ").includes(change.topic);
  if (concerns && String(change.object) === root.dataset.object && !isMine(change) && change.actor) {
    showStale(root);
  }
  for (const part of root.querySelectorAll(`[data-follows~="${CSS.escape(change.topic)}"]`)) {
    if (!isMine(change)) redraw(part);
  }
}

function onRefusal(root, { xhr }) {
  if (xhr.status !== STALE) return;
  const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const line = answer.querySelector('[data-code="stale_version"]');
  if (line) showStale(root, line.textContent);
}

/* what was taken back is a version of its own, which the next change is based on */
function onUndone(root, answer) {
  const now = new DOMParser().parseFromString(answer, "text/html").getElementById("thing-version");
  const version = document.getElementById("thing-version");
  if (now && version) version.value = now.value;
  redrawOthers(root, "");
}

/* Escape in a form that took a part's place is its Cancel */
function leaveForm(event) {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.target.closest("form")?.querySelector("[data-cancel]")?.click();
}

export function start(root) {
  document.body.addEventListener("part-changed", ({ detail }) => redrawOthers(root, detail.part));
  for (const name of ["backlog-moved", "backlog-changed"]) {
    document.body.addEventListener(name, () => redrawOthers(root, ""));
  }
  document.addEventListener("millrace:change", ({ detail }) => onChange(root, detail));
  document.body.addEventListener("htmx:responseError", ({ detail }) => onRefusal(root, detail));
  document.addEventListener("millrace:undone", ({ detail }) => onUndone(root, detail.answer));
  root.addEventListener("keydown", leaveForm);
  root.addEventListener("submit", (event) => {
    if (event.target.matches("[data-autosave]")) event.preventDefault(); // its fields save on change
  });
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-reload]")) location.reload();
  });
}
