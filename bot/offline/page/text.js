// A text and its entities (offsets in UTF-16 units, as in JavaScript) as nodes.

import { el, icon } from "./dom.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const SAFE = new Set(["http:", "https:", "tg:", "mailto:"]);

/** An address that may be opened, null when it might run something. @param {string} address */
export function safeAddress(address) {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens elsewhere, or plain nodes when its address is not safe. @param {string} address */
export function link(address, children, attributes = {}) {
  const href = safeAddress(address);
  if (!href) return el("span", attributes, ...children);
  return el("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/**
 * @param {string} text
 * @param {{type: string, offset: number, length: number, url?: string, language?: string}[]} [entities]
 * @returns {Node[]}
 */
export function formatted(text, entities = []) {
  const order = (a, b) => a.offset - b.offset || b.length - a.length || isBlock(b) - isBlock(a);
  return within(text, 0, text.length, [...entities].sort(order));
}

const isBlock = ({ type }) => /quote|pre/.test(type);

/** Nodes of a stretch of the text; of two entities that begin together the outer one comes first. */
function within(text, start, end, entities) {
  const nodes = [];
  let at = start;
  for (let i = 0; i < entities.length; i += 1) {
    const entity = entities[i];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at) continue;
    const inner = entities.slice(i + 1).filter((other) => other.offset < stop);
    nodes.push(text.slice(at, entity.offset));
    nodes.push(wrapped(entity, text.slice(entity.offset, stop), within(text, entity.offset, stop, inner)));
    at = stop;
    // The line that a block ends with is the block's own.
    if (isBlock(entity) && text[at] === "\n") at += 1;
  }
  nodes.push(text.slice(at, end));
  return nodes.filter((node) => node !== "");
}

function wrapped(entity, text, children) {
  switch (entity.type) {
    case "text_link":
      return link(entity.url ?? "", children);
    case "url":
      return link(text, children);
    case "email":
      return link(`mailto:${text}`, children);
    case "bot_command":
      return el("button", { type: "button", class: "command", "data-command": text }, ...children);
    case "spoiler":
      return spoiler(children);
    case "pre":
      return el("pre", { tabindex: "0" }, el("code", { "data-language": entity.language }, ...children));
    case "blockquote":
      return el("blockquote", {}, ...children);
    case "expandable_blockquote":
      return expandable(children);
    case "mention": case "text_mention": case "hashtag": case "cashtag": case "phone_number":
      return el("span", { class: "mention" }, ...children);
    default:
      return el(TAGS[entity.type] ?? "span", {}, ...children);
  }
}

function spoiler(children) {
  const hidden = el("span", { inert: true }, ...children);
  const named = { role: "button", tabindex: "0", "aria-label": "Hidden text, press to show" };
  const cover = el("span", { class: "spoiler", ...named }, hidden);
  const show = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    cover.replaceWith(el("span", { class: "revealed", tabindex: "-1" }, ...hidden.childNodes));
  };
  cover.addEventListener("click", show, { once: true });
  cover.addEventListener("keydown", show);
  return cover;
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const { classList } = target.parentElement;
    if (!classList.contains("open")) classList.toggle("long", target.scrollHeight > target.clientHeight + 2);
  }
});

function expandable(children) {
  const words = el("div", { class: "quoted" }, ...children);
  const named = { "aria-expanded": "false", "aria-label": "Whole quote" };
  const toggle = el("button", { type: "button", class: "expand", ...named }, icon("down"));
  const quote = el("blockquote", { class: "expandable" }, words, toggle);
  quote.addEventListener("click", (event) => {
    if (event.target.closest("a") || !quote.classList.contains("long")) return;
    event.stopPropagation();
    toggle.setAttribute("aria-expanded", String(quote.classList.toggle("open")));
  });
  sizes.observe(words);
  return quote;
}
