// Finding something in a list by typing some of its words.

import { el, fill } from "./dom.js";

const MOST_FOUND = 6;

/** What holds all words that are typed, in the order of the list. */
function matches(query, items, words) {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (item) => wanted.every((word) => words(item).toLowerCase().includes(word));
  return wanted.length ? items.filter(holds).slice(0, MOST_FOUND) : [];
}

function field(label, found, list, told) {
  const search = el("input", { type: "search", "aria-label": label, placeholder: label, autocomplete: "off" });
  search.addEventListener("input", (event) => {
    event.stopPropagation(); // what is looked for is no part of the edit
    const count = found(search.value);
    told.textContent = search.value.trim() ? `${count || "nothing"} found` : "";
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    list.querySelector("input, button")?.focus();
  });
  return search;
}

/**
 * Radio buttons for the likeliest entries; typing finds others.
 * @param {string} label
 * @param {{id: string, question: string, share?: number}[]} likely
 * @param {{id: string, question: string, section: string}[]} all
 * @param {string} [chosen] the id of an entry
 */
export function entryChooser(label, likely, all, chosen) {
  const list = el("div", { class: "options" });
  const told = el("span", { class: "unseen", role: "status" });
  const draw = (items) => {
    const id = list.querySelector(":checked")?.value ?? chosen;
    const kept = [...likely, ...all].find((item) => item.id === id);
    const shown = kept && !items.includes(kept) && !items.some((item) => item.id === id) ? [...items, kept] : items;
    fill(list, shown.map((item) => option(item, item.id === id)));
  };
  const search = field("Find another entry", (query) => {
    const found = matches(query, all, ({ id, question, section }) => `${id} ${question} ${section}`);
    draw(query.trim() ? found : likely);
    return found.length;
  }, list, told);
  draw(likely);
  return el("fieldset", {}, el("legend", {}, label), list, search, told);
}

function option({ id, question, share }, isChosen) {
  const sure = share === undefined ? "" : ` · ${Math.round(share * 100)} %`;
  return el("label", { class: "option" },
    el("input", { type: "radio", name: "entry", value: id, checked: isChosen, required: true }),
    el("span", {}, question, el("span", { class: "detail" }, `${id}${sure}`)));
}

/** Sentences to quote, found by typing. @param {string[]} sentences @param {(sentence: string) => void} take */
export function sentenceFinder(sentences, take) {
  const list = el("ul", { class: "options" });
  const told = el("span", { class: "unseen", role: "status" });
  const search = field("Find a sentence of the article", (query) => {
    const found = matches(query, sentences, (sentence) => sentence);
    fill(list, found.map((sentence) => el("li", {},
      el("button", { type: "button", class: "option", click: () => take(sentence) }, `“${sentence}”`))));
    return found.length;
  }, list, told);
  return el("div", { class: "field" }, search, list, told);
}

/**
 * Radio buttons for the phrasings of an entry: those with words in common with what was asked, or with what is typed.
 * @param {string} asked
 */
export function phrasingChooser(asked) {
  const list = el("div", { class: "options" });
  const told = el("span", { class: "unseen", role: "status" });
  let all = [];
  const draw = (items) => {
    const chosen = list.querySelector(":checked")?.value;
    const shown = chosen && all.includes(chosen) && !items.includes(chosen) ? [...items, chosen] : items;
    fill(list, shown.map((text) => el("label", { class: "option" },
      el("input", { type: "radio", name: "phrasing", value: text, checked: text === chosen, required: true }),
      el("span", {}, text))));
  };
  const search = field("Find a phrasing", (query) => {
    const found = matches(query, all, (text) => text);
    draw(query.trim() ? found : alike(asked, all));
    return found.length;
  }, list, told);
  const show = (phrasings) => {
    all = phrasings;
    draw(alike(asked, all));
  };
  return { node: el("fieldset", {}, el("legend", {}, "Phrasing"), list, search, told), show };
}

/** Those with the most of the words, first. */
function alike(asked, all) {
  const words = new Set(asked.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const share = (text) => {
    const own = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    return own.filter((word) => words.has(word)).length / Math.sqrt(own.length || 1);
  };
  return all.map((text) => [share(text), text]).sort(([a], [b]) => b - a).slice(0, MOST_FOUND).map(([, text]) => text);
}
