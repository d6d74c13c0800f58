// What the page knows. Views read it and are drawn anew after each change; nothing here touches the document.

/**
 * @typedef {{id: number, first_name: string, last_name?: string, username?: string, blocked?: boolean}} Person
 * @typedef {{id: number, type: string, title: string, members: number[]}} Chat
 * @typedef {{message_id: number, date: number, edit_date?: number, chat: {id: number},
 *   from: {id: number, is_bot: boolean, first_name: string}, text?: string, caption?: string, entities?: object[],
 *   reply_to_message?: Message, reply_markup?: {inline_keyboard?: object[][]}}} Message
 */

const TYPING_MS = 5000;

export const state = {
  me: { id: 0, first_name: "", username: "", description: "" },
  /** @type {Record<string, {command: string, description: string}[]>} */
  commands: {},
  /** @type {Person[]} */
  people: [],
  /** @type {Chat[]} */
  chats: [],
  /** @type {Map<number, Message[]>} */
  messages: new Map(),
  /** @type {number | null} the chat that is shown */
  chat: null,
  /** @type {Map<number, number>} who speaks in a group */
  speakers: new Map(),
  /** @type {Map<number, number>} */
  unread: new Map(),
  /** @type {Set<number>} chats in which the bot is typing */
  typing: new Set(),
  /** @type {Set<string>} messages that privacy mode kept from the bot */
  unheard: new Set(),
  /** @type {{state: string, version?: string, findings?: unknown[]} | null} */
  knowledge: null,
  /** Whether what the bot knows can be edited on this page. */
  can_edit: false,
  /** Grows whenever an edit is saved or taken back, here or on another page. */
  saved: 0,
  isOnline: true,
  isPanelOpen: false,
  /** @type {number | null} the message that the panel explains; null: the newest of the bot */
  selected: null,
};

const views = [];
let isDrawing = false;

/** Draws a view now and after every change. @param {() => void} draw */
export function view(draw) {
  views.push(draw);
}

/** Changes what is known, then draws. @param {(known: typeof state) => void} [how] */
export function change(how = () => {}) {
  how(state);
  if (isDrawing) return;
  isDrawing = true;
  queueMicrotask(() => {
    isDrawing = false;
    for (const draw of views) draw();
  });
}

/** The chat that is shown. @returns {Chat | undefined} */
export const currentChat = () => state.chats.find((chat) => chat.id === state.chat);

/** What was said in a chat, the oldest first. @returns {Message[]} */
export const messagesOf = (id = state.chat) => state.messages.get(id) ?? [];

/** @param {number} id @returns {Person | undefined} */
export const person = (id) => state.people.find((somebody) => somebody.id === id);

/** Who writes in the chat that is shown. @returns {Person | undefined} */
export function speaker() {
  const chat = currentChat();
  if (!chat) return undefined;
  if (chat.type === "private") return person(chat.id);
  return person(state.speakers.get(chat.id) ?? chat.members[0]) ?? person(chat.members[0]);
}

/** A person's or the bot's whole name. @param {{first_name: string, last_name?: string}} somebody */
export const nameOf = (somebody) => [somebody.first_name, somebody.last_name].filter(Boolean).join(" ");

const KINDS = { photo: "Photo", voice: "Voice message", sticker: "Sticker", location: "Location" };

/** What a message is about in one line. @param {Message} message */
export function gist(message) {
  const words = message.text ?? message.caption;
  if (words) return covered(words, message.entities ?? message.caption_entities).replace(/\s+/g, " ");
  const kind = Object.keys(KINDS).find((name) => message[name]);
  return kind ? KINDS[kind] : "Message";
}

/** A text with its spoilers hidden. */
const covered = (text, entities = []) => entities.filter(({ type }) => type === "spoiler").reduce(
  (said, { offset, length }) => said.slice(0, offset) + "▒".repeat(length) + said.slice(offset + length), text);

/** The message that the panel explains. @returns {Message | undefined} */
export function explained() {
  const all = messagesOf();
  return all.find((message) => message.message_id === state.selected) ?? all.findLast((message) => message.from.is_bot);
}

/** Takes over what the server knows. @param {any} known @param {[number, Message[]][]} transcripts */
export function load(known, transcripts) {
  change(() => {
    const isFirst = !state.me.id;
    for (const [id, messages] of transcripts) {
      const last = messagesOf(id).at(-1)?.message_id ?? 0;
      if (!isFirst) count(id, messages.filter((message) => message.message_id > last));
      state.messages.set(id, messages);
    }
    Object.assign(state, known);
  });
}

/** Takes over what has happened. @param {string} type @param {any} data */
export function happen(type, data) {
  change(() => HAPPENINGS[type]?.(data));
}

const HAPPENINGS = {
  message(message) {
    put(message);
    const id = message.chat.id;
    const chat = state.chats.find((other) => other.id === id);
    if (!message.from.is_bot && !chat?.members.includes(message.from.id)) chat?.members.push(message.from.id);
    if (message.from.is_bot) state.typing.delete(id);
    count(id, [message]);
  },
  edited: put,
  deleted({ chat_id, message_id }) {
    state.messages.set(chat_id, messagesOf(chat_id).filter((message) => message.message_id !== message_id));
  },
  action({ chat_id }) {
    state.typing.add(chat_id);
    setTimeout(() => change(() => state.typing.delete(chat_id)), TYPING_MS);
  },
  people(somebody) {
    state.people = state.people.map((known) => (known.id === somebody.id ? { ...known, ...somebody } : known));
  },
  knowledge(told) {
    state.knowledge = told;
  },
  saved() {
    state.saved += 1;
  },
};

/** What the bot says in a chat that is not shown is unread. */
function count(id, messages) {
  const said = messages.filter((message) => message.from.is_bot).length;
  if (id !== state.chat && said) state.unread.set(id, (state.unread.get(id) ?? 0) + said);
}

/** Messages stand in the order of their numbers; one that is known is replaced. */
function put(message) {
  const others = messagesOf(message.chat.id).filter((other) => other.message_id !== message.message_id);
  const at = others.findLastIndex((other) => other.message_id < message.message_id) + 1;
  state.messages.set(message.chat.id, others.toSpliced(at, 0, message));
}
