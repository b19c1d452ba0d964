/* The menu of a card, or of any element: groups of choices, by pointer and by keyboard. */

let open = null; // {list, back}

function close({ focus = true } = {}) {
  if (!open) return;
  const { list, back } = open;
  open = null;
  list.remove();
  if (focus && back?.isConnected) back.focus({ preventScroll: true });
}

function itemButton(item) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("role", "menuitemradio");
  button.setAttribute("aria-checked", String(Boolean(item.isCurrent)));
  button.tabIndex = -1;
  button.textContent = item.label;
  if (item.isDanger) button.classList.add("danger");
  button.addEventListener("click", () => {
    close();
    item.run();
  });
  return button;
}

function drawGroup(group) {
  const section = document.createElement("div");
  section.setAttribute("role", "group");
  section.className = "card-group";
  if (group.label) {
    section.setAttribute("aria-label", group.label);
    const label = document.createElement("p");
    label.className = "label";
    label.setAttribute("aria-hidden", "true");
    label.textContent = group.label;
    section.append(label);
  }
  section.append(...group.items.map(itemButton));
  return section;
}

/* on the side with room; never off the page */
function settle(list, anchor) {
  const box = anchor.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const left = Math.min(Math.max(box.right - width, 8), innerWidth - width - 8);
  const below = box.bottom + 4;
  const top = below + height > innerHeight - 8 ? Math.max(innerHeight - height - 8, 8) : below;
  list.style.left = `${left + scrollX}px`;
  list.style.top = `${top + scrollY}px`;
}

function onKey(event) {
  const items = [...open.list.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) items[(at + steps[event.key] + items.length) % items.length].focus();
  else if (event.key === "Home") items[0].focus();
  else if (event.key === "End") items.at(-1).focus();
  else if (event.key === "Escape" || event.key === "Tab") close();
  else if (event.key.length === 1 && event.key !== " ") {
    const wanted = event.key.toLowerCase();
    const found = [...items.slice(at + 1), ...items.slice(0, at + 1)].find((item) =>
      item.textContent.trim().toLowerCase().startsWith(wanted),
    );
    found?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Open groups of choices at an element; focus goes back to `back`. */
export function openChoices(groups, { anchor, back, label }) {
  close({ focus: false });
  const list = document.createElement("div");
  list.className = "menu-list card-pop";
  list.setAttribute("role", "menu");
  list.setAttribute("aria-label", label);
  list.append(...groups.filter((group) => group.items.length).map(drawGroup));
  document.body.append(list);
  open = { list, back };
  settle(list, anchor);
  list.addEventListener("keydown", onKey);
  (list.querySelector("[aria-checked=true]") ?? list.querySelector("button"))?.focus({ preventScroll: true });
}

/** Open a card's menu, at its button or at the card itself. */
export function openMenu(board, card, button = null) {
  const groups = board.adapter.menu(card);
  if (!groups?.length) return;
  const anchor = button ?? card.querySelector("[data-card-menu]") ?? card;
  openChoices(groups, { anchor, back: card, label: `Move or change: ${board.adapter.name(card)}` });
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.list.contains(event.target)) close({ focus: false });
});
