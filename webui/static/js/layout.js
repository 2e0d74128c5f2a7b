// A drawing for a file that has none, made by bpmn-auto-layout to be looked at; the file itself stays as it is.
// The library draws one process and follows `outgoing`; files without a drawing often leave that out, and may have
// several processes: the one with the most in it is drawn.
import { layoutProcess } from "../vendor/bpmn-auto-layout/index.js";

const BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL";

export async function laidOut(source) {
  const whole = new DOMParser().parseFromString(source, "application/xml");
  const all = (name) => [...whole.getElementsByTagNameNS(BPMN, name)];
  const [, ...smaller] = all("process").sort((one, other) => other.querySelectorAll("*").length - one.querySelectorAll("*").length);
  for (const part of [...smaller, ...all("collaboration"), ...all("laneSet")]) part.remove();
  const ids = new Map([...whole.querySelectorAll("[id]")].map((element) => [element.getAttribute("id"), element]));
  for (const flow of all("sequenceFlow")) {
    const ends = [ids.get(flow.getAttribute("sourceRef")), ids.get(flow.getAttribute("targetRef"))];
    if (ends.every(Boolean)) ["outgoing", "incoming"].forEach((name, at) => refer(ends[at], name, flow));
    else flow.remove();
  }
  try {
    return await layoutProcess(text(whole));
  } catch {
    // What leaves a step by an event on its edge can lead back to where the library has drawn already.
    for (const event of all("boundaryEvent")) {
      for (const name of [...event.getElementsByTagNameNS(BPMN, "outgoing")]) {
        const flow = ids.get(name.textContent.trim());
        name.remove();
        for (const other of all("incoming")) if (other.textContent.trim() === flow?.getAttribute("id")) other.remove();
        flow?.remove();
      }
    }
    return layoutProcess(text(whole));
  }
}

function refer(node, name, flow) {
  const id = flow.getAttribute("id");
  const known = [...node.children].some((child) => child.localName === name && child.textContent.trim() === id);
  if (known) return;
  const element = flow.ownerDocument.createElementNS(BPMN, flow.prefix ? `${flow.prefix}:${name}` : name);
  element.textContent = id;
  node.append(element);
}

const text = (whole) => new XMLSerializer().serializeToString(whole);
