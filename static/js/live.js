/* Others' changes: one EventSource on /live/, polling where a stream can't be held. Every change is
   an event "millrace:change" {id, topic, object, verb, actor} on document. Elements with data-live-topics="story map"
   and data-live-url are fetched again, never while they are held (data-held, open editor, focus in a field). */
import { fill, getFragment } from "./http.js";

const POLL_MS = 4000;
const CALM_MS = 400;
const TRIES = 3;
let failures = 0;

function tell(change) {
  document.dispatchEvent(new CustomEvent("millrace:change", { detail: change }));
}

function stream(url, onGiveUp) {
  const source = new EventSource(url);
  source.addEventListener("hello", () => {
    failures = 0;
  });
  source.addEventListener("change", (event) => tell(JSON.parse(event.data)));
  source.addEventListener("reload", () => document.dispatchEvent(new CustomEvent("millrace:stale")));
  source.addEventListener("error", () => {
    failures += 1;
    if (failures < TRIES && source.readyState !== EventSource.CLOSED) return;
    source.close();
    onGiveUp();
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
}

async function poll(url, after) {
  let last = after;
  try {
    const question = last === null ? url : `${url}&after=${last}`;
    const answer = await fetch(question, { headers: { Accept: "application/json" } }).then((got) =>
      got.json(),
    );
    answer.changes.forEach(tell);
    last = answer.last;
  } catch {
    // the server is away: asked again below
  }
  setTimeout(poll, POLL_MS, url, last);
}

const isHeld = (element) =>
  element.matches("[data-held]") ||
  element.querySelector("[data-held], .inline-form") ||
  (element.contains(document.activeElement) && document.activeElement.matches("input, textarea, select"));

async function refetch(element) {
  if (isHeld(element)) {
    setTimeout(refetch, CALM_MS * 4, element);
    return;
  }
  const markup = await getFragment(element.dataset.liveUrl).catch(() => null);
  if (markup !== null && !isHeld(element)) fill(element, markup);
}

const waiting = new Map();

function refetchSoon(element) {
  clearTimeout(waiting.get(element));
  waiting.set(element, setTimeout(refetch, CALM_MS, element));
}

function onChange({ detail }) {
  for (const element of document.querySelectorAll("[data-live-topics][data-live-url]")) {
    const topics = element.dataset.liveTopics.split(" ");
    const only = element.dataset.liveObject;
    if (topics.includes(detail.topic) && (!only || only === String(detail.object))) refetchSoon(element);
  }
}

/* The echo of what this tab sent comes back within a moment; later ones are another tab's or screen's. */
const ECHO_MS = 3000;
let sentAt = Number.NEGATIVE_INFINITY;

function noteSent() {
  sentAt = performance.now();
}

/** Whether a change is the echo of what was just done in this very tab. */
export const isMine = (change) =>
  String(change.actor) === document.body.dataset.user && performance.now() - sentAt < ECHO_MS;

export function startLive() {
  const { workspace, liveUrl, pollUrl, liveAfter } = document.body.dataset;
  if (!workspace || !liveUrl) return;
  document.addEventListener("millrace:change", onChange);
  document.addEventListener("millrace:sent", noteSent);
  document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.requestConfig.verb !== "get") noteSent();
  });
  const question = `?workspace=${encodeURIComponent(workspace)}`;
  const drawnAt = liveAfter ?? null; // the newest change that the page knows: later ones are told again
  const after = drawnAt === null ? "" : `&after=${drawnAt}`;
  stream(`${liveUrl}${question}${after}`, () => poll(`${pollUrl}${question}`, drawnAt));
}
