/* Work mix: what left a week, in groups; a group has one colour in both measures. */
import {
  amountAxis,
  cut,
  dayAxis,
  inRange,
  longDay,
  noon,
  plusDays,
  put,
  scale,
  spread,
  ticks,
  writer,
} from "./drawing.js";

const COLOURS = 6;
export const isOverDays = true;

function colourOf(data) {
  const names = [...data.dollars, ...data.items].map((group) => group.name);
  const known = [...new Set(names)].filter((name) => name !== "Others");
  return (name) => (name === "Others" ? "others" : `group-${known.indexOf(name) % COLOURS}`);
}

const totalOf = (values) => values.reduce((sum, value) => sum + value, 0);

export function draw({ svg, width, height, data, measure, range }) {
  const write = writer(data, measure);
  const colour = colourOf(data);
  const [first, last] = inRange(data.weeks, range, 6);
  const weeks = data.weeks.slice(first, last + 1);
  const groups = data[measure].map((group) => ({ ...group, values: group.values.slice(first, last + 1) }));
  const gutter = width > 520 ? 168 : 118;
  const box = { left: 48, right: width - gutter, top: 14, bottom: height - 26 };
  const sums = weeks.map((_, at) => totalOf(groups.map((group) => group.values[at])));
  const marks = ticks(Math.max(1, ...sums), 4, measure === "items");
  const y = scale(0, marks.at(-1), box.bottom, box.top);
  const step = (box.right - box.left) / Math.max(1, weeks.length);
  const x = scale(noon(weeks[0]), noon(weeks.at(-1)), box.left + step / 2, box.right - step / 2);
  const middles = weeks.map((_, at) => box.left + (at + 0.5) * step);
  const thick = Math.max(2, Math.min(26, step - 3));
  amountAxis(svg, box, y, marks, write);
  weeks.forEach((_, at) => {
    let under = 0;
    for (const group of groups) {
      const value = group.values[at];
      if (value > 0) {
        const top = y(under + value);
        put(svg, "rect", {
          class: `part ${colour(group.name)}`,
          x: middles[at] - thick / 2,
          width: thick,
          y: top,
          height: Math.max(0.5, y(under) - top),
        });
      }
      under += value;
    }
  });
  labels(svg, { groups, box, gutter, write, colour });
  dayAxis(svg, box, x, weeks);
  return {
    box,
    stops: stopsOf({ weeks, groups, middles, sums, y, write, measure }),
    dayAt: (at) => x.invert(at),
  };
}

function labels(svg, { groups, box, gutter, write, colour }) {
  const whole = totalOf(groups.map((group) => totalOf(group.values))) || 1;
  const rows = [...groups].reverse();
  const wanted = rows.map((_, index) => box.bottom - 6 - (rows.length - 1 - index) * 19);
  spread(wanted, 19, box.top + 8, box.bottom).forEach((at, index) => {
    const group = rows[index];
    const sum = totalOf(group.values);
    const share = `${Math.round((100 * sum) / whole)}%`;
    const figure = gutter > 120 ? `${write(sum)} (${share})` : share;
    put(svg, "rect", {
      class: `part ${colour(group.name)}`,
      x: box.right + 10,
      y: at - 9,
      width: 10,
      height: 10,
      rx: 2,
    });
    const text = put(svg, "text", { class: "direct", x: box.right + 25, y: at });
    put(text, "tspan", {}, `${cut(group.name, gutter - 36 - figure.length * 6.6)} `);
    put(text, "tspan", { class: "strong" }, figure);
  });
}

function stopsOf({ weeks, groups, middles, sums, y, write, measure }) {
  return weeks.map((week, at) => ({
    x: middles[at],
    y: y(sums[at]),
    day: week,
    until: plusDays(week, 6),
    head: `Week of ${longDay(week)}: ${write(sums[at])}${measure === "items" ? " items" : ""}`,
    lines: groups
      .filter((group) => group.values[at] > 0)
      .map((group) => `${group.name} ${write(group.values[at])}`),
    items: { of: "left", since: week, until: plusDays(week, 6) },
  }));
}
