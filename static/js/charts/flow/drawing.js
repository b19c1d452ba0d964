/* What all flow charts draw with: elements, scales, ticks, and amounts as the pages write them. */
const SVG = "http://www.w3.org/2000/svg";
const DAY_MS = 86_400_000;
const MAGNITUDES = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "k"],
];
const TICK_STEPS = [1, 2, 2.5, 5, 10];
const ROUNDS_UP = 0.9995;

/** An SVG element in `parent`; `words` becomes its text. */
export function put(parent, name, attributes, words) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (words !== undefined) made.textContent = words;
  parent.append(made);
  return made;
}

/** A linear scale from amounts to pixels; `invert` goes back. */
export function scale(from, to, start, end) {
  const span = to - from || 1;
  const at = (amount) => start + ((amount - from) / span) * (end - start);
  at.invert = (pixel) => from + ((pixel - start) / (end - start || 1)) * span;
  return at;
}

/** About `wanted` round amounts from 0 to at least `top`. */
export function ticks(top, wanted = 4, whole = false) {
  const raw = (top || 1) / wanted;
  const size = 10 ** Math.floor(Math.log10(raw));
  let step = size * TICK_STEPS.find((one) => one * size >= raw * ROUNDS_UP);
  if (whole) step = Math.max(1, Math.ceil(step));
  const count = Math.max(1, Math.ceil((top || 1) / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

function compact(amount) {
  const size = MAGNITUDES.find(([one]) => amount >= one * ROUNDS_UP);
  if (!size) return String(Math.round(amount));
  const scaled = amount / size[0];
  const digits = Math.max(2 - Math.max(Math.floor(Math.log10(scaled)), 0), 0);
  return `${Number(scaled.toFixed(digits))}${size[1]}`;
}

/** How a card writes amounts in its measure. */
export function writer(data, measure) {
  if (measure === "dollars") {
    return (amount) => `${amount < 0 ? "−" : ""}${data.currency}${compact(Math.abs(amount))}`;
  }
  return (amount) => Math.round(amount).toLocaleString("en-US");
}

export const items = (count) => `${count.toLocaleString("en-US")} ${count === 1 ? "item" : "items"}`;

/** A duration in days of the clock. */
export function days(amount, unit) {
  const digits = amount >= 100 || Number.isInteger(amount) ? 0 : 1;
  return `${amount.toFixed(digits).replace(/\.0$/, "")} ${unit}`;
}

export const noon = (iso) => Date.parse(`${iso.slice(0, 10)}T12:00:00Z`);
export const isoOf = (time) => new Date(time).toISOString().slice(0, 10);
export const plusDays = (iso, count) => isoOf(noon(iso) + count * DAY_MS);

const SHORT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const LONG = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
export const shortDay = (iso) => SHORT.format(noon(iso)).replace("Sept", "Sep");
export const longDay = (iso) => LONG.format(noon(iso)).replace("Sept", "Sep");

export function cut(text, pixels) {
  const most = Math.max(3, Math.floor(pixels / 6.6));
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}

/** Places of labels one under another, none nearer than `gap`, as near to where they belong as that allows. */
export function spread(wanted, gap, low, high) {
  const order = wanted.map((y, index) => ({ y, index })).sort((one, other) => one.y - other.y);
  let last = low - gap;
  for (const one of order) {
    one.y = Math.max(one.y, last + gap);
    last = one.y;
  }
  let next = high + gap;
  for (const one of order.reverse()) {
    one.y = Math.min(one.y, next - gap);
    next = one.y;
  }
  const placed = [];
  for (const one of order) placed[one.index] = one.y;
  return placed;
}

/** Lines of amounts across the plot. */
export function amountAxis(svg, box, y, marks, write) {
  for (const mark of marks) {
    const at = y(mark);
    put(svg, "path", { class: mark ? "grid" : "axis", d: `M${box.left} ${at}H${box.right}` });
    put(svg, "text", { class: "tick end", x: box.left - 7, y: at + 4 }, write(mark));
  }
}

/** Days under the plot, as many as fit. */
export function dayAxis(svg, box, x, isoDays) {
  const most = Math.max(2, Math.floor((box.right - box.left) / 82));
  const step = Math.max(1, Math.ceil((isoDays.length - 1) / (most - 1)));
  for (let index = isoDays.length - 1; index >= 0; index -= step) {
    const at = x(noon(isoDays[index]));
    const anchor = at > box.right - 24 ? "end" : at < box.left + 20 ? "start" : "middle";
    put(svg, "text", { class: `tick ${anchor}`, x: at, y: box.bottom + 18 }, shortDay(isoDays[index]));
  }
}

/** The part of `isoDays` in a range, as indices [first, last]; all where too few are in it. */
export function inRange(isoDays, range, reach = 0) {
  const whole = [0, isoDays.length - 1];
  if (!range) return whole;
  const first = isoDays.findIndex((day) => plusDays(day, reach) >= range.from);
  const last = isoDays.findLastIndex((day) => day <= range.to);
  return first < 0 || last - first < 1 ? whole : [first, last];
}

/** A steady number from 0 to 1 of a text: the same item always lies at the same place. */
export function steady(text) {
  let hash = 2166136261;
  for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619);
  return ((hash >>> 0) % 1000) / 1000;
}

/** The radius of a dot: its area is its dollars; without dollars the smallest. */
export function radius(item, most, measure) {
  if (measure !== "dollars") return 4;
  return item.dollars > 0 && most > 0 ? Math.max(2.5, 11 * Math.sqrt(item.dollars / most)) : 2.5;
}
