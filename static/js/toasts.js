/* Toasts: what just happened, with Undo for ten seconds. The server asks for one with
   HX-Trigger: {"toast": {"message": "...", "undo": {"url": "...", "values": {...}}, "kind": "error"}}. */
import { announce } from "./announce.js";
import { post } from "./http.js";

const LIFE_MS = 10_000;
const RING =
  '<svg class="ring" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6"/><circle cx="8" cy="8" r="6" pathLength="100"/></svg>';
const CROSS = '<svg class="ic" aria-hidden="true"><use href="#i-x"/></svg>';

function button(className, content, label, onClick) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = className;
  element.innerHTML = content;
  if (label) element.setAttribute("aria-label", label);
  element.addEventListener("click", onClick);
  return element;
}

/* gone after its life, which stands still while the pointer or the focus is on it */
function expire(element) {
  let left = LIFE_MS;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (!element.matches(":hover, :focus-within")) left -= now - last;
    last = now;
    if (left <= 0 || !element.isConnected) {
      clearInterval(timer);
      element.remove();
    }
  }, 250);
}

async function takeBack(element, undo) {
  element.remove();
  try {
    const answer = await post(undo.url, undo.values);
    document.dispatchEvent(new CustomEvent("millrace:undone", { detail: { ...undo, answer } }));
  } catch (problem) {
    toast({ message: problem.message, kind: "error" });
  }
}

/** Show a toast: `{message, undo: {url, values}, kind: "error"}`; the newest undo is the only one. */
export function toast({ message, undo, kind }) {
  const holder = document.getElementById("toasts");
  const element = document.createElement("div");
  element.className = kind === "error" ? "toast bad" : "toast";
  if (kind === "error") element.setAttribute("role", "alert");
  const text = document.createElement("span");
  text.textContent = message;
  if (undo) {
    for (const older of holder.querySelectorAll(".undo")) older.closest(".toast").remove();
    element.insertAdjacentHTML("beforeend", RING);
  }
  element.append(text);
  if (undo) element.append(button("undo", "Undo", "", () => takeBack(element, undo)));
  element.append(button("", CROSS, "Dismiss", () => element.remove()));
  while (holder.children.length > 2) holder.firstElementChild.remove();
  holder.append(element);
  if (kind !== "error") announce(undo ? `${message} Undo is offered for ten seconds: Control Z.` : message);
  expire(element);
}

function undoNewest(event) {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || isTyping) return;
  const newest = document.querySelector("#toasts .undo");
  if (newest) {
    event.preventDefault();
    newest.click();
  }
}

export function startToasts() {
  document.body.addEventListener("toast", (event) => toast(event.detail));
  document.addEventListener("keydown", undoNewest);
  for (const served of document.querySelectorAll("[data-toast]")) {
    served.querySelector("[data-toast-close]").addEventListener("click", () => served.remove());
    expire(served);
  }
}
