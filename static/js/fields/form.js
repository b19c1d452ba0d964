/* The form of a custom field, in the dialog: it shows what belongs to the kind chosen, and grows its options. */

function follow(form) {
  const kind = form.querySelector("[data-field-kind]").value;
  for (const part of form.querySelectorAll("[data-for-kinds]")) {
    part.hidden = !part.dataset.forKinds.split(" ").includes(kind);
  }
}

function addOption(form) {
  const list = form.querySelector("[data-option-list]");
  const fresh = list.lastElementChild.cloneNode(true);
  for (const input of fresh.querySelectorAll("input, select")) input.value = "";
  list.append(fresh);
  fresh.querySelector("[name=option_label]").focus();
}

export function start() {
  const dialog = document.getElementById("dialog");
  dialog.addEventListener("change", ({ target }) => {
    if (target.matches("[data-field-kind]")) follow(target.form);
  });
  dialog.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-option-add]");
    if (button) addOption(button.form);
  });
}
