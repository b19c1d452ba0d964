/* One move, whoever asked for it: shown at once, posted, put back when refused. A selection moves as one block. */
import { announce } from "../announce.js";
import { post } from "../http.js";
import { toast } from "../toasts.js";
import { blockOf, isStory, place, remember, storiesOf } from "./rows.js";
import { chosen, isChosen, rowsOfSelection } from "./selection.js";
import { windowOf } from "./windowing.js";

function moveUrl(root, row) {
  const pattern = isStory(row) ? root.dataset.storyUrl : root.dataset.capabilityUrl;
  return pattern.replace("/KEY/", `/${encodeURIComponent(row.dataset.key)}/`);
}

/** The anchor as the endpoints want it: keys of stories, not rows. */
export function values({ after, before, to, position }) {
  if (after) return { after: after.dataset.key };
  if (before) return { before: before.dataset.key };
  return position ? { position } : { to };
}

/** Which stories and capabilities move with a row: the whole selection, if the row is in it. */
export function moversOf(row) {
  if (isChosen(row) && chosen().size > 1) return chosen().values();
  return isStory(row)
    ? { ids: row.dataset.storyRow, capabilities: "" }
    : { ids: "", capabilities: row.dataset.capabilityRow };
}

/** The loaded rows that move with this one. */
export function movingRows(root, row) {
  return isChosen(row) && chosen().size > 1 ? rowsOfSelection(root) : blockOf(root, row);
}

/** Where a drop beside a row means: a capability's line stands for its first or last story here. */
export function anchorBeside(root, row, edge, moving) {
  if (isStory(row)) return edge === "top" ? { before: row } : { after: row };
  const own = storiesOf(root, row.dataset.capabilityRow).filter((story) => !moving.includes(story));
  if (own.length === 0) return null;
  return edge === "top" ? { before: own[0] } : { after: own.at(-1) };
}

/** Move a row with all that moves with it. Answers whether the server took it. */
export async function move(root, row, anchor) {
  const rows = movingRows(root, row);
  const anchorRow = anchor.after ?? anchor.before;
  if (rows.length === 0 || rows.includes(anchorRow)) return false;
  const putBack = remember(root, rows);
  if (isShown(root, anchor)) place(root, rows, anchor);
  return send(root, row, anchor, putBack);
}

/* an end, or a position, may lie outside of what is loaded */
function isShown(root, { to, position }) {
  const { above, below } = windowOf(root);
  if (position) return false;
  return !((to === "top" && above) || (to === "bottom" && below));
}

/** Post a move that is already shown; put it back and say why when it is refused. */
export async function send(root, row, anchor, putBack) {
  const isBlock = (isChosen(row) && chosen().size > 1) || (anchor.position && !isStory(row));
  const { above, below } = windowOf(root);
  try {
    if (isBlock) await post(root.dataset.bulkMoveUrl, { ...moversOf(row), ...values(anchor) });
    else await post(moveUrl(root, row), values(anchor));
    const isPartial = (!isStory(row) || isBlock) && (above || below);
    if (!isShown(root, anchor) || isPartial) root.dispatchEvent(new CustomEvent("backlog:reload"));
    return true;
  } catch (problem) {
    putBack();
    toast({ message: `${row.dataset.key} stays where it was. ${problem.message}`, kind: "error" });
    announce(`${row.dataset.key} is back where it was.`);
    return false;
  }
}
