/* A drop is posted at once; a limit may ask why; a refusal puts the card back and draws the board as it now is. */
import { announce } from "../announce.js";
import { cardsIn } from "../board/board.js";
import { post } from "../http.js";
import { toast } from "../toasts.js";

export function startMoves(parts) {
  const { root } = parts;
  const dialog = root.querySelector("#kanban-reason");
  const field = dialog.querySelector("input");

  /** Why a limit is exceeded; null when it is not to be. */
  function askWhy(message) {
    dialog.querySelector("[data-reason-said]").textContent = message;
    field.value = "";
    dialog.returnValue = "";
    dialog.showModal();
    field.focus();
    return new Promise((answer) => {
      dialog.addEventListener("close", () => answer(dialog.dataset.said ? field.value : null), {
        once: true,
      });
    });
  }

  dialog.querySelector("form").addEventListener("submit", () => {
    dialog.dataset.said = "yes";
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target.closest("[data-cancel]")) dialog.close();
  });

  /* beside which card it stands now, its new neighbours told by the page */
  function anchorOf(card, place, before) {
    if (before) return { before: before.dataset.card };
    const others = cardsIn(place).filter((other) => other !== card);
    return others.length ? { after: others.at(-1).dataset.card } : {};
  }

  async function send(values) {
    try {
      return await post(root.dataset.moveUrl, values);
    } catch (problem) {
      if (problem.code !== "wip_reason") throw problem;
      delete dialog.dataset.said;
      const reason = await askWhy(problem.message);
      if (reason === null) return null;
      return await post(root.dataset.moveUrl, { ...values, reason });
    }
  }

  /** Put a card where it was dropped. */
  async function drop({ card, place, before, from, putBack, isPlaced }) {
    const values = {
      id: card.dataset.card,
      column: place.dataset.column,
      was_column: from.place.dataset.column,
      ...(isPlaced ? anchorOf(card, place, before) : {}),
    };
    if ("hasLanes" in root.dataset) {
      values.lane = place.dataset.lane;
      values.was_lane = from.place.dataset.lane;
    }
    if (from.place === place && !isPlaced) {
      putBack();
      return;
    }
    card.classList.add("busy");
    try {
      const answer = await send(values);
      if (answer === null) {
        putBack();
        announce(`${parts.adapter.name(card)} is back where it was.`);
      } else for (const warning of JSON.parse(answer).warnings) announce(warning);
    } catch (problem) {
      putBack();
      toast({ message: problem.message, kind: "error" });
    } finally {
      card.classList.remove("busy");
      parts.fresh.soon(0);
    }
  }

  return { drop };
}
