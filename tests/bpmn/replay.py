"""A way the soundness rules name, walked in the real stepper: does it really end in a standstill?"""

from __future__ import annotations

import re
from collections import Counter

from engine.bpmn import stepper
from engine.bpmn.instance import STANDSTILL
from engine.bpmn.spec import build
from tests.bpmn.drawn import World
from tests.bpmn.walks import resume

WAITS = STANDSTILL.en.split("{")[0]


def freely_chosen(data: bytes) -> bytes:
    """The same process, in which every flow with a condition is taken if its id is in the list `picks_GATEWAY`."""
    flow = re.compile(rb'<bpmn:sequenceFlow id="([^"]+)" sourceRef="([^"]+)" targetRef="[^"]+">(<bpmn:conditionExpression>)<!\[CDATA\[.*?\]\]>')

    def asked(found: re.Match) -> bytes:
        head = found[0][: found[0].index(b"<![CDATA[")]
        return head + b'<![CDATA["%s" in picks_%s]]>' % (found[1], found[2])

    return flow.sub(asked, data)


def follow(data: bytes, witness: tuple[str, ...], limit: int = 400) -> list[tuple[str, str]]:
    """Does what the witness says, in its order; gives the failures in the end, as (element, text)."""
    spec, world = build(freely_chosen(data), "p"), World()
    gateways = sorted(set(re.findall(rb"in picks_([a-z0-9_]+)", freely_chosen(data))))
    choices = {name.decode(): picks(data, name.decode(), witness) for name in gateways}
    passed: Counter[str] = Counter()
    instance = stepper.begin(spec, values(choices, passed), world.around)
    order = [ident for ident in witness if ident.startswith("t")]
    for _ in range(limit):
        passed.update(p.element_id for p in instance.passed)
        resume(instance, world.around)
        instance.scope.local.update(values(choices, passed))
        open_ = {token.task_spec.bpmn_id: n for n, token in sorted(stepper.Shown(instance).tasks.items(), reverse=True)}
        name = next((name for name in order if name in open_), None)
        if name is None:
            break
        order.remove(name)
        stepper.do_complete(instance, open_[name], {})
    return [(token.task_spec.bpmn_id, fault[2]) for token, *fault in stepper.Shown(instance).failures.values()]


def picks(data: bytes, gateway: str, witness: tuple[str, ...]) -> list[list[str]]:
    """For each time the witness passes the gateway the flows it takes there."""
    leaving = {f.decode() for f in re.findall(rb'sequenceFlow id="([^"]+)" sourceRef="%s"' % gateway.encode(), data)}
    found: list[list[str]] = []
    for ident in witness:
        if ident == gateway:
            found.append([])
        elif ident in leaving and found:
            found[-1].append(ident)
    return found


def values(choices: dict[str, list[list[str]]], passed: Counter[str]) -> dict[str, list[str]]:
    found = {}
    for gateway, wanted in choices.items():
        found[f"picks_{gateway}"] = wanted[passed[gateway]] if passed[gateway] < len(wanted) else []
    return found
