// The forms in the panel with which a maintainer edits what the bot knows.

import { byId, el, fill, icon } from "./dom.js";
import { entryChooser, sentenceFinder } from "./finder.js";
import { notice } from "./overlay.js";
import { focusSaved } from "./saved.js";
import { get, post } from "./server.js";
import { change, state, view } from "./state.js";
import { Trial } from "./trial.js";

const editor = byId("editor");
const TITLES = {
  words: "Edit the answer", phrasing: "Add a phrasing", elsewhere: "None of the bot’s business", entry: "New entry",
};
/** @type {{kind: string, reasons: object, known: object, trial: Trial, was?: object} | null} */
let form = null;
let opener = null;

/** Listens to the forms. */
export function showEditor() {
  editor.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  editor.addEventListener("input", touch);
  editor.addEventListener("change", (event) => {
    if (event.target.name === "entry" && form?.kind === "words") fillWords();
  });
  byId("anew").addEventListener("click", startOver);
  byId("edit-back").addEventListener("click", closeEditor);
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.requestSubmit();
  });
  view(() => {
    document.body.classList.toggle("editing", Boolean(form) && state.isPanelOpen);
    byId("why-title").textContent = form ? TITLES[form.kind] : "Why?";
    byId("reasons").hidden = Boolean(form);
    editor.hidden = !form;
  });
}

/** The buttons that open a form. @param {{asked?: string, entries?: object[]}} reasons of a message */
export function editButtons(reasons) {
  const button = (kind, label, drawing) => el("button", {
    type: "button", class: "edit-button", click: () => open(kind, reasons),
  }, icon(drawing), label);
  return [
    reasons.entries?.length > 0 && button("words", answered(reasons).length > 1 ? "Edit an answer" : "Edit this answer", "edit"),
    reasons.asked && button("phrasing", "Add as a phrasing", "quote"),
    reasons.asked && button("elsewhere", "None of the bot’s business", "blocked"),
    button("entry", "New entry", "new-entry"),
  ];
}

/** Goes back to the reasons; whether a form was open. What was written stays for the next time. */
export function closeEditor() {
  if (!form || !state.isPanelOpen) return false;
  end();
  return true;
}

function end() {
  form?.trial.stop();
  form = null;
  change();
  queueMicrotask(() => {
    const again = [...document.querySelectorAll(".edit-button")].find((one) => one.textContent === opener);
    (again ?? byId("why-close")).focus({ preventScroll: true });
  });
}

async function open(kind, reasons) {
  opener = document.activeElement.textContent;
  let known;
  try {
    known = await get("editing/known");
  } catch (error) {
    return void notice(error.message);
  }
  form = { kind, reasons, known, trial: new Trial(read, showTheirs) };
  fill(byId("fields"), FIELDS[kind](form));
  fill(byId("trial"), form.trial.node);
  fill(byId("trial-summary"), form.trial.summary);
  fill(byId("theirs"));
  byId("begun").hidden = true;
  change();
  restore();
  if (kind === "words") await fillWords();
  touch();
  queueMicrotask(() => editor.querySelector("textarea, input:not([type=radio])")?.focus());
}

// ------------------------------------------------------------ fields

/** A field with its name, and with a hint that a screen reader tells after it. */
const field = (label, name, about, node) => el("div", { class: "field" },
  el("label", {}, el("span", {}, label), node),
  about && el("span", { class: "detail", id: `about-${name}` }, about));
const area = (label, name, { value = "", rows = 2, about, isFree = false } = {}) => field(label, name, about,
  el("textarea", { name, rows, required: !isFree, "aria-describedby": about && `about-${name}` }, value));
const line = (label, name, { value = "", about, ...more } = {}) => field(label, name, about,
  el("input", { name, value, autocomplete: "off", "aria-describedby": about && `about-${name}`, ...more }));
const quotes = ({ known }) => [
  area("Quotes", "quotes", { isFree: true, about: "The sentences it rests on, letter for letter, one in each line." }),
  known.sentences.length > 0 && sentenceFinder(known.sentences, quote),
];
const answer = () => area("Answer", "answer", {
  rows: 4, about: "One to four plain sentences that say no more than the article does.",
});
const chooser = (likely, { known }) => entryChooser("Entry", likely, known.entries, likely[0]?.id);
const answered = ({ entries = [] }) => {
  const chosen = entries.filter((entry) => entry.is_chosen);
  return chosen.length ? chosen : entries.slice(0, 1);
};

const FIELDS = {
  words: (of) => [chooser(answered(of.reasons), of), area("Question", "question"), answer(), ...quotes(of)],
  phrasing: (of) => [
    area("Phrasing", "phrasing", { value: of.reasons.asked, about: "As people ask it, in their own words." }),
    chooser(of.reasons.entries ?? [], of),
  ],
  elsewhere: ({ reasons }) => [area("Message", "message", {
    value: reasons.asked, about: "The bot learns to decline this and what is like it.",
  })],
  entry: ({ reasons, known, ...of }) => [
    line("Question", "question", { required: true, about: "In its clearest form: it heads the answer and labels buttons." }),
    line("Id", "id", { required: true, about: "Small letters and hyphens; it never changes later." }),
    line("Section", "section", { required: true, list: "sections", about: "A heading of the article, or any title." }),
    el("datalist", { id: "sections" }, [...new Set(known.entries.map(({ section }) => section))].map((value) => el("option", { value }))),
    area("Phrasings", "phrasings", { value: reasons.asked ?? "", rows: 4, about: "Ways in which people ask it, one in each line." }),
    answer(),
    ...quotes({ known, ...of }),
    line("Related entries", "related", { about: "Their ids, with commas between: buttons under the answer." }),
  ],
};

const lines = (text) => text.split("\n").map((one) => one.trim()).filter(Boolean);
const fieldOf = (name) => editor.elements[name];
const valueOf = (name) => fieldOf(name)?.value ?? "";

/** The edit as it stands in the form, or what is still missing. */
function read() {
  const { kind, was } = form ?? {};
  const empty = [...editor.querySelectorAll("textarea:required, input[name]:required:not([type=radio])")]
    .find(({ value }) => !value.trim());
  if (empty) return `${empty.closest("label").firstElementChild.textContent} is still empty.`;
  const entry = valueOf("entry");
  if ((kind === "words" || kind === "phrasing") && !entry) return "Choose an entry.";
  const words = { question: valueOf("question").trim(), answer: valueOf("answer").trim(), quotes: lines(valueOf("quotes")) };
  if (kind === "words") return was ? { kind, entry, was, to: words } : "Reading the entry …";
  if (kind === "phrasing") return { kind, entry, phrasing: valueOf("phrasing") };
  if (kind === "elsewhere") return { kind, message: valueOf("message") };
  const related = valueOf("related").split(/[\s,]+/).filter(Boolean);
  const [id, section] = [valueOf("id").trim(), valueOf("section").trim()];
  return { kind, values: { id, section, ...words, phrasings: lines(valueOf("phrasings")), related } };
}

function touch(event) {
  if (!form) return;
  if (form.kind === "entry" && event?.target.name === "question" && !form.hasId) {
    fieldOf("id").value = event.target.value.toLowerCase().normalize("NFKD")
      .replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40).replace(/-$/, "");
  }
  if (event?.target.name === "id") form.hasId = true;
  if (event) keep();
  form.trial.touch();
}

function quote(sentence) {
  const field = fieldOf("quotes");
  if (!lines(field.value).includes(sentence)) field.value = [...lines(field.value), sentence].join("\n");
  touch({ target: field });
}

/** What stands in the file, unless something else was begun before. */
async function fillWords() {
  const id = valueOf("entry");
  form.was = undefined;
  if (!id) return;
  const mine = form;
  try {
    const now = await get("editing/entry", { id });
    if (form !== mine || valueOf("entry") !== id) return;
    form.was = now;
    if (!restore()) put(now);
  } catch (error) {
    notice(error.message);
  }
  touch();
}

function put(words) {
  for (const name of ["question", "answer"]) fieldOf(name).value = words[name];
  fieldOf("quotes").value = words.quotes.map((one) => one.replace(/\s+/g, " ")).join("\n");
}

// ------------------------------------------------------------ what was begun

/** Under which name the form's texts are kept until they are saved. */
const place = () => `edit ${form.kind} ${form.kind === "words" ? valueOf("entry") : form.reasons.asked ?? ""}`;

function keep() {
  const texts = [...new FormData(editor)].filter(([name]) => form.kind !== "words" || name !== "entry");
  sessionStorage.setItem(place(), JSON.stringify({ texts, was: form.was }));
}

/** Puts back what was begun and neither saved nor given up; whether there was anything. */
function restore() {
  const kept = JSON.parse(sessionStorage.getItem(place()) ?? "null");
  if (!kept) return false;
  for (const [name, value] of kept.texts) {
    const field = fieldOf(name);
    if (field) field.value = value;
  }
  form.was = kept.was ?? form.was;
  form.hasId = Boolean(valueOf("id"));
  byId("begun").hidden = false;
  return true;
}

function startOver() {
  sessionStorage.removeItem(place());
  form.trial.stop();
  open(form.kind, form.reasons);
}

// ------------------------------------------------------------ saving

async function save() {
  const edit = form ? read() : "";
  if (typeof edit === "string") return void notice(edit);
  const mine = form;
  const button = byId("save");
  button.disabled = true;
  try {
    const { number, findings, theirs } = await post("editing/save", { edit });
    if (form !== mine) return;
    if (theirs) showTheirs(theirs);
    if (findings) mine.trial.show(findings);
    if (number) done();
    else notice("Not saved: see what is wrong");
  } catch (error) {
    notice(error.message);
  } finally {
    button.disabled = false;
  }
}

function done() {
  sessionStorage.removeItem(place());
  end();
  notice("Saved");
  queueMicrotask(focusSaved);
}

/** Somebody else has saved the same entry: both texts are there, and one chooses. */
function showTheirs(theirs) {
  const { was } = form;
  const differing = Object.keys(theirs).filter((key) => JSON.stringify(theirs[key]) !== JSON.stringify(was[key]));
  const choose = (words) => () => {
    form.was = theirs;
    if (words) put(words);
    fill(byId("theirs"));
    keep();
    form.trial.touch();
    fieldOf("answer").focus();
  };
  fill(byId("theirs"), el("section", { class: "theirs" },
    el("h3", {}, "Somebody else has changed this meanwhile"),
    el("p", {}, "Your text is still in the form. What stands in the file now:"),
    el("dl", {}, differing.map((key) => el("div", { class: "row long" },
      el("dt", {}, key), el("dd", {}, [theirs[key]].flat().join("\n"))))),
    el("div", { class: "buttons" },
      el("button", { type: "button", class: "flat", click: choose(theirs) }, "Take theirs"),
      el("button", { type: "button", class: "flat", click: choose(null) }, "Keep mine, over theirs"))));
  byId("theirs").scrollIntoView({ block: "center" });
}
