/* The board as it now is: fetched again after changes, further cards and lanes as one scrolls. Nothing is drawn while
   a card is held. */
import { cardsIn } from "../board/board.js";
import { getFragment } from "../http.js";
import { toast } from "../toasts.js";
import { reconcile } from "../wall/fresh.js";

const CALM_MS = 250;
const MARK_MS = 9000;
const AHEAD = "600px";

export function startFresh(parts) {
  const { root, board } = parts;
  const grown = new Set(); // cells that show more than came with the page, by their ids
  let timer = 0;
  let isAsking = false;
  let isWanted = false;

  const body = () => root.querySelector("#kanban-body");
  const cells = () => [...root.querySelectorAll('[data-drop="cell"]')];

  function parse(markup) {
    const holder = document.createElement("template");
    holder.innerHTML = markup;
    return holder.content;
  }

  function address(url, pairs) {
    const query = new URLSearchParams(pairs);
    if (root.dataset.query) query.set("q", root.dataset.query);
    return `${url}?${query}`;
  }

  const wanted = () =>
    cells()
      .filter((cell) => grown.has(cell.id))
      .map((cell) => ["more", `${cell.dataset.column}~${cell.dataset.lane}~${cardsIn(cell).length}`]);

  async function all() {
    if (isAsking || board.isHeld() || root.querySelector("dialog[open]")) {
      isWanted = true;
      return;
    }
    isAsking = true;
    isWanted = false;
    try {
      const fresh = parse(await getFragment(address(root.dataset.freshUrl, wanted())));
      if (board.isHeld()) isWanted = true;
      else draw(fresh.querySelector("#kanban-body"));
    } catch (problem) {
      if (problem.status === 404) gone(problem.message);
    } finally {
      isAsking = false;
    }
    if (isWanted && !board.isHeld()) soon();
  }

  function gone(message) {
    const note = root.querySelector("[data-stale]");
    note.querySelector("span").textContent = message;
    note.querySelector("a").textContent = "All boards";
    note.querySelector("a").href = root.dataset.listUrl;
    note.hidden = false;
  }

  function draw(fresh) {
    const focused = document.activeElement?.closest("[data-card]")?.id;
    reconcile(body(), fresh);
    window.htmx?.process(body());
    board.bind();
    watch();
    calmMarks();
    const card = focused && document.getElementById(focused);
    if (card && document.activeElement === document.body) board.focus(card);
  }

  function soon(ms = CALM_MS) {
    clearTimeout(timer);
    timer = setTimeout(all, ms);
  }

  async function more(mark) {
    const cell = mark.closest('[data-drop="cell"]');
    seen.unobserve(mark);
    grown.add(cell.id);
    const { column, lane } = cell.dataset;
    try {
      const rows = parse(
        await getFragment(address(root.dataset.cardsUrl, { column, lane, cursor: mark.dataset.more })),
      );
      for (const row of rows.querySelectorAll("[data-card]"))
        if (document.getElementById(row.id)) row.remove();
      if (!mark.isConnected) return;
      mark.replaceWith(rows);
      board.bind();
      watch();
    } catch (problem) {
      toast({ message: problem.message, kind: "error" });
    }
  }

  function lateLane(lane) {
    seen.unobserve(lane);
    delete lane.dataset.waiting;
    for (const cell of lane.querySelectorAll('[data-drop="cell"]')) grown.add(cell.id);
    soon(0);
  }

  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting) target.matches("[data-more]") ? more(target) : lateLane(target);
    },
    { rootMargin: AHEAD },
  );

  function watch() {
    for (const mark of root.querySelectorAll("[data-more], [data-waiting]")) seen.observe(mark);
  }

  /* who was there just now stays visible for a while */
  function calmMarks() {
    for (const mark of root.querySelectorAll("[data-live-mark]:not([data-timed])")) {
      mark.dataset.timed = "";
      setTimeout(() => {
        mark.closest(".is-live")?.classList.remove("is-live");
        mark.remove();
      }, MARK_MS);
    }
  }

  watch();
  calmMarks();
  return { soon, resume: () => isWanted && soon(0) };
}
