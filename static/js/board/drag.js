/* Cards by pointer: the place under the pointer says that it takes the card, and where in it. */
import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { autoScrollWindowForElements } from "@atlaskit/pragmatic-drag-and-drop-auto-scroll/element";
import { cardsIn, isCell, placeOf } from "./board.js";

const KIND = "boardCard";

/* the first card whose middle lies below the pointer */
function cardBelow(cell, y, moving) {
  for (const card of cardsIn(cell)) {
    if (card === moving) continue;
    const box = card.getBoundingClientRect();
    if (y < box.top + box.height / 2) return card;
  }
  return null;
}

function mark(place, before, ordered) {
  clear(place.ownerDocument);
  place.classList.add("drop-here");
  if (!isCell(place) || !ordered) return;
  if (before) before.classList.add("drop-before");
  else place.classList.add("drop-last");
}

function clear(page) {
  for (const word of ["drop-here", "drop-before", "drop-last"])
    for (const marked of page.querySelectorAll(`.${word}`)) marked.classList.remove(word);
}

export function startDrag(board) {
  const { root, adapter } = board;
  const bound = new WeakSet();

  function bindCard(card) {
    bound.add(card);
    draggable({
      element: card,
      canDrag: ({ element }) =>
        adapter.canMove(element) && !element.contains(document.activeElement?.closest("input, textarea")),
      getInitialData: () => ({ kind: KIND }),
      onDragStart: () => {
        board.hold(card);
        card.classList.add("dragged");
        for (const place of board.places(card)) place.classList.add("takes");
      },
      onDrop: () => {
        clear(document);
        card.classList.remove("dragged");
        for (const place of root.querySelectorAll(".takes")) place.classList.remove("takes");
        board.release();
      },
    });
  }

  function bindPlace(place) {
    bound.add(place);
    const pointAt = (location) => cardBelow(place, location.current.input.clientY, board.held);
    dropTargetForElements({
      element: place,
      canDrop: ({ source }) => source.data.kind === KIND && adapter.accepts(source.element, place),
      onDragEnter: ({ location }) => mark(place, isCell(place) ? pointAt(location) : null, adapter.isOrdered),
      onDrag: ({ location }) => mark(place, isCell(place) ? pointAt(location) : null, adapter.isOrdered),
      onDragLeave: () => clear(document),
    });
  }

  autoScrollWindowForElements({ canScroll: ({ source }) => source.data.kind === KIND });
  monitorForElements({
    canMonitor: ({ source }) => source.data.kind === KIND,
    onDrop: ({ source, location }) => {
      const place = location.current.dropTargets[0]?.element;
      if (!place || !root.contains(source.element)) return;
      const before = isCell(place) ? cardBelow(place, location.current.input.clientY, source.element) : null;
      const from = placeOf(source.element);
      if (from.place === place && (!adapter.isOrdered || from.before === before)) return;
      board.move(source.element, place, before, from);
    },
  });

  return {
    bind() {
      for (const card of root.querySelectorAll("[data-card]")) if (!bound.has(card)) bindCard(card);
      for (const place of root.querySelectorAll("[data-drop]")) if (!bound.has(place)) bindPlace(place);
    },
  };
}
