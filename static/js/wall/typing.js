/* Breaking a story down in place: a line, Enter, the next line. What was understood is shown while it is typed. */
import { announce } from "../announce.js";
import { post } from "../http.js";

const HOURS = /(?:^|\s)(\d{1,4}(?:[.,]\d{1,2})?)\s?(?:h|hrs?|hours?)(?=\s|$)/i;
const PERSON = /(?:^|\s)@([^\s@]+)/;

const parts = (name) => name.toLowerCase().split(/\s+/);

function personOf(root, word) {
  const wanted = word.toLowerCase();
  const names = [...root.querySelectorAll("[data-drop=person]")].map((chip) => chip.dataset.name);
  const exact = names.filter((name) => parts(name).includes(wanted));
  const found = exact.length
    ? exact
    : names.filter(
        (name) =>
          parts(name).join("").startsWith(wanted) || parts(name).some((one) => one.startsWith(wanted)),
      );
  if (found.length === 1) return found[0];
  return found.length ? `@${word}: ${found.length} people` : `@${word}: nobody here`;
}

function understood(root, text) {
  const hours = text.match(HOURS);
  const person = text.match(PERSON);
  return [hours && `${hours[1]} h`, person && personOf(root, person[1])].filter(Boolean).join(", ");
}

export function startTyping(root, fresh) {
  const fieldOf = (event) => event.target.closest("[data-add-task] input");

  root.addEventListener("input", (event) => {
    const field = fieldOf(event);
    if (!field) return;
    field.form.querySelector("[data-said]").textContent = understood(root, field.value);
    field.form.querySelector("[data-error]").hidden = true;
  });

  root.addEventListener("keydown", (event) => {
    const field = fieldOf(event);
    if (field && event.key === "Escape") {
      field.value = "";
      field.blur();
      event.stopPropagation();
    }
  });

  root.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-add-task]");
    if (!form) return;
    event.preventDefault();
    const field = form.elements.text;
    const text = field.value.trim();
    if (!text) return;
    const error = form.querySelector("[data-error]");
    const list = form.closest("[data-lane]").querySelector('[data-drop="cell"]');
    const waiting = document.createElement("li");
    waiting.className = "task waiting";
    waiting.textContent = text;
    list.append(waiting);
    field.value = "";
    form.querySelector("[data-said]").textContent = "";
    try {
      await post(root.dataset.taskAddUrl, { story: form.dataset.story, text });
      fresh.noteSent();
      fresh.now({ story: form.dataset.story });
    } catch (problem) {
      waiting.remove();
      field.value = field.value || text;
      error.textContent = problem.fields.title?.[0] ?? problem.fields.hours_estimated?.[0] ?? problem.message;
      error.hidden = false;
      announce(error.textContent);
    }
  });
}
