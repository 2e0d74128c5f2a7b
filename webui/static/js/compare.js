// Two drawings of one procedure: moved and enlarged together, and a sentence shows what it is about in both.
const viewers = new Map();
let leading = null;

document.addEventListener("diagram:drawn", ({ target, detail }) => {
  viewers.set(target.dataset.marks, detail);
  detail.on("canvas.viewbox.changed", ({ viewbox }) => follow(target.dataset.marks, viewbox));
});

function together() {
  return document.querySelector("[data-together]")?.checked;
}

// The other drawing takes the same view; what it then reports of itself moves nobody.
function follow(name, viewbox) {
  if (leading || !together() || viewers.size < 2) return;
  leading = name;
  for (const [other, viewer] of viewers) {
    if (other === name) continue;
    const canvas = viewer.get("canvas");
    const { width, height } = canvas.viewbox().outer;
    canvas.viewbox({ x: viewbox.x, y: viewbox.y, width: width / viewbox.scale, height: height / viewbox.scale });
  }
  requestAnimationFrame(() => (leading = null));
}

document.addEventListener("click", (event) => {
  const words = event.target.closest("[data-change]");
  if (!words || !viewers.size) return;
  event.preventDefault();
  for (const one of document.querySelectorAll("[data-change][aria-current]")) one.removeAttribute("aria-current");
  words.setAttribute("aria-current", "true");
  leading = "sentence";
  show("marks-old", words.dataset.old);
  show("marks-new", words.dataset.new);
  requestAnimationFrame(() => (leading = null));
  document.getElementById("drawings").scrollIntoView({ block: "nearest" });
});

// Outlines the element and brings it into the middle, large enough to be read.
function show(name, id) {
  const viewer = viewers.get(name);
  if (!viewer) return;
  const [canvas, registry] = [viewer.get("canvas"), viewer.get("elementRegistry")];
  for (const shape of registry.filter((one) => canvas.hasMarker(one, "m-linked"))) canvas.removeMarker(shape, "m-linked");
  const shape = id && registry.get(id);
  if (!shape) return;
  canvas.addMarker(shape, "m-linked");
  const box = canvas.viewbox();
  const scale = Math.max(box.scale, 0.6);
  const [width, height] = [box.outer.width / scale, box.outer.height / scale];
  const points = shape.waypoints ?? [shape, { x: shape.x + shape.width, y: shape.y + shape.height }];
  const middle = (axis) => (Math.min(...points.map((p) => p[axis])) + Math.max(...points.map((p) => p[axis]))) / 2;
  canvas.viewbox({ x: middle("x") - width / 2, y: middle("y") - height / 2, width, height });
}
