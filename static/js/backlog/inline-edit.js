/* Cells that become fields: a click, Enter, F2 or a double click opens the editor; Enter saves, Tab saves and opens
   the next one, Esc cancels. What was typed is shown at once; a refusal opens the field again and says why there. */
import { fill, getFragment, post } from "../http.js";
import { toast } from "../toasts.js";
import { rowOf } from "./rows.js";

const before = new WeakMap(); // slot -> what stood there
const saving = new WeakMap(); // row -> the save under way
const ORDER = ["title", "points", "team", "sprint", "assignee", "state"];

const slotOf = (element) => element.closest("[data-slot], [role=gridcell]");
const openerOf = (row, field) =>
  row.querySelector(field === "title" ? "[data-edit-title]" : `[data-edit="${field}"]`);

/** Open the editor of a field of a story's row. */
export async function editCell(root, row, field) {
  const opener = openerOf(row, field);
  if (!opener) return;
  await saving.get(row)?.catch(() => null);
  const base = root.dataset.storyUrl.replace("/KEY/", `/${encodeURIComponent(row.dataset.key)}/`);
  const slot = slotOf(opener);
  try {
    const markup = await getFragment(base.replace(/move\/$/, `edit/?field=${field}`));
    if (!slot.isConnected) return;
    before.set(slot, [...slot.childNodes]);
    fill(slot, markup);
  } catch (problem) {
    toast({ message: problem.message, kind: "error" });
    return;
  }
  focusField(slot);
}

function focusField(slot) {
  const input = slot.querySelector("input, select");
  input?.focus();
  input?.select?.();
}

function restore(form, { focus = true } = {}) {
  const slot = slotOf(form);
  const kept = slot && before.get(slot);
  if (!kept) return null;
  before.delete(slot);
  slot.replaceChildren(...kept);
  const opener = slot.querySelector("[data-edit], [data-edit-title]");
  if (focus) (opener?.matches("[data-edit]") ? opener : rowOf(slot))?.focus({ preventScroll: true });
  return opener;
}

const fieldOf = (form) => form.querySelector("input:not([type=hidden]), select");

function isChanged(input) {
  if (input.matches("select")) return ![...input.selectedOptions].some((option) => option.defaultSelected);
  return input.value.trim() !== input.defaultValue;
}

function shown(input) {
  const text = input.matches("select") ? input.selectedOptions[0].textContent : input.value.trim();
  return input.matches("select") && !input.value ? "" : text;
}

/* close the field with what was typed in it, and send that */
function save(root, form, { focus = true } = {}) {
  const input = fieldOf(form);
  const row = rowOf(form);
  if (!isChanged(input)) {
    restore(form, { focus });
    return;
  }
  const values = Object.fromEntries(new FormData(form));
  const opener = restore(form, { focus });
  const kept = opener ? [...opener.childNodes] : [];
  opener?.replaceChildren(shown(input) || "\u2013");
  opener?.classList.add("saving");
  const sent = post(form.action, values);
  saving.set(row, sent);
  sent
    .catch((problem) => {
      opener?.replaceChildren(...kept);
      refuse(root, { row, form, input, problem });
    })
    .finally(() => opener?.classList.remove("saving"));
}

/* back to the field as it was typed, with the reason below it */
function refuse(root, { row, form, input, problem }) {
  const now = row.isConnected ? row : root.querySelector(`#${CSS.escape(row.id)}`);
  const opener = now && openerOf(now, input.name);
  const reason = problem.fields[input.name]?.[0] ?? problem.message;
  if (!opener) {
    toast({ message: reason, kind: "error" });
    return;
  }
  const slot = slotOf(opener);
  before.set(slot, [...slot.childNodes]);
  slot.replaceChildren(form);
  const error = form.querySelector(".error");
  error.textContent = reason;
  error.hidden = false;
  input.setAttribute("aria-invalid", "true");
  focusField(slot);
}

function nextField(row, name, by) {
  const there = ORDER.filter((field) => openerOf(row, field)?.offsetParent);
  return there[there.indexOf(name) + by];
}

function onTab(root, event, form) {
  const row = rowOf(form);
  const { name } = fieldOf(form);
  const slotName = nextField(withOpener(row, form), name, event.shiftKey ? -1 : 1);
  if (!slotName) return;
  event.preventDefault();
  save(root, form, { focus: false });
  editCell(root, row, slotName);
}

/* the opener of the field being edited is out of the document: put it back to count with it */
function withOpener(row, form) {
  const slot = slotOf(form);
  const kept = before.get(slot) ?? [];
  for (const node of kept) if (!node.isConnected) slot.append(node);
  return row;
}

function onKey(root, event) {
  const form = event.target.closest("[data-inline]");
  if (!form) return;
  event.stopPropagation();
  delete event.target.dataset.pointed;
  if (event.key === "Escape") {
    event.preventDefault();
    restore(form);
  } else if (event.key === "Tab") onTab(root, event, form);
  else if (event.key === "Enter" && event.target.matches("select")) {
    event.preventDefault();
    save(root, form);
  }
}

function onDouble(root, event) {
  const row = rowOf(event.target);
  if (row && event.target.closest(".c-main") && !event.target.closest("a, button, .inline-form"))
    editCell(root, row, "title");
}

export function startInlineEdit(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-edit]");
    if (button) editCell(root, rowOf(button), button.dataset.edit);
    const rename = event.target.closest("[data-rename]");
    if (rename) editCell(root, rowOf(rename), "title");
  });
  root.addEventListener("dblclick", (event) => onDouble(root, event));
  root.addEventListener("keydown", (event) => onKey(root, event), true);
  root.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-inline]");
    if (!form) return;
    event.preventDefault();
    save(root, form);
  });
  root.addEventListener("pointerdown", (event) => {
    if (event.target.closest("[data-inline] select")) event.target.dataset.pointed = "";
  });
  root.addEventListener("change", (event) => {
    const form = event.target.closest("[data-inline]");
    if (form && event.target.matches("select[data-pointed]")) save(root, form); // arrows only look through
  });
  root.addEventListener("focusout", (event) => {
    const form = event.target.closest("[data-inline]");
    if (form && event.relatedTarget && !form.contains(event.relatedTarget)) restore(form, { focus: false });
  });
}
