/* Why a row stands where it does: one sentence below it, by a click on its place or the key w. */
import { announce } from "../announce.js";
import { getFragment } from "../http.js";
import { toast } from "../toasts.js";
import { isCapability, rowOf } from "./rows.js";

function close(row) {
  row.querySelector(".c-why")?.remove();
  row.classList.remove("explained");
}

/** Show the reason of a row's place, or take it away again. */
export async function explainPlace(root, row) {
  if (row.querySelector(".c-why")) {
    close(row);
    return;
  }
  const of = isCapability(row) ? `capability=${row.dataset.capabilityRow}` : `story=${row.dataset.storyRow}`;
  try {
    const markup = await getFragment(`${root.dataset.whyUrl}?${of}&lens=${root.dataset.lens}`);
    const cell = document.createElement("div");
    cell.className = "c-why";
    cell.setAttribute("role", "gridcell");
    cell.innerHTML = markup;
    row.append(cell);
    row.classList.add("explained");
    announce(cell.querySelector(".why-words").textContent);
  } catch (problem) {
    toast({ message: problem.message, kind: "error" });
  }
}

export function startWhy(root) {
  root.addEventListener("click", (event) => {
    const row = rowOf(event.target);
    if (!row) return;
    if (event.target.closest("[data-why-close]")) {
      close(row);
      row.focus({ preventScroll: true });
    } else if (event.target.closest("[data-why]")) explainPlace(root, row);
  });
}
