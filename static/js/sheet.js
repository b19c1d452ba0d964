/* The evidence sheet: [data-sheet-url] opens it beside the page. Its address is in the hash
   (#sheet=/w/KEY/...), so that it can be linked and Back closes it. Esc closes, focus returns. */
import { fill, getFragment } from "./http.js";
import { toast } from "./toasts.js";

const MARK = "#sheet=";
const sheet = () => document.getElementById("sheet");
let opener = null;

function addressed() {
  if (!location.hash.startsWith(MARK)) return null;
  const path = decodeURIComponent(location.hash.slice(MARK.length));
  return path.startsWith("/") && !path.startsWith("//") ? path : null;
}

async function show(url) {
  try {
    fill(sheet(), await getFragment(url));
  } catch (problem) {
    toast({ message: problem.message, kind: "error" });
    return;
  }
  sheet().hidden = false;
  sheet().scrollTop = 0;
  sheet().focus({ preventScroll: true });
}

function hide() {
  if (!sheet() || sheet().hidden) return;
  sheet().hidden = true;
  sheet().replaceChildren();
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

function followAddress() {
  const url = addressed();
  if (url) show(url);
  else hide();
}

/** Open the sheet on a fragment's address. */
export function openSheet(url, from = document.activeElement) {
  opener = from;
  history.pushState(null, "", `${location.pathname}${location.search}${MARK}${encodeURI(url)}`);
  show(url);
}

function closeSheet() {
  history.pushState(null, "", `${location.pathname}${location.search}`);
  hide();
}

export function startSheet() {
  if (!sheet()) return;
  document.addEventListener("click", (event) => {
    const from = event.target.closest("[data-sheet-url]");
    if (from) openSheet(from.dataset.sheetUrl, from);
    else if (event.target.closest("#sheet [data-close]")) closeSheet();
  });
  document.addEventListener("keydown", (event) => {
    const isFree = !event.defaultPrevented && !document.querySelector("dialog[open]");
    if (event.key === "Escape" && isFree && !sheet().hidden) closeSheet();
  });
  window.addEventListener("popstate", followAddress);
  if (addressed()) followAddress();
}
