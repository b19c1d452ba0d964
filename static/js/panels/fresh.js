/* Panels as they now are: fetched again after changes, further rows as one scrolls. Rows that are held or selected
   stay where they are; what waits is offered by a button. */
import { getFragment } from "../http.js";
import { toast } from "../toasts.js";
import { reconcile } from "../wall/fresh.js";
import { panelsIn } from "./adapter.js";

const CALM_MS = 400;
const MOST_ASKED = 200;
const MARK_MS = 9000;

const idsOf = (section) => [...section.querySelectorAll("[data-card]")].map((row) => row.id).join();

export function startFresh(parts) {
  const { root, board, selection } = parts;
  const notes = new Map(); // panel -> what was dropped there and doesn't match it
  let timer = 0;
  let isAsking = false;
  let isWanted = false;

  function address(panel, values) {
    const query = new URLSearchParams(values);
    if (root.dataset.query) query.set("q", root.dataset.query);
    return `${panel.dataset.freshUrl}?${query}`;
  }

  function parse(markup) {
    const holder = document.createElement("template");
    holder.innerHTML = markup;
    return holder.content;
  }

  /* rows beyond what one question may ask for stay as they were */
  function keepTail(panel, fresh) {
    const old = [...panel.querySelectorAll("[data-card]")];
    if (old.length <= MOST_ASKED) return;
    const known = new Set([...fresh.querySelectorAll("[data-card]")].map((row) => row.id));
    const list = fresh.querySelector(".rows");
    list.querySelector("[data-more]")?.remove();
    for (const row of old.slice(MOST_ASKED)) if (!known.has(row.id)) list.append(row.cloneNode(true));
    const more = panel.querySelector("[data-more]");
    if (more) list.append(more.cloneNode(true));
  }

  function draw(panel, fresh) {
    keepTail(panel, fresh);
    if (selection.isIn(panel) && idsOf(panel) !== idsOf(fresh)) {
      for (const row of fresh.querySelectorAll("[data-card]")) {
        const known = document.getElementById(row.id);
        if (known && panel.contains(known)) reconcile(known, row);
      }
      panel.querySelector("[data-sums]").replaceWith(fresh.querySelector("[data-sums]"));
      panel.querySelector("[data-pending]").hidden = false;
      isWanted = true;
    } else reconcile(panel, fresh);
    window.htmx?.process(panel);
    drawNotes(panel);
    watch(panel);
  }

  function drawNotes(panel) {
    const list = panel.querySelector("[data-scroll]");
    for (const old of list.querySelectorAll(".left-note")) old.remove();
    for (const left of notes.get(panel.dataset.panel) ?? []) {
      const note = document.createElement("p");
      note.className = "left-note small";
      note.setAttribute("role", "note");
      const words = document.createElement("span");
      words.textContent = `${left.name} is still not in this panel: ${left.reason}`;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn small bare";
      button.textContent = "Dismiss";
      button.addEventListener("click", () => {
        notes.set(
          panel.dataset.panel,
          notes.get(panel.dataset.panel).filter((other) => other !== left),
        );
        note.remove();
      });
      note.append(words, button);
      list.querySelector(".rows").before(note);
    }
  }

  async function refresh(panel) {
    const rows = Math.min(panel.querySelectorAll("[data-card]").length, MOST_ASKED);
    const markup = await getFragment(address(panel, { rows }));
    if (board.isHeld()) {
      isWanted = true;
      return;
    }
    const fresh = parse(markup).querySelector("[data-panel]");
    if (fresh) draw(panel, fresh);
  }

  async function all() {
    if (isAsking || board.isHeld() || document.querySelector(".pn-menu[open]")) {
      isWanted = true;
      return;
    }
    isAsking = true;
    isWanted = false;
    const answers = await Promise.allSettled(panelsIn(root).map(refresh));
    isAsking = false;
    board.bind();
    selection.paint();
    calmMarks();
    const refused = answers.find((answer) => answer.status === "rejected")?.reason;
    if (refused?.status === 404) root.querySelector("[data-stale]").hidden = false;
  }

  function soon(ms = CALM_MS) {
    clearTimeout(timer);
    timer = setTimeout(all, ms);
  }

  async function more(mark) {
    const panel = mark.closest("[data-panel]");
    seen.unobserve(mark);
    try {
      const rows = parse(await getFragment(address(panel, { cursor: mark.dataset.more })));
      for (const row of rows.querySelectorAll("[data-card]"))
        if (document.getElementById(row.id)) row.remove();
      if (mark.isConnected) mark.replaceWith(rows);
      board.bind();
      watch(panel);
    } catch (problem) {
      toast({ message: problem.message, kind: "error" });
    }
  }

  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (entry.isIntersecting) more(entry.target);
    },
    { rootMargin: "600px 0px" },
  );

  function watch(panel) {
    const mark = panel.querySelector("[data-more]");
    if (mark) seen.observe(mark);
  }

  /* who was there just now stays visible for a while */
  function calmMarks() {
    for (const mark of root.querySelectorAll("[data-live-mark]:not([data-timed])")) {
      mark.dataset.timed = "";
      setTimeout(() => {
        mark.closest(".live-r")?.classList.remove("live-r");
        mark.remove();
      }, MARK_MS);
    }
  }

  root.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-pending]")) return;
    selection.clear();
    soon(0);
  });
  for (const panel of panelsIn(root)) watch(panel);
  calmMarks();

  return {
    soon,
    resume: () => isWanted && soon(0),
    note(panel, left) {
      notes.set(panel, left);
    },
  };
}
