/* What the board needs to know of panels: which take a card, and what a drop on one means. */
import { announce } from "../announce.js";

export const panelOf = (element) => element.closest("[data-panel]");
export const panelsIn = (root) => [...root.querySelectorAll("[data-panel]")];

/** What a panel says of a drop: of these very cards where that is known, else of any. */
export function wordsOf(panel) {
  const { saidSets, saidCannot, saidRefuses, sets, cannot, refuses } = panel.dataset;
  if (saidSets !== undefined) return [saidRefuses, saidSets, saidCannot].filter(Boolean).join("; ");
  return [refuses, sets, cannot].filter(Boolean).join("; ") || "sets nothing";
}

export function makeAdapter(parts) {
  const { root } = parts;
  const canRank = "canRank" in root.dataset;
  const mayChange = (item) => (item === "CAPABILITY" ? "canPlan" in root.dataset : "canEdit" in root.dataset);
  const homes = new WeakMap(); // a carried card's own panel, while it stands in another one

  const adapter = {
    isOrdered: canRank,
    home: (card) => homes.get(card) ?? panelOf(card),
    canMove(card) {
      homes.set(card, document.getElementById(card.id.replace(/^p(.+)-\d+$/, "panel-$1")));
      return mayChange(card.dataset.item);
    },
    accepts(card, place) {
      const panel = panelOf(place);
      if (panel.dataset.item !== card.dataset.item) return false;
      if (panel === adapter.home(card)) return true;
      return !panel.dataset.refuses;
    },
    name: (card) => {
      const number = parts.selection.idsWith(card).length;
      return number > 1 ? `${number} cards` : card.dataset.name;
    },
    placeName(place) {
      const panel = panelOf(place);
      return panel.contains(parts.board.held) && adapter.home(parts.board.held) === panel
        ? panel.dataset.title
        : `${panel.dataset.title}: ${wordsOf(panel)}`;
    },
    drop({ card, place, before, from, putBack }) {
      const panel = panelOf(place);
      const ids = parts.selection.idsWith(card);
      if (panel !== panelOf(from.place)) return parts.moves.drop(ids, panel, putBack);
      if (canRank && "ranked" in panel.dataset && !root.dataset.query)
        return parts.moves.order(ids, { card, before, putBack });
      putBack();
      announce("This panel is not in the order of ranks: cards stay where the sort puts them.");
      return undefined;
    },
    menu(card) {
      const ids = parts.selection.idsWith(card);
      const here = panelOf(card);
      const groups = [];
      if (mayChange(card.dataset.item)) groups.push(parts.moves.choices(ids, card.dataset.item, here));
      groups.push({
        items: [
          { label: `Open ${card.dataset.name}`, run: () => card.querySelector("a.key").click() },
          {
            label: parts.selection.has(card) ? "Take out of the selection" : "Select",
            run: () => parts.selection.toggle(card),
          },
        ],
      });
      return groups;
    },
    act(card, key) {
      if (key === "x") parts.selection.toggle(card);
      else if (key === "o") card.querySelector("a.key").click();
      else if (key === "Escape" && parts.selection.size()) parts.selection.clear();
      else return false;
      return true;
    },
    released: () => parts.fresh.resume(),
  };
  return adapter;
}
