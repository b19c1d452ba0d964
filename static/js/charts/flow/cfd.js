/* Cumulative flow: what left at the bottom, the open stages over it, the band that grew most in colour. */
import {
  amountAxis,
  cut,
  dayAxis,
  inRange,
  longDay,
  noon,
  put,
  scale,
  shortDay,
  spread,
  ticks,
  writer,
} from "./drawing.js";

export const isOverDays = true;

/* from the bottom: finished stages first, then the open ones, the last stage lowest */
const stacked = (stages) => [
  ...stages.filter((stage) => stage.finished).reverse(),
  ...stages.filter((stage) => !stage.finished).reverse(),
];

function areaOf(upper, lower, xs, y) {
  const top = upper.map((amount, at) => `${xs[at].toFixed(1)} ${y(amount).toFixed(1)}`);
  const bottom = lower.map((amount, at) => `${xs[at].toFixed(1)} ${y(amount).toFixed(1)}`).reverse();
  return { area: `M${top.join("L")}L${bottom.join("L")}Z`, edge: `M${top.join("L")}` };
}

export function draw({ svg, width, height, data, measure, range }) {
  const write = writer(data, measure);
  const [first, last] = inRange(data.days, range);
  const isoDays = data.days.slice(first, last + 1);
  const gutter = width > 520 ? 132 : 112;
  const box = { left: 48, right: width - gutter, top: 14, bottom: height - 26 };
  const bands = stacked(data.stages).map((stage) => ({
    ...stage,
    cells: stage[measure].slice(first, last + 1),
  }));
  let under = isoDays.map(() => 0);
  for (const band of bands) {
    band.lower = under;
    band.upper = under.map((amount, at) => amount + Math.max(0, band.cells[at]));
    under = band.upper;
  }
  const marks = ticks(Math.max(...under, measure === "items" ? 4 : 1), 4, measure === "items");
  const y = scale(0, marks.at(-1), box.bottom, box.top);
  const x = scale(noon(isoDays[0]), noon(isoDays.at(-1)), box.left, box.right);
  const xs = isoDays.map((day) => x(noon(day)));
  amountAxis(svg, box, y, marks, write);
  bands.forEach((band, index) => {
    const kind = band.finished
      ? "gone"
      : band.name === data.grown[measure]
        ? `grown ${measure}`
        : index % 2
          ? "odd"
          : "even";
    const { area, edge } = areaOf(band.upper, band.lower, xs, y);
    put(svg, "path", { class: `band ${kind}`, d: area });
    put(svg, "path", { class: "between", d: edge });
  });
  put(svg, "path", { class: "edge", d: areaOf(under, under, xs, y).edge });
  labels(svg, { bands, box, y, write, gutter, grown: data.grown[measure] });
  dayAxis(svg, box, x, isoDays);
  return { box, stops: stopsOf({ data, bands, isoDays, xs, under, y, write }), dayAt: (at) => x.invert(at) };
}

function labels(svg, { bands, box, y, write, gutter, grown }) {
  const shown = bands.filter((band) => band.cells.at(-1) > 0);
  const wanted = shown.map((band) => y((band.upper.at(-1) + band.lower.at(-1)) / 2) + 4);
  spread(wanted, 15, box.top + 4, box.bottom).forEach((at, index) => {
    const band = shown[index];
    const figure = write(band.cells.at(-1));
    const text = put(svg, "text", {
      class: `direct${band.name === grown ? " strong" : ""}`,
      x: box.right + 8,
      y: at,
    });
    put(text, "tspan", {}, `${cut(band.name, gutter - 12 - figure.length * 6.6)} `);
    put(text, "tspan", { class: "figure" }, figure);
  });
}

function stopsOf({ data, bands, isoDays, xs, under, y, write }) {
  return isoDays.map((day, at) => ({
    x: xs[at],
    y: y(under[at]),
    day,
    head: longDay(day),
    lines: bands
      .filter((band) => band.cells[at] > 0)
      .reverse()
      .map(
        (band) =>
          `${band.name}${band.finished ? ` since ${shortDay(data.days[0])}` : ""} ${write(band.cells[at])}`,
      ),
    items: { of: "held", day },
    stages: data.stages,
  }));
}
