/* One move, whoever asked for it: shown at once, posted to the one endpoint, put back when refused. */
import { announce } from "../announce.js";
import { post } from "../http.js";
import { toast } from "../toasts.js";
import { blockOf, isStory, place, remember, storiesOf } from "./rows.js";

function moveUrl(root, row) {
  const pattern = isStory(row) ? root.dataset.storyUrl : root.dataset.capabilityUrl;
  return pattern.replace("/KEY/", `/${encodeURIComponent(row.dataset.key)}/`);
}

/* the anchor as the endpoint wants it: keys of stories, not rows */
function values({ after, before, to }) {
  if (after) return { after: after.dataset.key };
  if (before) return { before: before.dataset.key };
  return { to };
}

/** Where a drop beside a row means: a capability's line stands for its first or last story here. */
export function anchorBeside(root, row, edge, moving) {
  if (isStory(row)) return edge === "top" ? { before: row } : { after: row };
  const own = storiesOf(root, row.dataset.capabilityRow).filter((story) => !moving.includes(story));
  if (own.length === 0) return null;
  return edge === "top" ? { before: own[0] } : { after: own.at(-1) };
}

/** Move a row (a story, or a capability's block). Answers whether the server took it. */
export async function move(root, row, anchor) {
  const rows = blockOf(root, row);
  const anchorRow = anchor.after ?? anchor.before;
  if (rows.length === 0 || rows.includes(anchorRow)) return false;
  const putBack = remember(root, rows);
  place(root, rows, anchor);
  return send(root, row, anchor, putBack);
}

/** Post a move that is already shown; put it back and say why when it is refused. */
export async function send(root, row, anchor, putBack) {
  try {
    await post(moveUrl(root, row), values(anchor));
    const isPartial = !isStory(row) && root.querySelector("[data-more]");
    if (anchor.to === "bottom" || isPartial) root.dispatchEvent(new CustomEvent("backlog:reload"));
    return true;
  } catch (problem) {
    putBack();
    toast({ message: `${row.dataset.key} stays where it was. ${problem.message}`, kind: "error" });
    announce(`${row.dataset.key} is back where it was.`);
    return false;
  }
}
