/* A sprint plan: stories carried between sprints by pointer, keyboard or menu. The price of every place is asked for
   when a story is lifted and stands in the columns while it is held; a drop draws the plan again. */
import { announce } from "../announce.js";
import { placeOf, startBoard } from "../board/board.js";
import { fill, getFragment, getJson, post } from "../http.js";
import { isMine } from "../live.js";
import { toast } from "../toasts.js";

const columnOf = (place) => place.dataset.state;
const nameOf = (place) => place.getAttribute("aria-label");

export function start(root) {
  let prices = new Map(); // story -> what each column would cost
  let isStale = false;

  const words = (card, place) => {
    const told = prices.get(card.dataset.card)?.[columnOf(place)];
    return told ? [told.money, told.why].filter(Boolean).join(". ") : "";
  };

  const labelOf = (card, place) => {
    const told = prices.get(card.dataset.card)?.[columnOf(place)];
    return told?.money
      ? `${nameOf(place)} (${told.money[0].toLowerCase()}${told.money.slice(1)})`
      : nameOf(place);
  };

  function showPrices(card) {
    if (board.held !== card) return;
    const told = prices.get(card.dataset.card);
    const from = columnOf(placeOf(card).place);
    for (const line of root.querySelectorAll("[data-drop-price]")) {
      const one = told?.[line.dataset.dropPrice];
      const isHere = line.dataset.dropPrice === from;
      line.textContent = one && !isHere ? [one.money, one.why].filter(Boolean).join(". ") : "";
      line.dataset.tone = (!isHere && one?.tone) || "";
    }
  }

  async function askPrices(card) {
    const story = card.dataset.card;
    if (!prices.has(story)) {
      const address = new URL(`${root.dataset.address}prices/`, location.href);
      address.searchParams.set("story", story);
      const answer = await getJson(address).catch(() => null);
      if (!answer) return;
      prices.set(story, answer.columns);
    }
    showPrices(card);
  }

  function draw(markup) {
    const kept = document.activeElement?.closest?.("[data-card]")?.id;
    fill(root, markup);
    prices = new Map();
    isStale = false;
    board.bind();
    const card = kept && document.getElementById(kept);
    if (card) board.focus(card);
  }

  async function refresh() {
    if (board.isHeld()) {
      isStale = true;
      return;
    }
    const address = new URL(root.dataset.address, location.href);
    const shown = new URLSearchParams(location.search).get("show");
    address.searchParams.set("part", "body");
    if (shown) address.searchParams.set("show", shown);
    const markup = await getFragment(address).catch(() => null);
    if (markup) draw(markup);
  }

  async function drop({ card, place, from, putBack }) {
    const column = columnOf(place);
    if (column === columnOf(from.place)) return putBack();
    const said = words(card, place);
    try {
      const values = { story: card.dataset.card, column, from: columnOf(from.place) };
      draw(await post(`${root.dataset.address}move/`, values));
      announce(`${card.dataset.name} is in ${nameOf(place)}. ${said}`);
      const moved = document.getElementById(card.id);
      if (moved?.matches("[data-card]")) board.focus(moved);
    } catch (problem) {
      putBack();
      toast({ message: problem.message, kind: "error" });
      refresh();
    }
    return undefined;
  }

  const places = () => [...root.querySelectorAll('[data-drop="cell"]')];
  const adapter = {
    isOrdered: false,
    canMove(card) {
      if (!("canPlan" in root.dataset)) return false;
      askPrices(card);
      return true;
    },
    accepts: (_card, place) => !("frozen" in place.dataset),
    name: (card) => card.dataset.name,
    placeName(place) {
      const said = board.held ? words(board.held, place) : "";
      return said ? `${nameOf(place)}: ${said}` : nameOf(place);
    },
    drop,
    menu(card) {
      const here = placeOf(card).place;
      const items = places()
        .filter((place) => place !== here && adapter.accepts(card, place))
        .map((place) => ({ label: labelOf(card, place), run: () => board.move(card, place) }));
      const open = { label: `Open ${card.dataset.name}`, run: () => card.querySelector("a.key").click() };
      return [
        ...("canPlan" in root.dataset ? [{ label: "Move to", items }] : []),
        { label: "", items: [open] },
      ];
    },
    act(card, key) {
      if (key !== "o") return false;
      card.querySelector("a.key").click();
      return true;
    },
    released() {
      for (const line of root.querySelectorAll("[data-drop-price]")) line.textContent = "";
      if (isStale) refresh();
    },
  };
  const board = startBoard(root, adapter);

  /* in the review, a sprint's own box chooses all of it or none; boxes are told apart by their group */
  document.addEventListener("change", ({ target }) => {
    const group = target.closest?.("[data-choose-group]");
    if (!group) return;
    const all = group.querySelector("[data-choose-all]");
    const boxes = [...group.querySelectorAll('input[name="stories"]')];
    if (target === all) for (const box of boxes) box.checked = all.checked;
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  });

  new MutationObserver(() => board.held && showPrices(board.held)).observe(root, {
    attributes: true,
    attributeFilter: ["data-held"],
  });

  /* the menu tells prices too: they are asked for when somebody comes near it */
  const near = ({ target }) => {
    const card = target.closest?.("[data-card]");
    const isNear = target.closest?.("[data-card-menu]") || target === card;
    if (card && isNear && "canPlan" in root.dataset && !board.isHeld()) askPrices(card);
  };
  root.addEventListener("pointerover", near);
  root.addEventListener("focusin", near);

  document.addEventListener("millrace:change", ({ detail }) => {
    if (detail.topic === "plan" && !isMine(detail)) refresh();
  });
  document.addEventListener("millrace:stale", refresh);
  document.addEventListener("millrace:undone", refresh);
  document.body.addEventListener("htmx:afterSwap", ({ target }) => {
    if (target === root) {
      prices = new Map();
      board.bind();
    }
  });
}
