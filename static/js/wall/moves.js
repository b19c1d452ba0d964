/* One change of a card: shown at once, posted with what was seen, put back when refused, asked about when somebody
   else changed the same thing meanwhile. */
import { announce } from "../announce.js";
import { getFragment, post } from "../http.js";
import { toast } from "../toasts.js";

const addressOf = (root, card) => {
  const pattern = root.dataset.view === "tasks" ? root.dataset.taskUrl : root.dataset.storyUrl;
  return pattern.replace("/0/", `/${card.dataset.card}/`);
};

const FIELDS = { state: "state", assignee: "person", hours_left: "hours" };

/* what the card showed of each field that changes, noted before it was moved */
export const seen = (card, values) => {
  const told = { version: card.dataset.version };
  for (const name of Object.keys(values))
    if (FIELDS[name]) told[`was_${name}`] = card.dataset[FIELDS[name]] ?? "";
  return told;
};

export function startMoves(root, board, fresh) {
  const name = (card) => board.adapter.name(card);

  function lane(card) {
    return card.closest("[data-lane]")?.dataset.lane;
  }

  async function send(card, values, { putBack, isForced = false, told = seen(card, values) }) {
    const story = lane(card);
    card.classList.add("busy");
    try {
      const answer = JSON.parse(
        (await post(addressOf(root, card), { ...values, ...(isForced ? {} : told) })) || "{}",
      );
      fresh.noteSent();
      if (answer.version) card.dataset.version = answer.version;
      for (const [field, mark] of Object.entries(FIELDS))
        if (field in values) card.dataset[mark] = values[field];
      return true;
    } catch (problem) {
      fresh.noteSent();
      refused(card, values, { problem, putBack, told });
      return false;
    } finally {
      card.classList.remove("busy");
      fresh.now({ story });
    }
  }

  function refused(card, values, { problem, putBack, told }) {
    if (problem.code === "stale_version") {
      askWhich(card, values, { putBack, told });
      return;
    }
    putBack?.();
    const isGone = problem.status === 404;
    const message = isGone
      ? `${name(card)} was deleted meanwhile.`
      : `${name(card)} stays as it was. ${problem.message}`;
    if (isGone) {
      card.classList.remove("busy");
      card.remove();
    }
    toast({ message, kind: "error" });
  }

  /* somebody was faster: say who and what, and ask which of both counts */
  async function askWhich(card, values, { putBack }) {
    const field = Object.keys(values).find((one) => FIELDS[one]) ?? "state";
    const markup = await getFragment(`${addressOf(root, card)}since/?field=${field}`).catch(() => "");
    if (!markup) {
      putBack?.();
      return;
    }
    card.dataset.conflict = "";
    card.insertAdjacentHTML("beforeend", markup);
    const panel = card.querySelector(".conflict");
    announce(panel.textContent.trim().replace(/\s+/g, " "));
    const settle = (act) => {
      panel.remove();
      delete card.dataset.conflict;
      act();
      board.focus(card);
    };
    panel.querySelector("[data-keep-mine]").addEventListener("click", () => {
      settle(() => send(card, values, { putBack, isForced: true }));
    });
    panel.querySelector("[data-take-theirs]").addEventListener("click", () => {
      settle(() => {
        putBack?.();
        fresh.now({ story: lane(card), all: true });
      });
    });
    panel.querySelector("button").focus({ preventScroll: true });
  }

  return { send, addressOf: (card) => addressOf(root, card) };
}
