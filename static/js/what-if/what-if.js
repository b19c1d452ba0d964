/* The knobs of a what-if: a stepper, a number and a slider are one figure; the form itself asks htmx. */
import { announce } from "../announce.js";

const ask = (input) => input.dispatchEvent(new Event("input", { bubbles: true }));

function mark(knob) {
  const people = knob.querySelector("[data-people]");
  const isChanged = people.value !== "" && people.value !== knob.dataset.now;
  knob.classList.toggle("changed", isChanged || knob.querySelector("[data-limit]").value !== "");
  knob.querySelector(".wi-was").hidden = !isChanged;
}

function setPeople(knob, value) {
  const people = knob.querySelector("[data-people]");
  people.value = String(Math.min(Math.max(value, Number(people.min)), Number(people.max)));
  knob.querySelector("[data-people-slider]").value = people.value;
  mark(knob);
}

function onInput(event) {
  const knob = event.target.closest("[data-knob]");
  if (!knob) return;
  if (event.target.matches("[data-people-slider]")) setPeople(knob, Number(event.target.value));
  if (event.target.matches("[data-people]"))
    knob.querySelector("[data-people-slider]").value = event.target.value;
  const limit = knob.querySelector("[data-limit]");
  if (event.target.matches("[data-limit-slider]"))
    limit.value = event.target.value === "0" ? "" : event.target.value;
  if (event.target === limit) knob.querySelector("[data-limit-slider]").value = limit.value || "0";
  mark(knob);
}

function onClick(event) {
  const step = event.target.closest("[data-step]");
  if (!step) return;
  const knob = step.closest("[data-knob]");
  const people = knob.querySelector("[data-people]");
  setPeople(knob, Number(people.value || knob.dataset.now) + Number(step.dataset.step));
  announce(`${people.getAttribute("aria-label")}: ${people.value}`);
  ask(people);
}

export function start(root) {
  const form = root.querySelector("form");
  root.classList.add("live");
  form.addEventListener("input", onInput);
  form.addEventListener("click", onClick);
  for (const knob of form.querySelectorAll("[data-knob]")) mark(knob);
}
