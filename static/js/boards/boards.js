/* A Kanban board: cards dragged between columns and lanes; everybody's changes come in live, and nothing moves under
   what is held. */
import { startBoard } from "../board/board.js";
import { isMine } from "../live.js";
import { startEditor } from "../panels/editor.js";
import { makeAdapter } from "./adapter.js";
import { startColumns } from "./columns.js";
import { startFresh } from "./fresh.js";
import { startMoves } from "./moves.js";

const TOPICS = new Set(
  "story task capability value sprint state team person application field pin".split(" "),
);

function startLive(root, parts) {
  const stale = root.querySelector("[data-stale]");
  document.body.addEventListener("board-gone", () => location.assign(root.dataset.listUrl));
  document.addEventListener("millrace:change", ({ detail }) => {
    if (detail.topic === "board" && String(detail.object) === root.dataset.board && !isMine(detail))
      stale.hidden = false;
    else if (TOPICS.has(detail.topic)) parts.fresh.soon();
  });
  document.addEventListener("millrace:stale", () => parts.fresh.soon());
  document.addEventListener("millrace:undone", ({ detail }) => {
    if (detail.answer?.startsWith("/w/")) location.assign(detail.answer);
    else parts.fresh.soon(0);
  });
}

/* words that narrow the board, kept in the address */
function startFind(root, fresh) {
  let timer = 0;
  root.querySelector("[data-find]").addEventListener("input", ({ target }) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      root.dataset.query = target.value.trim();
      const address = new URL(location.href);
      if (root.dataset.query) address.searchParams.set("q", root.dataset.query);
      else address.searchParams.delete("q");
      history.replaceState(null, "", address);
      fresh.soon(0);
    }, 200);
  });
}

export function start(root) {
  const parts = { root };
  parts.adapter = makeAdapter(parts);
  parts.board = startBoard(root, parts.adapter);
  parts.fresh = startFresh(parts);
  parts.moves = startMoves(parts);
  startEditor(root);
  startColumns();
  startFind(root, parts.fresh);
  startLive(root, parts);
}
