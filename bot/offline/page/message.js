// One message as a bubble. Knows the message and how it stands among its neighbours, nothing else.

import { avatar, el, hue, icon } from "./dom.js";
import { keyboard } from "./keyboard.js";
import { media } from "./media.js";
import { gist, nameOf } from "./state.js";
import { formatted } from "./text.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

/**
 * @param {import("./state.js").Message} message
 * @param {{isOwn: boolean, isGroup: boolean, isFirst: boolean, isLast: boolean, isUnheard: boolean}} look
 *   `isFirst` and `isLast` of a run of messages by the same person
 * @param {object} acts what can be done, see keyboard.js; and `menu(message, anchor)`, `goTo(message)`
 * @returns {HTMLElement}
 */
export function bubble(message, look, acts) {
  const drawn = media(message);
  const isBare = Boolean(message.sticker);
  const name = look.isGroup && !look.isOwn && look.isFirst && !isBare;
  const body = el("div", { class: "bubble" },
    name && el("span", { class: `name ${hue(message.from.id)}` }, nameOf(message.from)),
    message.via_bot && el("span", { class: "via" }, `via @${message.via_bot.username}`),
    replied(message, acts),
    drawn,
    words(message, look),
    meta(message, look));
  const kinds = { own: look.isOwn, first: look.isFirst, last: look.isLast, bare: isBare, drawn };
  const names = Object.keys(kinds).filter((kind) => kinds[kind]);
  return el("li", { class: ["message", ...names].join(" "), "data-id": message.message_id, tabindex: "-1" },
    look.isGroup && !look.isOwn && face(message, look),
    el("div", { class: "stack" }, !name && speakerOf(message, look), body, keyboard(message, acts)),
    el("button", {
      type: "button", class: "more", tabindex: "-1", "aria-label": "What to do with this message",
      click: (event) => acts.menu(message, event.currentTarget),
    }, icon("more")));
}

const face = ({ from }, { isLast }) => (isLast ? avatar(from.id, nameOf(from)) : el("span", { class: "avatar none" }));

/** Who speaks, for a screen reader; the eye sees it by side and colour. */
function speakerOf(message, look) {
  return el("span", { class: "unseen" }, look.isOwn ? "You: " : `${nameOf(message.from)}: `);
}

function words(message, look) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  return el("div", { class: "text", dir: "auto" }, ...formatted(text, message.entities ?? message.caption_entities),
    el("span", { class: "room", "aria-hidden": "true" }, ...meta(message, look).childNodes));
}

function replied(message, acts) {
  const to = message.reply_to_message;
  if (!to) return null;
  const label = `In reply to ${nameOf(to.from)}: ${gist(to)}`;
  const go = () => acts.goTo(to.message_id);
  return el("button", { type: "button", class: `reply ${hue(to.from.id)}`, "aria-label": label, click: go },
    el("b", {}, nameOf(to.from)), el("span", {}, message.quote?.text ?? gist(to)));
}

function meta(message, look) {
  const date = new Date((message.edit_date ?? message.date) * 1000);
  return el("span", { class: "meta" },
    message.edit_date && el("span", {}, "edited"),
    el("time", { datetime: date.toISOString(), title: date.toLocaleString() }, clock.format(date)),
    look.isOwn && (look.isUnheard ? unheard() : icon("ticks")));
}

function unheard() {
  return el("span", { class: "unheard", title: "Privacy mode kept this from the bot" },
    icon("unheard"), el("span", { class: "unseen" }, "not seen by the bot"));
}
