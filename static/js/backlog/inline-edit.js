/* Cells that become fields: a click or Enter opens the editor, Enter saves, Esc and leaving cancel. */
import { fill, getFragment } from "../http.js";
import { toast } from "../toasts.js";
import { rowOf } from "./rows.js";

const before = new WeakMap();

async function open(root, button) {
  const row = rowOf(button);
  const cell = button.closest("[role=gridcell]");
  const base = root.dataset.storyUrl.replace("/KEY/", `/${encodeURIComponent(row.dataset.key)}/`);
  const url = base.replace(/move\/$/, `edit/?field=${button.dataset.edit}`);
  try {
    const markup = await getFragment(url);
    before.set(cell, [...cell.childNodes]);
    fill(cell, markup);
  } catch (problem) {
    toast({ message: problem.message, kind: "error" });
    return;
  }
  const input = cell.querySelector("input, select");
  input.focus();
  input.select?.();
}

function close(form, { focus } = { focus: true }) {
  const cell = form.closest("[role=gridcell]");
  const kept = cell && before.get(cell);
  if (!kept) return;
  before.delete(cell);
  cell.replaceChildren(...kept);
  if (focus) cell.querySelector("[data-edit]")?.focus();
}

function onKey(event) {
  const form = event.target.closest("[data-inline]");
  if (!form) return;
  event.stopPropagation();
  if (event.key === "Escape") {
    event.preventDefault();
    close(form);
  }
}

export function startInlineEdit(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-edit]");
    if (button) open(root, button);
  });
  root.addEventListener("keydown", onKey, true);
  root.addEventListener("change", (event) => {
    const form = event.target.closest("[data-inline]");
    if (form && event.target.matches("select")) form.requestSubmit();
  });
  root.addEventListener("focusout", (event) => {
    const form = event.target.closest("[data-inline]");
    const isBusy = form?.classList.contains("htmx-request");
    if (form && !isBusy && event.relatedTarget && !form.contains(event.relatedTarget))
      close(form, { focus: false });
  });
  root.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("[data-inline]");
    if (form && event.detail.successful) close(form);
  });
}
