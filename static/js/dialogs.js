/* Modal dialogs: [data-dialog-url] fetches a form into #dialog; [data-close] closes the nearest one.
   A form in it posts with hx-post; the server closes it with HX-Trigger: {"close-dialog": true}. */
import { ask, fill, getFragment } from "./http.js";
import { toast } from "./toasts.js";

/** Fetch a fragment and show it as the modal dialog; focus goes back to where it was on closing.
    `values`: what it is about, where that is too long for an address. */
export async function openDialog(url, values = null) {
  const dialog = document.getElementById("dialog");
  try {
    fill(dialog, await (values ? ask(url, values) : getFragment(url)));
  } catch (problem) {
    toast({ message: problem.message, kind: "error" });
    return;
  }
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector("input, select, textarea, button"))?.focus();
}

function onClick(event) {
  const opener = event.target.closest("[data-dialog-url]");
  if (opener) {
    event.preventDefault();
    openDialog(opener.dataset.dialogUrl);
    return;
  }
  const closer = event.target.closest("dialog [data-close]");
  if (closer) closer.closest("dialog").close();
  else if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
}

/* a field beside a choice ("Position [ ]", "Right after [ ]") chooses its way when it is used */
function chooseWay({ target }) {
  const way = target.dataset?.chooses;
  if (way) target.form.elements.where.value = way;
}

const answered = new WeakSet();

/* A live change may have drawn the part anew while the question stood: htmx sends nothing for an element
   that has left the page, so the one drawn in its place sends it. */
function sendAnswered({ elt, verb, path, issueRequest }) {
  if (elt.isConnected) return issueRequest(true);
  const successor = document.querySelector(`[hx-${verb}="${CSS.escape(path)}"][hx-confirm]`);
  if (!successor)
    return toast({ message: "This was changed meanwhile. Look at it once more.", kind: "error" });
  answered.add(successor);
  if (successor instanceof HTMLFormElement) successor.requestSubmit();
  else successor.click();
}

/* hx-confirm asks in our own dialog */
function onConfirm(event) {
  if (!event.detail.question) return;
  event.preventDefault();
  if (answered.delete(event.detail.elt)) return event.detail.issueRequest(true);
  const dialog = document.getElementById("dialog");
  dialog.innerHTML =
    '<header><h2 id="dialog-title"></h2></header><form method="dialog" class="form"><div class="buttons"><button class="btn" value="no" autofocus>Keep it</button><button class="btn danger" value="yes">Go ahead</button></div></form>';
  dialog.querySelector("h2").textContent = event.detail.question;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && sendAnswered(event.detail), {
    once: true,
  });
  dialog.showModal();
}

export function startDialogs() {
  document.addEventListener("click", onClick);
  document.body.addEventListener("htmx:confirm", onConfirm);
  for (const event of ["input", "focusin"])
    document.getElementById("dialog")?.addEventListener(event, chooseWay);
  document.body.addEventListener("close-dialog", () => document.getElementById("dialog")?.close());
}
