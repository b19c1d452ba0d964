/* While something is held: where it would be put down, what that alone saves or costs, and the keys. */
import { ask } from "../http.js";
import { moversOf, values } from "./move.js";

const ASK_MS = 220;
let timer = 0;
let asked = 0;

function pill() {
  let element = document.querySelector("[data-put-hint]");
  if (!element) {
    element = document.createElement("div");
    element.className = "put-hint";
    element.dataset.putHint = "";
    element.setAttribute("aria-hidden", "true");
    document.body.append(element);
  }
  return element;
}

function show(row, words, keys) {
  const element = pill();
  element.replaceChildren();
  const text = document.createElement("span");
  text.textContent = words;
  element.append(text);
  if (keys)
    element.insertAdjacentHTML(
      "beforeend",
      "<span class='wide-only'><kbd>\u2191</kbd><kbd>\u2193</kbd> move <kbd>Space</kbd> put down <kbd>Esc</kbd> back</span>",
    );
  const { top, right } = row.getBoundingClientRect();
  element.hidden = false;
  element.style.top = `${Math.max(top - 12, 4)}px`;
  element.style.right = `${Math.max(document.documentElement.clientWidth - right + 14, 4)}px`;
}

/** Say at a row what putting `held` down by `anchor` would mean; `onPrice` hears the price in words. */
export function hint(root, row, { held, anchor, words, keys = false, onPrice }) {
  show(row, words, keys);
  clearTimeout(timer);
  const question = ++asked;
  timer = setTimeout(async () => {
    const answer = await ask(root.dataset.priceUrl, { ...moversOf(held), ...values(anchor) })
      .then(JSON.parse)
      .catch(() => ({ words: "" }));
    if (question !== asked || !answer.words) return;
    show(row, `${words}. This alone ${answer.words}`, keys);
    onPrice?.(answer.words);
  }, ASK_MS);
}

export function clearHint() {
  clearTimeout(timer);
  asked += 1;
  const element = document.querySelector("[data-put-hint]");
  if (element) element.hidden = true;
}
