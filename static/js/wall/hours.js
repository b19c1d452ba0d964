/* Hours left, edited on the card: Enter or leaving the field saves, Escape puts them back. */
import { toast } from "../toasts.js";

const PLAIN = /^\d{1,5}([.,]\d{1,2})?$/;

export function startHours(root, board, moves) {
  const fieldOf = (event) => event.target.closest("[data-card] [name=hours_left]");

  root.addEventListener("change", (event) => {
    const field = fieldOf(event);
    if (!field) return;
    const card = field.closest("[data-card]");
    const text = field.value.trim().replace(/\s?h$/i, "");
    const before = field.defaultValue;
    if (text && !PLAIN.test(text)) {
      field.value = before;
      toast({ message: "Type hours as a number, such as 3 or 0.5.", kind: "error" });
      return;
    }
    const hours = text.replace(",", ".");
    field.defaultValue = hours;
    field.value = hours;
    moves.send(
      card,
      { hours_left: hours },
      {
        putBack: () => {
          field.value = before;
          field.defaultValue = before;
        },
      },
    );
  });

  root.addEventListener("keydown", (event) => {
    const field = fieldOf(event);
    if (!field || !["Enter", "Escape"].includes(event.key)) return;
    if (event.key === "Escape") field.value = field.defaultValue;
    event.preventDefault();
    event.stopPropagation();
    board.focus(field.closest("[data-card]"));
  });

  root.addEventListener("focusin", (event) => fieldOf(event)?.select());
}
