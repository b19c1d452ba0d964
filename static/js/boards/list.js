/* The list of boards: the dialog of a new one completes its filter; a deleted one leaves the list. */
import { startEditor } from "../panels/editor.js";
import { startColumns } from "./columns.js";

export function start(root) {
  startEditor(root);
  startColumns();
  document.body.addEventListener("board-gone", ({ detail }) =>
    document.getElementById(`board-row-${detail.board}`)?.remove(),
  );
  document.addEventListener("millrace:undone", ({ detail }) => {
    if (detail.answer?.startsWith("/w/")) location.assign(detail.answer);
  });
}
