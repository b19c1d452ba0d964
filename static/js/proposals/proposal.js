/* The page of a proposed order: choosing moves prices them on the server, and the answer stands in the button.
   j and k go from move to move, Space chooses. Others' decisions redraw the page, unless one is choosing. */
import { announce } from "../announce.js";
import { fill, getFragment, post } from "../http.js";
import { isMine } from "../live.js";
import { toast } from "../toasts.js";

const CALM_MS = 120;
const form = (root) => root.querySelector("[data-choice]");
const boxes = (root) => [...root.querySelectorAll("[data-choose]")];
const countOf = (list) => list.reduce((sum, box) => sum + Number(box.dataset.counts ?? 1), 0);
let isTouched = false;

function label(root, parts) {
  const button = root.querySelector("[data-accept-chosen]");
  if (!button) return;
  const figure = document.createElement("span");
  figure.className = "num";
  figure.textContent = parts.amount ?? "";
  button.replaceChildren(parts.text, figure);
}

/* what every tick changes at once: the rows, the count; the money comes from the server */
function mark(root) {
  const all = boxes(root);
  const on = all.filter((box) => box.checked);
  for (const box of all) {
    const row = box.closest("[data-move]");
    const outcome = row.querySelector("[data-outcome]");
    row.classList.toggle("off", !box.checked);
    outcome.textContent = box.checked ? outcome.dataset.in : "left out";
  }
  const whole = root.querySelector("[data-choose-all]");
  if (whole) {
    whole.checked = on.length === all.length;
    whole.indeterminate = on.length > 0 && on.length < all.length;
  }
  const count = root.querySelector("[data-chosen-count]");
  if (count) count.textContent = `${countOf(on)} of ${countOf(all)} chosen`;
  return countOf(on);
}

/* what was changed of the offered choice stands in the address, so that it is kept on reload and can be sent */
const changed = (root) =>
  boxes(root)
    .filter((box) => box.checked !== box.hasAttribute("data-offered"))
    .map((box) => (box.name === "rest" ? "rest" : box.value))
    .join(",");

function keep(root) {
  const names = changed(root);
  history.replaceState(
    history.state,
    "",
    names ? `${root.dataset.address}?changed=${names}` : root.dataset.address,
  );
}

function pricer(root) {
  let timer = null;
  let asked = 0;
  async function price(number) {
    const choice = form(root);
    try {
      const answer = JSON.parse(await post(choice.dataset.priceUrl, new FormData(choice)));
      if (number !== asked) return;
      label(root, { text: `Accept the ${answer.count} chosen, ${answer.word} `, amount: answer.amount });
      announce(`${answer.count} of ${answer.of} chosen, ${answer.word} ${answer.amount}`);
    } catch (problem) {
      if (number === asked) toast({ message: problem.message, kind: "error" });
    }
    if (number === asked) root.querySelector("[data-accept-chosen]")?.removeAttribute("aria-busy");
  }
  return () => {
    const count = mark(root);
    const button = root.querySelector("[data-accept-chosen]");
    isTouched = true;
    keep(root);
    asked += 1;
    clearTimeout(timer);
    button.disabled = count === 0;
    button.toggleAttribute("aria-busy", count > 0);
    label(root, { text: count ? `Accept the ${count} chosen, pricing` : "Choose a move to accept" });
    if (count) timer = setTimeout(price, CALM_MS, asked);
  };
}

function onChange(event, root, reprice) {
  if (event.target.matches("[data-choose-all]")) {
    for (const box of boxes(root)) box.checked = event.target.checked;
    reprice();
  } else if (event.target.matches("[data-choose]")) reprice();
}

/* Enter on a tick would send the form: nobody accepts by accident */
function onKey(event, root) {
  if (event.key === "Enter" && event.target.matches("[data-choose], [data-choose-all]"))
    event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  const all = boxes(root);
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
  next?.closest("[data-move]").scrollIntoView({ block: "nearest" });
  if (next) event.preventDefault();
}

async function redraw(root) {
  const names = changed(root);
  const markup = await getFragment(`${root.dataset.address}?part=body${names && `&changed=${names}`}`).catch(
    () => null,
  );
  if (markup === null) return;
  isTouched = false;
  fill(root, markup);
  mark(root);
  keep(root);
}

function followOthers(root) {
  document.addEventListener("millrace:undone", ({ detail }) => {
    if (detail.url.startsWith(root.dataset.address)) redraw(root);
  });
  document.addEventListener("millrace:change", ({ detail }) => {
    const isThis = detail.topic === "proposal" && String(detail.object) === root.dataset.proposal;
    if (isThis && !isMine(detail) && !isTouched) redraw(root);
  });
}

export function start(root) {
  const reprice = pricer(root);
  root.addEventListener("change", (event) => onChange(event, root, reprice));
  document.addEventListener("keydown", (event) => onKey(event, root));
  root.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== root) return;
    isTouched = false;
    mark(root);
    keep(root);
    root.querySelector("h1")?.setAttribute("tabindex", "-1");
    root.querySelector("h1")?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  });
  followOthers(root);
  mark(root);
}
