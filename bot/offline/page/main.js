// Puts the page together: loads what is there, listens to what happens, hands the acts to the views.

import * as acts from "./acts.js";
import { showChats, showHead } from "./chats.js";
import { begin, escape, showComposer, write } from "./composer.js";
import { byId } from "./dom.js";
import { closeEditor, showEditor } from "./edit.js";
import { goTo, showLog } from "./log.js";
import { attempt, menu } from "./overlay.js";
import { showSaved } from "./saved.js";
import { get, listen } from "./server.js";
import { change, currentChat, happen, load, person, speaker, state, view } from "./state.js";
import { switchWith } from "./theme.js";
import { closeWhy, openWhy, showWhy } from "./why.js";

const isPhone = matchMedia("(max-width: 760px)");
/** Events that came while everything was being loaded. @type {[string, any][] | null} */
let waiting = null;

let loading = Promise.resolve();
/** A reading that has not begun: it will see all that another one would. @type {Promise<void> | null} */
let queued = null;

/** Reads everything anew, one reading after the other. */
function reload() {
  if (!queued) {
    queued = loading.then(() => { queued = null; return readAll(); });
    loading = queued;
  }
  return queued;
}

/** What happens meanwhile is not lost. */
async function readAll() {
  waiting ??= [];
  const known = await attempt(() => get("state"));
  if (known) {
    const read = async ({ id }) => [id, (await attempt(() => get("transcript", { chat: id }))) ?? []];
    load(known, await Promise.all(known.chats.map(read)));
  }
  const missed = waiting ?? [];
  waiting = null;
  for (const [type, data] of missed) happen(type, data);
  if (known) show();
}

function onEvent(type, data) {
  if (type === "callback_answer") answersFor("callback", data.callback_query_id, data);
  else if (type === "inline_answer") answersFor("inline", data.inline_query_id, data);
  else if (isNew(type, data)) reload();
  else if (waiting) waiting.push([type, data]);
  else happen(type, data);
}

/** Whether it is about somebody or something that the page has yet to read about. */
const isNew = (type, data) => type === "chats" || type === "profile" || (type === "people" && !person(data.id))
  || (type === "message" && !state.chats.some(({ id }) => id === data.chat.id));

const answersFor = (kind, id, answer) => acts.answers.put(`${kind} ${id}`, answer);

function onLine(isThere) {
  change((known) => { known.isOnline = isThere; });
  if (isThere) reload();
}

/** The chat of the address; on a wide screen the first one when it names none. */
function show() {
  const named = Number(location.hash.slice(1));
  const chat = state.chats.find(({ id }) => id === named);
  if (!chat && state.chats.length && !isPhone.matches) return void location.replace(`#${state.chats[0].id}`);
  const isOther = state.chat !== (chat?.id ?? null);
  change((known) => {
    if (isOther) known.selected = null;
    known.chat = chat?.id ?? null;
    known.unread.delete(known.chat);
  });
  if (chat && isOther && !isPhone.matches) queueMicrotask(() => byId(byId("start").hidden ? "input" : "start").focus());
}

function messageMenu(message, anchor) {
  const text = message.text ?? message.caption;
  const isOwn = message.from.id === speaker()?.id;
  const items = [{ label: "Reply", icon: "reply", act: () => begin("reply", message) }];
  if (isOwn && text && !message.via_bot) items.push({ label: "Edit", icon: "edit", act: () => begin("edit", message) });
  if (text) items.push({ label: "Copy text", icon: "copy", act: () => acts.copy(text) });
  items.push({ label: "Why?", icon: "why", act: () => openWhy(message) });
  menu(anchor, items, "Message");
}

function chatMenu(event) {
  const chat = currentChat();
  const items = chat.type !== "private"
    ? [{ label: "Choose who writes", icon: "person", act: () => acts.chooseSpeaker(byId("chat-menu")) }]
    : speaker()?.blocked
      ? [{ label: "Unblock and restart", icon: "blocked", act: acts.restart }]
      : [{ label: "Stop and block bot", icon: "blocked", isDangerous: true, act: acts.block }];
  menu(event.currentTarget, items, "Chat");
}

function onEscape(event) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (escape() || closeEditor() || closeWhy()) event.preventDefault();
  else if (isPhone.matches && state.chat) location.hash = "";
}

const messageActs = {
  ...acts, menu: messageMenu, goTo, explain: openWhy, write: (text) => write(`@${state.me.username} ${text}`),
};
switchWith(byId("theme"));
showChats(reload);
showHead();
showLog(messageActs);
showComposer();
showWhy();
showEditor();
showSaved();
view(() => { byId("lost").hidden = state.isOnline; });
byId("chat-menu").addEventListener("click", chatMenu);
addEventListener("hashchange", show);
addEventListener("keydown", onEscape);
listen(onEvent, onLine);
