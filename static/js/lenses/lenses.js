/* What your order costs: another choice of orders, horizon or axis redraws the page in place, and Back works.
   The address of what is shown is always the page's own. */
import { announce } from "../announce.js";
import { fill, getFragment } from "../http.js";
import { toast } from "../toasts.js";
import { startReader } from "./reader.js";

const partOf = (search) => `${location.pathname}?${search ? `${search}&` : ""}part=body`;

/* the same control, found again after the redrawing */
function nameOf(element) {
  if (!element || element === document.body) return null;
  if (element.id) return () => document.getElementById(element.id);
  const label = element.getAttribute("aria-label") ?? element.textContent.trim();
  const same = (one) => (one.getAttribute("aria-label") ?? one.textContent.trim()) === label;
  return (root) => [...root.querySelectorAll(element.localName)].find(same);
}

/** Show the page of a query string: only the newest asked for is drawn. */
function drawer(root) {
  let newest = 0;
  return async function draw(search) {
    newest += 1;
    const mine = newest;
    root.setAttribute("aria-busy", "true");
    try {
      const markup = await getFragment(partOf(search));
      if (mine !== newest) return;
      const again = root.contains(document.activeElement) ? nameOf(document.activeElement) : null;
      fill(root, markup);
      root.dataset.liveUrl = partOf(search);
      again?.(root)?.focus({ preventScroll: true });
      announce(root.querySelector(".claim")?.innerText.split("\n").slice(0, 3).join(" ") ?? "");
    } catch (problem) {
      toast({ message: problem.message, kind: "error" });
    } finally {
      if (mine === newest) root.removeAttribute("aria-busy");
    }
  };
}

function searchOf(form) {
  const plain = { a: "money", b: "manual", weeks: "26", axis: "effort" };
  const chosen = [...new FormData(form)].filter(([name, value]) => plain[name] !== value);
  return new URLSearchParams(chosen).toString();
}

export function start(root) {
  const draw = drawer(root);
  let shown = location.search;
  function go(search) {
    history.pushState(null, "", `${location.pathname}${search ? `?${search}` : ""}`);
    shown = location.search;
    draw(search);
  }
  root.addEventListener("change", ({ target }) => {
    if (target.matches(".claim-choose select")) go(searchOf(target.form));
  });
  root.addEventListener("click", (event) => {
    const link = event.target.closest(".seg a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(link.search.slice(1));
  });
  window.addEventListener("popstate", () => {
    if (location.search === shown) return;
    shown = location.search;
    draw(location.search.slice(1));
  });
  startReader(root);
}
