// What people send besides words, drawn: the files themselves are never part of a Bot API message.

import { el, icon } from "./dom.js";

const BARS = 36;

/** The drawn content of a message, null when it has none. @param {any} message @returns {HTMLElement | null} */
export function media(message) {
  if (message.photo) return el("div", { class: "photo", role: "img", "aria-label": "Photo" });
  if (message.voice) return voice(message.voice);
  if (message.sticker) return sticker(message.sticker);
  if (message.location) return place(message.location);
  return null;
}

function sticker({ emoji = "🙂" }) {
  return el("div", { class: "sticker", role: "img", "aria-label": `Sticker ${emoji}` }, emoji);
}

function voice({ duration = 0 }) {
  const bars = Array.from({ length: BARS }, (_, at) => {
    const bar = el("i");
    // A made-up wave that is the same every time.
    bar.style.height = `${4 + Math.round(7 * Math.abs(Math.sin(at * 1.7) + Math.sin(at * 0.45)))}px`;
    return bar;
  });
  const length = `${Math.floor(duration / 60)}:${String(duration % 60).padStart(2, "0")}`;
  return el("div", { class: "voice", role: "img", "aria-label": `Voice message, ${duration} seconds` },
    el("span", { class: "play" }, icon("play")),
    el("span", { class: "wave" }, el("span", { class: "bars" }, ...bars), el("span", { class: "length" }, length)));
}

function place({ latitude, longitude }) {
  const where = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  return el("div", { class: "place", role: "img", "aria-label": `Location ${where}` },
    el("span", { class: "map" }, icon("pin")), el("span", { class: "where" }, where));
}

/** What the attach menu sends: label, drawing and the content for the server. */
export const SAMPLES = [
  { label: "Photo", icon: "photo", content: { photo: true } },
  { label: "Voice message", icon: "mic", content: { voice: true } },
  { label: "Sticker", icon: "smile", content: { sticker: true } },
  { label: "Location", icon: "pin", content: { location: true } },
];
