// What was saved on this page or on another one, whether it is live, and how it is taken back.

import { byId, el, fill } from "./dom.js";
import { attempt, notice } from "./overlay.js";
import { get, post } from "./server.js";
import { state, view } from "./state.js";

const box = byId("saved");
let known = "";
let isWanted = false;

/** Keeps the list up to date. */
export function showSaved() {
  view(() => {
    const wanted = JSON.stringify([state.can_edit, state.saved, state.knowledge]);
    if (wanted === known) return;
    known = wanted;
    if (state.can_edit) read();
    else box.hidden = true;
  });
}

/** Leads to what was saved last, as soon as it is listed. */
export function focusSaved() {
  isWanted = true;
  read();
}

async function read() {
  const before = known;
  const found = await attempt(() => get("editing/saved"));
  if (found && before === known) draw(found);
}

function draw(all) {
  box.hidden = all.length === 0;
  const focused = document.activeElement?.closest("#saved button")?.dataset.number;
  if (isWanted && all.length) {
    isWanted = false;
    byId("saved-title").focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
  }
  fill(byId("saved-list"), all.map(item));
  if (focused) (box.querySelector(`[data-number="${focused}"]`) ?? byId("saved-title")).focus({ preventScroll: true });
}

function item({ number, told, is_taken_back, is_live, is_overtaken }) {
  const isRefused = !is_live && state.knowledge?.state === "refused";
  const words = is_taken_back ? ["Taken back", "Being taken back …"] : ["Saved and live", "Saved, being learnt …"];
  const later = is_overtaken ? "Saved, and changed again since" : words[is_live ? 0 : 1];
  const said = isRefused ? "Saved, but the knowledge was refused" : later;
  return el("li", {},
    el("span", {}, told, el("span", { class: "detail" }, said)),
    !is_taken_back && el("button", {
      type: "button", class: "flat", "data-number": number, "aria-label": `Undo: ${told}`, click: () => undo(number),
    }, "Undo"));
}

async function undo(number) {
  if (await attempt(() => post("editing/take-back", { number }))) notice("Taken back");
}
