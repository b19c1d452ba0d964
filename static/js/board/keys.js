/* Cards by keyboard: one is in the tab order; arrows walk, Space lifts, arrows carry, Space or Enter puts down,
   Esc puts back, Enter or m opens the menu. A live region says where the card is. */
import { announce } from "../announce.js";
import { cardOf, cardsIn, placeOf, put } from "./board.js";

const isTyping = (target) => Boolean(target.closest("input, textarea, select, [contenteditable]"));

export function startKeys(board) {
  const { root, adapter } = board;
  let lifted = null; // {card, from}

  const shown = (card) => card.offsetParent !== null;
  const cards = () => [...root.querySelectorAll("[data-card]")].filter(shown);
  const cells = (card) =>
    [...root.querySelectorAll('[data-drop="cell"]')].filter(
      (cell) => cell.dataset.laneOf === placeOf(card).place.dataset.laneOf,
    );

  function focus(card) {
    for (const other of root.querySelectorAll("[data-card][tabindex='0']")) other.tabIndex = -1;
    card.tabIndex = 0;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /* exactly one card in the tab order */
  function calm() {
    if (root.querySelector("[data-card][tabindex='0']")) return;
    const first = cards()[0];
    if (first) first.tabIndex = 0;
  }

  /* up and down stay in the column, through all rows */
  function walkDown(card, by) {
    const { place } = placeOf(card);
    const column = cards().filter((other) => placeOf(other).place.dataset.state === place.dataset.state);
    const next = column[column.indexOf(card) + by];
    if (next) focus(next);
  }

  /* left and right stay in the row: to the next column with a card, at the same height */
  function walkAcross(card, by) {
    const row = cells(card);
    const { place } = placeOf(card);
    const height = cardsIn(place).indexOf(card);
    for (let at = row.indexOf(place) + by; row[at]; at += by) {
      const there = cardsIn(row[at]).filter(shown);
      if (there.length) return focus(there[Math.min(height, there.length - 1)]);
    }
    return undefined;
  }

  function lift(card) {
    if (!adapter.canMove(card)) {
      announce(`${adapter.name(card)} can't be moved by you.`);
      return;
    }
    lifted = { card, from: placeOf(card) };
    board.hold(card);
    card.classList.add("lifted");
    announce(`${adapter.name(card)} is lifted. Arrows carry it, Space puts it down, Escape puts it back.`);
  }

  function tell() {
    const { place } = placeOf(lifted.card);
    const all = cardsIn(place);
    const where = adapter.isOrdered ? `, ${all.indexOf(lifted.card) + 1} of ${all.length}` : "";
    announce(`${adapter.placeName(place)}${where}`);
    lifted.card.focus({ preventScroll: true });
    lifted.card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function carryAcross(by) {
    const row = cells(lifted.card).filter((cell) => adapter.accepts(lifted.card, cell));
    const next = row[row.indexOf(placeOf(lifted.card).place) + by];
    if (!next) return;
    put(lifted.card, next, adapter.isOrdered ? (cardsIn(next)[0] ?? null) : null);
    tell();
  }

  function carryDown(by) {
    const { place } = placeOf(lifted.card);
    if (!adapter.isOrdered) return;
    const all = cardsIn(place);
    const at = all.indexOf(lifted.card);
    if (!all[at + by]) return;
    put(lifted.card, place, by < 0 ? all[at - 1] : (all[at + 2] ?? null));
    tell();
  }

  function letGo() {
    const held = lifted;
    lifted = null;
    held.card.classList.remove("lifted");
    return held;
  }

  function putDown() {
    const { card, from } = letGo();
    const { place, before } = placeOf(card);
    const isThere = from.place === place && from.before === before;
    if (isThere) announce(`${adapter.name(card)} stays where it is.`);
    else board.move(card, place, before, from);
    board.release();
    focus(card);
  }

  function cancel() {
    const { card, from } = letGo();
    put(card, from.place, from.before);
    board.release();
    focus(card);
    announce(`${adapter.name(card)} is back where it was.`);
  }

  const whileLifted = {
    ArrowLeft: () => carryAcross(-1),
    ArrowRight: () => carryAcross(1),
    h: () => carryAcross(-1),
    l: () => carryAcross(1),
    ArrowUp: () => carryDown(-1),
    ArrowDown: () => carryDown(1),
    " ": putDown,
    Enter: putDown,
    Escape: cancel,
    Tab: () => announce("Put the card down first: Space, or Escape to put it back."),
  };

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const card = lifted?.card ?? cardOf(event.target);
    if (!card || (!lifted && event.target !== card)) return;
    const walk = {
      ArrowUp: () => walkDown(card, -1),
      ArrowDown: () => walkDown(card, 1),
      k: () => walkDown(card, -1),
      j: () => walkDown(card, 1),
      ArrowLeft: () => walkAcross(card, -1),
      ArrowRight: () => walkAcross(card, 1),
      " ": () => lift(card),
      Enter: () => board.openMenu(card),
      m: () => board.openMenu(card),
    };
    const act = lifted ? whileLifted[event.key] : walk[event.key];
    if (act) act();
    else if (lifted || !adapter.act?.(card, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  root.addEventListener("keydown", onKey);
  root.addEventListener("focusin", (event) => {
    if (!event.target.matches("[data-card]") || event.target.tabIndex === 0) return;
    for (const other of root.querySelectorAll("[data-card][tabindex='0']")) other.tabIndex = -1;
    event.target.tabIndex = 0;
  });
  return { calm, focus };
}
