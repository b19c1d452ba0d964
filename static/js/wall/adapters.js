/* What a move means on the wall: of tasks within their story's lane, of stories through the workflow. */

import { isCell, placeOf } from "../board/board.js";
import { openDialog } from "../dialogs.js";
import { post } from "../http.js";
import { toast } from "../toasts.js";
import { seen } from "./moves.js";

const TASK_STATES = { TODO: "To do", IN_PROGRESS: "In progress", DONE: "Done" };

const people = (root) =>
  [...root.querySelectorAll("[data-drop=person]")].map((chip) => ({
    id: chip.dataset.person,
    name: chip.dataset.name,
    chip,
  }));

export const workflow = () =>
  [...document.querySelectorAll("#wall-states > li")].map((state) => ({
    id: state.dataset.id,
    name: state.textContent,
    category: state.dataset.category,
  }));

const cellOf = (card, state) => {
  const { laneOf } = placeOf(card).place.dataset;
  return [...document.querySelectorAll('[data-drop="cell"]')].find(
    (cell) => cell.dataset.laneOf === laneOf && cell.dataset.state === state,
  );
};

/* the neighbours of a card in its cell, as the endpoint takes a place */
function beside(card) {
  const { before } = placeOf(card);
  if (before) return { before: before.dataset.card };
  const above = card.previousElementSibling;
  return above?.matches("[data-card]") ? { after: above.dataset.card } : {};
}

function assignGroup(root, card, assign) {
  const items = people(root).map(({ id, name }) => ({
    label: name,
    isCurrent: card.dataset.person === id,
    run: () => assign(id),
  }));
  items.push({ label: "Nobody", isCurrent: !card.dataset.person, run: () => assign("") });
  return { label: "Assign to", items };
}

/** The adapter of the wall of tasks; `moves()` posts. */
export function taskAdapter(root, moves, fresh) {
  const canEdit = "canEdit" in root.dataset;
  const title = (card) => card.querySelector(".task-t").firstChild.textContent.trim();
  const assign = (card, id) => moves().send(card, { assignee: id }, {});

  async function remove(card) {
    const story = card.closest("[data-lane]").dataset.lane;
    try {
      await post(`${moves().addressOf(card)}delete/`);
      card.remove();
    } catch (problem) {
      toast({ message: problem.message, kind: "error" });
    }
    fresh().now({ story });
  }

  const adapter = {
    isOrdered: true,
    canMove: (card) => canEdit && !("conflict" in card.dataset),
    accepts: (card, place) =>
      isCell(place)
        ? place.dataset.laneOf === card.closest("[data-lane]")?.dataset.lane
        : place.dataset.person !== card.dataset.person,
    name: title,
    placeName: (place) => (isCell(place) ? place.getAttribute("aria-label") : place.dataset.name),
    drop({ card, place, from, putBack }) {
      if (!isCell(place)) return assign(card, place.dataset.person);
      const values = from.place === place ? {} : { state: place.dataset.state };
      const told = seen(card, values);
      card.dataset.state = place.dataset.state;
      const back = () => {
        putBack();
        card.dataset.state = from.place.dataset.state;
      };
      return moves().send(card, { ...values, ...beside(card) }, { putBack: back, told });
    },
    menu(card) {
      if (!canEdit) return null;
      const go = (state) => adapter.board.move(card, cellOf(card, state));
      const states = Object.entries(TASK_STATES).map(([state, label]) => ({
        label,
        isCurrent: card.dataset.state === state,
        run: () => go(state),
      }));
      const more = [
        {
          label: "blocked" in card.dataset ? "Blocked: change or clear" : "Block with a reason",
          run: () => block(card),
        },
        { label: "Rename", run: () => rename(card) },
        { label: "Delete", isDanger: true, run: () => remove(card) },
      ];
      if (card.dataset.state !== "DONE") more.unshift({ label: "Hours left", run: () => editHours(card) });
      return [
        { label: "Move to", items: states },
        assignGroup(root, card, (id) => assign(card, id)),
        { items: more },
      ];
    },
    act(card, key) {
      const state = Object.keys(TASK_STATES)[Number(key) - 1];
      if (!canEdit) return false;
      if (state && state !== card.dataset.state) adapter.board.move(card, cellOf(card, state));
      else if (key === "e") editHours(card);
      else if (key === "b") block(card);
      else if (key === "F2") rename(card);
      else if (key === "n") card.closest("[data-lane]").querySelector("[data-add-task] input")?.focus();
      else return Boolean(state);
      return true;
    },
  };

  const block = (card) => openDialog(`${moves().addressOf(card)}block/`);

  function editHours(card) {
    const field = card.querySelector("[name=hours_left]");
    field?.focus();
    field?.select();
  }

  function rename(card) {
    const line = card.querySelector(".task-t");
    const before = title(card);
    const field = document.createElement("input");
    field.className = "input rename";
    field.value = before;
    field.maxLength = 300;
    field.setAttribute("aria-label", `Title of ${before}`);
    line.hidden = true;
    line.after(field);
    field.focus();
    field.select();
    let isOver = false;
    const end = (isSaved) => {
      if (isOver) return;
      isOver = true;
      const text = field.value.trim();
      field.remove();
      line.hidden = false;
      adapter.board.focus(card);
      if (!isSaved || !text || text === before) return;
      line.firstChild.textContent = text;
      moves().send(
        card,
        { title: text },
        {
          putBack: () => {
            line.firstChild.textContent = before;
          },
        },
      );
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") end(true);
      else if (event.key === "Escape") end(false);
    });
    field.addEventListener("blur", () => end(true));
  }
  return adapter;
}

/** The adapter of the wall of stories. */
export function storyAdapter(root, moves) {
  const canMove = "canTransition" in root.dataset;
  const canEdit = "canEdit" in root.dataset;
  const isByPerson = root.dataset.lanes === "person";
  const assign = (card, id) => moves().send(card, { assignee: id }, {});
  const laneOf = (place) => place.dataset.laneOf;

  const adapter = {
    isOrdered: false,
    canMove: (card) => canMove && !("conflict" in card.dataset),
    accepts(card, place) {
      if (!isCell(place)) return canEdit && place.dataset.person !== card.dataset.person;
      return (isByPerson && canEdit) || laneOf(place) === laneOf(placeOf(card).place);
    },
    name: (card) => card.dataset.key,
    placeName: (place) => (isCell(place) ? place.getAttribute("aria-label") : place.dataset.name),
    drop({ card, place, from, putBack }) {
      if (!isCell(place)) return assign(card, place.dataset.person);
      const values = {};
      if (place.dataset.state !== from.place.dataset.state) values.state = place.dataset.state;
      if (isByPerson && laneOf(place) !== laneOf(from.place)) values.assignee = laneOf(place);
      if (Object.keys(values).length === 0) return undefined;
      return moves().send(card, values, { putBack });
    },
    menu(card) {
      if (!canMove) return null;
      const states = workflow().map(({ id, name }) => ({
        label: name,
        isCurrent: card.dataset.state === id,
        run: () => transition(card, id),
      }));
      const groups = [{ label: "Move to", items: states }];
      if (canEdit) {
        groups.push(assignGroup(root, card, (id) => assign(card, id)));
        const words = "blocked" in card.dataset ? "Blocked: change or clear" : "Block with a reason";
        groups.push({ items: [{ label: words, run: () => openDialog(`${moves().addressOf(card)}block/`) }] });
      }
      return groups;
    },
    act(card, key) {
      if (key !== "b" || !canEdit) return false;
      openDialog(`${moves().addressOf(card)}block/`);
      return true;
    },
  };

  /* into a state that has no column here (folded, cancelled) the card goes when the wall is drawn again */
  function transition(card, id) {
    const cell = cellOf(card, id);
    if (cell) return adapter.board.move(card, cell);
    return moves().send(card, { state: id }, {});
  }
  return adapter;
}
