// Drawing in the browser: the modeler, the form beside it, undo and redo, and a file that goes back into the review.
import { panel } from "./modeler-panel.js";
import { values } from "./modeler-values.js";

const place = document.querySelector("[data-modeler]");
const save = document.querySelector("[data-save]");
if (place) begin();

async function begin() {
  const text = (address) => fetch(address).then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.status))));
  const words = JSON.parse(document.getElementById("modeler-words").textContent);
  const translate = (template, given = {}) => (words[template] ?? template).replace(/{([^}]+)}/g, (_, name) => given[name] ?? `{${name}}`);
  const modeler = new window.BpmnJS({
    container: place.querySelector("[data-canvas]"),
    moddleExtensions: { camunda: JSON.parse(await text(place.dataset.moddle)) },
    additionalModules: [{ translate: ["value", translate] }],
    textRenderer: { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily } },
  });
  try {
    let source = await text(place.dataset.source);
    if (!/<(?:[\w-]+:)?BPMNShape[\s>]/.test(source)) source = await import("./layout.js").then(({ laidOut }) => laidOut(source));
    await modeler.importXML(source);
  } catch {
    place.querySelector("[data-undrawn]").hidden = false;
    return;
  }
  fit(modeler.get("canvas"));
  panel(modeler, document.querySelector("[data-panel]"), values(modeler));
  changes(modeler);
  saving(modeler);
  place.dataset.drawn = "1";
}

// The whole drawing, beside the palette and not below it.
function fit(canvas) {
  const { inner, outer } = canvas.viewbox();
  const [left, around] = [120, 20];
  const scale = Math.min(1, (outer.width - left - around) / inner.width, (outer.height - 2 * around) / inner.height);
  canvas.viewbox({ x: inner.x - left / scale, y: inner.y - around / scale, width: outer.width / scale, height: outer.height / scale });
}

function changes(modeler) {
  const stack = modeler.get("commandStack");
  const buttons = { undo: () => stack.undo(), redo: () => stack.redo() };
  const refresh = () => {
    document.querySelector("[data-do=undo]").disabled = !stack.canUndo();
    document.querySelector("[data-do=redo]").disabled = !stack.canRedo();
    save.querySelector("button").disabled = !stack.canUndo();
  };
  for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", buttons[button.dataset.do]);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, textarea, select, .djs-container")) return;
    const wanted = event.key === "z" ? (event.shiftKey ? "redo" : "undo") : event.key === "y" ? "redo" : null;
    if (!wanted) return;
    event.preventDefault();
    buttons[wanted]();
  });
  modeler.on("commandStack.changed", refresh);
  window.addEventListener("beforeunload", (event) => {
    if (stack.canUndo() && !save.dataset.saving) event.preventDefault();
  });
  refresh();
}

// The drawing goes back as a file, in the form that takes any other file.
function saving(modeler) {
  save.addEventListener("submit", async (event) => {
    if (save.dataset.saving) return;
    event.preventDefault();
    const { xml } = await modeler.saveXML({ format: true });
    const files = new DataTransfer();
    files.items.add(new File([xml], save.dataset.name, { type: "application/xml" }));
    save.querySelector("input[type=file]").files = files.files;
    save.dataset.saving = "1";
    setTimeout(() => save.requestSubmit()); // a form that is being submitted cannot be submitted
  });
}
