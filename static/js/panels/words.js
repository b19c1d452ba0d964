/* While cards are held, every panel says what it would do to them; many of them travel as one stack. */
import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { setCustomNativeDragPreview } from "@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview";
import { ask } from "../http.js";
import { panelOf, panelsIn, wordsOf } from "./adapter.js";

export function startWords(parts) {
  const { root, board, selection, adapter } = parts;
  let asked = 0;

  function show(home) {
    for (const panel of panelsIn(root)) {
      const line = panel.querySelector("[data-drop-words]");
      const isHere = panel === home;
      const kind = board.held?.dataset.item;
      line.textContent = isHere || kind !== panel.dataset.item ? "" : wordsOf(panel);
      line.classList.toggle("refuses", Boolean(panel.dataset.refuses || panel.dataset.saidRefuses));
    }
  }

  async function tell(card) {
    const home = adapter.home(card);
    show(home);
    asked += 1;
    const mine = asked;
    const answer = await ask(root.dataset.previewUrl, {
      ids: selection.idsWith(card).join(","),
      item: card.dataset.item,
      layout: root.dataset.layout,
    }).catch(() => null);
    if (!answer || mine !== asked || !board.isHeld()) return;
    for (const [ref, { sets, cannot, problem }] of Object.entries(JSON.parse(answer).panels)) {
      const panel = document.getElementById(`panel-${ref}`);
      if (!panel) continue;
      panel.dataset.saidSets = sets;
      panel.dataset.saidCannot = cannot;
      panel.dataset.saidRefuses = problem;
    }
    show(home);
  }

  function forget() {
    asked += 1;
    for (const panel of panelsIn(root)) {
      for (const word of ["saidSets", "saidCannot", "saidRefuses"]) delete panel.dataset[word];
      panel.querySelector("[data-drop-words]").textContent = "";
    }
  }

  new MutationObserver(() => {
    if (board.held) tell(board.held);
    else forget();
  }).observe(root, { attributeFilter: ["data-held"] });

  monitorForElements({
    canMonitor: ({ source }) => root.contains(source.element) && source.element.matches("[data-card]"),
    onGenerateDragPreview({ source, nativeSetDragImage }) {
      const number = selection.idsWith(source.element).length;
      if (number < 2) return;
      setCustomNativeDragPreview({
        nativeSetDragImage,
        render({ container }) {
          const stack = document.createElement("div");
          stack.className = "drag-stack";
          stack.textContent = `${number} ${source.element.dataset.item === "STORY" ? "stories" : "cards"}, from ${panelOf(source.element).dataset.title}`;
          container.append(stack);
        },
      });
    },
  });
}
