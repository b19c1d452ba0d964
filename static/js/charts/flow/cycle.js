/* Cycle time: what left the stream, by the day it left. */
import {
  amountAxis,
  dayAxis,
  days,
  items,
  longDay,
  noon,
  plusDays,
  put,
  radius,
  scale,
  ticks,
  writer,
} from "./drawing.js";

const CLIP = 3;
const DAY_MS = 86_400_000;
export const isOverDays = true;

function daysFrom(from, to) {
  const count = Math.round((noon(to) - noon(from)) / DAY_MS);
  return Array.from({ length: count + 1 }, (_, index) => plusDays(from, index));
}

export function draw({ svg, width, height, data, measure, range }) {
  const from = range && range.from > data.from && range.from < data.to ? range.from : data.from;
  const to = range && range.to < data.to && range.to > from ? range.to : data.to;
  const box = { left: 48, right: width - (width > 520 ? 92 : 78), top: 18, bottom: height - 26 };
  const inside = data.items.filter((item) => item.left.slice(0, 10) >= from && item.left.slice(0, 10) <= to);
  const slowest = Math.max(1, ...inside.map((item) => item.days));
  const top = data.p95 && slowest > CLIP * data.p95 ? CLIP * data.p95 : Math.max(slowest, data.p85 ?? 1);
  const marks = ticks(top);
  const y = scale(0, marks.at(-1), box.bottom, box.top);
  const x = scale(noon(from) - DAY_MS / 2, noon(to) + DAY_MS / 2, box.left, box.right);
  amountAxis(svg, box, y, marks, (mark) => days(mark, data.unit));
  dayAxis(svg, box, x, daysFrom(from, to));
  const stops = dots({ svg, data, measure, inside, x, y, top: marks.at(-1), box });
  lines(svg, data, box, y, marks.at(-1));
  return { box, stops, dayAt: (at) => x.invert(at) };
}

function lines(svg, data, box, y, top) {
  if (data.p50 === null) return;
  const close = y(data.p50) - y(Math.min(data.p85, top)) < 15;
  for (const [name, amount, words, shift] of [
    ["p50", data.p50, "half", close ? 8 : 0],
    ["p85", data.p85, "85%", close ? -8 : 0],
  ]) {
    const at = y(Math.min(amount, top));
    put(svg, "path", { class: name, d: `M${box.left} ${at}H${box.right}` });
    const text = put(svg, "text", { class: "direct", x: box.right + 6, y: at + 4 + shift });
    put(text, "tspan", { class: "strong" }, `${days(amount, data.unit)} `);
    put(text, "tspan", {}, words);
  }
}

function dots({ svg, data, measure, inside, x, y, top, box }) {
  const most = Math.max(0, ...inside.map((item) => item.dollars ?? 0));
  const drawn = inside.map((item) => ({
    item,
    x: x(Date.parse(item.left)),
    y: y(Math.min(item.days, top)),
    size: radius(item, most, measure),
  }));
  for (const dot of [...drawn].sort((one, other) => other.size - one.size)) {
    const kind = `${measure}${data.p85 !== null && dot.item.days > data.p85 ? " old" : ""}`;
    put(svg, "circle", { class: `dot left ${kind}`, cx: dot.x, cy: dot.y, r: dot.size });
  }
  const beyond = drawn.filter((dot) => dot.item.days > top);
  if (beyond.length) {
    const slowest = Math.max(...beyond.map((dot) => dot.item.days));
    put(
      svg,
      "text",
      { class: "tick", x: box.left, y: box.top - 6 },
      `On the edge: ${items(beyond.length)}, up to ${days(slowest, data.unit)}`,
    );
  }
  return drawn
    .map((dot) => ({
      x: dot.x,
      y: dot.y,
      day: dot.item.left.slice(0, 10),
      head: dot.item.title,
      lines: [
        `${dot.item.key}, left ${longDay(dot.item.left)}`,
        `${days(dot.item.days, data.unit)} in the stream`,
        dot.item.dollars === null ? "no value" : writer(data, "dollars")(dot.item.dollars),
      ],
      story: dot.item.key,
    }))
    .sort((one, other) => one.x - other.x);
}
