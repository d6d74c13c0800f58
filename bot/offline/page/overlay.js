// What comes up over the page: menus, short notices, alerts.

import { byId, el, fill, icon } from "./dom.js";

const NOTICE_MS = 4000;
const EDGE_PX = 8;
const box = byId("menu");
let fading = 0;
let opener = null;

/**
 * Opens a menu beside an element or at a point; arrow keys walk, Escape closes and gives the focus back.
 * @param {Element | {x: number, y: number}} anchor
 * @param {{label: string, icon: string, act: () => void, isDangerous?: boolean, isChecked?: boolean}[]} items
 * @param {string} label
 */
export function menu(anchor, items, label) {
  opener = document.activeElement;
  box.setAttribute("aria-label", label);
  fill(box, items.map((item) => el("button", {
    type: "button",
    tabindex: "-1",
    class: item.isDangerous && "danger",
    role: item.isChecked === undefined ? "menuitem" : "menuitemradio",
    "aria-checked": item.isChecked?.toString(),
    click: () => { close(); item.act(); },
  }, icon(item.icon), el("span", {}, item.label), item.isChecked && icon("tick"))));
  box.showPopover();
  place(anchor instanceof Element ? anchor.getBoundingClientRect() : new DOMRect(anchor.x, anchor.y, 0, 0));
  (box.querySelector('[aria-checked="true"]') ?? box.firstElementChild).focus();
}

function place(rect) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = rect.bottom + height + EDGE_PX < innerHeight;
  box.style.top = `${Math.max(EDGE_PX, below ? rect.bottom + 4 : rect.top - height - 4)}px`;
  box.style.left = `${Math.max(EDGE_PX, Math.min(rect.left, innerWidth - width - EDGE_PX))}px`;
}

function close() {
  if (box.matches(":popover-open")) box.hidePopover();
  opener?.focus({ preventScroll: true });
}

box.addEventListener("keydown", (event) => {
  const all = [...box.children];
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined) all[to % all.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
});

/** Shows a short notice that goes by itself. @param {string} text */
export function notice(text) {
  const toast = byId("toast");
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => toast.classList.remove("shown"), NOTICE_MS);
}

/** Shows an alert that one has to close. @param {string} text */
export function alertBox(text) {
  byId("alert-text").textContent = text;
  byId("alert").showModal();
}

/** Asks something of the server and shows why it refuses; undefined then. @param {() => Promise<any>} act */
export async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    notice(error.message);
    return undefined;
  }
}
