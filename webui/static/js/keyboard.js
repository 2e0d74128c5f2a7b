// j k Enter c x / n ? and g-sequences. The row chosen is marked aria-selected and kept by id when the list is redrawn.
import { tinykeys } from "../vendor/tinykeys/tinykeys.js";

const rows = () => [...document.querySelectorAll("tr[data-row]")];
const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
let chosen = null;

export function keyboard() {
  const free = (act) => (event) => {
    if (typing(event.target) || event.target.closest("dialog")) return;
    event.preventDefault();
    act(event);
  };
  const row = () => document.getElementById(chosen);

  tinykeys(window, {
    j: free(() => step(1)),
    k: free(() => step(-1)),
    c: free(() => row()?.querySelector("[data-claim]")?.click()),
    x: free(() => row()?.querySelector("input[type=checkbox]")?.click()),
    n: free(() => document.querySelector("[data-key=n]")?.click()),
    "/": free(() => (document.querySelector("[data-filter]") ?? document.getElementById("find"))?.focus()),
    "?": free(() => document.getElementById("keys")?.showModal()),
    "Shift+?": free(() => document.getElementById("keys")?.showModal()),
    "g w": free(() => document.querySelector("[data-go=worklist]")?.click()),
    "g t": free(() => document.querySelector("form[data-go=next]")?.requestSubmit()),
    Enter: (event) => {
      if (event.target.matches("tr[data-row]")) event.target.querySelector("a[data-open]")?.click();
    },
    "Control+Enter": (event) => complete(event),
    "Meta+Enter": (event) => complete(event),
    Escape: (event) => typing(event.target)?.blur(),
  });

  document.addEventListener("focusin", (event) => {
    const focused = event.target.closest("tr[data-row]");
    if (focused) choose(focused);
  });
  document.addEventListener("htmx:after:swap", () => {
    if (chosen && row()) choose(row());
  });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((r) => r.id === chosen);
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  choose(next);
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function choose(next) {
  chosen = next.id;
  for (const r of rows()) r.setAttribute("aria-selected", String(r === next));
}

function complete(event) {
  const button = document.querySelector("[data-complete]");
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
}
