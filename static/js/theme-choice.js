/* The three buttons of the user menu; theme.js applies the choice. */
function current() {
  return localStorage.getItem("millrace.theme") || "system";
}

function mark() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current()));
  }
}

export function startThemeChoice() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    localStorage.setItem("millrace.theme", button.dataset.themeChoice);
    document.dispatchEvent(new CustomEvent("millrace:theme"));
    mark();
  });
  mark();
}
