/* The drawing that the editor's page holds, as the server takes it, and what the server refuses, at its place. */

const idOf = (element) => (element.dataset.id ? Number(element.dataset.id) : null);
const text = (element, field) => element.querySelector(`[data-field="${field}"]`).value.trim();

/* a number where it is one, else what was typed: the server says what is wrong with it */
function number(element, field) {
  const typed = text(element, field);
  if (!typed) return null;
  return /^-?\d+$/.test(typed) ? Number(typed) : typed;
}

const readBlock = (block) => ({
  id: idOf(block),
  name: text(block, "name"),
  kind: block.querySelector('[data-field="kind"]').value,
  values: [...block.querySelectorAll("[data-value]")]
    .map((value) => Number(value.dataset.value))
    .sort(compare),
});

const compare = (one, other) => one - other;

const readStage = (stage) => ({
  id: idOf(stage),
  name: text(stage, "name"),
  staffed: number(stage, "staffed"),
  target_days: text(stage, "target_days").replace(",", ".") || null,
  blocks: [...stage.querySelectorAll("[data-block]")].map(readBlock),
});

export const readDrawing = (root) => ({
  wait_rule: root.querySelector("#me-wait_rule").value,
  filter: root.querySelector("#me-filter").value.trim(),
  stages: [...root.querySelectorAll("[data-stages] > [data-stage]")].map(readStage),
});

/* "stages[1].blocks[0].name" -> the sentence's place below that field */
function placeOf(root, path) {
  const found = /^stages\[(\d+)\](?:\.blocks\[(\d+)\])?\.(\w+)$/.exec(path);
  if (!found) return root.querySelector(`[data-error-for="${CSS.escape(path)}"]`);
  const stage = root.querySelectorAll("[data-stages] > [data-stage]")[Number(found[1])];
  const part = found[2] === undefined ? stage : stage?.querySelectorAll("[data-block]")[Number(found[2])];
  return part?.querySelector(`[data-problem="${found[3] === "kind" ? "values" : found[3]}"]`);
}

/** Show refused fields; true when each found its place. Focus goes to the first. */
export function showProblems(root, fields) {
  for (const shown of root.querySelectorAll("[data-problem], [data-error-for]")) {
    shown.hidden = true;
    shown.closest(".field")?.querySelector("input, select")?.removeAttribute("aria-invalid");
  }
  const places = Object.entries(fields).map(([path, sentences]) => {
    const place = placeOf(root, path);
    if (!place) return null;
    place.textContent = sentences.join(" ");
    place.hidden = false;
    place.closest(".field")?.querySelector("input, select")?.setAttribute("aria-invalid", "true");
    return place;
  });
  const first = places.find(Boolean);
  first?.scrollIntoView({ block: "center" });
  first?.closest(".field")?.querySelector("input, select")?.focus();
  return places.length > 0 && places.every(Boolean);
}
