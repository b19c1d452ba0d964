/* Any chart as a file: a copy of its SVG with the computed look written into attributes, so that it needs no
   style sheet, as .svg, or drawn on a canvas as .png. A button says which:
   <button data-export="svg" data-export-of="#chart" data-export-name="value-live">. */
import { toast } from "../toasts.js";

const SVG = "http://www.w3.org/2000/svg";
const LOOK = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linejoin",
  "stroke-linecap",
  "vector-effect",
  "paint-order",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
  "letter-spacing",
];
const MARGIN = 16;
const TITLE_HEIGHT = 28;
const PNG_SCALE = 2;

/* `scale`: lines that don't scale with their drawing are made that much wider */
function dressed(original, scale) {
  const look = getComputedStyle(original);
  if (look.display === "none") return null;
  const copy = original.cloneNode(false);
  copy.removeAttribute("class");
  for (const name of LOOK) {
    const value = look.getPropertyValue(name);
    if (value) copy.setAttribute(name, value);
  }
  if (scale !== 1 && look.vectorEffect === "non-scaling-stroke") {
    copy.setAttribute("stroke-width", Number.parseFloat(look.strokeWidth) * scale);
  }
  for (const child of original.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) copy.append(child.cloneNode());
    else if (child.nodeType === Node.ELEMENT_NODE) {
      const inner = dressed(child, scale);
      if (inner) copy.append(inner);
    }
  }
  return copy;
}

function titleOf(chart, frame) {
  const title = document.createElementNS(SVG, "text");
  const look = getComputedStyle(chart.closest("figure, section") ?? chart);
  title.setAttribute("x", frame.x + MARGIN);
  title.setAttribute("y", frame.y + TITLE_HEIGHT);
  title.setAttribute("fill", look.color);
  title.setAttribute("font-family", look.fontFamily);
  title.setAttribute("font-size", "16");
  title.setAttribute("font-weight", "600");
  title.textContent = chart.dataset.title;
  return title;
}

function ground(chart, frame) {
  const rect = document.createElementNS(SVG, "rect");
  for (const name of ["x", "y", "width", "height"]) rect.setAttribute(name, frame[name]);
  rect.setAttribute(
    "fill",
    getComputedStyle(chart.closest(".card") ?? document.documentElement).backgroundColor,
  );
  return rect;
}

/* what is drawn outside the drawing's own box, its labels, is inside the file */
function frameOf(chart) {
  const { exportWidth, exportHeight } = chart.dataset;
  if (exportWidth) return { x: 0, y: 0, width: Number(exportWidth), height: Number(exportHeight) };
  const box = chart.getBBox();
  const { width, height } = chart.getBoundingClientRect();
  const left = Math.min(box.x, 0) - MARGIN;
  const top = Math.min(box.y, 0) - MARGIN - (chart.dataset.title ? TITLE_HEIGHT : 0);
  return {
    x: left,
    y: top,
    width: Math.ceil(Math.max(box.x + box.width, width) + MARGIN - left),
    height: Math.ceil(Math.max(box.y + box.height, height) + MARGIN - top),
  };
}

/** A chart as a document of its own, to be shown at `scale`: {markup, width, height}. */
export function drawn(chart, scale = 1) {
  const frame = frameOf(chart);
  const { width, height } = chart.dataset.exportWidth ? frame : chart.getBoundingClientRect();
  const inner = dressed(chart, scale);
  inner.setAttribute("width", width);
  inner.setAttribute("height", height);
  inner.setAttribute("overflow", "visible");
  const page = document.createElementNS(SVG, "svg");
  page.setAttribute("viewBox", `${frame.x} ${frame.y} ${frame.width} ${frame.height}`);
  page.setAttribute("width", frame.width);
  page.setAttribute("height", frame.height);
  page.append(ground(chart, frame));
  if (chart.dataset.title) page.append(titleOf(chart, frame));
  page.append(inner);
  return { markup: new XMLSerializer().serializeToString(page), width: frame.width, height: frame.height };
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const asSvg = ({ markup }) => new Blob([markup], { type: "image/svg+xml" });

async function asPng(picture) {
  const url = URL.createObjectURL(asSvg(picture));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = picture.width * PNG_SCALE;
    canvas.height = picture.height * PNG_SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function onClick({ target }) {
  const button = target.closest("[data-export]");
  const chart = button && document.querySelector(button.dataset.exportOf);
  if (!chart) return;
  button.closest("details")?.removeAttribute("open");
  const kind = button.dataset.export;
  try {
    const file = kind === "png" ? await asPng(drawn(chart, PNG_SCALE)) : asSvg(drawn(chart));
    save(file, `${button.dataset.exportName}.${kind}`);
  } catch {
    toast({
      message: "This browser could not draw the chart into a file. Try the other format.",
      kind: "error",
    });
  }
}

export function start() {
  document.addEventListener("click", onClick);
}
