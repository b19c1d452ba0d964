/* The backlog page: one outline that is scrolled to anywhere, dragged, lifted, selected, edited in place and
   kept fresh. */
import { announce } from "../announce.js";
import { toast } from "../toasts.js";
import { bindDrag, startDrag } from "./drag.js";
import { refreshOrder, startFresh } from "./fresh.js";
import { startInlineEdit } from "./inline-edit.js";
import { calm, startKeyboard } from "./keyboard.js";
import { move } from "./move.js";
import { startPlaces } from "./places.js";
import { isFolded, rowOf, setFolded } from "./rows.js";
import { paintSelection, startSelection } from "./selection.js";
import { startWhy } from "./why.js";
import { startWindow } from "./windowing.js";

const FILTER_MS = 300;

function explain(root) {
  const filtered = root.dataset.lens === "manual";
  const message = filtered
    ? "Rows can be moved when the whole backlog is shown and your role lets you rank."
    : "This order is computed. Choose the manual order to move rows.";
  toast({ message });
  announce(message);
}

/* new rows came in: out of the tab order, draggable, shown as selected where they are */
function adopted(root) {
  calm(root);
  paintSelection(root);
  if (root.hasAttribute("data-can-move")) bindDrag(root);
}

function onClick(root, event) {
  const row = rowOf(event.target);
  if (!row) return;
  if (event.target.closest("[data-fold]")) {
    const capability = row.dataset.capabilityRow;
    setFolded(root, capability, !isFolded(root, capability));
    root.dispatchEvent(new CustomEvent("backlog:drawn"));
  }
  const end = event.target.closest("[data-move], [data-move-block]");
  if (end) move(root, row, { to: end.dataset.move ?? end.dataset.moveBlock });
}

/* the filter asks as one types; the address stays a place */
function startFilter(root) {
  const input = document.querySelector("[data-filter]");
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const address = new URL(location.href);
      if (input.value.trim()) address.searchParams.set("q", input.value.trim());
      else address.searchParams.delete("q");
      address.searchParams.delete("at");
      history.replaceState(null, "", address);
      root.dataset.listUrl = `${address.pathname}${address.search || "?"}`;
      root.toggleAttribute("data-can-move", !input.value.trim() && root.hasAttribute("data-may-move"));
      root.toggleAttribute("data-filtered", Boolean(input.value.trim()) || address.searchParams.has("f"));
      refreshOrder(root, { fromTop: true });
    }, FILTER_MS);
  });
}

export function start(root) {
  root.addEventListener("backlog:adopt", () => adopted(root));
  startKeyboard(root);
  startSelection(root);
  startInlineEdit(root);
  startWhy(root);
  startFresh(root);
  startFilter(root);
  startPlaces(root);
  if (root.hasAttribute("data-may-move")) startDrag(root);
  startWindow(root);
  adopted(root);
  root.addEventListener("click", (event) => onClick(root, event));
  root.addEventListener("backlog:explain", () => explain(root));
  root.addEventListener("backlog:drawn", () => adopted(root));
  document.body.addEventListener("backlog-moved", () => {
    if (document.getElementById("dialog").open) refreshOrder(root);
  });
}
