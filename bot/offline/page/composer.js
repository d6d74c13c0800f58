// Where one writes: text, replies and edits, commands, samples of other content.

import * as acts from "./acts.js";
import { avatar, byId, fill, icon } from "./dom.js";
import { SAMPLES } from "./media.js";
import { menu } from "./overlay.js";
import { change, currentChat, gist, messagesOf, nameOf, speaker, state, view } from "./state.js";
import * as suggestions from "./suggestions.js";

const input = byId("input");
const bar = byId("bar");
/** @type {{kind: "reply" | "edit", message: import("./state.js").Message} | null} */
let mode = null;
/** What was begun in other chats. @type {Map<number, string>} */
const drafts = new Map();
let shown = null;
const into = { send: sendNow, write };

/** Draws the composer and listens to it. */
export function showComposer() {
  view(draw);
  byId("composer").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  input.addEventListener("input", () => { fit(); suggest(); });
  input.addEventListener("keydown", key);
  byId("commands").addEventListener("click", toggleCommands);
  const samples = SAMPLES.map(({ content, ...look }) => ({ ...look, act: () => sendContent(content) }));
  byId("attach").addEventListener("click", (event) => menu(event.currentTarget, samples, "Send a sample"));
  byId("speaker").addEventListener("click", (event) => acts.chooseSpeaker(event.currentTarget));
  byId("start").addEventListener("click", () => sendNow("/start"));
  byId("restart").addEventListener("click", acts.restart);
  byId("bar-close").addEventListener("click", () => { set(null); input.focus(); });
}

/** Begins a reply or an edit. @param {"reply" | "edit"} kind @param {import("./state.js").Message} message */
export function begin(kind, message) {
  set({ kind, message });
  if (kind === "edit") write(message.text ?? message.caption ?? "");
  input.focus();
}

/** Puts text into the input, the cursor at its end. @param {string} text */
export function write(text) {
  input.value = text;
  input.setSelectionRange(text.length, text.length);
  fit();
  input.focus();
  suggest();
}

/** What is being edited was sent before and is no command to come. */
const suggest = () => (mode?.kind === "edit" ? suggestions.hide() : suggestions.suggest(into));

/** Ends what Escape can end here; whether there was anything. */
export function escape() {
  if (suggestions.isOpen()) suggestions.hide();
  else if (mode) set(null);
  else return false;
  return true;
}

function set(next) {
  if (mode?.kind === "edit" && next?.kind !== "edit") write("");
  mode = next;
  change();
}

async function submit() {
  const text = input.value.trim();
  if (!text) return;
  const { kind, message } = mode ?? {};
  if (kind === "edit" && text === (message.text ?? message.caption)) return void set(null);
  const isDone = kind === "edit" ? acts.edit(message.message_id, text) : acts.send({ text, ...replyTo() });
  const draft = input.value;
  const before = mode;
  mode = null;
  write("");
  change();
  if (await isDone) return;
  mode = before;
  write(draft);
  change();
}

/** A command or deep link is sent at once and leaves what is being written alone. */
function sendNow(text) {
  if (input.value.startsWith("/") || input.value.startsWith("@")) write("");
  acts.send({ text });
  if (!matchMedia("(hover: none)").matches) input.focus();
}

/** A photo takes what is written as its caption. */
async function sendContent(content) {
  const caption = content.photo && mode?.kind !== "edit" ? input.value.trim() : "";
  const reply = replyTo();
  if (caption) write("");
  if (mode?.kind === "reply") set(null);
  await acts.send({ ...content, ...(caption && { caption }), ...reply });
}

const replyTo = () => (mode?.kind === "reply" ? { reply_to: mode.message.message_id } : {});

function key(event) {
  if (event.isComposing) return;
  const act = suggestions.isOpen() ? SUGGESTING[event.key] : WRITING[event.key];
  if (act?.(event)) event.preventDefault();
}

const SUGGESTING = {
  ArrowDown: () => { suggestions.move(1); return true; },
  ArrowUp: () => { suggestions.move(-1); return true; },
  Enter: (event) => !event.shiftKey && (suggestions.pick(), true),
  Tab: (event) => !event.shiftKey && suggestions.completion() && (write(suggestions.completion()), true),
};
const WRITING = {
  Enter: (event) => !event.shiftKey && (submit(), true),
  ArrowUp: () => {
    const isEditable = ({ from, text, via_bot }) => from.id === speaker()?.id && text && !via_bot;
    const last = input.value ? null : messagesOf().findLast(isEditable);
    if (last) begin("edit", last);
    return Boolean(last);
  },
};

function toggleCommands() {
  if (suggestions.isOpen()) return void suggestions.hide();
  suggestions.showCommands("", into);
  input.focus();
}

/** As high as what is written, up to a third of the window (see composer.css). */
function fit() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
  byId("send").disabled = !input.value.trim();
}

function draw() {
  const chat = currentChat();
  if (shown !== state.chat) {
    drafts.set(shown, mode?.kind === "edit" ? "" : input.value);
    mode = null;
    shown = state.chat;
    input.value = drafts.get(shown) ?? "";
    suggestions.hide();
  }
  const isPrivate = chat?.type === "private";
  const isBlocked = Boolean(isPrivate && speaker()?.blocked);
  const isEmpty = Boolean(isPrivate && !messagesOf().length && !isBlocked);
  const hadStart = [byId("start"), byId("restart")].includes(document.activeElement);
  byId("welcome").hidden = !isEmpty;
  byId("start").hidden = !isEmpty;
  byId("restart").hidden = !isBlocked;
  byId("composer").hidden = !chat || isBlocked || isEmpty;
  if (hadStart && !byId("composer").hidden) input.focus();
  byId("commands").hidden = !(state.commands[state.chat] ?? []).length;
  drawSpeaker(isPrivate ? null : speaker());
  drawBar();
  fit();
}

function drawSpeaker(who) {
  byId("speaker").hidden = !who;
  if (!who) return;
  byId("speaker").setAttribute("aria-label", `Writing as ${nameOf(who)}; choose somebody else`);
  fill(byId("speaker"), avatar(who.id, nameOf(who)));
}

function drawBar() {
  bar.hidden = !mode;
  if (!mode) return;
  fill(byId("bar-icon"), icon(mode.kind));
  byId("bar-title").textContent = mode.kind === "edit" ? "Edit message" : `Reply to ${nameOf(mode.message.from)}`;
  byId("bar-text").textContent = gist(mode.message);
}
