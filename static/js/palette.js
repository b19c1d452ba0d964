/* The command palette (Ctrl or Cmd K): pages of the shell, actions of this page ([data-command]),
   and stories and capabilities found by the server. */
import { getJson } from "./http.js";

const WAIT_MS = 120;
let places = [];
let chosen = 0;
let asked = 0;

const palette = () => document.getElementById("palette");
const input = () => palette().querySelector("input");
const list = () => palette().querySelector("ul");

function commands(text) {
  const marked = document.querySelectorAll("#navigation [data-command], main [data-command]");
  return [...marked]
    .map((element) => ({ label: element.textContent.trim(), note: "", run: () => element.click() }))
    .filter((command) => command.label.toLowerCase().includes(text.toLowerCase()));
}

function option(place, index) {
  const item = document.createElement("li");
  item.id = `palette-${index}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", String(index === chosen));
  const parts = [
    ["key", place.key],
    ["what", place.label],
    ["quiet", place.note],
  ];
  for (const [className, text] of parts) {
    if (!text) continue;
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    item.append(span);
  }
  item.addEventListener("click", () => run(index));
  return item;
}

function draw() {
  list().replaceChildren(...places.map(option));
  if (places.length === 0)
    list().innerHTML =
      '<li class="none" role="option" aria-disabled="true">Nothing has this in its key or title.</li>';
  input().setAttribute("aria-activedescendant", places.length ? `palette-${chosen}` : "");
  list().children[chosen]?.scrollIntoView({ block: "nearest" });
}

function run(index) {
  const place = places[index];
  if (!place) return;
  palette().close();
  if (place.url) location.assign(place.url);
  else place.run();
}

async function find(text) {
  const url = input().dataset.findUrl;
  if (!url || text.length < 2) return [];
  const answer = await getJson(`${url}?q=${encodeURIComponent(text)}`).catch(() => ({ results: [] }));
  return answer.results.map(({ key, title, kind, url: place }) => ({
    key,
    label: title,
    note: kind,
    url: place,
  }));
}

async function search() {
  const text = input().value.trim();
  const question = ++asked;
  chosen = 0;
  places = commands(text);
  draw();
  await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  if (question !== asked) return;
  const found = await find(text);
  if (question !== asked) return;
  places = [...commands(text), ...found];
  draw();
}

function open() {
  input().value = "";
  palette().showModal();
  search();
}

function onKey(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && places.length) {
    chosen = (chosen + steps[event.key] + places.length) % places.length;
    draw();
  } else if (event.key === "Enter") run(chosen);
  else return;
  event.preventDefault();
}

export function startPalette() {
  if (!palette()) return;
  input().addEventListener("input", search);
  input().addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => event.target.closest("[data-palette-open]") && open());
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (palette().open) palette().close();
    else open();
  });
}
