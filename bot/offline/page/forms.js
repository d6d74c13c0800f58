// The fields of each form in the panel, and the edit that they describe.

import { byId, el } from "./dom.js";
import { entryChooser, phrasingChooser, sentenceFinder } from "./finder.js";

/**
 * @typedef {{asked?: string, entries?: {id: string, question: string, share: number, is_chosen: boolean}[]}} Reasons
 * @typedef {{entries: {id: string, section: string, question: string}[], sentences: string[]}} Known
 * @typedef {{kind: string, reasons: Reasons, known: Known, chosen?: string, was?: object,
 *   showPhrasings?: (phrasings: string[]) => void}} Form
 */

const editor = byId("editor");

/** A field with its name, and with a hint that a screen reader tells after it. */
const field = (label, name, about, node) => el("div", { class: "field" },
  el("label", {}, el("span", {}, label), node),
  about && el("span", { class: "detail", id: `about-${name}` }, about));
function area(label, name, { value = "", rows = 2, about, isFree = false } = {}) {
  const node = el("textarea", { name, rows, required: !isFree, "aria-describedby": about && `about-${name}` });
  node.value = value;
  return field(label, name, about, node);
}
const line = (label, name, { value = "", about, ...more } = {}) => field(label, name, about,
  el("input", { name, value, autocomplete: "off", "aria-describedby": about && `about-${name}`, ...more }));
const quotes = ({ known }) => [
  area("Quotes", "quotes", { isFree: true, about: "The sentences it rests on, letter for letter, one in each line." }),
  known.sentences.length > 0 && sentenceFinder(known.sentences, quote),
];
const answer = () => area("Answer", "answer", {
  rows: 4, about: "One to four plain sentences that say no more than the article does.",
});
const chooser = (likely, { known, chosen }) => entryChooser("Entry", likely, known.entries, chosen ?? likely[0]?.id);

const FIELDS = {
  words: (of) => [chooser(answered(of.reasons), of), area("Question", "question"), answer(), ...quotes(of)],
  phrasing: (of) => [
    area("Phrasing", "phrasing", { value: of.reasons.asked, about: "As people ask it, in their own words." }),
    chooser(of.reasons.entries ?? [], of),
  ],
  gone(of) {
    const phrasings = phrasingChooser(of.reasons.asked ?? "");
    of.showPhrasings = phrasings.show;
    return [chooser(of.reasons.entries ?? [], of), phrasings.node];
  },
  elsewhere: ({ reasons }) => [area("Message", "message", {
    value: reasons.asked, about: "The bot learns to decline this and what is like it.",
  })],
  entry: ({ reasons, known }) => [
    line("Question", "question", { required: true, about: "In its clearest form: it heads the answer and labels buttons." }),
    line("Id", "id", { required: true, about: "Small letters and hyphens; it never changes later." }),
    line("Section", "section", { required: true, list: "sections", about: "A heading of the article, or any title." }),
    el("datalist", { id: "sections" }, [...new Set(known.entries.map(({ section }) => section))].map((value) => el("option", { value }))),
    area("Phrasings", "phrasings", { value: reasons.asked ?? "", rows: 4, about: "Ways in which people ask it, one in each line." }),
    answer(),
    ...quotes({ known }),
    line("Related entries", "related", { about: "Their ids, with commas between: buttons under the answer." }),
  ],
};

/** The fields of a form, filled with what was asked. @param {Form} form @returns {Node[]} */
export const fieldsOf = (form) => FIELDS[form.kind](form);

/** The entries that were answered or offered, or else the likeliest. @param {Reasons} reasons */
export function answered({ entries = [] }) {
  const chosen = entries.filter((entry) => entry.is_chosen);
  return chosen.length ? chosen : entries.slice(0, 1);
}

/** A field by its name. */
export const fieldOf = (name) => editor.elements[name];

/** What stands in a field, or which entry is chosen; empty where there is none. */
export const valueOf = (name) => editor.querySelector(`[name="${name}"]:not([type="radio"]), [name="${name}"]:checked`)?.value ?? "";

const lines = (text) => text.split("\n").map((one) => one.trim()).filter(Boolean);

function quote(sentence) {
  const area = fieldOf("quotes");
  if (area.readOnly) return;
  if (!lines(area.value).includes(sentence)) area.value = [...lines(area.value), sentence].join("\n");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Lets nobody write into the words of an entry before they are there. @param {boolean} isHeld */
export function hold(isHeld) {
  for (const name of ["question", "answer", "quotes"]) fieldOf(name).readOnly = isHeld;
  fieldOf("answer").form.ariaBusy = String(isHeld);
}

/** Fills the fields with the words of an entry. @param {{question: string, answer: string, quotes: string[]}} words */
export function put(words) {
  for (const name of ["question", "answer"]) fieldOf(name).value = words[name];
  fieldOf("quotes").value = words.quotes.map((one) => one.replace(/\s+/g, " ")).join("\n");
}

/** A name for an entry out of its question. @param {string} question */
export const idFor = (question) => question.toLowerCase().normalize("NFKD")
  .replace(/[^a-z0-9]+/g, "-").slice(0, 40).replace(/^-|-$/g, "");

/** The edit as it stands in the form, or a sentence that says what is still missing. @param {Form} form */
export function read({ kind, was }) {
  const empty = [...editor.querySelectorAll("textarea:required, input[name]:required:not([type=radio])")]
    .find(({ value }) => !value.trim());
  if (empty) return `${empty.closest("label").firstElementChild.textContent} is still empty.`;
  const entry = valueOf("entry");
  if (["words", "phrasing", "gone"].includes(kind) && !entry) return "Choose an entry.";
  if (kind === "gone" && !valueOf("phrasing")) return "Choose the phrasing that should go.";
  const words = { question: valueOf("question").trim(), answer: valueOf("answer").trim(), quotes: lines(valueOf("quotes")) };
  if (kind === "words") return was ? { kind, entry, was, to: words } : "Reading the entry …";
  if (kind === "phrasing" || kind === "gone") return { kind, entry, phrasing: valueOf("phrasing") };
  if (kind === "elsewhere") return { kind, message: valueOf("message") };
  const related = valueOf("related").split(/[\s,]+/).filter(Boolean);
  const [id, section] = [valueOf("id").trim(), valueOf("section").trim()];
  return { kind, values: { id, section, ...words, phrasings: lines(valueOf("phrasings")), related } };
}
