/* What the board needs to know of a Kanban board: which cells take a card, and what its menu offers. */
import { cardsIn, isCell, placeOf } from "../board/board.js";

export function makeAdapter(parts) {
  const { root } = parts;
  const canMove = "canMove" in root.dataset;
  const canRank = "canRank" in root.dataset;
  const homes = new WeakMap(); // a carried card's own cell, while it stands in another one
  /* a card carried across keeps its rank; one put between others takes the place there */
  let isPlaced = false;

  root.addEventListener("pointerdown", () => (isPlaced = true), true);
  root.addEventListener(
    "keydown",
    ({ key }) => {
      if (key === " " && !parts.board.isHeld()) isPlaced = false;
      else if (["ArrowUp", "ArrowDown"].includes(key) && parts.board.isHeld()) isPlaced = true;
    },
    true,
  );

  const cells = () => [...root.querySelectorAll('[data-drop="cell"]')];
  const nameOf = (card) => card.querySelector(".kc-t").textContent;

  const cellOf = (column, lane) =>
    cells().find((cell) => cell.dataset.column === column && cell.dataset.lane === lane);

  function columnChoices(card) {
    const here = placeOf(card).place;
    return [...root.querySelectorAll("[data-head]")].map((head) => ({
      label: head.querySelector("h2").textContent,
      isCurrent: head.dataset.head === here.dataset.column,
      run: () => {
        const cell = cellOf(head.dataset.head, here.dataset.lane);
        isPlaced = false;
        if (cell && cell !== here) parts.board.move(card, cell, cardsIn(cell)[0] ?? null);
      },
    }));
  }

  function laneChoices(card) {
    const here = placeOf(card).place;
    return [...root.querySelectorAll(".kb-lane")].map((lane) => {
      const cell = cells().find((one) => lane.contains(one) && one.dataset.column === here.dataset.column);
      return {
        label: lane.dataset.laneName,
        isCurrent: cell === here,
        run: () => {
          isPlaced = false;
          if (cell && cell !== here) parts.board.move(card, cell, cardsIn(cell)[0] ?? null);
        },
      };
    });
  }

  function placeChoices(card) {
    const { place } = placeOf(card);
    const all = cardsIn(place);
    const at = all.indexOf(card);
    const to = (before) => {
      isPlaced = true;
      parts.board.move(card, place, before);
    };
    const offers = [];
    if (at > 0) {
      offers.push({ label: "To the top of the column", run: () => to(all[0]) });
      offers.push({ label: "One up", run: () => to(all[at - 1]) });
    }
    if (all[at + 1]) offers.push({ label: "One down", run: () => to(all[at + 2] ?? null) });
    return offers;
  }

  return {
    isOrdered: canRank,
    canMove(card) {
      homes.set(card, placeOf(card).place);
      return canMove;
    },
    accepts(card, place) {
      if (!isCell(place)) return false;
      const home = homes.get(card) ?? placeOf(card).place;
      return "movesLanes" in root.dataset || place.dataset.lane === home.dataset.lane;
    },
    name: nameOf,
    placeName: (place) => place.getAttribute("aria-label"),
    drop: (told) => parts.moves.drop({ ...told, isPlaced: isPlaced && canRank }),
    menu(card) {
      const groups = [];
      if (canMove) {
        groups.push({ label: "Move to", items: columnChoices(card) });
        if ("movesLanes" in root.dataset) groups.push({ label: "Lane", items: laneChoices(card) });
        if (canRank) groups.push({ label: "Order", items: placeChoices(card) });
      }
      groups.push({ items: [{ label: "Open", run: () => card.querySelector("a.key").click() }] });
      return groups.filter((group) => group.items.length);
    },
    act(card, key) {
      if (key !== "o") return false;
      card.querySelector("a.key").click();
      return true;
    },
    released: () => parts.fresh.resume(),
  };
}
