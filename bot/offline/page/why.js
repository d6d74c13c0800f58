// The panel that tells why the bot said a message.

import { byId, el, fill, icon } from "./dom.js";
import { editButtons } from "./edit.js";
import { get } from "./server.js";
import { change, explained, gist, nameOf, state, view } from "./state.js";

const panel = byId("why");
let drawn = "";
let opener = null;

/** Draws the panel and listens to its buttons. */
export function showWhy() {
  view(draw);
  byId("why-toggle").addEventListener("click", () => (state.isPanelOpen ? closeWhy() : openWhy()));
  byId("why-close").addEventListener("click", closeWhy);
}

/** Opens the panel on a message, or on the newest of the bot. @param {import("./state.js").Message} [message] */
export function openWhy(message) {
  if (!state.isPanelOpen) opener = document.activeElement;
  change((known) => {
    known.isPanelOpen = true;
    known.selected = message?.message_id ?? null;
  });
  if (!message || panel.hidden) queueMicrotask(() => byId("why-close").focus({ preventScroll: true }));
}

/** Closes the panel; whether it was open. */
export function closeWhy() {
  if (!state.isPanelOpen) return false;
  change((known) => { known.isPanelOpen = false; });
  queueMicrotask(() => opener?.isConnected && opener.focus({ preventScroll: true }));
  return true;
}

async function draw() {
  panel.hidden = !state.isPanelOpen;
  byId("why-toggle").setAttribute("aria-expanded", String(state.isPanelOpen));
  document.body.classList.toggle("with-panel", state.isPanelOpen);
  if (!state.isPanelOpen) {
    drawn = "";
    return;
  }
  const message = explained();
  // New knowledge may tell other reasons for the same message.
  const { message_id, edit_date, text } = message ?? {};
  const wanted = JSON.stringify([state.chat, message_id, edit_date, text, state.knowledge?.version, state.can_edit]);
  if (wanted === drawn) return;
  drawn = wanted;
  fill(byId("why-message"), message && [el("b", {}, nameOf(message.from)), el("span", {}, gist(message))]);
  const reasons = message ? await reasonsFor(message) : { text: "The bot has said nothing here yet." };
  if (wanted !== drawn) return;
  const { sections, text: why } = reasons;
  fill(byId("edit-bar"), state.can_edit && editButtons(reasons));
  fill(byId("why-reasons"), sections?.map(section) ?? el("p", { class: "nothing" }, icon("why"), el("span", {}, why)));
}

async function reasonsFor(message) {
  try {
    return await get("why", { chat: message.chat.id, message_id: message.message_id });
  } catch (error) {
    return { text: error.status === 404 ? "Nobody can say why: this message answers no question." : error.message };
  }
}

function section({ title, rows }) {
  return el("section", {}, el("h3", {}, title), el("dl", {}, ...rows.map(row)));
}

function row({ label, value, share }) {
  const bar = typeof share === "number" && el("span", { class: "share", "aria-hidden": "true" }, el("i"));
  if (bar) bar.firstElementChild.style.width = `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`;
  const isLong = !label || String(value ?? "").length > 24;
  return el("div", { class: isLong ? "row long" : "row" }, el("dt", {}, label), el("dd", {}, String(value ?? "")), bar);
}
