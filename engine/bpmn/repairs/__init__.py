"""Repairs: what stops a file from running, and how it could be mended if its owner agrees. Nothing is done in silence.

`propose` names every repair a file needs until it can run, each as it would be with the default choices; `apply` does
those that were accepted and leaves all else in the file as it was. A repair keeps its id, so what was accepted once is
accepted again on the same file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from engine.bpmn.model import NOTHING
from engine.bpmn.reader import Unreadable
from engine.bpmn.repairs.draft import Draft
from engine.bpmn.repairs.faults import look
from engine.bpmn.repairs.mends import mends
from engine.bpmn.repairs.model import BadChoice, Choice, Mend, Repair
from engine.bpmn.repairs.recoding import mend_encoding
from engine.bpmn.repairs.typed import FREE

__all__ = ["BadChoice", "Choice", "Repair", "apply", "propose"]

MAX_ROUNDS = 300
MAX_REPAIRS = 1_000
MOST_TIMES = 3
"""How often one repair may be done: another may bring its fault back."""


def propose(
    data: bytes,
    *,
    main: str | None = None,
    beside: Mapping[str, bytes] = NOTHING,
    groups: Iterable[str] = (),
    called: Mapping[str, bytes] = NOTHING,
) -> tuple[Repair, ...]:
    """All repairs of a file, those first that others build upon; none for a file that cannot be read at all."""
    repairs: list[Repair] = []

    def accept(mend: Mend) -> tuple[bool, str | None]:
        return True, mend.default

    def note(mend: Mend, draft: Draft | None, before: tuple[int, int, int]) -> None:
        repairs.append(_shown(mend, draft, before))

    _mend(data, accept, note, main=main, beside=beside, groups=tuple(groups), called=called)
    return tuple(repairs)


def apply(
    data: bytes,
    accepted: Mapping[str, str | None],
    *,
    main: str | None = None,
    beside: Mapping[str, bytes] = NOTHING,
    groups: Iterable[str] = (),
    called: Mapping[str, bytes] = NOTHING,
) -> bytes:
    """The file with the accepted repairs: id → choice, or None for the default. The very bytes where nothing changes.

    What is accepted but not wrong with the file (any more) is left out. Raises `BadChoice`, or `Unreadable`.
    """

    def decide(mend: Mend) -> tuple[bool, str | None]:
        if mend.id not in accepted:
            return False, None
        choice = accepted[mend.id]
        return True, _checked(mend, choice) if choice is not None else mend.default

    return _mend(
        data, decide, lambda *_: None, main=main, beside=beside, groups=tuple(groups), called=called, strict=True
    )


def _mend(
    data: bytes,
    decide: Callable[[Mend], tuple[bool, str | None]],
    note: Callable[[Mend, Draft | None, tuple[int, int, int]], None],
    *,
    main: str | None,
    beside: Mapping[str, bytes],
    groups: tuple[str, ...],
    called: Mapping[str, bytes],
    strict: bool = False,
) -> bytes:
    """Round by round: what is found first is mended first, then the file is looked at again."""
    recoded = mend_encoding(data)
    if recoded is not None:
        mend, readable = recoded
        if decide(mend)[0]:
            note(mend, None, (0, 0, 0))
            data = readable
    try:
        draft = Draft(data, main, beside)
    except Unreadable:
        if strict:
            raise
        return data
    seen: Counter[str] = Counter()
    touched = False
    for _ in range(MAX_ROUNDS):
        found = _fresh(draft, groups, called, seen)
        if not found or seen.total() > MAX_REPAIRS:
            break
        first = min(m.phase for m in found.values())
        for mend in reversed(found.values()):
            if mend.phase != first:
                continue
            wanted, choice = decide(mend)
            decided = choice is not None or not mend.choices
            before = (len(draft.added), len(draft.changed), len(draft.removed))
            if wanted and decided:
                mend.do(draft, choice)
                touched = True
            if wanted and not seen[mend.id]:
                note(mend, draft, before)
            seen[mend.id] += 1 if wanted and decided else MOST_TIMES
            if wanted and decided and len(draft.removed) > before[2]:
                break  # what the others of this round are about may be gone with it
    return draft.document.write() if touched else data


def _fresh(draft: Draft, groups: tuple[str, ...], called: Mapping[str, bytes], seen: Counter[str]) -> dict[str, Mend]:
    """The repairs not yet spoken of, by id, the last of the file first."""
    for closely in (False, True):
        sight = look(draft, called, closely=closely)
        found = {m.id: m for m in reversed(mends(draft, sight, groups)) if seen[m.id] < MOST_TIMES}
        if found:
            return found
    return {}


def _checked(mend: Mend, choice: str) -> str:
    """A choice that is offered, or something typed that is usable."""
    if choice == mend.default or choice in {c.value for c in mend.choices}:
        return choice
    if mend.free is not None and FREE[mend.free](choice.strip()):
        return choice.strip()
    raise BadChoice(repair=mend.id, choice=choice[:80])


def _shown(mend: Mend, draft: Draft | None, before: tuple[int, int, int]) -> Repair:
    noted = (draft.added, draft.changed, draft.removed) if draft is not None else ((), (), ())
    adds, changes, removes = (tuple(dict.fromkeys(ids[at:])) for ids, at in zip(noted, before, strict=True))
    return Repair(
        mend.id, mend.rule, mend.element_id, mend.message, mend.why, mend.choices, mend.default,
        adds, tuple(c for c in changes if c not in adds), removes, mend.level, mend.free,
    )  # fmt: skip
