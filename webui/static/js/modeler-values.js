// What our vocabulary says of an element, read from and written into the BPMN the modeler holds. Every change is one
// command of the modeler, so that it can be undone; what is not ours stays as it is.
const ZEEBE = "http://camunda.org/schema/zeebe/1.0";

export function values(modeler) {
  const modeling = modeler.get("modeling");
  const moddle = modeler.get("moddle");
  const extensions = (bo) => bo.get("extensionElements")?.get("values") ?? [];
  const bag = (bo) => extensions(bo).find((one) => /:properties$/i.test(one.$type));
  const entries = (properties) => (properties ? (properties.$type === "camunda:Properties" ? properties.get("values") : properties.$children) ?? [] : []);
  const named = (entry) => entry.name ?? entry.id;

  function all(bo) {
    return entries(bag(bo)).map((entry) => ({ name: named(entry) ?? "", value: entry.value ?? "" }));
  }

  const property = (bo, name) => all(bo).find((entry) => entry.name === name)?.value ?? "";

  function setProperty(element, bo, name, value) {
    const known = all(bo);
    const at = known.findIndex((entry) => entry.name === name);
    if (value === (at < 0 ? "" : known[at].value)) return;
    if (value === "") known.splice(at, 1);
    else if (at < 0) known.push({ name, value });
    else known[at] = { name, value };
    write(element, bo, known);
  }

  function write(element, bo, wanted) {
    const present = bag(bo);
    const old = entries(present);
    const made = (type, one) => old.find((entry) => named(entry) === one.name && entry.value === one.value) ?? make(type, one);
    if (present?.$type === "camunda:Properties") {
      modeling.updateModdleProperties(element, present, { values: wanted.map((one) => made("camunda:Property", one)) });
    } else if (present) {
      const type = present.$type.replace(/properties$/i, "property");
      modeling.updateModdleProperties(element, present, { $children: wanted.map((one) => made(type, one)) });
    } else if (isZeebe()) {
      add(element, bo, moddle.createAny("zeebe:properties", ZEEBE, { $children: wanted.map((one) => make("zeebe:property", one)) }));
    } else {
      add(element, bo, moddle.create("camunda:Properties", { values: wanted.map((one) => make("camunda:Property", one)) }));
    }
  }

  function make(type, one) {
    if (type === "camunda:Property") return moddle.create(type, one);
    return moddle.createAny(type, type.startsWith("zeebe:") ? ZEEBE : undefined, one);
  }

  function add(element, bo, extension) {
    const holder = bo.get("extensionElements") ?? moddle.create("bpmn:ExtensionElements", { values: [] });
    holder.$parent ??= bo;
    extension.$parent = holder;
    if (!bo.get("extensionElements")) modeling.updateModdleProperties(element, bo, { extensionElements: holder });
    modeling.updateModdleProperties(element, holder, { values: [...holder.get("values"), extension] });
  }

  const isZeebe = () => Boolean(modeler.getDefinitions().$attrs["xmlns:zeebe"]);

  // Who: in the file's own words where it has some, else Camunda's attribute, else a property.
  const assignment = (bo) => extensions(bo).find((one) => one.$type === "zeebe:assignmentDefinition");

  function who(bo) {
    if (assignment(bo)) return assignment(bo).candidateGroups ?? "";
    return (bo.$type === "bpmn:UserTask" && bo.get("camunda:candidateGroups")) || property(bo, "candidateGroups");
  }

  function setWho(element, bo, groups) {
    if (groups === who(bo)) return;
    if (assignment(bo)) modeling.updateModdleProperties(element, assignment(bo), { candidateGroups: groups });
    else if (bo.$type === "bpmn:UserTask" && isZeebe()) add(element, bo, moddle.createAny("zeebe:assignmentDefinition", ZEEBE, { candidateGroups: groups }));
    else if (bo.$type === "bpmn:UserTask") modeling.updateProperties(element, { "camunda:candidateGroups": groups || undefined });
    else setProperty(element, bo, "candidateGroups", groups);
  }

  // Forms: the fields of camunda:formData.
  const form = (bo) => extensions(bo).find((one) => one.$type === "camunda:FormData");
  const inner = (field) => field.get("properties")?.get("values") ?? [];

  function fields(bo) {
    return (form(bo)?.get("fields") ?? []).map((field) => ({
      key: field.id ?? "",
      label: field.label ?? "",
      english: inner(field).find((one) => one.id === "label.en")?.value ?? "",
      type: inner(field).find((one) => one.id === "type")?.value ?? field.type ?? "text",
      required: (field.get("validation")?.get("constraints") ?? []).some((one) => one.name === "required"),
      options: (field.get("values") ?? []).map((one) => `${one.id}=${one.name ?? ""}`).join("\n"),
    }));
  }

  function setFields(element, bo, rows) {
    const old = form(bo)?.get("fields") ?? [];
    const made = rows.map(({ was, ...row }) => field(old[was], row));
    if (form(bo)) modeling.updateModdleProperties(element, form(bo), { fields: made });
    else add(element, bo, moddle.create("camunda:FormData", { fields: made }));
  }

  function field(old, row) {
    const kept = old ? inner(old).filter((one) => !["label.en", "type"].includes(one.id)) : [];
    if (row.english) kept.push(moddle.create("camunda:Property", { id: "label.en", value: row.english }));
    const rules = (old?.get("validation")?.get("constraints") ?? []).filter((one) => one.name !== "required");
    if (row.required) rules.push(moddle.create("camunda:Constraint", { name: "required" }));
    const options = row.options.split("\n").filter((line) => line.trim());
    const choices = options.map((line) => {
      const [id, ...name] = line.split("=");
      return moddle.create("camunda:Value", { id: id.trim(), name: name.join("=").trim() || id.trim() });
    });
    return moddle.create("camunda:FormField", {
      id: row.key,
      label: row.label,
      type: row.type,
      ...(old?.defaultValue ? { defaultValue: old.defaultValue } : {}),
      ...(kept.length ? { properties: moddle.create("camunda:Properties", { values: kept }) } : {}),
      ...(rules.length ? { validation: moddle.create("camunda:Validation", { constraints: rules }) } : {}),
      ...(choices.length ? { values: choices } : {}),
    });
  }

  // Conditions of flows and times of timers.
  const condition = (bo) => bo.get("conditionExpression")?.get("body") ?? "";

  function setCondition(element, bo, text) {
    if (text === condition(bo)) return;
    const conditionExpression = text ? moddle.create("bpmn:FormalExpression", { body: text }) : undefined;
    modeling.updateProperties(element, { conditionExpression });
  }

  const isDefault = (bo) => bo.sourceRef?.default === bo;

  function setDefault(element, bo, on) {
    modeling.updateProperties(element.source, { default: on ? bo : undefined });
  }

  const timer = (bo) => (bo.get("eventDefinitions") ?? []).find((one) => one.$type === "bpmn:TimerEventDefinition");
  const KINDS = ["timeDuration", "timeDate", "timeCycle"];

  function time(bo) {
    const kind = KINDS.find((one) => timer(bo)?.get(one)) ?? KINDS[0];
    return { kind, text: timer(bo)?.get(kind)?.get("body") ?? "" };
  }

  function setTime(element, bo, kind, text) {
    const changes = Object.fromEntries(KINDS.map((one) => [one, undefined]));
    if (text) changes[kind] = moddle.create("bpmn:FormalExpression", { body: text });
    modeling.updateModdleProperties(element, timer(bo), changes);
  }

  return { all, property, setProperty, who, setWho, fields, setFields, condition, setCondition, isDefault, setDefault, timer, time, setTime };
}
