/* <details data-menu>: closes on Esc, on a click elsewhere, and when something in it was chosen. */
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

function close(menu, { focus = false } = {}) {
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

function onClick(event) {
  for (const menu of openMenus()) {
    const inside = menu.contains(event.target);
    const chosen = inside && event.target.closest(".menu-list :is(a, button:not([aria-pressed]))");
    if (!inside || chosen) close(menu);
  }
}

function step(menu, by) {
  const items = [...menu.querySelectorAll(".menu-list :is(a, button)")].filter((item) => item.offsetParent);
  const at = items.indexOf(document.activeElement);
  items[(at + by + items.length) % items.length]?.focus();
}

function onKey(event) {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") close(menu, { focus: true });
  else if (event.key === "ArrowDown") step(menu, 1);
  else if (event.key === "ArrowUp") step(menu, -1);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function startMenus() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey, true);
}
