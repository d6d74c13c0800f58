// The list above the input: commands while a slash is typed, results of the bot while @bot is.

import { askInline, choose, startWith } from "./acts.js";
import { byId, el, fill, icon } from "./dom.js";
import { currentChat, state } from "./state.js";

const PAUSE_MS = 300;
const list = byId("suggestions");
const input = byId("input");
let items = [];
let at = -1;
let asking = 0;

/** Whether there is something to choose from. */
export const isOpen = () => !list.hidden;

/** Takes the list away, and an answer that is still awaited with it. */
export function hide() {
  clearTimeout(asking);
  asking = 0;
  list.hidden = true;
  input.removeAttribute("aria-activedescendant");
}

/** Shows what fits to what is typed. @param {{send: (text: string) => void, write: (text: string) => void}} to */
export function suggest(to) {
  const command = /^\/\w*$/.exec(input.value);
  const inline = new RegExp(`^@${state.me.username}\\s([^]*)$`, "i").exec(input.value);
  hide();
  if (command) showCommands(command[0].slice(1), to);
  else if (inline) asking = setTimeout(() => showInline(inline[1], to), PAUSE_MS);
}

/** Shows the commands that begin so. @param {string} begin */
export function showCommands(begin, to) {
  const target = currentChat()?.type === "private" ? "" : `@${state.me.username}`;
  const known = state.commands[state.chat] ?? [];
  const fitting = known.filter(({ command }) => command.startsWith(begin.toLowerCase()));
  show(fitting.map(({ command, description }) => ({
    title: `/${command}`,
    detail: description,
    act: () => to.send(`/${command}${target}`),
    word: `/${command}${target} `,
  })), "Commands", "command-item");
}

async function showInline(query, to) {
  const mine = asking;
  const pages = [];
  const more = async (offset) => {
    const page = await askInline(query, offset);
    if (mine !== asking) return;
    pages.push(...(page?.results ?? []).map((result) => resultItem(result, page.inline_query_id, to)));
    const all = [...pages];
    if (page?.button?.start_parameter && !offset) all.unshift(buttonItem(page.button, to));
    if (page?.next_offset) all.push({ title: "More results", act: () => more(page.next_offset), stays: true });
    const nothing = { title: page ? "No results" : "The bot does not answer inline queries", act: () => {} };
    show(all.length ? all : [nothing], "Results", "result-item");
  };
  await more("");
}

const buttonItem = ({ text, start_parameter }, to) => ({
  title: text,
  act: () => { to.write(""); startWith(start_parameter); },
});

const resultItem = (result, query, to) => ({
  title: result.title ?? result.type,
  detail: result.description,
  act: () => { choose(query, result.id); to.write(""); },
});

function show(found, label, look) {
  items = found;
  at = -1;
  list.hidden = !items.length;
  list.setAttribute("aria-label", label);
  fill(list, items.map((item, number) => el("li", {
    role: "option",
    id: `suggestion-${number}`,
    class: look,
    "aria-selected": "false",
    click: () => pick(number),
    mousedown: (event) => event.preventDefault(), // the input keeps the focus
  }, look === "result-item" && el("span", { class: "thumb", "aria-hidden": "true" }, icon("quote")),
  el("span", { class: "title" }, item.title), item.detail && el("span", { class: "detail" }, item.detail))));
  if (items.length) move(1);
}

/** Goes up or down. @param {number} step */
export function move(step) {
  list.children[at]?.setAttribute("aria-selected", "false");
  at = (at + step + items.length) % items.length;
  const node = list.children[at];
  node.setAttribute("aria-selected", "true");
  node.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", node.id);
}

/** Takes the one that is marked, or another. */
export function pick(number = at) {
  const item = items[number];
  if (!item.stays) hide();
  item.act();
}

/** What Tab writes for the marked one, empty when it completes nothing. */
export const completion = () => items[at]?.word ?? "";
