// The list of messages: days, runs of one speaker, the keys that walk through it, what a screen reader is told.

import { byId, el, reconcile } from "./dom.js";
import { bubble } from "./message.js";
import { currentChat, explained, gist, messagesOf, nameOf, speaker, state, view } from "./state.js";

const RUN_S = 300;
const NEAR_PX = 120;
const list = byId("log");
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
let shown = null;
let newest = 0;
let isAtEnd = true;

/** Draws the list and listens to its keys. @param {object} acts see message.js */
export function showLog(acts) {
  view(() => draw(acts));
  list.addEventListener("scroll", () => {
    isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
  });
  new ResizeObserver(() => isAtEnd && toEnd()).observe(list);
  list.addEventListener("focusin", (event) => stop(event.target.closest(".message")));
  list.addEventListener("keydown", (event) => walk(event, acts));
  list.addEventListener("click", (event) => point(event, acts));
  list.addEventListener("contextmenu", (event) => {
    const node = event.target.closest(".message");
    if (!node || event.target.closest("a") || !getSelection().isCollapsed) return;
    event.preventDefault();
    acts.menu(messageOf(node), { x: event.clientX, y: event.clientY });
  });
}

/** Shows a message and marks it for a moment. @param {number} id */
export function goTo(id) {
  const node = list.querySelector(`[data-id="${id}"]`);
  node?.scrollIntoView({ block: "center" });
  node?.focus({ preventScroll: true });
  node?.classList.add("found");
  setTimeout(() => node?.classList.remove("found"), 1500);
}

function draw(acts) {
  const messages = messagesOf();
  const isOther = shown !== state.chat;
  reconcile(list, [...items(messages, acts)]);
  const last = messages.at(-1)?.message_id ?? 0;
  const isMine = messages.at(-1)?.from.id === speaker()?.id;
  if (isOther || isAtEnd || (isMine && last > newest)) toEnd();
  if (!isOther) tell(messages.filter((message) => message.message_id > newest));
  shown = state.chat;
  newest = last;
  stop(document.activeElement.closest("#log .message") ?? [...list.querySelectorAll(".message")].at(-1));
}

const toEnd = () => { list.scrollTop = list.scrollHeight; };

/** Tab stops at one message and at what can be pressed in it; the arrows lead to the others. */
function stop(node) {
  const stops = list.querySelectorAll(".message, .message :is(a, pre, button:not(.more), .spoiler)");
  for (const one of stops) one.tabIndex = node?.contains(one) ? 0 : -1;
}

function* items(messages, acts) {
  const isGroup = currentChat()?.type !== "private";
  const me = speaker()?.id;
  for (const [at, message] of messages.entries()) {
    const date = new Date(message.date * 1000);
    const before = messages[at - 1];
    if (!before || new Date(before.date * 1000).toDateString() !== date.toDateString()) {
      const key = `${state.chat} ${date.toDateString()}`;
      yield { key, of: [], build: () => el("li", { class: "day" }, el("span", {}, dayName(date))) };
    }
    const isFirst = !isRun(before, message);
    const isLast = !isRun(message, messages[at + 1]);
    const isOwn = message.from.id === me;
    const isUnheard = state.unheard.has(`${state.chat} ${message.message_id}`);
    const look = { isOwn, isGroup, isFirst, isLast, isUnheard };
    yield {
      key: `${state.chat} ${message.message_id}`,
      of: [message, ...Object.values(look)],
      build: () => bubble(message, look, acts),
      update: (node) => node.classList.toggle("explained", state.isPanelOpen && explained() === message),
    };
  }
}

const isRun = (one, next) => Boolean(one && next) && one.from.id === next.from.id && next.date - one.date < RUN_S;

function dayName(date) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
  return days === 0 ? "Today" : days === 1 ? "Yesterday" : day.format(date);
}

function tell(messages) {
  const others = messages.filter((message) => message.from.id !== speaker()?.id);
  for (const message of others) byId("announcer").append(el("p", {}, `${nameOf(message.from)}: ${gist(message)}`));
  while (byId("announcer").childElementCount > 5) byId("announcer").firstElementChild.remove();
}

const messageOf = (node) => messagesOf().find((message) => message.message_id === Number(node.dataset.id));

/** Up and down walk, Enter opens the menu of the message. */
function walk(event, acts) {
  const node = event.target;
  if (!node.matches(".message")) return;
  const all = [...list.querySelectorAll(".message")];
  const at = all.indexOf(node);
  const to = { ArrowUp: all[at - 1], ArrowDown: all[at + 1], Home: all[0], End: all.at(-1) }[event.key];
  if (to) {
    event.preventDefault();
    to.focus();
  } else if (event.key === "Enter" || event.key === " " || event.key === "ContextMenu") {
    event.preventDefault();
    acts.menu(messageOf(node), node.querySelector(".bubble"));
  }
}

/** A command in a text is sent; with the panel open a click chooses what it explains; a touch opens the menu. */
function point(event, acts) {
  const command = event.target.closest(".command");
  if (command) return void acts.send({ text: command.dataset.command });
  const address = event.target.closest(".text a")?.href;
  if (address && acts.follow(address)) return event.preventDefault();
  const node = event.target.closest(".bubble");
  if (!node || event.target.closest("a, button, .spoiler, blockquote.long")) return;
  const message = messageOf(node.closest(".message"));
  if (state.isPanelOpen) acts.explain(message);
  else if (matchMedia("(hover: none)").matches) acts.menu(message, node);
}
