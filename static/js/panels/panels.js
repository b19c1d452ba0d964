/* The work manager: cards dragged between panels get what the panel's filter says; everybody's changes come in live,
   and nothing moves under what is held or selected. */
import { startBoard } from "../board/board.js";
import { openDialog } from "../dialogs.js";
import { isMine } from "../live.js";
import { makeAdapter } from "./adapter.js";
import { startArranging } from "./arrange.js";
import { startEditor } from "./editor.js";
import { startFresh } from "./fresh.js";
import { startMoves } from "./moves.js";
import { startSelection } from "./selection.js";
import { startWords } from "./words.js";

const TOPICS = new Set(
  "story task capability value sprint state team person application field pin".split(" "),
);

/* a chip of a filter is taken out, a panel or layout was removed, somebody else changed the layout */
function startLayout(root, parts) {
  document.body.addEventListener("work-gone", () => {
    const note = root.querySelector("[data-stale]");
    note.querySelector("span").textContent = "This layout was deleted; its work stays.";
    note.querySelector("a").textContent = "Go on";
    note.querySelector("a").href = new URL("../", location.href).pathname;
    note.hidden = false;
    root.querySelector("[data-panels]").replaceChildren();
  });
  document.body.addEventListener("work-panel-gone", ({ detail }) => {
    document.getElementById(`panel-${detail.panel}`)?.remove();
    root.dataset.version = detail.version;
  });
  document.addEventListener("millrace:change", ({ detail }) => {
    if (detail.topic === "layout" && String(detail.object) === root.dataset.layout && !isMine(detail))
      root.querySelector("[data-stale]").hidden = false;
    else if (TOPICS.has(detail.topic)) parts.fresh.soon();
  });
  document.addEventListener("millrace:stale", () => parts.fresh.soon());
  document.addEventListener("millrace:undone", ({ detail }) => {
    if (detail.answer?.startsWith("/w/")) location.assign(detail.answer);
    else parts.fresh.soon(0);
  });
  document.body.addEventListener("backlog-bulk", () => parts.fresh.soon(0));
}

/* words that narrow every panel, kept in the address */
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
  const parts = { root, openDialog };
  parts.adapter = makeAdapter(parts);
  parts.board = startBoard(root, parts.adapter);
  parts.selection = startSelection(parts);
  parts.fresh = startFresh(parts);
  parts.moves = startMoves(parts);
  startWords(parts);
  startArranging(parts);
  startEditor(root);
  startFind(root, parts.fresh);
  startLayout(root, parts);
}
