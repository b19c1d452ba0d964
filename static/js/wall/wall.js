/* The sprint wall: cards to drag, hours to edit, stories to break down, and everybody's changes within a second. */
import { startBoard } from "../board/board.js";
import { openChoices } from "../board/menu.js";
import { openDialog } from "../dialogs.js";
import { getFragment, post } from "../http.js";
import { toast } from "../toasts.js";
import { storyAdapter, taskAdapter, workflow } from "./adapters.js";
import { startFresh } from "./fresh.js";
import { startHours } from "./hours.js";
import { startMoves } from "./moves.js";
import { fitLanes, startFolds, startScreen } from "./screen.js";
import { startTyping } from "./typing.js";

/* the state of a story, on its lane or among the finished ones */
function startStoryMenus(root, fresh) {
  async function transition(button, id) {
    const url = root.dataset.storyUrl.replace("/0/", `/${button.dataset.storyMenu}/`);
    try {
      await post(url, { state: id, was_state: button.dataset.state });
    } catch (problem) {
      toast({ message: problem.message, kind: "error" });
    }
    fresh.noteSent();
    fresh.now({ all: true });
  }

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-story-menu]");
    if (!button) return;
    const items = workflow().map(({ id, name }) => ({
      label: name,
      isCurrent: id === button.dataset.state,
      run: () => transition(button, id),
    }));
    const groups = [{ label: `${button.dataset.key} to`, items }];
    if ("canEdit" in root.dataset && button.dataset.category !== "DONE") {
      const url = `${root.dataset.storyUrl.replace("/0/", `/${button.dataset.storyMenu}/`)}block/`;
      const label = "blocked" in button.dataset ? "Blocked: change or clear" : "Block with a reason";
      groups.push({ items: [{ label, run: () => openDialog(url) }] });
    }
    openChoices(groups, { anchor: button, back: button, label: `State of ${button.dataset.key}` });
  });
}

/* further lanes of a long wall */
function startMore(root, board) {
  root.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-more-lanes]");
    if (!button) return;
    button.disabled = true;
    const query = new URLSearchParams(root.dataset.query);
    query.set("after", button.dataset.moreLanes);
    try {
      const markup = await getFragment(`${root.dataset.freshUrl}?${query}`);
      button.closest(".more-lanes").outerHTML = markup;
      board.bind();
    } catch (problem) {
      button.disabled = false;
      toast({ message: problem.message, kind: "error" });
    }
  });
}

export function start(root) {
  let moves = null;
  let fresh = null;
  const make = root.dataset.view === "tasks" ? taskAdapter : storyAdapter;
  const adapter = make(
    root,
    () => moves,
    () => fresh,
  );
  adapter.released = () => fresh?.resume();
  const board = startBoard(root, adapter);
  adapter.board = board;
  fresh = startFresh(root, board, () => fitLanes(root));
  moves = startMoves(root, board, fresh);
  startHours(root, board, moves);
  startTyping(root, fresh);
  startStoryMenus(root, fresh);
  startMore(root, board);
  startFolds(root, fresh);
  startScreen(root);
  document.addEventListener("wall:gone", ({ detail }) => toast({ message: detail, kind: "error" }));
}
