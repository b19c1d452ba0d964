/* The slider over the past: dragging redraws the picture as of that day, letting go puts the day into
   the address, Play walks from the first day to today. Without it, the date field is a plain form. */
const DAY_MS = 86_400_000;
const STEPS = 40;
const STEP_MS = 350;
const REST_MS = 120;
const SETTLE_MS = 500;

const dayOf = (text) => Date.parse(`${text}T00:00:00Z`);
const textOf = (time) => new Date(time).toISOString().slice(0, 10);
const inWords = (text) =>
  new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(dayOf(text));

function withDay(address, day, today) {
  const url = new URL(address, location.href);
  if (day === today) url.searchParams.delete("as_of");
  else url.searchParams.set("as_of", day);
  return url.pathname + url.search;
}

export function startReplay(root, { draw, announce }) {
  const card = root.querySelector("[data-replay]");
  if (!card) {
    return { isPresent: () => true, isHeld: () => false, address: () => root.dataset.pictureUrl };
  }
  const { first, today } = card.dataset;
  const slider = card.querySelector("[data-replay-slider]");
  const field = card.querySelector("[data-replay-date]");
  const play = card.querySelector("[data-replay-play]");
  const note = card.querySelector("[data-replay-note]");
  let held = false;
  let playing = null;
  let resting = null;
  let settling = null;

  const day = () => textOf(dayOf(first) + Number(slider.value) * DAY_MS);

  function tell() {
    const shown = day();
    field.value = shown;
    slider.setAttribute("aria-valuetext", inWords(shown));
    if (shown === today) note.textContent = "The present, kept up to date";
    else {
      const back = Object.assign(document.createElement("a"), {
        href: card.dataset.pageUrl,
        textContent: "Back to now",
      });
      note.replaceChildren("The past. ", back);
    }
    for (const link of document.querySelectorAll(
      ".page .seg a, .map-window a, .map-filter a[data-filter-link], [data-map-export]",
    )) {
      link.href = withDay(link.href, shown, today);
    }
  }

  const address = () => withDay(root.dataset.pictureUrl, day(), today);
  const redraw = () => draw(address());

  function settle() {
    held = false;
    const place = withDay(location.href, day(), today);
    if (place !== location.pathname + location.search) history.pushState({ map: true }, "", place);
    announce();
  }

  function stop() {
    if (playing === null) return;
    clearTimeout(playing);
    playing = null;
    play.setAttribute("aria-pressed", "false");
    settle();
  }

  async function step() {
    const last = Number(slider.max);
    const stride = Math.max(1, Math.round(last / STEPS));
    slider.value = String(Math.min(last, Number(slider.value) + stride));
    tell();
    await redraw();
    if (playing === null) return;
    if (Number(slider.value) >= last) stop();
    else playing = setTimeout(step, STEP_MS);
  }

  play.addEventListener("click", () => {
    if (playing !== null) {
      stop();
      return;
    }
    if (slider.value === slider.max) slider.value = "0";
    held = true;
    play.setAttribute("aria-pressed", "true");
    playing = setTimeout(step, 0);
  });
  slider.addEventListener("input", () => {
    held = true;
    tell();
    clearTimeout(resting);
    resting = setTimeout(redraw, REST_MS);
  });
  slider.addEventListener("change", () => {
    clearTimeout(settling);
    settling = setTimeout(settle, SETTLE_MS);
  });
  field.form.addEventListener("submit", (event) => {
    if (!field.value || field.value < first || field.value > today) return;
    event.preventDefault();
    slider.value = String(Math.round((dayOf(field.value) - dayOf(first)) / DAY_MS));
    tell();
    redraw();
    settle();
  });
  window.addEventListener("popstate", () => {
    const shown = new URLSearchParams(location.search).get("as_of") ?? today;
    if (shown === day()) return;
    slider.value = String(Math.round((dayOf(shown) - dayOf(first)) / DAY_MS));
    tell();
    redraw();
  });
  return { isPresent: () => day() === today, isHeld: () => held, address };
}
