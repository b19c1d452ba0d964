/* The dialog of a board's columns: rows put in order, and each error at the row it means. */
import { announce } from "../announce.js";

/* the server counts the columns that are sent, which leaves out those merged into another */
function number(form) {
  let at = 0;
  for (const row of form.querySelectorAll("[data-column-row]")) {
    const isOwn = row.querySelector("[name^='into-']").value === "-";
    row.querySelector("[data-limit-error]").dataset.errorFor = isOwn ? `columns[${at}].wip_limit` : "";
    row.classList.toggle("merged", !isOwn);
    if (isOwn) at += 1;
  }
}

function step(button, by) {
  const row = button.closest("[data-column-row]");
  const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  button.focus();
  const all = [...row.parentElement.children];
  announce(`${row.querySelector("b").textContent} is column ${all.indexOf(row) + 1} of ${all.length}`);
  number(row.closest("form"));
}

export function startColumns() {
  const dialog = document.getElementById("dialog");
  const begin = () => {
    const form = dialog.querySelector("[data-columns-form]");
    if (form) number(form);
  };
  dialog.addEventListener("focusin", begin);
  dialog.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-row-up], [data-row-down]");
    if (button) step(button, button.matches("[data-row-up]") ? -1 : 1);
  });
  dialog.addEventListener("change", ({ target }) => {
    if (target.name?.startsWith("into-")) number(target.form);
  });
}
