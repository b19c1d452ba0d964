/* Drag and drop of rows: stories one by one, capabilities as blocks. */
import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { autoScrollWindowForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { attachClosestEdge, extractClosestEdge } from "@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge";
import { anchorBeside, move } from "./move.js";
import { blockOf } from "./rows.js";

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
        for (const each of blockOf(root, row)) each.classList.add("dragged");
      },
      onDrop: () => {
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
      onDrag: ({ self }) => show(row, extractClosestEdge(self.data)),
      onDragLeave: () => show(row, null),
      onDrop: () => show(row, null),
    }),
  );
  bound.set(row, stop);
}

function onDrop(root, { source, location }) {
  const target = location.current.dropTargets[0];
  const row = source.element;
  if (!target || !root.contains(row)) return;
  const edge = extractClosestEdge(target.data);
  const anchor = anchorBeside(root, target.element, edge, blockOf(root, row));
  if (anchor) move(root, row, anchor);
}

/** Bind rows that are not bound yet. */
export function bindDrag(root) {
  for (const row of root.querySelectorAll("[data-story-row], [data-capability-row][aria-expanded]")) {
    if (!bound.has(row)) bindRow(root, row);
  }
}

export function startDrag(root) {
  bindDrag(root);
  combine(
    autoScrollWindowForElements({ canScroll: ({ source }) => Boolean(source.data.backlogRow) }),
    monitorForElements({
      canMonitor: ({ source }) => Boolean(source.data.backlogRow),
      onDrop: (event) => onDrop(root, event),
    }),
  );
}
