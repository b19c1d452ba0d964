/* The page of a story: writing comments, sending files, keys. Its parts are drawn by parts.js. */
import { startFiles } from "./files.js";
import { startKeys } from "./keys.js";
import { startTalk } from "./talk.js";

export function start(root) {
  startTalk(root);
  startFiles(root);
  startKeys(root);
  root.dataset.started = "";
}
