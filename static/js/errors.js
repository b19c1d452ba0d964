/* Anticipated errors of htmx requests: each at the field it names, else in a toast.
   The server answers templates/errors/fragment.html: <p data-error data-field="points">. */
import { toast } from "./toasts.js";

function readErrors(markup) {
  const fragment = new DOMParser().parseFromString(markup, "text/html");
  return [...fragment.querySelectorAll("[data-error]")].map((line) => ({
    field: line.dataset.field ?? "",
    text: line.textContent.trim(),
  }));
}

function clear(form) {
  for (const slot of form.querySelectorAll("[data-error-for]")) slot.hidden = true;
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

function placeAt(form, { field, text }) {
  const slot = form.querySelector(`[data-error-for="${CSS.escape(field)}"]`);
  if (!slot) return false;
  slot.textContent = text;
  slot.hidden = false;
  form.elements.namedItem(field)?.setAttribute?.("aria-invalid", "true");
  return true;
}

/** Show errors in a form; what names none of its fields goes to the form's own slot or a toast. */
export function showErrors(form, errors) {
  clear(form);
  const placed = errors.filter((error) => error.field && placeAt(form, error));
  if (placed.length === 0 && errors.length > 0) {
    const whole = { field: "", text: errors[0].text };
    if (!placeAt(form, whole)) toast({ message: whole.text, kind: "error" });
  }
  form.querySelector("[aria-invalid]")?.focus();
}

function onResponseError(event) {
  const { xhr, elt } = event.detail;
  const errors = readErrors(xhr.responseText);
  if (errors.length === 0) errors.push({ field: "", text: "Something broke on our side. Try again." });
  const form = elt.closest("form");
  if (form) showErrors(form, errors);
  else toast({ message: errors[0].text, kind: "error" });
}

export function startErrors() {
  document.body.addEventListener("htmx:responseError", onResponseError);
  document.body.addEventListener("htmx:sendError", () =>
    toast({ message: "The server did not answer. Check your connection and try again.", kind: "error" }),
  );
}
