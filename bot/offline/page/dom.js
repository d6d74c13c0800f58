// Building elements. Texts only ever become text nodes: nothing here or elsewhere parses HTML.

const SVG = "http://www.w3.org/2000/svg";
const built = new WeakMap();

/**
 * An element. Functions among the attributes become listeners; false, null and undefined are left out.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | false | null | undefined)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...there(children));
  return node;
}

/** Puts children in the place of those an element has. @param {Element} node */
export const fill = (node, ...children) => node.replaceChildren(...there(children));

const there = (children) => children.flat().filter(Boolean);

/** The element of the page with that id. @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/** One of the drawings in index.html; says nothing to a screen reader. @param {string} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** The colour of a person or a group, always the same. @param {number} id */
export const hue = (id) => `hue-${((id < 0 ? 3 - id : id) % 11) % 7}`;

/** A round picture with the initials of a person or a group. @param {number} id @param {string} name */
export function avatar(id, name) {
  const initials = name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("");
  return el("span", { class: `avatar ${hue(id)}`, "aria-hidden": "true" }, initials.toUpperCase());
}

/**
 * Makes the children of an element match a list: what has not changed stays, with its state and focus.
 * @param {Element} parent
 * @param {{key: string, of: unknown[], build: () => HTMLElement, update?: (node: HTMLElement) => void}[]} items
 *   `of` is what the element was built from; when one part of it differs, it is built anew.
 */
export function reconcile(parent, items) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const { key, of, build, update } of items) {
    const old = known.get(key);
    const stays = old && of.every((part, at) => part === built.get(old)[at]);
    const node = stays ? old : build();
    known.delete(key);
    if (!stays) {
      node.dataset.key = key;
      built.set(node, of);
      if (old) {
        if (old === place) place = node;
        const hadFocus = old.contains(document.activeElement);
        old.replaceWith(node);
        const heir = node.matches("[tabindex]") ? node : node.querySelector("a, button");
        if (hadFocus) heir?.focus({ preventScroll: true });
      }
    }
    update?.(node);
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const node of known.values()) node.remove();
}
