// Light or dark: as the system says until somebody chooses; the choice is remembered.

const KEY = "theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function read() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser may keep nothing
  }
}

const isDark = () => (read() ? read() === "dark" : dark.matches);

function apply() {
  root.dataset.theme = isDark() ? "dark" : "light";
  document.getElementById("theme")?.setAttribute("aria-pressed", String(isDark()));
}

/** Lets the button switch. @param {HTMLElement} button */
export function switchWith(button) {
  apply();
  button.addEventListener("click", () => {
    try {
      localStorage.setItem(KEY, isDark() ? "light" : "dark");
    } finally {
      apply();
    }
  });
}

dark.addEventListener("change", apply);
apply();
