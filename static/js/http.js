/* Requests to our own server: the CSRF token, and anticipated errors as exceptions. */

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** An error the server explained: `message` for people, `fields` {name: [texts]}. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? "The server did not answer. Check your connection and try again.");
    this.status = status;
    this.code = body?.code ?? "";
    this.fields = body?.errors ?? {};
  }
}

async function problemOf(response) {
  const isProblem = response.headers.get("Content-Type")?.includes("json");
  return new Problem(response.status, isProblem ? await response.json().catch(() => null) : null);
}

async function send(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options });
  } catch {
    throw new Problem(0, null);
  }
  if (!response.ok) throw await problemOf(response);
  tellTriggers(response.headers.get("HX-Trigger"));
  return response;
}

/* the same header htmx reads: {"toast": {...}} becomes an event "toast" on the body */
function tellTriggers(header) {
  if (!header?.startsWith("{")) return;
  for (const [name, detail] of Object.entries(JSON.parse(header))) {
    document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** POST form values; answers the response's text. Throws Problem. */
export async function post(url, values = {}) {
  document.dispatchEvent(new CustomEvent("millrace:sent"));
  const response = await send(url, {
    method: "POST",
    body: new URLSearchParams(values),
    headers: { "X-CSRFToken": token(), Accept: "application/json, text/html;q=0.9" },
  });
  return response.text();
}

/** Ask with form values too long for an address; answers the response's text. Changes nothing. Throws Problem. */
export async function ask(url, values) {
  const response = await send(url, {
    method: "POST",
    body: new URLSearchParams(values),
    headers: { "X-CSRFToken": token(), "HX-Request": "true", Accept: "text/html, application/json" },
  });
  return response.text();
}

/** GET a fragment's markup. Throws Problem. */
export async function getFragment(url) {
  const response = await send(url, {
    headers: { "HX-Request": "true", Accept: "text/html, application/json" },
  });
  return response.text();
}

/** GET JSON. Throws Problem. */
export async function getJson(url) {
  const response = await send(url, { headers: { Accept: "application/json" } });
  return response.json();
}

/** Put markup into an element and let htmx find its attributes. */
export function fill(element, markup) {
  element.innerHTML = markup;
  window.htmx?.process(element);
}

export function startHtmx() {
  document.body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = token();
  });
}
