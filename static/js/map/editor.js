/* The editor of a map: stages and blocks are added, named, moved and removed, values are dragged between blocks. Nothing
   is sent before "Save the map"; then all of it at once, with the version it was made from. */
import { announce } from "../announce.js";
import { startBoard } from "../board/board.js";
import { post } from "../http.js";
import { isMine } from "../live.js";
import { toast } from "../toasts.js";
import { startParts } from "./editor-parts.js";
import { readDrawing, showProblems } from "./editor-reading.js";
import { makeAdapter } from "./editor-values.js";

function startSaving(root, watch) {
  const button = root.querySelector("[data-save]");
  const reason = root.querySelector("[data-reason]");

  async function save() {
    showProblems(root, {});
    button.disabled = true;
    try {
      const address = await post(root.dataset.saveUrl, {
        name: root.querySelector("#me-name").value,
        version: root.dataset.version,
        reason: reason.value,
        drawing: JSON.stringify(readDrawing(root)),
      });
      watch.forget();
      location.assign(address);
    } catch (problem) {
      button.disabled = false;
      if (!showProblems(root, problem.fields)) toast({ message: problem.message, kind: "error" });
      else announce(problem.message);
    }
  }

  button.addEventListener("click", save);
  root.addEventListener("keydown", (event) => {
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!button.disabled) save();
    }
  });
}

/* whether anything differs from what was loaded; leaving with changes is asked about */
function startWatching(root) {
  const button = root.querySelector("[data-save]");
  const state = root.querySelector("[data-state]");
  const written = () => JSON.stringify([root.querySelector("#me-name").value, readDrawing(root)]);
  let loaded = written();
  const isChanged = () => written() !== loaded;

  function look() {
    const changed = isChanged();
    button.disabled = !changed;
    state.textContent = changed ? "Not saved yet" : "Nothing changed";
    const kinds = [...root.querySelectorAll("[data-stages] [data-block]")].map((block) => block.dataset.kind);
    root.querySelector("[data-no-wait]").hidden = kinds.includes("WAIT");
    const unmapped = root.querySelector("[data-unmapped]");
    unmapped.closest("section").classList.toggle("is-empty", !unmapped.children.length);
  }

  root.addEventListener("input", look);
  root.addEventListener("change", look);
  addEventListener("beforeunload", (event) => {
    if (isChanged()) event.preventDefault();
  });
  return {
    look,
    forget() {
      loaded = written();
    },
  };
}

function startLive(root) {
  document.addEventListener("millrace:change", ({ detail }) => {
    const isThis = detail.topic === "map" && String(detail.object) === root.dataset.mapId;
    if (isThis && detail.verb === "updated" && !isMine(detail))
      root.querySelector("[data-redrawn]").hidden = false;
  });
}

export function start(root) {
  const watch = startWatching(root);
  const board = startBoard(root, makeAdapter(root, watch.look));
  startParts(root, {
    changed() {
      board.bind();
      watch.look();
    },
  });
  startSaving(root, watch);
  startLive(root);
  watch.look();
}
