/* The inbox: drawn again when a notice comes or was read; opening a story reads its notice. */
import { fill, getFragment } from "../http.js";
import { isMyInbox } from "./bell.js";

const CALM_MS = 400;
let timer = 0;

async function redraw(root) {
  const list = root.querySelector("[data-inbox-list]");
  const focused = document.activeElement?.closest("[data-notice]")?.dataset.notice;
  const markup = await getFragment(root.dataset.inboxUrl).catch(() => null);
  if (markup === null) return;
  fill(list, markup);
  if (focused) list.querySelector(`[data-notice="${CSS.escape(focused)}"] .iconbtn`)?.focus();
}

function redrawSoon(root) {
  clearTimeout(timer);
  timer = setTimeout(redraw, CALM_MS, root);
}

/* the browser is on its way to the story: the request outlives the page */
function readOpened(root, link) {
  const line = link.closest("[data-notice]");
  if (!line.classList.contains("unread")) return;
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  fetch(root.dataset.readUrl, {
    method: "POST",
    keepalive: true,
    credentials: "same-origin",
    headers: { "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ notice: line.dataset.notice }),
  }).catch(() => {});
}

export function start(root) {
  root.addEventListener("click", ({ target }) => {
    const link = target.closest("[data-notice-open]");
    if (link) readOpened(root, link);
  });
  document.body.addEventListener("notices-changed", () => redrawSoon(root));
  document.addEventListener("millrace:change", ({ detail }) => isMyInbox(detail) && redrawSoon(root));
}
