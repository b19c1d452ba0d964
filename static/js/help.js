/* Help: what is typed is marked on this page and counted; Enter searches all pages, as the form does without this. */
const NAME = "help-found";
const NARROW = "(max-width: 1000px)";
const LEAST_LETTERS = 2;

function rangesOf(root, word) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const ranges = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.toLowerCase();
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, Math.min(at + word.length, node.length));
      ranges.push(range);
    }
  }
  return ranges;
}

const told = (number, word) =>
  word ? `${number || "Nothing"} on this page. Enter searches all of Help.` : "";

function mark(root, count, word) {
  CSS.highlights.delete(NAME);
  const ranges = word.length < LEAST_LETTERS ? [] : rangesOf(root, word);
  if (ranges.length) CSS.highlights.set(NAME, new Highlight(...ranges));
  count.textContent = told(ranges.length, word.length < LEAST_LETTERS ? "" : word);
  return ranges[0];
}

function show(range) {
  const box = range?.getBoundingClientRect();
  if (box && (box.top < 0 || box.bottom > innerHeight))
    range.startContainer.parentElement.scrollIntoView({ block: "center" });
}

export function start(root) {
  if (matchMedia(NARROW).matches) root.querySelector("[data-help-list]").open = false;
  const input = root.querySelector("input[type=search]");
  const text = root.querySelector("[data-help-text]");
  const count = root.querySelector("[data-help-count]");
  if (!("highlights" in CSS)) return;
  input.addEventListener("input", () => show(mark(text, count, input.value.trim().toLowerCase())));
}
