/* The bell: how many notices wait, asked for once the page is there and when the feed says that one came. */
import { getFragment } from "../http.js";

const CALM_MS = 300;
let timer = 0;

async function count() {
  const bells = document.querySelectorAll("[data-bell]");
  const url = bells[0]?.dataset.bellUrl;
  if (!url) return;
  const markup = await getFragment(url).catch(() => null);
  if (markup === null) return;
  const scratch = document.createElement("div");
  scratch.innerHTML = markup;
  const unread = scratch.querySelector(".sr")?.textContent ?? "";
  for (const bell of bells) {
    bell.querySelector("[data-bell-count]").innerHTML = markup;
    bell.setAttribute("aria-label", unread ? `Inbox, ${unread}` : "Inbox");
  }
}

function countSoon() {
  clearTimeout(timer);
  timer = setTimeout(count, CALM_MS);
}

/** Whether a change of the feed is about the reader's own inbox; object 0 stands for several people's. */
export const isMyInbox = (change) =>
  change.topic === "notice" &&
  (String(change.object) === document.body.dataset.user || String(change.object) === "0");

export function start() {
  count();
  document.addEventListener("millrace:change", ({ detail }) => isMyInbox(detail) && countSoon());
  document.body.addEventListener("notices-changed", countSoon);
}
