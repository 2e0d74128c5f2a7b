// Check boxes for batch work: a bar with the number ticked, all at once by the box in the head.
export function ticks() {
  const boxes = () => [...document.querySelectorAll("[data-tick]")];
  const bar = document.querySelector("[data-batch]");
  if (!bar) return;
  const all = document.querySelector("[data-tick-all]");

  function show() {
    const every = boxes();
    const n = every.filter((box) => box.checked).length;
    bar.classList.toggle("batch-on", n > 0);
    bar.querySelector("[data-ticked]").textContent = String(n);
    if (all) {
      all.checked = n > 0 && n === every.length;
      all.indeterminate = n > 0 && n < every.length;
    }
  }
  document.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes()) box.checked = all.checked;
    if (event.target.matches("[data-tick], [data-tick-all]")) show();
  });
  document.addEventListener("htmx:after:swap", show);
  show();
}
