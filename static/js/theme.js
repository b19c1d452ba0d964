/* Blocking on purpose and tiny: the colours are settled before the first paint. */
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("millrace.theme") || "system";
    } catch {
      return "system";
    }
  };
  const apply = () => {
    const choice = chosen();
    const theme = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
    document.documentElement.dataset.theme = theme;
  };
  dark.addEventListener("change", apply);
  document.addEventListener("millrace:theme", apply);
  window.addEventListener("storage", apply);
  apply();
})();
