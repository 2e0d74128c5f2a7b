// The stream says only "something changed"; lists fetch themselves again. Unreachable: say so once, polling goes on.
export function live() {
  const words = document.querySelector("[data-live-status]");
  document.addEventListener("htmx:sse:error", () => words && (words.hidden = false));
  document.addEventListener("htmx:sse:after:connection", () => words && (words.hidden = true));
}
