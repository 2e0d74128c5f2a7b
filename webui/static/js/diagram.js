// A procedure's diagram with what happened on it. The page gives the file's address and, as JSON, the marks:
// {passed|added|changed|removed: [ids], flows: [ids], active|late|waiting|failed: {id: words},
// counts: {id: {words, kind}}, heat: {id: level}, show: [ids]}.
// The same facts stand in a list beside the diagram for those who cannot see it.
const READABLE = 0.75;
const SHAPES = /<(?:[\w-]+:)?BPMNShape[\s>]/;
// What a tool coloured for a white ground cannot be read on a dark one.
const COLOURS = /\s(?:bioc|color):[\w-]+="[^"]*"/g;
const STANDING = ["active", "late", "waiting", "failed"];

export function diagrams() {
  for (const place of document.querySelectorAll("[data-bpmn]")) draw(place);
}

async function draw(place) {
  const canvasPlace = place.querySelector("[data-canvas]");
  const marks = JSON.parse(document.getElementById(place.dataset.marks)?.textContent || "{}");
  let source = await fetch(place.dataset.bpmn).then((answer) => (answer.ok ? answer.text() : Promise.reject()));
  let viewer = null;

  async function render() {
    viewer?.destroy();
    const style = getComputedStyle(place);
    const ink = style.color;
    const font = getComputedStyle(document.body).fontFamily;
    place.classList.toggle("diagram-dark", isDark(style.backgroundColor));
    viewer = new window.BpmnJS({
      container: canvasPlace,
      bpmnRenderer: { defaultFillColor: style.backgroundColor, defaultStrokeColor: ink, defaultLabelColor: ink },
      textRenderer: { defaultStyle: { fontFamily: font, fontSize: 12 }, externalStyle: { fontSize: 11 } },
    });
    const isOnDark = place.classList.contains("diagram-dark");
    await viewer.importXML(isOnDark ? source.replace(COLOURS, "") : source);
    mark(viewer, marks);
    fit();
    if (viewer.get("canvas").zoom() < READABLE) show(standing(marks));
    place.dispatchEvent(new CustomEvent("diagram:drawn", { detail: viewer, bubbles: true }));
  }
  function fit() {
    const canvas = viewer.get("canvas");
    canvas.zoom("fit-viewport", "auto");
    if (canvas.zoom() > 1) canvas.zoom(1, "auto");
  }
  // A drawing too wide to be read as a whole opens where the case stands; the whole is one button away.
  function show(ids) {
    const shapes = ids.map((id) => viewer.get("elementRegistry").get(id)).filter((shape) => shape?.width);
    if (!shapes.length) return;
    const canvas = viewer.get("canvas");
    const middle = (at, size) => {
      const ends = shapes.flatMap((shape) => [shape[at], shape[at] + shape[size]]);
      return (Math.min(...ends) + Math.max(...ends)) / 2;
    };
    const box = canvas.viewbox();
    const [width, height] = [box.outer.width / READABLE, box.outer.height / READABLE];
    const within = (middle, half, from, length) =>
      length <= 2 * half ? from + length / 2 : Math.min(Math.max(middle, from + half), from + length - half);
    const x = within(middle("x", "width"), width / 2, box.inner.x, box.inner.width);
    const y = within(middle("y", "height"), height / 2, box.inner.y, box.inner.height);
    canvas.viewbox({ x: x - width / 2, y: y - height / 2, width, height });
  }
  const tools = {
    in: () => viewer.get("zoomScroll").stepZoom(1),
    out: () => viewer.get("zoomScroll").stepZoom(-1),
    fit,
  };
  place.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-zoom]");
    if (tool) tools[tool.dataset.zoom]();
  });
  linkWithList(place, () => viewer);
  document.addEventListener("desk:theme", render);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", render);
  try {
    if (!SHAPES.test(source)) {
      source = await import("./layout.js").then(({ laidOut }) => laidOut(source));
      place.querySelector("[data-laid-out]")?.removeAttribute("hidden");
    }
    await render();
    place.querySelector("[data-fallback]")?.remove();
    place.dataset.drawn = "1";
  } catch {
    place.querySelector("[data-undrawn]").hidden = false;
  }
}

function isDark(colour) {
  const [r, g, b] = colour.match(/[\d.]+/g).map(Number);
  return r * 0.299 + g * 0.587 + b * 0.114 < 128;
}

const standing = (marks) => marks.show ?? STANDING.flatMap((kind) => Object.keys(marks[kind] ?? {}));

function mark(viewer, marks) {
  const canvas = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  const registry = viewer.get("elementRegistry");
  const known = (id) => registry.get(id);

  for (const id of marks.passed ?? []) if (known(id)) canvas.addMarker(id, "m-passed");
  for (const id of marks.flows ?? []) if (known(id)) canvas.addMarker(id, "m-flow");
  for (const kind of ["added", "changed", "removed"]) {
    for (const id of marks[kind] ?? []) if (known(id)) canvas.addMarker(id, `m-${kind}`);
  }
  for (const [id, level] of Object.entries(marks.heat ?? {})) if (known(id)) canvas.addMarker(id, `m-heat-${level}`);
  for (const kind of STANDING) {
    for (const [id, words] of Object.entries(marks[kind] ?? {})) {
      if (!known(id)) continue;
      canvas.addMarker(id, `m-${kind}`);
      if (words) overlays.add(id, "token", { position: { top: -11, left: 8 }, scale: { min: 0.85 }, html: label(words, kind) });
    }
  }
  for (const [id, { words, kind }] of Object.entries(marks.counts ?? {})) {
    if (known(id)) overlays.add(id, "count", { position: { top: -11, left: 8 }, scale: { min: 0.85 }, html: label(words, kind) });
  }
}

function label(words, kind) {
  const element = document.createElement("div");
  element.className = `on-shape on-shape-${kind}`;
  element.textContent = words;
  return element;
}

// Pointing at a row of the list outlines the shape and, where the row has one, draws the way that leads there
// (data-path); choosing it brings the shape into view. Clicking a shape brings its row into view.
function linkWithList(place, viewer) {
  const rows = document.querySelectorAll("[data-element]");
  const mark = (ids, marker, on) => {
    for (const id of ids) {
      if (viewer()?.get("elementRegistry").get(id)) viewer().get("canvas")[on ? "addMarker" : "removeMarker"](id, marker);
    }
  };
  const set = (row, on) => {
    mark((row.dataset.path ?? "").split(" ").filter(Boolean), "m-path", on);
    mark([row.dataset.element], "m-linked", on);
  };
  for (const row of rows) {
    for (const [name, on] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]]) {
      row.addEventListener(name, () => set(row, on));
    }
    row.querySelector("[data-find]")?.addEventListener("click", (event) => {
      const shape = viewer()?.get("elementRegistry").get(row.dataset.element);
      if (!shape) return;
      event.preventDefault();
      viewer().get("canvas").scrollToElement(shape, 80);
      place.scrollIntoView({ block: "nearest" });
    });
  }
  place.addEventListener("click", (event) => {
    const shape = event.target.closest("[data-element-id]");
    const row = shape && document.querySelector(`[data-element="${CSS.escape(shape.dataset.elementId)}"]`);
    row?.scrollIntoView({ block: "nearest" });
  });
}

diagrams();
