/* Drag and drop of rows: stories one by one, capabilities and selections as blocks; onto the rail, to far places. */
import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { autoScrollWindowForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { clearHint, hint } from "./hint.js";
import { anchorBeside, move, movingRows } from "./move.js";
import { placeOnRail, showOnRail } from "./places.js";

const bound = new WeakMap();

function show(row, edge) {
  row.classList.toggle("drop-above", edge === "top");
  row.classList.toggle("drop-below", edge === "bottom");
}

function bindRow(root, row) {
  const stop = combine(
    draggable({
      element: row,
      canDrag: () =>
        root.hasAttribute("data-can-move") &&
        !row.querySelector(".inline-form") &&
        !row.classList.contains("again"),
      getInitialData: () => ({ backlogRow: row.id }),
      onDragStart: () => {
        root.dataset.held = "drag";
        for (const each of movingRows(root, row)) each.classList.add("dragged");
      },
      onDrop: () => {
        clearHint();
        for (const each of root.querySelectorAll(".dragged")) each.classList.remove("dragged");
        delete root.dataset.held;
        root.dispatchEvent(new CustomEvent("backlog:released"));
      },
    }),
    dropTargetForElements({
      element: row,
      canDrop: ({ source }) => Boolean(source.data.backlogRow) && source.element !== row,
      getData: ({ input, element }) =>
        attachClosestEdge({ row: row.id }, { input, element, allowedEdges: ["top", "bottom"] }),
      onDrag: ({ self, source }) => overRow(root, row, extractClosestEdge(self.data), source.element),
      onDragLeave: () => show(row, null),
      onDrop: () => show(row, null),
    }),
  );
  bound.set(row, stop);
}

let over = "";

/* the price is asked when the place changes, not with every pixel */
function overRow(root, row, edge, held) {
  show(row, edge);
  const now = `${row.id} ${edge}`;
  if (over === now || !edge) return;
  over = now;
  const anchor = anchorBeside(root, row, edge, movingRows(root, held));
  if (!anchor) return;
  const words = `Put down ${anchor.before ? "before" : "after"} ${(anchor.before ?? anchor.after).dataset.key}`;
  hint(root, row, { held, anchor, words });
}

function onDrop(root, { source, location }) {
  over = "";
  const target = location.current.dropTargets[0];
  const row = source.element;
  if (!target || !root.contains(row)) return;
  if (target.data.rail) {
    move(root, row, { position: placeOnRail(location.current.input.clientY) });
    return;
  }
  const edge = extractClosestEdge(target.data);
  const anchor = anchorBeside(root, target.element, edge, movingRows(root, row));
  if (anchor) move(root, row, anchor);
}

/** Bind rows that are not bound yet. */
export function bindDrag(root) {
  for (const row of root.querySelectorAll("[data-story-row], [data-capability-row][aria-expanded]")) {
    if (!bound.has(row)) bindRow(root, row);
  }
}

function bindRail() {
  const rail = document.querySelector("[data-rail]");
  if (!rail) return () => {};
  return dropTargetForElements({
    element: rail,
    canDrop: ({ source }) => Boolean(source.data.backlogRow),
    getData: () => ({ rail: true }),
    onDrag: ({ location }) => {
      clearHint();
      showOnRail(placeOnRail(location.current.input.clientY), "Drop: ");
    },
  });
}

export function startDrag(root) {
  bindDrag(root);
  combine(
    bindRail(),
    autoScrollWindowForElements({ canScroll: ({ source }) => Boolean(source.data.backlogRow) }),
    monitorForElements({
      canMonitor: ({ source }) => Boolean(source.data.backlogRow),
      onDrop: (event) => onDrop(root, event),
    }),
  );
}
