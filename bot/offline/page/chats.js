// The list of chats at the side, new people and groups, and what is known about the knowledge.

import { avatar, byId, el, fill, icon, reconcile } from "./dom.js";
import { attempt } from "./overlay.js";
import { post } from "./server.js";
import { gist, messagesOf, nameOf, person, state, view } from "./state.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

/** Draws the list and listens to its buttons. @param {() => Promise<void>} reload */
export function showChats(reload) {
  view(draw);
  view(drawKnowledge);
  byId("new-person").addEventListener("click", () => byId("person-dialog").showModal());
  byId("new-group").addEventListener("click", openGroup);
  const make = (form, path, body) => byId(form).addEventListener("submit", async (event) => {
    event.preventDefault();
    const made = await attempt(() => post(path, body(new FormData(event.target))));
    if (!made) return;
    event.target.closest("dialog").close();
    event.target.reset();
    await reload();
    location.hash = made.id;
  });
  make("person-form", "people", (data) => Object.fromEntries([...data].filter(([, value]) => value)));
  make("group-form", "groups", (data) => ({
    title: data.get("title"), members: data.getAll("members").map(Number), privacy: data.has("privacy"),
  }));
  for (const button of document.querySelectorAll("dialog .cancel")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
}

function openGroup() {
  fill(byId("group-members"), state.people.map((somebody) => el("label", { class: "check" },
    el("input", { type: "checkbox", name: "members", value: somebody.id, checked: true }),
    el("span", {}, nameOf(somebody)))));
  byId("group-dialog").showModal();
}

function draw() {
  const lastOf = (chat) => messagesOf(chat.id).at(-1);
  const newestFirst = [...state.chats].sort((a, b) => (lastOf(b)?.date ?? 0) - (lastOf(a)?.date ?? 0));
  reconcile(byId("chats"), newestFirst.map((chat) => {
    const somebody = person(chat.id);
    const last = lastOf(chat);
    const unread = state.unread.get(chat.id) ?? 0;
    const isTyping = state.typing.has(chat.id);
    return {
      key: String(chat.id),
      of: [chat.title, somebody, last, unread, isTyping],
      build: () => entry(chat, somebody ? nameOf(somebody) : chat.title, last, unread, isTyping),
      update: (node) => node.firstElementChild.setAttribute("aria-current", String(chat.id === state.chat)),
    };
  }));
}

function entry(chat, name, last, unread, isTyping) {
  const said = last && `${last.from.id === chat.id ? "" : `${last.from.first_name}: `}${gist(last)}`;
  return el("li", {}, el("a", { class: "entry", href: `#${chat.id}` },
    avatar(chat.id, name),
    el("span", { class: "who" },
      chat.type !== "private" && icon("group"), name, person(chat.id)?.blocked && icon("blocked")),
    el("time", {}, last && clock.format(new Date(last.date * 1000))),
    el("span", { class: isTyping ? "said typing" : "said" }, isTyping ? "typing…" : said ?? "No messages yet"),
    unread > 0 && el("span", { class: "unread" }, String(unread), el("span", { class: "unseen" }, " unread"))));
}

const KNOWLEDGE = {
  live: (told) => ["Knowledge is live", told.version],
  learning: () => ["Learning the new knowledge …", "the old one answers until then"],
  refused: () => ["The new knowledge was refused", "the old one stays; what is wrong:"],
};

function drawKnowledge() {
  const told = state.knowledge;
  const box = byId("knowledge");
  box.hidden = !told;
  if (!told) return;
  box.dataset.state = told.state;
  const [title, detail] = KNOWLEDGE[told.state]?.(told) ?? [told.state];
  const findings = (told.findings ?? []).map((finding) => el("li", {}, String(finding)));
  fill(box,
    el("span", { class: "dot", "aria-hidden": "true" }),
    el("b", {}, title),
    detail && el("span", { class: "detail" }, detail),
    findings.length > 0 && el("ul", { tabindex: "0", "aria-label": "Findings" }, ...findings));
}

/** The head of the conversation. */
export function showHead() {
  view(() => {
    const chat = state.chats.find(({ id }) => id === state.chat);
    document.body.dataset.screen = chat ? "chat" : "list";
    byId("conversation").classList.toggle("none", !chat);
    if (!chat) return;
    const isPrivate = chat.type === "private";
    const title = isPrivate ? nameOf(state.me) : chat.title;
    const others = chat.members.map((id) => person(id)?.first_name).filter(Boolean).join(", ");
    fill(byId("head-avatar"), avatar(isPrivate ? state.me.id : chat.id, title));
    byId("head-title").textContent = title;
    const detail = isPrivate ? `bot · you are ${others}` : `${others} and the bot`;
    byId("head-detail").textContent = state.typing.has(chat.id) ? "typing…" : detail;
    byId("head-detail").classList.toggle("typing", state.typing.has(chat.id));
    byId("welcome-title").textContent = nameOf(state.me);
    byId("welcome-text").textContent = state.me.description || "This bot has not said yet what it can do.";
    fill(byId("welcome-avatar"), avatar(state.me.id, nameOf(state.me)));
    document.title = `${title} · Offline Telegram`;
  });
}
