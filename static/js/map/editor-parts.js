/* Stages and blocks of the editor: added, removed, and moved by drag, keyboard or menu. */
import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { announce } from "../announce.js";
import { openChoices } from "../board/menu.js";
import { toast } from "../toasts.js";

const KIND = "mapStage";

const nameOf = (part, other) => part.querySelector('[data-field="name"]').value.trim() || other;

/* new parts have no id; labels name them once they are named */
function nameParts(root) {
  for (const stage of root.querySelectorAll("[data-stages] > [data-stage]")) {
    const name = nameOf(stage, "the new stage");
    stage.querySelector("[data-grip]").setAttribute("aria-label", `Move ${name}: arrows up and down`);
    stage.querySelector("[data-remove-stage]").setAttribute("aria-label", `Remove ${name}`);
    stage.querySelector("[data-blocks]").setAttribute("aria-label", `Blocks of ${name}, side by side`);
    for (const block of stage.querySelectorAll("[data-block]")) {
      const called = nameOf(block, "the new block");
      block.querySelector("[data-block-menu]").setAttribute("aria-label", `Move or remove ${called}`);
      block.querySelector("[data-drop]").setAttribute("aria-label", `Mapped to ${called}`);
    }
  }
}

export function startParts(root, { changed }) {
  const list = root.querySelector("[data-stages]");
  const stages = () => [...list.children];
  const bound = new WeakSet();

  function refresh() {
    nameParts(root);
    bindStages();
    changed();
  }

  const made = (name) => root.querySelector(`[data-new-${name}]`).content.firstElementChild.cloneNode(true);

  function addStage() {
    const most = Number(root.dataset.mostStages);
    if (stages().length >= most) return toast({ message: `A map has up to ${most} stages.`, kind: "error" });
    const stage = made("stage");
    list.append(stage);
    refresh();
    stage.querySelector('[data-field="name"]').focus();
    stage.scrollIntoView({ block: "nearest" });
    return announce("Stage added at the end.");
  }

  function addBlock(stage) {
    const most = Number(root.dataset.mostBlocks);
    const blocks = stage.querySelector("[data-blocks]");
    if (blocks.children.length >= most)
      return toast({ message: `A stage has up to ${most} blocks.`, kind: "error" });
    const block = made("block");
    blocks.append(block);
    refresh();
    return block.querySelector('[data-field="name"]').focus();
  }

  /* what was mapped to a removed part is mapped nowhere */
  function release(part) {
    root.querySelector("[data-unmapped]").append(...part.querySelectorAll("[data-value]"));
  }

  function removeStage(stage) {
    const alerts = Number(stage.dataset.alerts ?? 0);
    const name = nameOf(stage, "The new stage");
    const before = stage.nextElementSibling;
    const values = [...stage.querySelectorAll("[data-value]")].map((value) => [value, value.parentElement]);
    release(stage);
    stage.remove();
    refresh();
    (stages().at(-1)?.querySelector("[data-grip]") ?? root.querySelector("[data-add-stage]")).focus();
    const lost = alerts
      ? ` Its ${alerts === 1 ? "alert goes" : `${alerts} alerts go`} with it when you save.`
      : "";
    offerBack(`${name} is removed.${lost}`, () => {
      list.insertBefore(stage, before?.isConnected ? before : null);
      for (const [value, place] of values) place.append(value);
    });
  }

  function removeBlock(block) {
    const stage = block.closest("[data-stage]");
    if (stage.querySelectorAll("[data-block]").length === 1)
      return toast({ message: "A stage needs at least one block: remove the stage.", kind: "error" });
    release(block);
    block.remove();
    refresh();
    stage.querySelector("[data-add-block]").focus();
    return announce(`${nameOf(block, "The new block")} is removed. What was mapped to it is mapped nowhere.`);
  }

  /* the toast's Undo is for what the server did; here the page takes it back itself */
  function offerBack(message, run) {
    toast({ message });
    const holder = document.getElementById("toasts").lastElementChild;
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "undo";
    undo.textContent = "Undo";
    undo.addEventListener("click", () => {
      holder.remove();
      run();
      refresh();
      announce("It is back.");
    });
    holder.querySelector("span").after(undo);
  }

  function moveStage(stage, by) {
    const at = stages().indexOf(stage);
    const other = stages()[at + by];
    if (!other) return;
    if (by < 0) other.before(stage);
    else other.after(stage);
    refresh();
    stage.querySelector("[data-grip]").focus();
    announce(`${nameOf(stage, "The new stage")} is stage ${at + by + 1} of ${stages().length}.`);
  }

  function blockMenu(block, button) {
    const stage = block.closest("[data-stage]");
    const others = stages().filter((other) => other !== stage);
    const into = others.map((other) => ({
      label: nameOf(other, "The new stage"),
      run: () => moveBlock(block, other),
    }));
    const split = { label: "A stage of its own, right after", run: () => splitOff(block) };
    const isOnly = stage.querySelectorAll("[data-block]").length === 1;
    openChoices(
      [
        { label: "Move to", items: isOnly ? into : [split, ...into] },
        { label: "", items: [{ label: "Remove the block", isDanger: true, run: () => removeBlock(block) }] },
      ],
      { anchor: button, back: button, label: `Move or remove ${nameOf(block, "the new block")}` },
    );
  }

  function moveBlock(block, stage) {
    const old = block.closest("[data-stage]");
    stage.querySelector("[data-blocks]").append(block);
    if (!old.querySelector("[data-block]")) old.remove();
    refresh();
    block.querySelector("[data-block-menu]").focus();
    announce(`${nameOf(block, "The new block")} is in ${nameOf(stage, "the new stage")}.`);
  }

  function splitOff(block) {
    const stage = made("stage");
    block.closest("[data-stage]").after(stage);
    stage.querySelector("[data-blocks]").replaceChildren(block);
    stage.querySelector('[data-field="name"]').value = nameOf(block, "");
    refresh();
    stage.querySelector('[data-field="name"]').focus();
    announce("The block is a stage of its own.");
  }

  function bindStages() {
    for (const stage of stages()) {
      if (bound.has(stage)) continue;
      bound.add(stage);
      draggable({
        element: stage,
        dragHandle: stage.querySelector("[data-grip]"),
        getInitialData: () => ({ kind: KIND }),
        onDragStart: () => stage.classList.add("dragged"),
        onDrop: () => stage.classList.remove("dragged"),
      });
      const isAbove = ({ clientY }) => {
        const box = stage.getBoundingClientRect();
        return clientY < box.top + box.height / 2;
      };
      const clear = () => stage.classList.remove("drop-above", "drop-below");
      const mark = ({ location }) => {
        clear();
        stage.classList.add(isAbove(location.current.input) ? "drop-above" : "drop-below");
      };
      dropTargetForElements({
        element: stage,
        canDrop: ({ source }) => source.data.kind === KIND && source.element !== stage,
        onDragEnter: mark,
        onDrag: mark,
        onDragLeave: clear,
        onDrop({ source, location }) {
          clear();
          if (isAbove(location.current.input)) stage.before(source.element);
          else stage.after(source.element);
          refresh();
          announce(
            `${nameOf(source.element, "The stage")} is stage ${stages().indexOf(source.element) + 1}.`,
          );
        },
      });
    }
  }

  root.addEventListener("click", ({ target }) => {
    const stage = target.closest("[data-stage]");
    const menu = target.closest("[data-block-menu]");
    if (target.closest("[data-add-stage]")) addStage();
    else if (target.closest("[data-add-block]")) addBlock(stage);
    else if (target.closest("[data-remove-stage]")) removeStage(stage);
    else if (menu) blockMenu(menu.closest("[data-block]"), menu);
  });
  root.addEventListener("keydown", (event) => {
    const grip = event.target.closest("[data-grip]");
    const steps = { ArrowUp: -1, ArrowDown: 1 };
    if (!grip || !(event.key in steps)) return;
    event.preventDefault();
    moveStage(grip.closest("[data-stage]"), steps[event.key]);
  });
  root.addEventListener("change", ({ target }) => {
    if (target.dataset.field === "kind") target.closest("[data-block]").dataset.kind = target.value;
    if (target.dataset.field === "name") nameParts(root);
  });
  bindStages();
}
