/* Drops and moves: posted at once, undone from the toast, refused with the card put back. */
import { announce } from "../announce.js";
import { post } from "../http.js";
import { toast } from "../toasts.js";
import { panelsIn, wordsOf } from "./adapter.js";

const refusal = (problem) => {
  const said = Object.values(problem.fields ?? {}).flat();
  return said.length ? [...new Set(said)].slice(0, 3).join(" ") : problem.message;
};

export function startMoves(parts) {
  const { root } = parts;

  async function send(url, values, putBack) {
    try {
      return JSON.parse(await post(url, values));
    } catch (problem) {
      putBack?.();
      toast({ message: `Nothing was changed. ${refusal(problem)}`, kind: "error" });
      return null;
    } finally {
      parts.fresh.soon(0);
    }
  }

  /** Cards get what the panel's filter says. */
  async function drop(ids, panel, putBack = null) {
    const answer = await send(panel.dataset.dropUrl, { ids: ids.join(",") }, putBack);
    if (!answer) return;
    parts.selection.clear();
    parts.fresh.note(panel.dataset.panel, answer.left);
    if (answer.left.length)
      announce(`${answer.left.length} still not in ${panel.dataset.title}: ${answer.left[0].reason}`);
  }

  /** Stories stand right before or after another one. */
  async function order(ids, { card, before, putBack }) {
    const chosen = new Set(ids.map(String));
    let above = card.previousElementSibling;
    while (above && (!above.dataset.card || chosen.has(above.dataset.card)))
      above = above.previousElementSibling;
    let below = before;
    while (below && (!below.dataset.card || chosen.has(below.dataset.card))) below = below.nextElementSibling;
    const anchor = below?.dataset.card ? { before: below.dataset.card } : { after: above?.dataset.card };
    if (!anchor.before && !anchor.after) return;
    await send(root.dataset.orderUrl, { ids: ids.join(","), ...anchor }, putBack);
  }

  /** Groups of a menu: every other panel of such cards, with what it sets. */
  const choices = (ids, item, here) => ({
    label: ids.length > 1 ? `Move ${ids.length} cards to` : "Move to panel",
    items: panelsIn(root)
      .filter((panel) => panel !== here && panel.dataset.item === item && !panel.dataset.refuses)
      .map((panel) => ({
        label: `${panel.dataset.title} (${wordsOf(panel)})`,
        run: () => drop(ids, panel),
      })),
  });

  return { drop, order, choices };
}
