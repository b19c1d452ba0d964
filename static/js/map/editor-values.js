/* What a move of a value means in the editor: it is mapped to the block it stands in. */

const nameOf = (element, other) => element?.querySelector('[data-field="name"]').value.trim() || other;

/** A place in words: "Review: In review", or "Mapped nowhere". */
export function placeWords(place) {
  if ("unmapped" in place.dataset) return "Mapped nowhere";
  const block = place.closest("[data-block]");
  return `${nameOf(block.closest("[data-stage]"), "New stage")}: ${nameOf(block, "new block")}`;
}

export function makeAdapter(root, changed) {
  const places = () => [...root.querySelectorAll('[data-drop="cell"]')];
  const adapter = {
    isOrdered: false,
    canMove: () => true,
    accepts: (card, place) => place !== card.parentElement,
    name: (card) => card.dataset.name,
    placeName: placeWords,
    drop({ card, place }) {
      place.append(card);
      changed();
    },
    menu: (card) => [
      {
        label: `Map ${card.dataset.name} to`,
        items: places().map((place) => ({
          label: placeWords(place),
          isCurrent: card.parentElement === place,
          run() {
            adapter.drop({ card, place });
            card.querySelector("[data-card-menu]").focus();
          },
        })),
      },
    ],
    act: () => false,
  };
  return adapter;
}
