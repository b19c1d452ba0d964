/* The pages of a story and of a capability are drawn in parts. Whoever changes one has it back with the
   answer; the event "part-changed" then makes the others follow. When somebody else changes what is shown,
   a note says so: what is being typed is never thrown away. */
import { fill, getFragment } from "../http.js";
import { isMine } from "../live.js";

const STALE = 409;
const MANY = 0;

const CALM_MS = 300;

const isTouched = (field) =>
  field.matches("select")
    ? [...field.options].some((option) => option.selected !== option.defaultSelected)
    : field.value !== field.defaultValue;

/* held, open, or with something typed that is not saved yet */
const isBusy = (part) =>
  part.querySelector("[data-held], [data-collision], .title-form, .text-form, details[open]") !== null ||
  [...part.querySelectorAll("textarea, input:not([type=hidden], [type=checkbox], [type=file])")].some(
    isTouched,
  ) ||
  part.querySelector("form:not([data-autosave]) :is(input, textarea, select):focus") !== null;

async function redraw(part) {
  if (isBusy(part)) return;
  const markup = await getFragment(part.dataset.partUrl).catch(() => null);
  if (markup !== null && part.isConnected && !isBusy(part)) refill(part, markup);
}

/* several changes at once, or one that says itself in several ways, draw a part once */
const waiting = new Map();

function redrawSoon(part) {
  clearTimeout(waiting.get(part));
  waiting.set(part, setTimeout(redraw, CALM_MS, part));
}

/* the field that has the focus keeps it: it is known by its id */
function refill(part, markup) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  fill(part, markup);
  if (focused) document.getElementById(focused)?.focus();
}

function redrawOthers(root, changed) {
  for (const part of root.querySelectorAll("[data-part-url]")) {
    if (part.dataset.part !== changed) redrawSoon(part);
  }
}

function showStale(root, words) {
  const note = root.querySelector("[data-stale]");
  if (words) note.querySelector("[data-stale-words]").textContent = words;
  note.hidden = false;
}

function onChange(root, change) {
  const concerns = root.dataset.topics.split(" ").includes(change.topic);
  const isThis = String(change.object) === root.dataset.object;
  if (isMine(change)) return;
  if (concerns && root.hasAttribute("data-merges")) {
    if (isThis || change.object === MANY) followOthers(root);
  } else if (concerns && isThis && change.actor) showStale(root);
  const topic = CSS.escape(change.topic);
  for (const part of root.querySelectorAll(`[data-follows~="${topic}"]`)) redrawSoon(part);
  if (!isThis) return;
  for (const part of root.querySelectorAll(`[data-follows-object~="${topic}"]`)) redrawSoon(part);
}

/* edits of a story merge by field: what nobody is typing into follows at once, the rest stays as it is */
function followOthers(root) {
  const busy = [...root.querySelectorAll("[data-part-url]")].filter(isBusy);
  if (busy.some((part) => part.querySelector("[data-version]"))) showStale(root);
  redrawOthers(root, "");
}

/* what is typed into a part is based on the version that the part was drawn from */
function sendVersionOfPart({ detail }) {
  const drawn = detail.elt.closest?.("[data-part]")?.querySelector("[data-version]");
  if (drawn && detail.verb === "post") detail.parameters.version = drawn.value;
}

/* both changed one field: the answer asks, in the place of the part */
function showCollision({ detail }) {
  if (!detail.xhr.getResponseHeader("Millrace-Collision")) return;
  detail.shouldSwap = true;
  detail.isError = false;
}

function goToCollision({ target }) {
  target.querySelector?.("[data-collision]")?.focus();
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
  document.body.addEventListener("htmx:configRequest", sendVersionOfPart);
  document.body.addEventListener("htmx:beforeSwap", showCollision);
  document.body.addEventListener("htmx:afterSwap", goToCollision);
  document.addEventListener("millrace:undone", ({ detail }) => onUndone(root, detail.answer));
  root.addEventListener("keydown", leaveForm);
  root.addEventListener("submit", (event) => {
    if (event.target.matches("[data-autosave]")) event.preventDefault(); // its fields save on change
  });
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-reload]")) location.reload();
  });
}
