/* Cards in places, moved by pointer, keyboard or menu: one gesture each, one and the same change.

   Markup: a root; places [data-drop]; cards [data-card]. A place with data-drop="cell" is a list that holds its cards
   (data-lane-of names its row, data-label or aria-label its name); any other place only takes drops (a person).
   A button [data-card-menu] in a card opens its menu.

   startBoard(root, adapter) answers a board. The adapter knows what a move means:
     canMove(card) -> bool               whether this card may be lifted at all
     accepts(card, place) -> bool        whether the place takes it
     name(card), placeName(place)        for people who hear the page
     isOrdered                           whether cards have an order of their own within a cell
     drop({card, place, before, from, putBack})   the change; in a cell the card stands there already (before which
                                         card: null at the end), putBack() returns it to where it was
     menu(card) -> [{label, items: [{label, isCurrent, run}]}]   groups of the menu
     act(card, key) -> bool              further keys on a focused card; true when taken
     released()                          nothing is held any more: what waited may be drawn

   board: bind() after cards or places came in; isHeld(); focus(card); putBack(card); openMenu(card) */
import { startDrag } from "./drag.js";
import { startKeys } from "./keys.js";
import { openMenu } from "./menu.js";

export const cardOf = (element) => element.closest?.("[data-card]");
export const isCell = (place) => place.dataset.drop === "cell";
export const cardsIn = (cell) => [...cell.querySelectorAll(":scope > [data-card]")];

/** Where a card stands: its cell and the card after it. */
export function placeOf(card) {
  return { place: card.parentElement.closest("[data-drop]"), before: nextCard(card) };
}

const nextCard = (card) => {
  let next = card.nextElementSibling;
  while (next && !next.matches("[data-card]")) next = next.nextElementSibling;
  return next;
};

/** Put a card into a cell, before another one or at the end. */
export function put(card, cell, before = null) {
  if (before?.parentElement === cell) before.before(card);
  else cell.append(card);
}

export function startBoard(root, adapter) {
  const board = {
    root,
    adapter,
    held: null,
    isHeld: () => board.held !== null,
    hold(card) {
      board.held = card;
      root.dataset.held = "card";
    },
    release() {
      board.held = null;
      delete root.dataset.held;
      adapter.released?.();
    },
    places: (card) =>
      [...root.querySelectorAll("[data-drop]")].filter((place) => adapter.accepts(card, place)),
    /* one move, whoever asked for it */
    move(card, place, before = null, from = placeOf(card)) {
      const putBack = () => from.place?.isConnected && put(card, from.place, from.before);
      if (isCell(place)) put(card, place, before);
      return adapter.drop({ card, place, before, from, putBack });
    },
    openMenu: (card, button) => openMenu(board, card, button),
  };
  const drag = startDrag(board);
  const keys = startKeys(board);
  board.bind = () => {
    drag.bind();
    keys.calm();
  };
  board.focus = keys.focus;
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-card-menu]");
    if (button) board.openMenu(cardOf(button), button);
  });
  board.bind();
  return board;
}
