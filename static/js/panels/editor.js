/* The editor of a panel: the filter as text with what fits next, its problem at its place and its count as one types;
   and as rows of conditions, where all of them hold. */
import { announce } from "../announce.js";
import { openDialog } from "../dialogs.js";
import { ask } from "../http.js";

const WAIT_MS = 160;

export function startEditor(root) {
  const dialog = document.getElementById("dialog");
  let timer = 0;
  let offering = 0;
  let chosen = -1;
  let fields = [];

  const form = () => dialog.querySelector("[data-panel-form]");
  const part = (name) => form().querySelector(`[data-${name}]`);
  const area = () => part("filter-text");
  const list = () => document.getElementById("panel-offers");
  const item = () => form().elements.namedItem("item").value;

  /* ---- what it means ---- */
  async function check(values) {
    const mine = form();
    if (!mine) return;
    const answer = await ask(root.dataset.checkUrl, { item: item(), ...values }).catch(() => null);
    if (!answer || mine !== form()) return;
    const told = JSON.parse(answer);
    if ("document" in values) area().value = told.text;
    else if (area().value !== values.text) return;
    fields = told.fields;
    const problem = part("filter-problem");
    problem.hidden = !told.problem;
    problem.textContent = told.problem?.message ?? "";
    area().setAttribute("aria-invalid", String(Boolean(told.problem)));
    part("filter-sums").textContent = told.problem ? "" : `Lists ${told.sums}`;
    part("filter-drop").textContent = told.drop ? `A drop on it ${told.drop}` : "";
    if (!("document" in values)) drawRows(told);
  }

  const checkText = () => check({ text: area().value });

  /* ---- rows of conditions ---- */
  function select(label, options, value) {
    const element = document.createElement("select");
    element.setAttribute("aria-label", label);
    for (const [key, words] of options) element.append(new Option(words, key, false, key === value));
    return element;
  }

  const shown = (value) => (typeof value === "string" ? value : `@${value.special}`);
  const SPECIALS = {
    me: "me",
    my_team: "my team",
    current_sprint: "my team's current sprint",
    next_sprint: "my team's next sprint",
  };
  const words = (value) => (typeof value === "string" ? value : SPECIALS[value.special]);
  const special = Object.fromEntries(
    Object.entries(SPECIALS).map(([key, label]) => [label, { special: key }]),
  );

  function drawRow(condition) {
    const field = fields.find((one) => one.key === condition.field) ?? fields[0];
    const operator = field.operators.find((one) => one.key === condition.operator) ?? field.operators[0];
    const row = document.createElement("div");
    row.className = "pf-row";
    const names = select(
      "Field",
      fields.map((one) => [one.key, one.label]),
      field.key,
    );
    const ways = select(
      "Compared",
      field.operators.map((one) => [one.key, one.label]),
      operator.key,
    );
    const value = document.createElement("input");
    value.className = "input";
    value.setAttribute("aria-label", operator.takes === -1 ? "Values, with commas between" : "Value");
    value.value = condition.values.map(words).join(operator.takes === 2 ? " and " : ", ");
    value.dataset.shown = condition.values.map(shown).join();
    value.hidden = operator.takes === 0;
    const gone = document.createElement("button");
    gone.type = "button";
    gone.className = "iconbtn";
    gone.setAttribute("aria-label", `Take out ${field.label} ${operator.label}`);
    gone.innerHTML = '<svg class="ic" aria-hidden="true"><use href="#i-x"/></svg>';
    gone.addEventListener("click", () => {
      row.remove();
      send();
    });
    names.addEventListener("change", () => {
      const next = { field: names.value, operator: "", values: [] };
      const fresh = drawRow(next);
      row.replaceWith(fresh);
      fresh.querySelector("select").focus();
    });
    ways.addEventListener("change", () => {
      const takes = field.operators.find((one) => one.key === ways.value).takes;
      value.hidden = takes === 0;
      if (takes === 0 || value.value) send();
    });
    value.addEventListener("change", send);
    row.append(names, ways, value, gone);
    return row;
  }

  function read(row) {
    const [names, ways] = row.querySelectorAll("select");
    const field = fields.find((one) => one.key === names.value);
    const takes = field.operators.find((one) => one.key === ways.value).takes;
    const text = row.querySelector("input").value.trim();
    if (takes !== 0 && !text) return null;
    const split = takes === 2 ? text.split(/ and |,/) : takes === -1 ? text.split(",") : [text];
    const values = takes === 0 ? [] : split.map((one) => special[one.trim().toLowerCase()] ?? one.trim());
    return { field: names.value, operator: ways.value, values: values.filter((one) => one !== "") };
  }

  /* rows that are not finished are left out until they are */
  function send() {
    const rows = [...part("condition-rows").children].map(read).filter(Boolean);
    check({ document: JSON.stringify({ and: rows }) });
  }

  function drawRows(told) {
    if (part("condition-rows").contains(document.activeElement)) return;
    const isPlain = told.conditions !== null;
    part("conditions").hidden = !isPlain;
    part("conditions-not").hidden = isPlain || Boolean(told.problem);
    if (isPlain) part("condition-rows").replaceChildren(...told.conditions.map(drawRow));
  }

  /* ---- what fits next ---- */
  function close() {
    list().hidden = true;
    list().replaceChildren();
    area().setAttribute("aria-expanded", "false");
    area().removeAttribute("aria-activedescendant");
    chosen = -1;
  }

  async function offer() {
    const field = area();
    offering += 1;
    const mine = offering;
    const text = field.value.slice(0, field.selectionStart);
    const answer = await ask(root.dataset.completeUrl, { item: item(), text }).catch(() => null);
    if (!answer || mine !== offering || !form() || document.activeElement !== field) return;
    const { offers } = JSON.parse(answer);
    if (!offers.length) return close();
    list().replaceChildren(
      ...offers.map((one, at) => {
        const option = document.createElement("li");
        option.id = `panel-offer-${at}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.text = one.text;
        option.dataset.start = one.start;
        const detail = document.createElement("span");
        detail.className = "quiet";
        detail.textContent = one.detail;
        option.append(one.text, detail);
        return option;
      }),
    );
    list().hidden = false;
    chosen = -1;
    field.setAttribute("aria-expanded", "true");
  }

  function choose(by) {
    const options = [...list().children];
    options[chosen]?.setAttribute("aria-selected", "false");
    chosen = (chosen + by + options.length) % options.length;
    options[chosen].setAttribute("aria-selected", "true");
    options[chosen].scrollIntoView({ block: "nearest" });
    area().setAttribute("aria-activedescendant", options[chosen].id);
  }

  function take(option) {
    const field = area();
    const start = Number(option.dataset.start);
    const before = field.value.slice(0, start);
    const gap = before && !/[\s(]$/.test(before) ? " " : "";
    field.setRangeText(`${gap}${option.dataset.text} `, start, field.selectionStart, "end");
    field.focus();
    announce(option.dataset.text);
    later();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      checkText();
      offer();
    }, WAIT_MS);
  }

  /* once for each form, also for one that was opened before this module came in */
  function begin() {
    if (!form() || "checked" in form().dataset) return;
    form().dataset.checked = "";
    checkText();
  }

  begin();
  dialog.addEventListener("focusin", begin);
  dialog.addEventListener("input", ({ target }) => {
    if (target.matches("[data-filter-text]")) later();
  });
  dialog.addEventListener("change", ({ target }) => {
    if (!form() || target !== form().elements.namedItem("item")) return;
    const query = new URLSearchParams({ item: target.value, layout: root.dataset.layout });
    openDialog(`${form().getAttribute("hx-post")}?${query}`);
  });
  dialog.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-filter-text]")) return;
    const isOpen = !list().hidden;
    if (event.key === "ArrowDown" && isOpen) choose(1);
    else if (event.key === "ArrowUp" && isOpen) choose(-1);
    else if ((event.key === "Enter" || event.key === "Tab") && isOpen && chosen >= 0)
      take(list().children[chosen]);
    else if (event.key === "Escape" && isOpen) close();
    else if (event.key === " " && event.ctrlKey) offer();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  dialog.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("#panel-offers [role=option]");
    if (!option) return;
    event.preventDefault();
    take(option);
  });
  dialog.addEventListener("focusout", ({ target }) => {
    if (target.matches("[data-filter-text]") && form()) close();
  });
  dialog.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-condition-add]")) return;
    const row = drawRow({ field: fields[0]?.key, operator: "", values: [] });
    part("condition-rows").append(row);
    row.querySelector("select").focus();
  });
}
