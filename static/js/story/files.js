/* Files: dropped anywhere on the page, pasted, or chosen. One after another, each with its progress. */
import { fill } from "../http.js";
import { toast } from "../toasts.js";

const MEGABYTE = 1024 * 1024;
const inMegabytes = (bytes) => (bytes / MEGABYTE).toLocaleString("en", { maximumFractionDigits: 1 });
const box = () => document.querySelector("[data-files]");
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

function refusal(file, most) {
  if (file.size > most)
    return `${file.name} has ${inMegabytes(file.size)} MB; the limit is ${inMegabytes(most)} MB.`;
  return file.size === 0 ? `${file.name} is empty, or a folder.` : "";
}

function line(file) {
  const element = document.createElement("li");
  element.className = "small";
  element.setAttribute("data-held", "");
  const name = document.createElement("span");
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `Sending ${file.name}`);
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "btn bare small";
  stop.textContent = "Stop";
  element.append(name, bar, stop);
  return { element, bar, stop };
}

function message(request) {
  try {
    const answer = JSON.parse(request.responseText);
    return Object.values(answer.errors ?? {})[0]?.[0] ?? answer.detail;
  } catch {
    return "The server did not take this file. Try again.";
  }
}

/* XMLHttpRequest: fetch tells no progress of what is sent */
function send(file, { bar, stop }) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name || "pasted.png");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () =>
      resolve(request.status < 300 ? { markup: request.responseText } : { error: message(request) }),
    );
    request.addEventListener("error", () =>
      resolve({ error: `The connection broke while ${file.name} was sent. Try again.` }),
    );
    request.addEventListener("abort", () => resolve({}));
    stop.addEventListener("click", () => request.abort());
    request.open("POST", box().dataset.url);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Accept", "application/json, text/html;q=0.9");
    document.dispatchEvent(new CustomEvent("millrace:sent"));
    request.send(body);
  });
}

async function sendAll(files) {
  for (const file of files) {
    const refused = refusal(file, Number(box().dataset.mostBytes));
    if (refused) {
      toast({ message: refused, kind: "error" });
      continue;
    }
    const shown = line(file);
    box().querySelector("[data-sending]").append(shown.element);
    const { markup, error } = await send(file, shown);
    shown.element.remove();
    if (error) toast({ message: error, kind: "error" });
    if (markup) {
      const part = box().closest("[data-part]");
      fill(part, withoutVersion(markup));
      document.body.dispatchEvent(new CustomEvent("part-changed", { detail: { part: "attachments" } }));
    }
  }
}

/* the answer's second piece is for htmx: the page's version */
function withoutVersion(markup) {
  const scratch = document.createElement("div");
  scratch.innerHTML = markup;
  scratch.querySelector("#thing-version")?.remove();
  return scratch.innerHTML;
}

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

function onPaste(event) {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || !box()) return;
  event.preventDefault();
  sendAll(files);
}

export function startFiles(root) {
  let depth = 0;
  const mark = () => root.classList.toggle("dropping", depth > 0);
  document.addEventListener("dragenter", (event) => {
    if (hasFiles(event) && box()) depth += 1;
    mark();
  });
  document.addEventListener("dragleave", (event) => {
    if (hasFiles(event)) depth = Math.max(0, depth - 1);
    mark();
  });
  document.addEventListener("dragover", (event) => hasFiles(event) && box() && event.preventDefault());
  document.addEventListener("drop", (event) => {
    depth = 0;
    mark();
    if (!hasFiles(event) || !box()) return;
    event.preventDefault();
    sendAll([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", onPaste);
  root.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-choose]")) return;
    sendAll([...target.files]);
    target.value = "";
  });
}
