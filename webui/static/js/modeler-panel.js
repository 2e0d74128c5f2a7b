// The form beside the drawing: it shows what our vocabulary says of the element that is chosen, and writes what is
// changed. Parts of the form name the kinds of elements they are for (data-for), fields what they hold (data-…).
const HUMAN = ["bpmn:UserTask", "bpmn:ManualTask", "bpmn:Task"];
const OURS = /^(name\.(zh|en)|sla(\.warn)?|(guidance|script)\.(zh|en)|separate-from|same-as|stage|touchpoint|candidateGroups|clock\.(stop|pause))$/;

export function panel(modeler, form, values) {
  const modeling = modeler.get("modeling");
  let chosen = null;

  const businessObject = (element) => {
    const bo = element.businessObject;
    return bo.$type === "bpmn:Participant" && bo.processRef ? bo.processRef : bo;
  };

  function kinds(bo) {
    const found = [];
    if (HUMAN.includes(bo.$type)) found.push("human");
    if (bo.$instanceOf("bpmn:FlowNode")) found.push("step");
    if (bo.$type === "bpmn:UserTask" || bo.$type === "bpmn:StartEvent") found.push("form");
    if (bo.$type === "bpmn:SequenceFlow") found.push("flow");
    if (bo.$type === "bpmn:Process") found.push("process");
    if (bo.$type === "bpmn:Lane") found.push("lane");
    if (bo.$instanceOf("bpmn:Event") && values.timer(bo)) found.push("timer");
    return found;
  }

  function show(element) {
    chosen = element ? (element.labelTarget ?? element) : modeler.get("canvas").getRootElement();
    const bo = businessObject(chosen);
    const its = kinds(bo);
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").some((kind) => its.includes(kind));
    form.querySelector("[data-id]").textContent = `${bo.$type.replace("bpmn:", "")} · ${bo.id}`;
    for (const input of form.querySelectorAll("[data-attribute]")) input.value = bo.get(input.dataset.attribute) ?? "";
    for (const input of form.querySelectorAll("[data-property]")) fill(input, values.property(bo, input.dataset.property));
    showWho(values.who(bo));
    showSteps(bo);
    showFields(its.includes("form") ? values.fields(bo) : []);
    showRest(bo);
    if (its.includes("flow")) {
      form.querySelector("[data-condition]").value = values.condition(bo);
      form.querySelector("[data-default]").checked = values.isDefault(bo);
    }
    if (its.includes("timer")) {
      const { kind, text } = values.time(bo);
      form.querySelector("[data-timer-kind]").value = kind;
      form.querySelector("[data-timer-text]").value = text;
    }
  }

  function fill(input, value) {
    if (input.type === "checkbox") input.checked = value === "true";
    else input.value = value;
  }

  const parts = (text) => text.split(",").map((one) => one.trim()).filter(Boolean);

  function showWho(groups) {
    const named = parts(groups);
    const known = [...form.querySelectorAll("[data-group]")];
    for (const box of known) box.checked = named.includes(box.value) || box.dataset.names.split("|").some((name) => named.includes(name));
    const meant = known.flatMap((box) => [box.value, ...box.dataset.names.split("|")]);
    form.querySelector("[data-others]").value = named.filter((one) => !meant.includes(one)).join(", ");
  }

  // Steps people do, to be named as those whose doer may not, or should, do this one.
  function showSteps(bo) {
    const others = modeler.get("elementRegistry").filter((one) => HUMAN.includes(one.businessObject.$type) && one.businessObject !== bo && !one.labelTarget);
    for (const place of form.querySelectorAll("[data-steps]")) {
      const ticked = parts(values.property(bo, place.dataset.steps));
      place.replaceChildren(...others.map((one) => tick(one.businessObject, ticked.includes(one.id))));
    }
  }

  function tick(bo, on) {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", value: bo.id, checked: on, className: "form-check-input" });
    label.className = "form-check";
    label.append(box, Object.assign(document.createElement("span"), { className: "form-check-label", textContent: bo.name || bo.id }));
    return label;
  }

  function showFields(rows) {
    const place = form.querySelector("[data-fields]");
    const same = JSON.stringify(rows) === JSON.stringify(readFields().map(({ was, ...row }) => row));
    if (same) [...place.children].forEach((node, n) => (node.dataset.was = n)); // and the cursor stays where it is
    else place.replaceChildren(...rows.map((row, n) => fieldRow(row, n)));
  }

  function fieldRow(row, was = "") {
    const node = form.querySelector("[data-field-row]").content.firstElementChild.cloneNode(true);
    node.dataset.was = was;
    for (const input of node.querySelectorAll("[data-of]")) {
      if (input.type === "checkbox") input.checked = row[input.dataset.of];
      else input.value = row[input.dataset.of] ?? "";
      if (input.tagName === "SELECT" && !input.value) input.value = { string: "text", long: "integer", enum: "choice", double: "decimal" }[row[input.dataset.of]] ?? "text";
    }
    return node;
  }

  function readFields() {
    return [...form.querySelectorAll("[data-fields] > *")].map((node) => {
      const row = { was: node.dataset.was };
      for (const input of node.querySelectorAll("[data-of]")) row[input.dataset.of] = input.type === "checkbox" ? input.checked : input.value.trim();
      return row;
    });
  }

  // Everything else that stands there as a property, name and value as they are.
  function showRest(bo) {
    const lines = values.all(bo).filter((one) => !OURS.test(one.name)).map((one) => `${one.name} = ${one.value.replaceAll("\n", "\\n")}`);
    form.querySelector("[data-rest]").value = lines.join("\n");
  }

  function writeRest(bo, text) {
    const wanted = new Map(text.split("\n").filter((line) => line.includes("=")).map((line) => {
      const [name, ...value] = line.split("=");
      return [name.trim(), value.join("=").trim().replaceAll("\\n", "\n")];
    }));
    for (const one of values.all(bo)) if (!OURS.test(one.name) && !wanted.has(one.name)) values.setProperty(chosen, bo, one.name, "");
    for (const [name, value] of wanted) if (name && !OURS.test(name)) values.setProperty(chosen, bo, name, value);
  }

  form.addEventListener("change", ({ target }) => {
    if (!chosen) return;
    const bo = businessObject(chosen);
    const { attribute, property } = target.dataset;
    const steps = target.closest("[data-steps]");
    if (attribute === "name" && bo === chosen.businessObject) modeling.updateProperties(chosen, { name: target.value || undefined });
    else if (attribute) modeling.updateModdleProperties(chosen, bo, { [attribute]: target.value || undefined });
    else if (property) values.setProperty(chosen, bo, property, target.type === "checkbox" ? (target.checked ? "true" : "") : target.value.trim());
    else if (target.matches("[data-group], [data-others]")) {
      const ticked = [...form.querySelectorAll("[data-group]:checked")].map((box) => box.value);
      values.setWho(chosen, bo, [...ticked, ...parts(form.querySelector("[data-others]").value)].join(","));
    } else if (steps) values.setProperty(chosen, bo, steps.dataset.steps, [...steps.querySelectorAll(":checked")].map((box) => box.value).join(", "));
    else if (target.closest("[data-fields]")) {
      if (readFields().every((row) => row.key)) values.setFields(chosen, bo, readFields());
    } else if (target.matches("[data-condition]")) values.setCondition(chosen, bo, target.value.trim());
    else if (target.matches("[data-default]")) values.setDefault(chosen, bo, target.checked);
    else if (target.matches("[data-timer-kind], [data-timer-text]")) {
      values.setTime(chosen, bo, form.querySelector("[data-timer-kind]").value, form.querySelector("[data-timer-text]").value.trim());
    } else if (target.matches("[data-rest]")) writeRest(bo, target.value);
  });

  form.addEventListener("click", ({ target }) => {
    if (target.closest("[data-add-field]")) {
      form.querySelector("[data-fields]").append(fieldRow({ key: "", label: "", english: "", type: "text", required: false, options: "" }));
      form.querySelector("[data-fields] > :last-child input").focus();
    }
    const row = target.closest("[data-remove-field]")?.closest("[data-was]");
    if (row) {
      row.remove();
      values.setFields(chosen, businessObject(chosen), readFields());
    }
  });

  form.addEventListener("submit", (event) => event.preventDefault());
  modeler.on("selection.changed", ({ newSelection }) => show(newSelection.length === 1 ? newSelection[0] : null));
  modeler.on("elements.changed", ({ elements }) => elements.includes(chosen) && show(chosen));
  show(null);
}
