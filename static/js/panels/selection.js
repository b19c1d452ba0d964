/* Which cards are chosen: by click, Ctrl or Shift click, their box, x and Shift with arrows. */
import { announce } from "../announce.js";
import { cardOf, cardsIn } from "../board/board.js";
import { openChoices } from "../board/menu.js";
import { openDialog } from "../dialogs.js";
import { ask } from "../http.js";

const WAIT_MS = 150;

export function startSelection(parts) {
  const { root } = parts;
  const chosen = new Set(); // ids of rows: a story may stand in two panels
  const bar = root.querySelector("[data-batch]");
  let last = null;
  let timer = 0;

  const rows = () => [...chosen].map((id) => document.getElementById(id)).filter(Boolean);
  const ids = () => [...new Set(rows().map((row) => row.dataset.card))];
  const item = () => rows()[0]?.dataset.item;
  const has = (card) => chosen.has(card.id);

  function paint() {
    for (const id of [...chosen]) if (!document.getElementById(id)) chosen.delete(id);
    for (const row of root.querySelectorAll("[data-card]")) {
      const isChosen = chosen.has(row.id);
      row.classList.toggle("sel", isChosen);
      const box = row.querySelector("[data-select]");
      if (box) box.checked = isChosen;
    }
    const number = ids().length;
    bar.hidden = number === 0;
    bar.querySelector("[data-batch-number]").textContent = `${number} selected`;
    const setter = bar.querySelector("[data-batch-set]");
    if (setter) setter.hidden = item() !== "STORY";
    clearTimeout(timer);
    if (number) timer = setTimeout(sum, WAIT_MS);
    else parts.fresh?.resume();
  }

  async function sum() {
    const line = bar.querySelector("[data-batch-sum]");
    line.textContent = "";
    if (item() !== "STORY") return;
    const markup = await ask(root.dataset.sumUrl, { ids: ids().join(",") }).catch(() => "");
    line.innerHTML = markup;
  }

  /* cards of one kind only: another kind begins anew */
  function add(card) {
    if (item() && item() !== card.dataset.item) chosen.clear();
    chosen.add(card.id);
  }

  function toggle(card) {
    if (has(card)) chosen.delete(card.id);
    else add(card);
    last = card;
    paint();
    announce(`${card.dataset.name} ${has(card) ? "selected" : "not selected"}, ${ids().length} in all`);
  }

  function reach(card) {
    const list = cardsIn(card.parentElement);
    const from = last && list.includes(last) ? list.indexOf(last) : list.indexOf(card);
    const to = list.indexOf(card);
    for (const row of list.slice(Math.min(from, to), Math.max(from, to) + 1)) add(row);
    paint();
    announce(`${ids().length} selected`);
  }

  function clear() {
    chosen.clear();
    last = null;
    paint();
  }

  root.addEventListener("click", (event) => {
    const card = cardOf(event.target);
    if (!card || event.target.closest("a, button, .conflict")) return;
    if (event.target.closest(".ck")) {
      if (!event.target.matches("input")) return;
      if (event.shiftKey) reach(card);
      else toggle(card);
    } else if (event.shiftKey) reach(card);
    else if (event.ctrlKey || event.metaKey) toggle(card);
    else {
      const isAlone = has(card) && chosen.size === 1;
      chosen.clear();
      if (!isAlone) chosen.add(card.id);
      last = card;
      paint();
      parts.board.focus(card);
    }
    if (event.shiftKey) getSelection().removeAllRanges();
  });

  root.addEventListener(
    "keydown",
    (event) => {
      const card = event.target.matches("[data-card]") ? event.target : null;
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!card || !event.shiftKey || !by || parts.board.isHeld()) return;
      event.preventDefault();
      event.stopPropagation();
      if (!chosen.size) last = card;
      const list = cardsIn(card.parentElement);
      const next = list[list.indexOf(card) + by];
      add(card);
      if (next) {
        parts.board.focus(next);
        add(next);
      }
      paint();
      announce(`${ids().length} selected`);
    },
    { capture: true },
  );

  bar.addEventListener("click", ({ target }) => {
    if (target.closest("[data-batch-clear]")) clear();
    else if (target.closest("[data-batch-set]")) openDialog(root.dataset.setUrl, { ids: ids().join(",") });
    else if (target.closest("[data-batch-move]")) {
      const button = target.closest("button");
      openChoices([parts.moves.choices(ids(), item(), null)], {
        anchor: button,
        back: button,
        label: "Move the selected cards to a panel",
      });
    }
  });

  return {
    has,
    toggle,
    clear,
    paint,
    size: () => chosen.size,
    ids,
    idsWith: (card) => (has(card) ? ids() : [card.dataset.card]),
    isIn: (panel) => rows().some((row) => panel.contains(row)),
  };
}
