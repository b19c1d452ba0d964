/* The filter box: words find as one types (backlog.js), and a field chosen from the list begins a chip:
   field, then operator, then value. Every chip is a place in the address. */
import { announce } from "../announce.js";
import { getJson } from "../http.js";

const WAIT_MS = 120;
const KEPT = "millrace.filter-focus";
const draft = { field: null, operator: null, values: [] };
let fields = null;
let options = [];
let chosen = -1;
let timer = 0;
/* what was searched for before someone began to type the name of a field */
let searched = "";

const parts = (box) => ({
  input: box.querySelector("[data-filter]"),
  list: box.querySelector("[role=listbox]"),
  chip: box.querySelector("[data-draft]"),
});

async function loadFields(box) {
  fields ??= (await getJson(box.dataset.fieldsUrl)).fields;
  return fields;
}

/* what can come next: [{label, hint, pick}] */
async function offer(box, text) {
  if (!draft.field) return fieldOptions(await loadFields(box), text);
  if (!draft.operator) return operatorOptions(text);
  return valueOptions(box, text);
}

function fieldOptions(known, text) {
  const words = text.trim().toLowerCase();
  const found = known.filter((field) => field.label.toLowerCase().includes(words));
  return found.slice(0, words ? 8 : known.length).map((field) => ({
    label: field.label,
    hint: words ? "filter by it" : "",
    pick: (box) => take(box, { field, operator: null, values: [] }),
  }));
}

function operatorOptions(text) {
  const words = text.trim().toLowerCase();
  return draft.field.operators
    .filter((operator) => operator.label.includes(words))
    .map((operator) => ({
      label: operator.label,
      hint: "",
      pick: (box) =>
        operator.takes === 0 ? go([], operator) : take(box, { ...draft, operator, values: [] }),
    }));
}

async function valueOptions(box, text) {
  const query = new URLSearchParams({ field: draft.field.name, q: text.trim() });
  const { values } = await getJson(`${box.dataset.fieldsUrl}?${query}`);
  return values.map(({ value, label }) => ({ label, hint: "", pick: (where) => takeValue(where, value) }));
}

function take(box, next) {
  Object.assign(draft, next);
  const { input } = parts(box);
  input.value = "";
  show(box);
  refresh(box);
}

/* one value is enough, except where two or more are asked for */
function takeValue(box, value) {
  const { takes } = draft.operator;
  const values = [...draft.values, value];
  if (takes === 1 || (takes === 2 && values.length === 2)) go(values, draft.operator);
  else take(box, { ...draft, values });
}

function go(values, operator) {
  const address = new URL(location.href);
  const value = values.length ? `:${values.join(",")}` : "";
  address.searchParams.delete("q");
  if (searched) address.searchParams.set("q", searched);
  address.searchParams.append("f", `${draft.field.name}:${operator.name}${value}`);
  sessionStorage.setItem(KEPT, "1");
  location.assign(address);
}

/* the draft as a chip, and what the box waits for */
function show(box) {
  const { input, chip } = parts(box);
  chip.hidden = !draft.field;
  chip.textContent = [draft.field?.label, draft.operator?.label, draft.values.join(", ")]
    .filter(Boolean)
    .join(" ");
  input.toggleAttribute("data-drafting", Boolean(draft.field));
  input.placeholder = draft.operator ? "value, then Enter" : draft.field ? "how" : "Filter any field";
}

function close(box) {
  const { input, list } = parts(box);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  chosen = -1;
}

function draw(box) {
  const { input, list } = parts(box);
  list.replaceChildren(
    ...options.map((option, index) => {
      const item = document.createElement("li");
      item.id = `filter-choice-${index}`;
      item.role = "option";
      item.ariaSelected = String(index === chosen);
      item.textContent = option.label;
      if (option.hint) {
        const hint = document.createElement("span");
        hint.className = "quiet";
        hint.textContent = option.hint;
        item.append(hint);
      }
      return item;
    }),
  );
  list.hidden = !options.length;
  input.setAttribute("aria-expanded", String(Boolean(options.length)));
  if (chosen < 0) input.removeAttribute("aria-activedescendant");
  else {
    input.setAttribute("aria-activedescendant", `filter-choice-${chosen}`);
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  }
}

async function refresh(box) {
  const { input } = parts(box);
  const asked = input.value;
  const found = await offer(box, asked).catch(() => []);
  if (input.value !== asked || document.activeElement !== input) return;
  options = found;
  chosen = draft.field && options.length ? 0 : -1;
  draw(box);
}

function choose(box, index) {
  const option = options[index];
  if (option) option.pick(box);
}

function step(box, by) {
  if (!options.length) return refresh(box);
  chosen = (chosen + by + options.length) % options.length;
  return draw(box);
}

function back(box) {
  if (draft.values.length) draft.values = draft.values.slice(0, -1);
  else if (draft.operator) draft.operator = null;
  else if (draft.field) draft.field = null;
  else return removeLast(box);
  show(box);
  return refresh(box);
}

function removeLast(box) {
  const last = [...box.querySelectorAll(".tok-x")].at(-1);
  if (!last) return;
  sessionStorage.setItem(KEPT, "1");
  last.click();
}

/* Enter: the highlighted choice, else what was typed as a value; without a draft the form asks as it is */
function enter(box, event) {
  const { input } = parts(box);
  const typed = input.value.trim();
  if (
    chosen >= 0 &&
    !(draft.operator && typed && !options[chosen].label.toLowerCase().includes(typed.toLowerCase()))
  ) {
    event.preventDefault();
    return choose(box, chosen);
  }
  if (!draft.field) return undefined;
  event.preventDefault();
  if (draft.operator && typed) return takeValue(box, typed);
  if (draft.operator && draft.values.length) return go(draft.values, draft.operator);
  return undefined;
}

function onKey(box, event) {
  const { input } = parts(box);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(box, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") enter(box, event);
  else if (event.key === "Backspace" && !input.value) {
    event.preventDefault();
    back(box);
  } else if (event.key === "Escape" && draft.field) {
    event.preventDefault();
    Object.assign(draft, { field: null, operator: null, values: [] });
    input.value = "";
    show(box);
    close(box);
    announce("Filter left.");
  } else if (event.key === "Escape") close(box);
}

export function start(box) {
  const { input, list } = parts(box);
  /* while a chip is being built, what is typed is no search */
  const typed = (event) => {
    if (draft.field) event.stopImmediatePropagation();
    clearTimeout(timer);
    timer = setTimeout(() => refresh(box), WAIT_MS);
  };
  input.addEventListener("input", typed, { capture: true });
  input.addEventListener("focus", () => {
    if (!draft.field) searched = input.value.trim();
    refresh(box);
  });
  input.addEventListener("keydown", (event) => onKey(box, event));
  input.addEventListener("blur", () => close(box));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item) choose(box, [...list.children].indexOf(item));
  });
  box.addEventListener("submit", (event) => draft.field && event.preventDefault());
  if (sessionStorage.getItem(KEPT)) {
    sessionStorage.removeItem(KEPT);
    input.focus({ preventScroll: true });
    close(box);
  }
}
