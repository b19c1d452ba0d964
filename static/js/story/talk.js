/* Writing a comment: the draft stays over a reload, @ offers people, Control or Command and Enter sends. */
import { getJson } from "../http.js";

const MOST_OFFERED = 7;
let names = null;

const draftKey = (form) => `millrace:draft:${form.dataset.draft}`;

function keepDraft({ target }) {
  const form = target.closest("[data-draft]");
  if (!form) return;
  if (target.value) sessionStorage.setItem(draftKey(form), target.value);
  else sessionStorage.removeItem(draftKey(form));
  grow(target);
}

function grow(field) {
  if (!CSS.supports("field-sizing", "content")) field.rows = Math.min(14, field.value.split("\n").length + 1);
}

function bringDraft(root) {
  for (const form of root.querySelectorAll("[data-draft]")) {
    const field = form.elements.text;
    const kept = sessionStorage.getItem(draftKey(form));
    if (kept && !field.value) {
      field.value = kept;
      grow(field);
    }
  }
}

/* sent: the answer has an empty field, which must not be filled again */
function forgetDraft({ detail }) {
  const form = detail.requestConfig?.elt.closest?.("[data-draft]"); // the answer has taken its place
  if (form && detail.successful) sessionStorage.removeItem(draftKey(form));
}

/* what is typed at the caret after an @, or null */
function typedName(field) {
  const before = field.value.slice(0, field.selectionStart);
  const at = before.lastIndexOf("@");
  if (at < 0 || (at > 0 && /[\p{L}\p{N}]/u.test(before[at - 1]))) return null;
  const typed = before.slice(at + 1);
  return typed.length > 40 || /[\n@]/.test(typed) ? null : { at, typed };
}

async function namesOf(field) {
  names ??= getJson(field.dataset.mentions).then((answer) => answer.names);
  return names.catch(() => []);
}

function matching(all, typed) {
  const wanted = typed.toLowerCase();
  const starts = all.filter((name) => name.toLowerCase().startsWith(wanted));
  const holds = all.filter((name) => !starts.includes(name) && name.toLowerCase().includes(` ${wanted}`));
  return [...starts, ...holds].slice(0, MOST_OFFERED);
}

function listOf(field) {
  const id = `${field.id}-names`;
  let list = document.getElementById(id);
  if (!list) {
    list = document.createElement("ul");
    list.id = id;
    list.className = "mention-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "People");
    list.hidden = true;
    field.after(list);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", id);
    field.setAttribute("aria-expanded", "false");
  }
  return list;
}

function close(field) {
  const list = document.getElementById(`${field.id}-names`);
  if (!list) return;
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function choose(field, list, index) {
  [...list.children].forEach((option, at) => {
    option.setAttribute("aria-selected", String(at === index));
  });
  field.setAttribute("aria-activedescendant", list.children[index].id);
}

async function offer(field) {
  const found = typedName(field);
  if (!found) return close(field);
  const offered = matching(await namesOf(field), found.typed);
  const stillThere = typedName(field);
  const isWhole = offered.length === 1 && offered[0].toLowerCase() === found.typed.toLowerCase();
  if (!offered.length || isWhole || stillThere?.typed !== found.typed) return close(field);
  const list = listOf(field);
  list.replaceChildren(
    ...offered.map((name, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.textContent = name;
      return option;
    }),
  );
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  choose(field, list, 0);
}

function take(field, name) {
  const found = typedName(field);
  if (!found) return;
  field.setRangeText(`@${name} `, found.at, field.selectionStart, "end");
  close(field);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function onListKey(event, field, list) {
  const options = [...list.children];
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(field, list, (now + step + options.length) % options.length);
  else if (event.key === "Enter" || event.key === "Tab") take(field, options[now].textContent);
  else if (event.key === "Escape") close(field);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function onKey(event) {
  const field = event.target.closest("[data-mentions]");
  if (!field) return;
  const list = document.getElementById(`${field.id}-names`);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    close(field);
    field.form.requestSubmit();
  } else if (list && !list.hidden) onListKey(event, field, list);
}

export function startTalk(root) {
  bringDraft(root);
  root.addEventListener("input", (event) => {
    if (!event.target.matches("[data-mentions]")) return;
    keepDraft(event);
    offer(event.target);
  });
  root.addEventListener("keydown", onKey, { capture: true });
  root.addEventListener("pointerdown", (event) => {
    const option = event.target.closest(".mention-list [role=option]");
    if (!option) return;
    event.preventDefault();
    take(option.parentElement.previousElementSibling, option.textContent);
  });
  root.addEventListener("focusout", ({ target }) => target.matches("[data-mentions]") && close(target));
  document.body.addEventListener("htmx:afterRequest", forgetDraft);
  document.body.addEventListener("htmx:afterSettle", () => bringDraft(root));
}
