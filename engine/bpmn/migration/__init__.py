"""Moving a running instance to another version of its procedure.

Every token, timer, wait, run of a loop, token counted at a join and variable of the instance has its place in the new
version, or there is a reason why the instance stays where it is. A move makes nothing happen: who would go on at once in
the new version stays. What is planned is what is done: the plan holds the new state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.bpmn import codec, stepper
from engine.bpmn.errors import Unrunnable
from engine.bpmn.instance import Body, Instance
from engine.bpmn.migration import words
from engine.bpmn.migration.mapping import Problem, problems_of
from engine.bpmn.migration.markings import FAILED, Marking, marking_of, place_of, standing
from engine.bpmn.migration.matching import Match, kind_of
from engine.bpmn.migration.moving import Mover
from engine.bpmn.results import StepResult, Surroundings
from engine.bpmn.token import Token
from engine.domain.text import Text

__all__ = ["Match", "Obstacle", "Place", "Plan", "Problem", "plan", "problems_of"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why the instance cannot move, and the element that is the reason (of the old version, where it is in it)."""

    element_id: str
    text: Text


@dataclass(frozen=True, slots=True)
class Place:
    """Where one token stands and where it will stand; `kind` as `matching.kind_of` gives it, in one word."""

    token: int
    element_id: str
    process_id: str
    new_element_id: str
    new_process_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one instance. `result` is the step that does it: None while there are obstacles."""

    obstacles: tuple[Obstacle, ...]
    places: tuple[Place, ...] = ()
    result: StepResult | None = None

    @property
    def moves(self) -> bool:
        return self.result is not None


def plan(match: Match, state: bytes, around: Surroundings) -> Plan:
    """Where everything of the instance goes, or every reason why it stays. Nothing of the arguments is changed."""
    try:
        old = codec.load(match.old, state, around)
    except Unrunnable as refusal:
        return Plan((Obstacle(refusal.element_id, words.UNREADABLE.format(problem=refusal.text)),))
    mover = Mover(match, old)
    mover.move()
    troubles = list(dict.fromkeys(mover.troubles)) or impossible(match, mover) or sudden(match, mover.new, old)
    if troubles:
        return Plan(tuple(Obstacle(*trouble) for trouble in troubles))
    result = stepper.result(mover.new, stepper.Shown(old))
    placed = tuple(place(token, there) for token, there in mover.moved)
    return Plan((), placed, replace(result, opened=(), closed=(), failures=()))


def place(token: Token, there: Token) -> Place:
    one, other = token.task_spec, there.task_spec
    return Place(token.id, one.bpmn_id, one.process_id, other.bpmn_id, other.process_id, kind_of(one)[0])


def impossible(match: Match, mover: Mover) -> list[tuple[str, Text]]:
    """Tokens that could never stand together like this in the new version."""
    found = []
    for workflow, before in pairs(mover.new, mover.old):
        tokens = standing(workflow)
        if not tokens or match.is_alike(before.spec, workflow.spec):
            continue
        places = [place_of(token) for token in tokens]
        stuck = frozenset(name for name, how in places if how == FAILED)
        known = match.markings(workflow.spec, stuck)
        if known is not None and marking_of(tokens) in known:
            continue
        if known is not None and (token := unreachable(tokens, known)) is not None:
            found.append((token.task_spec.bpmn_id, words.NEVER.format(element=match.name(token.task_spec))))
            continue
        names = list(dict.fromkeys(match.name(token.task_spec) for token in tokens))
        why = words.TOO_MANY if known is None else words.ALONE if len(tokens) == 1 else words.TOGETHER
        listed = Text("、".join(name.in_("zh") for name in names), ", ".join(name.in_("en") for name in names))
        found.append((tokens[0].task_spec.bpmn_id, why.format(elements=listed)))
    return found


def unreachable(tokens: list[Token], known: frozenset[Marking]) -> Token | None:
    """The first that stands where no token ever does."""
    reached = {place for marking in known for place, _ in marking}
    return next((token for token in tokens if place_of(token) not in reached), None)


def pairs(new: Instance, old: Instance) -> list[tuple[Instance | Body, Instance | Body]]:
    """Each process and subprocess that is under way, in both versions."""
    return [(new, old), *((body, old.subprocesses[host]) for host, body in new.subprocesses.items())]


def sudden(match: Match, moved: Instance, old: Instance) -> list[tuple[str, Text]]:
    """What would happen by itself as soon as somebody looked: nobody has done anything, so nothing must."""
    probe = codec.load(match.new, codec.save(moved), moved.around)
    before = stepper.Shown(old)
    probe.advance()
    after = stepper.Shown(probe)
    found = [passage.element_id for passage in probe.passed]
    found += [token.task_spec.bpmn_id for number, (token, *_) in after.failures.items() if number not in before.failures]
    if not found and (after.tasks.keys() != before.tasks.keys() or probe.ended is not None):
        found = [match.new.process_id]
    return [(element, words.AT_ONCE.format(element=match.name_of(element))) for element in dict.fromkeys(found)][:1]
