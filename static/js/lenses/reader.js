/* Reading along the lines of the chart: with the pointer, or with the arrow keys on its slider. What it shows is
   read from the drawn paths themselves, 10,000 units a side. */
const SIDE = 10_000;
const NEAR_PX = 14;
const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

/* "M0 10000H300V9000..." -> [[x, y], ...]: y holds from x on */
function stepsOf(path) {
  const steps = [[0, SIDE]];
  let x = 0;
  for (const [, letter, number] of path.getAttribute("d").matchAll(/([HV])(\d+)/g)) {
    if (letter === "H") x = Number(number);
    else steps.push([x, Number(number)]);
  }
  return steps;
}

const heightAt = (steps, x) => steps.findLast(([from]) => from <= x)?.[1] ?? SIDE;
const percent = (ratio) => `${Math.round(ratio * 100)} %`;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/* the drawing on the page now; it is replaced whenever another is asked for */
function drawingOf(reader) {
  const figure = reader.closest("figure");
  const lines = [...figure.querySelectorAll(".line")].map((path) => ({ path, steps: stepsOf(path) }));
  return {
    reader,
    lines,
    first: lines.find(({ path }) => path.classList.contains("a")),
    second: lines.find(({ path }) => path.classList.contains("b")),
    cursor: figure.querySelector("[data-cursor]"),
    readout: figure.querySelector("[data-readout]"),
  };
}

/* which thin line the pointer is on, if any */
function nearest(drawing, x, y, height) {
  const near = drawing.lines
    .filter(({ path }) => path.classList.contains("other"))
    .map((line) => ({ line, away: (Math.abs(heightAt(line.steps, x) - y) / SIDE) * height }))
    .sort((one, other) => one.away - other.away)[0];
  return near && near.away < NEAR_PX ? near.line : null;
}

function place(drawing, x) {
  const at = `${x / 100}%`;
  const [line, second, first] = drawing.cursor.children;
  line.setAttribute("x1", at);
  line.setAttribute("x2", at);
  for (const [dot, { steps }] of [
    [first, drawing.first],
    [second, drawing.second],
  ]) {
    dot.setAttribute("cx", at);
    dot.setAttribute("cy", `${heightAt(steps, x) / 100}%`);
  }
  drawing.cursor.removeAttribute("hidden");
}

function say(drawing, x, near) {
  const { end, total, pace } = drawing.reader.dataset;
  const points = (x / SIDE) * Number(end);
  const live = ({ steps }) => percent(1 - heightAt(steps, x) / SIDE);
  const where = `${percent(Math.min(points / Number(total), 1))} of the effort in, week ${Math.ceil(points / Number(pace))}:`;
  const parts = [
    `${where} `,
    element("b", "first", live(drawing.first)),
    " live, or ",
    element("b", "", live(drawing.second)),
  ];
  if (near) parts.push(` (${near.path.dataset.label}: ${live(near)})`);
  drawing.readout.replaceChildren(...parts);
  drawing.reader.setAttribute("aria-valuenow", Math.round((x / SIDE) * 100));
  drawing.reader.setAttribute("aria-valuetext", drawing.readout.textContent);
}

export function startReader(root) {
  let drawing = null;
  let resting = null;

  function take(reader) {
    if (drawing?.reader === reader) return;
    drawing = drawingOf(reader);
    resting = [...drawing.readout.childNodes].map((node) => node.cloneNode(true));
  }

  function show(x, near = null) {
    for (const { path } of drawing.lines) path.classList.toggle("near", path === near?.path);
    place(drawing, x);
    say(drawing, x, near);
  }

  function rest(reader) {
    if (!drawing || drawing.reader !== reader || reader === document.activeElement) return;
    for (const { path } of drawing.lines) path.classList.remove("near");
    drawing.cursor.setAttribute("hidden", "");
    drawing.readout.replaceChildren(...resting.map((node) => node.cloneNode(true)));
  }

  root.addEventListener("pointermove", ({ target, clientX, clientY }) => {
    if (!target.matches("[data-reader]")) return;
    take(target);
    const box = target.getBoundingClientRect();
    const x = Math.round((SIDE * (clientX - box.left)) / box.width);
    const y = (SIDE * (clientY - box.top)) / box.height;
    show(Math.min(Math.max(x, 0), SIDE), nearest(drawing, x, y, box.height));
  });
  root.addEventListener("pointerout", ({ target }) => {
    if (target.matches("[data-reader]")) rest(target);
  });
  root.addEventListener("focusout", ({ target }) => {
    if (target.matches("[data-reader]")) setTimeout(rest, 0, target);
  });
  root.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-reader]")) return;
    const at = Number(event.target.getAttribute("aria-valuenow"));
    const to = { Home: 0, End: 100 }[event.key] ?? (event.key in STEPS ? at + STEPS[event.key] : null);
    if (to === null) return;
    event.preventDefault();
    take(event.target);
    show(Math.min(Math.max(to, 0), 100) * 100);
  });
}
