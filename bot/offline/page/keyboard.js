// The inline keyboard under a message: each button does what it does in Telegram.

import { el, icon } from "./dom.js";
import { link } from "./text.js";

/**
 * @param {import("./state.js").Message} message
 * @param {{press: (message: object, data: string) => Promise<void>, write: (text: string) => void,
 *   copy: (text: string) => void, follow: (address: string) => boolean}} acts
 * @returns {HTMLElement | null}
 */
export function keyboard(message, acts) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  return el("div", { class: "keyboard", role: "group", "aria-label": "Buttons" },
    ...rows.map((row) => el("div", { class: "row" }, ...row.map((button) => key(button, message, acts)))));
}

function key(button, message, acts) {
  const label = el("span", {}, button.text);
  if (button.url) {
    const open = (event) => acts.follow(button.url) && event.preventDefault();
    return link(button.url, [label, icon("out")], { class: "key", click: open });
  }
  const act = ACTS.find(([field]) => field in button);
  const press = act && ((event) => act[1](button, message, acts, event.currentTarget));
  return el("button", { type: "button", class: "key", click: press, disabled: !act }, label, act?.[2] && icon(act[2]));
}

async function callBack(button, message, acts, node) {
  if (node.getAttribute("aria-busy")) return;
  node.setAttribute("aria-busy", "true");
  await acts.press(message, button.callback_data);
  node.removeAttribute("aria-busy");
}

/** Field of the button, what pressing does, its drawing. */
const ACTS = [
  ["callback_data", callBack],
  ["switch_inline_query_current_chat", (button, _, acts) => acts.write(button.switch_inline_query_current_chat), "at"],
  ["switch_inline_query", (button, _, acts) => acts.write(button.switch_inline_query), "at"],
  ["copy_text", (button, _, acts) => acts.copy(button.copy_text.text), "copy"],
];
