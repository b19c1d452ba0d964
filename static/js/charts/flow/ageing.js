/* Ageing work: open items in their stage over the stage's own percentiles. */
import { amountAxis, cut, days, items, put, radius, scale, steady, ticks, writer } from "./drawing.js";

const CLIP = 3;
export const isOverDays = false;

/* a few very old items must not press all others flat: beyond this they lie on the upper edge */
function topOf(data) {
  const oldest = Math.max(0, ...data.items.map((item) => item.days));
  const usual = Math.max(0, ...data.stages.map((stage) => stage.p95 ?? 0));
  return usual && oldest > CLIP * usual ? CLIP * usual : Math.max(oldest, usual, 1);
}

export function draw({ svg, width, height, data, measure, oldest }) {
  const write = writer(data, measure);
  const box = { left: 48, right: width - 40, top: 18, bottom: height - 44 };
  const marks = ticks(oldest ?? topOf(data));
  const y = scale(0, marks.at(-1), box.bottom, box.top);
  amountAxis(svg, box, y, marks, (mark) => days(mark, data.unit));
  const column = (box.right - box.left) / Math.max(1, data.stages.length);
  const most = Math.max(
    0,
    ...data.stages.map((stage) => (measure === "dollars" ? stage.dollars : stage.wip)),
  );
  data.stages.forEach((stage, index) => {
    const left = box.left + index * column + 2;
    drawBands(svg, stage, { left, right: left + column - 4, y, top: marks.at(-1) });
    const held = measure === "dollars" ? stage.dollars : stage.wip;
    const strong = held === most && most ? " strong" : "";
    const middle = left + column / 2 - 2;
    put(
      svg,
      "text",
      { class: `tick middle${strong}`, x: middle, y: box.bottom + 17 },
      cut(stage.name, column),
    );
    put(svg, "text", { class: `tick middle held${strong}`, x: middle, y: box.bottom + 34 }, write(held));
  });
  labelBands(svg, data, box, y, marks.at(-1));
  return {
    box,
    stops: dots({ svg, data, measure, box, column, y, top: marks.at(-1), write }),
    dayAt: null,
    ageAt: (at) => y.invert(at),
  };
}

function drawBands(svg, stage, { left, right, y, top }) {
  if (stage.p50 === null) return;
  const [p50, p85, p95] = [stage.p50, stage.p85, stage.p95].map((one) => Math.min(one, top));
  for (const [kind, from, to] of [
    ["b50", 0, p50],
    ["b85", p50, p85],
    ["b95", p85, p95],
  ]) {
    put(svg, "rect", {
      class: kind,
      x: left,
      width: right - left,
      y: y(to),
      height: Math.max(0, y(from) - y(to)),
    });
  }
  put(svg, "path", { class: "p50", d: `M${left} ${y(p50)}H${right}` });
  put(svg, "path", { class: "p85", d: `M${left} ${y(p85)}H${right}` });
}

/* the names of the lines, at the last stage that has them */
function labelBands(svg, data, box, y, top) {
  const stage = data.stages.at(-1);
  if (!stage || stage.p50 === null) return;
  let last = Number.POSITIVE_INFINITY;
  for (const name of ["p50", "p85", "p95"]) {
    const at = Math.min(y(Math.min(stage[name], top)) + 4, last - 13);
    put(svg, "text", { class: "tick", x: box.right + 5, y: at }, name);
    last = at;
  }
}

function dots({ svg, data, measure, box, column, y, top, write }) {
  const most = Math.max(0, ...data.items.map((item) => item.dollars ?? 0));
  const drawn = data.items.map((item) => {
    const stage = data.stages[item.stage];
    const size = radius(item, most, measure);
    const room = Math.max(4, column - 4 - 2 * Math.min(size, column / 4));
    return {
      item,
      stage,
      size,
      x: box.left + item.stage * column + column / 2 + (steady(item.key) - 0.5) * room,
      y: y(Math.min(item.days, top)),
      isOld: stage.p85 !== null && item.days > stage.p85,
    };
  });
  for (const dot of [...drawn].sort((one, other) => other.size - one.size)) {
    const kind = `${dot.item.waits ? "waits" : "works"}${dot.isOld ? " old" : ""}`;
    put(svg, "circle", { class: `dot ${kind}`, cx: dot.x, cy: dot.y, r: dot.size });
  }
  const beyond = drawn.filter((dot) => dot.item.days > top);
  if (beyond.length) {
    const oldest = Math.max(...beyond.map((dot) => dot.item.days));
    put(
      svg,
      "text",
      { class: "tick", x: box.left, y: box.top - 6 },
      `On the edge: ${items(beyond.length)}, up to ${days(oldest, data.unit)}`,
    );
  }
  return drawn
    .map((dot) => ({
      x: dot.x,
      y: dot.y,
      head: dot.item.title,
      lines: [
        `${dot.item.key}, ${dot.item.waits ? "waiting" : "in work"} in ${dot.stage.name}`,
        `${days(dot.item.days, data.unit)}${dot.isOld ? ", older than 85% of what left" : ""}`,
        dot.item.dollars === null ? "no value yet" : writer(data, "dollars")(dot.item.dollars),
      ],
      story: dot.item.key,
      write,
    }))
    .sort((one, other) => one.x - other.x);
}
