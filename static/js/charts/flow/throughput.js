/* Throughput by week with the limits of what is usual; what breaks a rule is filled. */
import {
  amountAxis,
  dayAxis,
  inRange,
  longDay,
  noon,
  plusDays,
  put,
  scale,
  shortDay,
  spread,
  ticks,
  writer,
} from "./drawing.js";

const RULES = {
  outside: "outside the limits",
  run: "eight or more in a row on one side of the mean",
  near_limit: "three of four nearer a limit than the mean",
};
export const isOverDays = true;

export function draw({ svg, width, height, data, measure, range }) {
  const write = writer(data, measure);
  const series = data[measure];
  const [first, last] = inRange(data.weeks, range, 6);
  const weeks = data.weeks.slice(first, last + 1);
  const values = series.values.slice(first, last + 1);
  const box = { left: 48, right: width - (width > 520 ? 104 : 84), top: 14, bottom: height - 26 };
  const marks = ticks(Math.max(1, ...values, series.upper ?? 0), 4, measure === "items");
  const y = scale(0, marks.at(-1), box.bottom, box.top);
  const x = scale(noon(weeks[0]), noon(weeks.at(-1)), box.left + 8, box.right - 8);
  amountAxis(svg, box, y, marks, write);
  if (series.mean !== null) limits(svg, series, box, y, write, measure);
  dayAxis(svg, box, x, weeks);
  const xs = weeks.map((week) => x(noon(week)));
  if (weeks.length) {
    const path = values.map((value, at) => `${xs[at].toFixed(1)} ${y(value).toFixed(1)}`).join("L");
    put(svg, "path", { class: `line ${measure}`, d: `M${path}` });
  }
  const stops = weeks.map((week, at) => {
    const broken = series.signals.filter((one) => one.first <= first + at && first + at <= one.last);
    const kind = broken.length ? " signal" : "";
    put(svg, "circle", {
      class: `week ${measure}${kind}`,
      cx: xs[at],
      cy: y(values[at]),
      r: broken.length ? 4.5 : 3.5,
    });
    return {
      x: xs[at],
      y: y(values[at]),
      day: week,
      until: plusDays(week, 6),
      head: `Week of ${longDay(week)}`,
      lines: [
        `${write(values[at])}${measure === "items" ? " left" : " of value left"}`,
        ...broken.map((one) => `Signal: ${RULES[one.rule]}`),
      ],
      items: { of: "left", since: week, until: plusDays(week, 6) },
    };
  });
  bracket(svg, { series, first, last, xs, box, weeks });
  return { box, stops, dayAt: (at) => x.invert(at) };
}

function limits(svg, series, box, y, write, measure) {
  const upper = y(series.upper);
  const lower = y(series.lower);
  put(svg, "rect", {
    class: "usual",
    x: box.left,
    width: box.right - box.left,
    y: upper,
    height: lower - upper,
  });
  const marks = [
    ["upper", upper, "limit", `${exact(series.upper, measure, write)} upper`],
    ["mean", y(series.mean), "mean", `${exact(series.mean, measure, write)} mean`],
  ];
  if (series.lower > 0) marks.push(["lower", lower, "limit", `${exact(series.lower, measure, write)} lower`]);
  const places = spread(
    marks.map(([, at]) => at + 4),
    15,
    box.top,
    box.bottom,
  );
  marks.forEach(([name, at, kind, words], index) => {
    put(svg, "path", { class: kind, d: `M${box.left} ${at}H${box.right}` });
    put(
      svg,
      "text",
      { class: `direct${name === "mean" ? " strong" : ""}`, x: box.right + 6, y: places[index] },
      words,
    );
  });
}

const exact = (amount, measure, write) =>
  measure === "items" ? amount.toFixed(1).replace(/\.0$/, "") : write(amount);

/* the newest run, named where it is */
function bracket(svg, { series, first, last, xs, box, weeks }) {
  const runs = series.signals.filter(
    (one) => one.rule !== "outside" && one.first >= first && one.last <= last,
  );
  const newest = runs.sort((one, other) => other.last - one.last)[0];
  if (!newest || weeks.length < 2) return;
  const [from, to] = [xs[newest.first - first], xs[newest.last - first]];
  const y = newest.high ? box.top + 4 : box.bottom - 8;
  const tip = newest.high ? 5 : -5;
  put(svg, "path", { class: "bracket", d: `M${from} ${y + tip}V${y}H${to}V${y + tip}` });
  const count = newest.last - newest.first + 1;
  const words =
    newest.rule === "run"
      ? `${count} weeks ${newest.high ? "above" : "below"} the mean from ${shortDay(weeks[newest.first - first])}`
      : `near the ${newest.high ? "upper" : "lower"} limit`;
  const middle = Math.min(Math.max((from + to) / 2, box.left + 90), box.right - 90);
  put(svg, "text", { class: "tick middle halo", x: middle, y: newest.high ? y - 5 : y - 8 }, words);
}
