/* The slide's page: its print button. SVG and PNG are saved as any chart's are (charts/export.js). */
export function start() {
  document.querySelector("[data-print]").addEventListener("click", () => print());
}
