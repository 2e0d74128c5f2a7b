"""Which of the processes of a file runs: the one chosen, else the likeliest; the others are the other side's."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.names import FLOW_NODES, HUMAN, TASKS, ZEEBE, bpmn, children, event_definitions, kind
from engine.bpmn.model import Candidate
from engine.domain.text import Text


def executable(root: etree._Element) -> list[etree._Element]:
    """The processes a file declares to be executable."""
    return [p for p in children(root, "process") if is_executable(p)]


def is_executable(process: etree._Element) -> bool:
    return (process.get("isExecutable") or "").strip() in ("true", "1")


def candidates(root: etree._Element) -> tuple[Candidate, ...]:
    """Every process that could run: those with anything drawn in them, and empty ones declared executable."""
    pools = {(p.get("processRef") or "").split(":")[-1]: p for p in root.iter(bpmn("participant"))}
    return tuple(
        Candidate(process.get("id") or "", called(process, pools), is_executable(process), tasks(process))
        for process in children(root, "process")
        if is_executable(process) or is_drawn(process)
    )


def running(root: etree._Element, main: str | None = None) -> list[etree._Element]:
    """The process a case begins with, then those it comes to call; nothing where `main` names none of the file."""
    processes = [p for p in children(root, "process") if is_executable(p) or is_drawn(p)]
    if main is not None:
        processes = [p for p in children(root, "process") if (p.get("id") or "") == main]
    if not processes:
        return []
    known: dict[str | None, list[etree._Element]] = {}
    for process in children(root, "process"):
        known.setdefault(process.get("id"), []).append(process)
    found, waiting = [], [likeliest(processes).get("id")]
    while waiting:
        for process in known.pop(waiting.pop(0), []):
            found.append(process)
            waiting += calls(process)
    return found


def likeliest(processes: list[etree._Element]) -> etree._Element:
    """Executable rather than not, called by no other, begun plainly rather than by a message, with work for people."""
    inner = {name for p in processes for name in calls(p) if name != p.get("id")}

    def rank(process: etree._Element) -> tuple[bool, ...]:
        starts = children(process, "startEvent")
        return (
            not is_executable(process),
            process.get("id") in inner,
            not any(not event_definitions(start) for start in starts),
            not any(kind(node) in HUMAN for node in process.iter(etree.Element)),
        )

    return min(processes, key=rank)


def is_drawn(process: etree._Element) -> bool:
    return any(kind(node) in FLOW_NODES for node in process)


def tasks(process: etree._Element) -> int:
    return sum(kind(node) in TASKS for node in process.iter(etree.Element))


def calls(process: etree._Element) -> list[str]:
    return [name for node in process.iter(bpmn("callActivity")) if (name := called_by(node))]


def called_by(node: etree._Element) -> str:
    """The process a call activity calls; empty when it names none."""
    extension = node.find(f"{bpmn('extensionElements')}/{{{ZEEBE[0]}}}calledElement")
    named = node.get("calledElement") or (extension.get("processId") if extension is not None else "") or ""
    return named.strip().split(":")[-1]


def called(process: etree._Element, pools: dict[str, etree._Element]) -> Text:
    """What people call it: its own name, its pool's, else its id."""
    pool = pools.get(process.get("id") or "")
    names = (process.get("name"), pool.get("name") if pool is not None else "", process.get("id"))
    return Text.same(next((" ".join(n.split()) for n in names if n and n.strip()), ""))
