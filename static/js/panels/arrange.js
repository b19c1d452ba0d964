/* Panels themselves: their order by drag and from their menu, their width by drag and by keyboard, a condition of
   their filter taken out. */
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { announce } from "../announce.js";
import { post } from "../http.js";
import { toast } from "../toasts.js";
import { panelOf, panelsIn } from "./adapter.js";

const STEP = 40;
const NARROWEST = 280;
const WIDEST = 760;
const KIND = "panel";

export function startArranging(parts) {
  const { root, fresh } = parts;

  async function send(url, values) {
    try {
      const version = await post(url, { ...values, version: root.dataset.version });
      if (root.dataset.layout) root.dataset.version = version;
      else location.assign(root.dataset.pageUrl);
      return true;
    } catch (problem) {
      toast({ message: problem.message, kind: "error" });
      return false;
    }
  }

  async function place(panel, to) {
    const others = panelsIn(root).filter((other) => other !== panel);
    const at = Math.min(Math.max(to, 0), others.length);
    const before = panelsIn(root)[panelsIn(root).indexOf(panel) + 1] ?? null;
    if (others[at]) others[at].before(panel);
    else panel.parentElement.append(panel);
    if (await send(panel.dataset.moveUrl, { to: at }))
      announce(`${panel.dataset.title} is panel ${at + 1} of ${others.length + 1}`);
    else panel.parentElement.insertBefore(panel, before);
  }

  function setWidth(panel, width) {
    const kept = Math.min(Math.max(Math.round(width / STEP) * STEP, NARROWEST), WIDEST);
    panel.dataset.w = kept;
    panel.querySelector("[role=separator]").setAttribute("aria-valuenow", kept);
    return kept;
  }

  const keepWidth = (panel) => send(panel.dataset.editUrl, { width: panel.dataset.w, quiet: 1 });

  root.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".pn-resize");
    if (!handle) return;
    event.preventDefault();
    const panel = panelOf(handle);
    const start = event.clientX;
    const width = panel.getBoundingClientRect().width;
    const was = panel.dataset.w;
    root.dataset.sizing = "";
    const follow = (move) => setWidth(panel, width + move.clientX - start);
    const end = () => {
      delete root.dataset.sizing;
      document.removeEventListener("pointermove", follow);
      if (panel.dataset.w !== was) keepWidth(panel);
    };
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", end, { once: true });
  });

  let timer = 0;
  root.addEventListener("keydown", (event) => {
    if (!event.target.matches(".pn-resize")) return;
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    const panel = panelOf(event.target);
    setWidth(panel, Number(panel.dataset.w) + by);
    clearTimeout(timer);
    timer = setTimeout(keepWidth, 600, panel);
  });

  root.addEventListener("click", async ({ target }) => {
    const mover = target.closest("[data-panel-move]");
    const chip = target.closest("[data-without]");
    const panel = (mover || chip) && panelOf(target);
    if (mover) {
      mover.closest("details").open = false;
      await place(panel, panelsIn(root).indexOf(panel) + Number(mover.dataset.panelMove));
      panel.querySelector(".pn-menu > summary")?.focus();
    } else if (chip) {
      await send(panel.dataset.editUrl, { filter_text: chip.dataset.without, quiet: 1 });
      fresh.soon(0);
    }
  });

  const bound = new WeakSet();
  function bind(panel) {
    if (bound.has(panel) || !("canChange" in panel.dataset)) return;
    bound.add(panel);
    draggable({
      element: panel,
      dragHandle: panel.querySelector("[data-panel-head]"),
      getInitialData: () => ({ kind: KIND }),
      onDragStart: () => panel.classList.add("moving"),
      onDrop: () => panel.classList.remove("moving"),
    });
    dropTargetForElements({
      element: panel,
      canDrop: ({ source }) => source.data.kind === KIND && source.element !== panel,
      onDragEnter: () => panel.classList.add("panel-here"),
      onDragLeave: () => panel.classList.remove("panel-here"),
      onDrop: ({ source }) => {
        panel.classList.remove("panel-here");
        place(source.element, panelsIn(root).indexOf(panel));
      },
    });
  }
  for (const panel of panelsIn(root)) bind(panel);
}
