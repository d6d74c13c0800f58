// What the person at the page does: each act is one request to the server; its effects come back as events.

import { alertBox, attempt, menu, notice } from "./overlay.js";
import { Answers, post } from "./server.js";
import { change, currentChat, nameOf, speaker, state } from "./state.js";

/** Answers to pressed buttons and inline queries, as events bring them. */
export const answers = new Answers();

/** Who does it and where. */
const here = () => ({ person: speaker()?.id, chat: state.chat });

/** Writes into the chat that is shown; whether it was sent. @param {object} content @returns {Promise<boolean>} */
export async function send(content) {
  const place = here();
  const sent = await attempt(() => post("send", { ...place, ...content }));
  if (sent && !sent.update_id) {
    const { chat, message_id } = sent.message;
    change(({ unheard }) => unheard.add(`${chat.id} ${message_id}`));
  }
  if (sent) change((known) => { known.selected = null; }); // the panel explains the reply to this
  return Boolean(sent);
}

/** Changes the words of an own message; whether it was done. */
export async function edit(message_id, text) {
  return Boolean(await attempt(() => post("edit", { ...here(), message_id, text })));
}

/** Presses a button and shows the bot's answer; done when it has come. */
export async function press(message, data) {
  const pressed = await attempt(() => post("press", { ...here(), message_id: message.message_id, data }));
  const answer = pressed && (await answers.to(`callback ${pressed.callback_query_id}`));
  if (answer?.url) follow(answer.url) || window.open(answer.url, "_blank", "noopener");
  if (answer?.text) (answer.show_alert ? alertBox : notice)(answer.text);
}

/** The bot's results for an inline query, null when it gives none. */
export async function askInline(query, offset = "") {
  const asked = await attempt(() => post("inline", { person: speaker()?.id, query, offset }));
  return asked ? answers.to(`inline ${asked.inline_query_id}`) : null;
}

/** Sends a result of an inline query. */
export function choose(inline_query_id, result_id) {
  return attempt(() => post("choose", { ...here(), inline_query_id, result_id }));
}

export const block = () => attempt(() => post("block", { person: speaker().id }));

/** Lets the bot write again and begins anew, as Telegram does. */
export async function restart() {
  if (await attempt(() => post("unblock", { person: speaker().id }))) await send({ text: "/start" });
}

/** Follows a deep link to this bot inside of the page; whether the address was one. @param {string} address */
export function follow(address) {
  const found = /^(?:https?:\/\/t\.me\/(\w+)\?start=|tg:\/\/resolve\?domain=(\w+)&start=)([\w-]+)$/i.exec(address);
  if ((found?.[1] ?? found?.[2])?.toLowerCase() !== state.me.username.toLowerCase()) return false;
  startWith(found[3]);
  return true;
}

/** Begins with a payload, in private as Telegram does. @param {string} payload */
export function startWith(payload) {
  const { id } = speaker();
  location.hash = String(id);
  send({ chat: id, text: `/start ${payload}` });
}

/** @param {string} text */
export async function copy(text) {
  const copied = navigator.clipboard.writeText(text);
  await copied.then(() => notice("Copied"), () => notice("The browser did not let me copy"));
}

/** Chooses who speaks in a group. @param {Element} anchor */
export function chooseSpeaker(anchor) {
  const chat = currentChat();
  const items = state.people.filter(({ id }) => chat.members.includes(id)).map((somebody) => ({
    label: nameOf(somebody),
    icon: "person",
    isChecked: somebody.id === speaker()?.id,
    act: () => change(({ speakers }) => speakers.set(chat.id, somebody.id)),
  }));
  menu(anchor, items, "Who writes");
}
