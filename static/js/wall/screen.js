/* The wall on a wall: the whole screen, no navigation, lanes folded until everything fits the height. */
import { announce } from "../announce.js";

const MARK = "#screen";

const isTyping = (target) => Boolean(target.closest?.("input, textarea, select, [contenteditable]"));
const isOn = () => "screen" in document.body.dataset;

function setFold(lane, folded) {
  lane.classList.toggle("folded", folded);
  lane.querySelector("[data-fold]")?.setAttribute("aria-expanded", String(!folded));
}

/* what is blocked or being worked on is folded last */
function interest(lane) {
  const blocked = lane.querySelectorAll(".is-blocked").length;
  const inWork = lane.querySelectorAll("[data-card][data-state=IN_PROGRESS], .sc").length;
  return blocked * 100 + inWork;
}

const fits = () => document.documentElement.scrollHeight <= window.innerHeight;

const FEW = 2;

function foldAll(lanes) {
  for (const lane of lanes) {
    lane.dataset.autoFolded = "";
    setFold(lane, true);
  }
}

/* shows again what there is room for, the most telling first, and says how many that are */
function unfoldWhatFits(lanes) {
  let shown = 0;
  for (const lane of lanes) {
    setFold(lane, false);
    if (fits()) {
      delete lane.dataset.autoFolded;
      shown += 1;
    } else setFold(lane, true);
  }
  return shown;
}

/** Fold lanes until the page fits the height: the least telling first. Where that leaves hardly a card to see,
    the price and the name of a capability with one story here share the story's line. */
export function fitLanes(root) {
  if (!isOn()) return;
  const all = root.querySelector("#wall-lanes");
  const lanes = [...all.querySelectorAll("[data-lane]")];
  all.removeAttribute("data-tight");
  for (const lane of lanes.filter((one) => "autoFolded" in one.dataset)) {
    delete lane.dataset.autoFolded;
    setFold(lane, false);
  }
  if (fits()) return;
  const open = lanes.filter((lane) => !lane.classList.contains("folded"));
  open.sort((one, other) => interest(other) - interest(one));
  foldAll(open);
  if (unfoldWhatFits(open) >= Math.min(FEW, open.length)) return;
  foldAll(open);
  all.setAttribute("data-tight", "");
  unfoldWhatFits(open);
}

function unfit(root) {
  root.querySelector("#wall-lanes").removeAttribute("data-tight");
  for (const lane of root.querySelectorAll("[data-auto-folded]")) {
    delete lane.dataset.autoFolded;
    setFold(lane, false);
  }
}

export function startScreen(root) {
  const button = root.querySelector("[data-screen]");
  const clock = root.querySelector("[data-clock]");

  function tellTime() {
    const now = new Date();
    const day = now.toLocaleDateString("en", { weekday: "short", day: "numeric", month: "long" });
    const time = now.toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hour12: false });
    clock.textContent = `${day}, ${time}. Live.`;
  }

  function set(on) {
    document.body.toggleAttribute("data-screen", on);
    button.setAttribute("aria-pressed", String(on));
    button.querySelector("[data-screen-word]").textContent = on ? "Leave full screen" : "Full screen";
    history.replaceState(null, "", on ? MARK : `${location.pathname}${location.search}`);
    tellTime();
    if (on) fitLanes(root);
    else unfit(root);
    announce(on ? "Full screen. F leaves it." : "Full screen is over.");
  }

  async function toggle() {
    const on = !isOn();
    set(on);
    try {
      if (on) await document.documentElement.requestFullscreen();
      else if (document.fullscreenElement) await document.exitFullscreen();
    } catch {
      // the browser refuses: the page fills its window all the same
    }
  }

  button.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (
      event.defaultPrevented ||
      hasModifier ||
      isTyping(event.target) ||
      document.querySelector("dialog[open]")
    )
      return;
    if (event.key.toLowerCase() === "f") {
      event.preventDefault();
      toggle();
    }
  });
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement && isOn()) set(false);
    else fitLanes(root);
  });
  window.addEventListener("resize", () => fitLanes(root));
  setInterval(tellTime, 20_000);
  if (location.hash === MARK) set(true);
}

/** Folding by hand; a lane whose cards were not drawn yet fetches them. */
export function startFolds(root, fresh) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fold]");
    if (!button) return;
    const lane = button.closest("[data-lane]");
    const folded = !lane.classList.contains("folded");
    delete lane.dataset.autoFolded;
    setFold(lane, folded);
    if (!folded && lane.classList.contains("undrawn")) {
      lane.classList.remove("undrawn");
      fresh.now({ story: lane.dataset.lane });
    }
  });
}
