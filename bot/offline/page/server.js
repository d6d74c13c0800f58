// The other end of the line: requests under /offline/ and the stream of events.

const LONGEST_WAIT_MS = 30_000;
const EVENTS = [
  "message", "edited", "deleted", "callback_answer", "inline_answer", "action",
  "profile", "people", "chats", "knowledge", "saved",
];

/** @param {string} path @param {RequestInit} [options] */
async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(`/offline/${path}`, options);
  } catch {
    throw new Error("The server does not answer. Is it still running?");
  }
  const body = await answer.json().catch(() => ({ ok: false, error: `The server said ${answer.status}.` }));
  if (!body.ok) throw Object.assign(new Error(body.error), { status: answer.status });
  return body.result;
}

/** The result of a GET; an Error in the server's words when it refuses. @param {string} path @param {object} [query] */
export const get = (path, query = {}) => ask(`${path}?${new URLSearchParams(query)}`);

/** The result of a POST; an Error in the server's words when it refuses. @param {string} path @param {object} body */
export const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/**
 * Listens to the events for as long as the page lives. The browser reconnects with the id of the last event.
 * @param {(type: string, data: any) => void} onEvent
 * @param {(isThere: boolean) => void} onLine told whenever the line is lost or there again
 */
export function listen(onEvent, onLine) {
  const source = new EventSource("/offline/events");
  for (const type of EVENTS) source.addEventListener(type, (event) => onEvent(type, JSON.parse(event.data)));
  source.onopen = () => onLine(true);
  source.onerror = () => {
    onLine(false);
    // The browser gives up when something else answers in the server's place; we do not.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(onEvent, onLine), 3000);
  };
}

/** Answers that come as events, for whoever asked; an answer may be faster than the id it belongs to. */
export class Answers {
  #kept = new Map();
  #waiting = new Map();

  /** @param {string} id @param {any} answer */
  put(id, answer) {
    const waiting = this.#waiting.get(id);
    if (waiting) waiting(answer);
    else this.#kept.set(id, answer);
  }

  /** The answer with that id, null when none comes in time. @param {string} id */
  async to(id) {
    const answer = this.#kept.get(id) ?? (await new Promise((done) => {
      this.#waiting.set(id, done);
      setTimeout(done, LONGEST_WAIT_MS, null);
    }));
    this.#kept.delete(id);
    this.#waiting.delete(id);
    return answer;
  }
}
