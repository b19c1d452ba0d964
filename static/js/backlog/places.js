/* Going to a place of the list by its number: the dialog (key p), and the rail beside a long list. */
import { announce } from "../announce.js";
import { list, stories, visibleRows } from "./rows.js";
import { jump, totalOf, windowOf } from "./windowing.js";

const LONG = 300; // places from which on the rail is worth its room

const rail = () => document.querySelector("[data-rail]");
const slider = () => rail()?.querySelector("input");
const dialog = () => document.getElementById("go-to");
const inWords = (at, total) => `${at.toLocaleString("en")} of ${total.toLocaleString("en")}`;

/** The place that a height on the rail stands for. */
export function placeOnRail(clientY) {
  const { top, height } = slider().getBoundingClientRect();
  const share = Math.min(Math.max((clientY - top) / height, 0), 1);
  return Math.max(Math.round(share * Number(slider().max)), 1);
}

/** Show a place on the rail without going there. */
export function showOnRail(at, words = "") {
  slider().value = String(at);
  slider().setAttribute("aria-valuetext", inWords(at, Number(slider().max)));
  const output = rail().querySelector("[data-rail-place]");
  const share = (at - 1) / Math.max(Number(slider().max) - 1, 1);
  output.textContent = `${words}${at.toLocaleString("en")}`;
  output.style.top = `${Math.round(share * slider().offsetHeight)}px`;
}

function drawRail(root) {
  const total = windowOf(root)?.total ?? 0;
  root.toggleAttribute("data-long", total > 999); // wider numbers
  if (!rail()) return;
  rail().hidden = total < LONG || !list(root);
  if (!rail().hidden) slider().max = String(total);
}

/** Go to a place, and put the focus on the row there. */
export async function goTo(root, at) {
  const total = await totalOf(root);
  const place = Math.min(Math.max(at, 1), total);
  if (!(await jump(root, place))) return;
  const row =
    stories(root).find((story) => Number(story.dataset.at) >= place && !story.hidden) ?? visibleRows(root)[0];
  row?.focus({ preventScroll: true });
  if (row && row.getBoundingClientRect().bottom > window.innerHeight) row.scrollIntoView({ block: "center" });
  announce(`Place ${inWords(place, total)}.`);
}

/** Ask where to go. */
export async function askPlace(root) {
  dialog().showModal();
  const total = await totalOf(root);
  dialog().querySelector("[data-go-to-hint]").textContent =
    `1 is the top, ${total.toLocaleString("en")} the bottom.`;
}

function onSubmit(root, event) {
  event.preventDefault();
  const input = event.target.elements.at;
  const error = dialog().querySelector("#go-to-error");
  const text = input.value.replaceAll(/[\s,.]/g, "");
  error.hidden = /^\d{1,9}$/.test(text) && Number(text) > 0;
  input.toggleAttribute("aria-invalid", !error.hidden);
  if (!error.hidden) {
    error.textContent = "Type a whole number; 1 is the top.";
    return;
  }
  dialog().close();
  goTo(root, Number(text));
}

export function startPlaces(root) {
  dialog()
    ?.querySelector("[data-go-to]")
    .addEventListener("submit", (event) => onSubmit(root, event));
  slider()?.addEventListener("input", () => showOnRail(Number(slider().value)));
  slider()?.addEventListener("change", () => jump(root, Number(slider().value)));
  root.addEventListener("backlog:at", ({ detail }) => {
    if (!rail()?.hidden && document.activeElement !== slider() && !root.dataset.held) showOnRail(detail.at);
  });
  root.addEventListener("backlog:drawn", () => drawRail(root));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-go-to-open]")) askPlace(root);
  });
}
