// The forms in the panel with which a maintainer edits what the bot knows.

import { byId, el, fill, icon } from "./dom.js";
import { answered, fieldOf, fieldsOf, hold, idFor, put, read, valueOf } from "./forms.js";
import { attempt, notice } from "./overlay.js";
import { focusSaved } from "./saved.js";
import { get, post } from "./server.js";
import { change, state, view } from "./state.js";
import { Trial } from "./trial.js";

const editor = byId("editor");
const TITLES = {
  words: "Edit the answer", phrasing: "Add a phrasing", gone: "Remove a phrasing", elsewhere: "None of the bot’s business", entry: "New entry",
};
/** Where one begins. */
const FIRST = {
  words: "[name=answer]", phrasing: "[name=phrasing]", gone: "[type=search]", elsewhere: "[name=message]", entry: "[name=question]",
};
/** @type {(import("./forms.js").Form & {trial: Trial, hasId?: boolean}) | null} */
let form = null;
let opener = null;

/** Listens to the forms. */
export function showEditor() {
  editor.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  editor.addEventListener("input", touch);
  editor.addEventListener("change", (event) => {
    if (event.target.name === "entry") fillFrom[form?.kind]?.();
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
    reasons.entries?.length > 0 && button("gone", "Remove a phrasing", "minus"),
    button("entry", "New entry", "new-entry"),
    reasons.asked && button("elsewhere", "None of the bot’s business", "blocked"),
  ];
}

/** Goes back to the reasons; whether a form was open. What was written stays for the next time. */
export function closeEditor() {
  if (!form || !state.isPanelOpen) return false;
  end();
  queueMicrotask(() => {
    const again = [...document.querySelectorAll(".edit-button")].find((one) => one.textContent === opener);
    (again ?? byId("why-close")).focus({ preventScroll: true });
  });
  return true;
}

function end() {
  form.trial.stop();
  form = null;
  change();
}

async function open(kind, reasons) {
  opener = document.activeElement.textContent;
  const known = await attempt(() => get("editing/known"));
  if (!known) return;
  form = { kind, reasons, known, trial: new Trial(() => (form ? read(form) : ""), showTheirs) };
  form.chosen = kind === "words" ? undefined : begun()?.texts.find(([name]) => name === "entry")?.[1];
  fill(byId("fields"), fieldsOf(form));
  fill(byId("trial"), form.trial.node);
  fill(byId("trial-summary"), form.trial.summary);
  fill(byId("theirs"));
  byId("begun").hidden = true;
  change();
  if (fillFrom[kind]) await fillFrom[kind]();
  else restore();
  touch();
  queueMicrotask(() => editor.querySelector(FIRST[kind])?.focus());
}

// ------------------------------------------------------------ what is written

function touch(event) {
  if (!form) return;
  if (form.kind === "entry" && event?.target.name === "question" && !form.hasId) {
    fieldOf("id").value = idFor(event.target.value);
  }
  if (event?.target.name === "id") form.hasId = true;
  const isThere = form.kind !== "gone" && (form.kind !== "words" || form.was);
  if (event && isThere) keep();
  form.trial.touch();
}

/** The chosen entry as it stands in the file; undefined when another one is chosen by now. */
async function chosenEntry() {
  const id = valueOf("entry");
  const mine = form;
  const found = id && (await attempt(() => get("editing/entry", { id })));
  return found && form === mine && valueOf("entry") === id ? found : undefined;
}

const fillFrom = {
  /** What stands in the file, unless something else was begun before. */
  async words() {
    form.was = undefined;
    byId("begun").hidden = true;
    hold(true);
    const found = await chosenEntry();
    if (!found) return;
    form.was = found.words;
    hold(false);
    if (!restore()) put(found.words);
    touch();
  },
  async gone() {
    const found = await chosenEntry();
    if (!found) return;
    form.showPhrasings(found.phrasings);
    touch();
  },
};

// ------------------------------------------------------------ what was begun

/** Under which name the form's texts are kept until they are saved. */
const place = () => `edit ${form.kind} ${form.kind === "words" ? valueOf("entry") : form.reasons.asked ?? ""}`;

const begun = () => JSON.parse(sessionStorage.getItem(place()) ?? "null");

function keep() {
  sessionStorage.setItem(place(), JSON.stringify({ texts: [...new FormData(editor)], was: form.was }));
}

/** Puts back what was begun and neither saved nor given up; whether there was anything. */
function restore() {
  const kept = begun();
  if (!kept) return false;
  for (const [name, value] of kept.texts) if (name !== "entry" && fieldOf(name)) fieldOf(name).value = value;
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
  const edit = form ? read(form) : "";
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
  focusSaved();
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
