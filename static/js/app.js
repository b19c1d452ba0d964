/* The entry point: what every page needs, and the parts of a page that has their mark. */
import { startDialogs } from "./dialogs.js";
import { startErrors } from "./errors.js";
import { startHtmx } from "./http.js";
import { startLive } from "./live.js";
import { startMenus } from "./menus.js";
import { startPalette } from "./palette.js";
import { startSheet } from "./sheet.js";
import { startShortcuts } from "./shortcuts.js";
import { startThemeChoice } from "./theme-choice.js";
import { startToasts } from "./toasts.js";

/* selector of a page's root -> its module; each exports start(root) */
const PARTS = [
  ["[data-copy]", () => import("./copy.js")],
  ["[data-backlog]", () => import("./backlog/backlog.js")],
  ["[data-filter-box]", () => import("./filter/filter-box.js")],
  ["[data-parts]", () => import("./story/parts.js")],
  ["[data-story]", () => import("./story/story.js")],
  ["[data-bell]", () => import("./story/bell.js")],
  ["[data-inbox]", () => import("./story/inbox.js")],
  ["[data-map]", () => import("./map/map.js")],
  ["[data-map-slide]", () => import("./map/slide.js")],
  ["[data-map-editor]", () => import("./map/editor.js")],
  ["[data-what-if]", () => import("./what-if/what-if.js")],
  ["[data-own-metrics]", () => import("./map/own-metrics.js")],
  ["[data-flow-charts]", () => import("./charts/flow/flow-charts.js")],
  ["[data-proposal]", () => import("./proposals/proposal.js")],
  ["[data-wall]", () => import("./wall/wall.js")],
  ["[data-planning]", () => import("./planning/planning.js")],
  ["[data-work]", () => import("./panels/panels.js")],
  ["[data-kanban]", () => import("./boards/boards.js")],
  ["[data-boards]", () => import("./boards/list.js")],
  ["[data-help]", () => import("./help.js")],
  ["[data-lenses]", () => import("./lenses/lenses.js")],
  ["[data-fields]", () => import("./fields/form.js")],
  ["[data-export], [data-lenses], [data-flow-charts], [data-map-slide]", () => import("./charts/export.js")],
];

startHtmx();
startErrors();
startToasts();
startThemeChoice();
startMenus();
startDialogs();
startSheet();
startPalette();
startShortcuts();
startLive();

for (const [selector, load] of PARTS) {
  const root = document.querySelector(selector);
  if (root) load().then((part) => part.start(root));
}
