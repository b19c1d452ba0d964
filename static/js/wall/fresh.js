/* The wall as it now is: what changed is fetched once for all changes of a moment, and drawn into what stands there.
   Nothing is drawn while a card is held; what somebody edits stays as it is. */
import { getFragment } from "../http.js";

const CALM_MS = 120;
const BUSY_MS = 650; /* between two drawings while changes go on and on: still well within a second */
const MARK_MS = 9000;
const KEPT_CLASSES = ["folded", "lifted", "dragged", "busy"];
/* what the page itself, or its drag library, wrote on an element */
const OWN = new Set([
  "tabindex",
  "class",
  "aria-expanded",
  "data-held",
  "data-auto-folded",
  "data-drop-target-for-element",
  "draggable",
  "open",
]);

const isEdited = (element) => {
  const field = element.matches("input, textarea")
    ? element
    : element.querySelector("input:focus, textarea:focus");
  return Boolean(field && field === document.activeElement && !field.closest("dialog"));
};

/** Whether an element must stay as it is: held, on its way, in question, or being typed into. */
export const isKept = (element) =>
  element.matches(".lifted, .dragged, .busy, [data-conflict]") ||
  (element.matches("[data-card], form") && isEdited(element));

function syncAttributes(old, fresh) {
  const kept = KEPT_CLASSES.filter((word) => old.classList.contains(word));
  for (const { name, value } of fresh.attributes)
    if (!OWN.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes])
    if (!OWN.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  const classes = [...new Set([...fresh.classList, ...kept])].join(" ");
  if (old.getAttribute("class") !== classes && (classes || old.hasAttribute("class")))
    old.setAttribute("class", classes);
  if (old.matches("input") && old !== document.activeElement) old.value = fresh.getAttribute("value") ?? "";
}

function syncChildren(old, fresh, limbo) {
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const known = next.id ? (limbo.get(next.id) ?? document.getElementById(next.id)) : null;
    if (known && isKept(known)) {
      if (at === known) at = at.nextSibling;
      continue;
    }
    if (known) {
      limbo.delete(next.id);
      if (known === at) at = at.nextSibling;
      else old.insertBefore(known, at);
      morph(known, next, limbo);
    } else if (
      at &&
      !next.id &&
      !at.id &&
      at.nodeName === next.nodeName &&
      !(at.nodeType === 1 && isKept(at))
    ) {
      const here = at;
      at = at.nextSibling;
      if (here.nodeType === 1) morph(here, next, limbo);
      else if (here.data !== next.data) here.data = next.data;
    } else old.insertBefore(next, at);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    if (gone.nodeType === 1 && (isKept(gone) || gone.querySelector?.(".lifted, .dragged"))) continue;
    if (gone.id) limbo.set(gone.id, gone);
    gone.remove();
  }
}

function morph(old, fresh, limbo) {
  if (old.isEqualNode(fresh)) return;
  syncAttributes(old, fresh);
  syncChildren(old, fresh, limbo);
}

/** Make an element what the fresh one is; elements with ids keep their identity, wherever they went. */
export function reconcile(old, fresh) {
  const focused = document.activeElement;
  const { id } = focused?.closest("[data-card]") ?? {};
  morph(old, fresh, new Map());
  if (focused && focused !== document.activeElement && id) {
    const target = focused.isConnected ? focused : document.getElementById(id);
    target?.focus({ preventScroll: true });
  }
}

/** Keeps the wall fresh. `onDrawn` is called after every drawing. */
export function startFresh(root, board, onDrawn) {
  const wanted = { tasks: new Set(), stories: new Set(), all: false };
  const isStories = root.dataset.view === "stories";
  let timer = 0;
  let isAsking = false;
  let lastAsked = Number.NEGATIVE_INFINITY;
  let lastSent = 0; // what was asked before the newest change of ours was taken is old news

  const isWanted = () => wanted.all || wanted.tasks.size > 0 || wanted.stories.size > 0;

  function take() {
    const query = new URLSearchParams(root.dataset.query);
    if (!wanted.all && !isStories && wanted.tasks.size + wanted.stories.size <= 60) {
      query.set("tasks", [...wanted.tasks].join(","));
      query.set("stories", [...wanted.stories].join(","));
    }
    wanted.tasks.clear();
    wanted.stories.clear();
    wanted.all = false;
    return `${root.dataset.freshUrl}?${query}`;
  }

  function draw(markup) {
    const holder = document.createElement("template");
    holder.innerHTML = markup;
    const fresh = holder.content.querySelector("[data-fresh]");
    if (!fresh) return;
    const body = document.getElementById("wall-body");
    if ("part" in fresh.dataset && fresh.dataset.order !== body.dataset.order) wanted.all = true;
    for (const part of [...fresh.children]) {
      const known = part.id && document.getElementById(part.id);
      if (known && !isKept(known)) reconcile(known, part);
    }
    window.htmx?.process(root);
    board.bind();
    markFresh(root);
    onDrawn();
  }

  async function ask() {
    if (isAsking || !isWanted()) return;
    if (board.isHeld()) return; // asked again when it is released
    isAsking = true;
    const asked = performance.now();
    lastAsked = asked;
    try {
      const markup = await getFragment(take());
      if (board.isHeld() || asked < lastSent) wanted.all = true;
      else draw(markup);
    } catch (problem) {
      if (problem.status === 404)
        document.dispatchEvent(new CustomEvent("wall:gone", { detail: problem.message }));
    }
    isAsking = false;
    if (isWanted()) soon(calm());
  }

  /* how long to wait for more changes: not long after a quiet while, longer when they follow one another */
  const calm = () => Math.max(CALM_MS, lastAsked + BUSY_MS - performance.now());

  function soon(ms = CALM_MS) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
      ask();
    }, ms);
  }

  const laneOf = (card) => card?.closest("[data-lane]")?.dataset.lane;

  function onChange({ detail }) {
    const { topic, object } = detail;
    if (topic === "task" && object) {
      wanted.tasks.add(object);
      const lane = isStories ? null : laneOf(document.getElementById(`task-${object}`));
      if (lane) wanted.stories.add(lane);
    } else if (topic === "story" && object) wanted.stories.add(object);
    else if (["task", "story", "sprint", "state", "team", "person", "leave", "value"].includes(topic))
      wanted.all = true;
    else return;
    if (!timer && !isAsking) soon(calm());
  }

  document.addEventListener("millrace:change", onChange);
  document.addEventListener("millrace:stale", () => {
    wanted.all = true;
    soon();
  });
  document.addEventListener("millrace:undone", () => {
    wanted.all = true;
    soon(0);
  });
  document.body.addEventListener("wall-changed", () => {
    wanted.all = true;
    soon(0);
  });
  markFresh(root);
  return {
    /** Draw these lanes (or all) again now. */
    now({ story, all = false } = {}) {
      if (story && !isStories) wanted.stories.add(String(story));
      else wanted.all = wanted.all || all || isStories;
      soon(0);
    },
    resume: () => isWanted() && soon(0),
    noteSent() {
      lastSent = performance.now();
    },
  };
}

/* who was there just now stays visible for a while */
function markFresh(root) {
  for (const mark of root.querySelectorAll("[data-live-mark]:not([data-timed])")) {
    mark.dataset.timed = "";
    setTimeout(() => {
      mark.closest(".is-live")?.classList.remove("is-live");
      mark.remove();
    }, MARK_MS);
  }
}
