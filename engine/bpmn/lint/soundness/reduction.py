"""A net made smaller, so that well-built blocks cost no states: what is sound stays sound, what is not stays not.

Chains, choices that come together again, forks that are joined again and rounds become single edges. The elements
that were folded away are kept on the edges and outcomes, so that a witness can still name them.
"""

from __future__ import annotations

from engine.bpmn.lint.soundness.net import ALL, EACH, SOME, Edge, Net, Node, Outcome

MAX_OUTCOMES = 64


def reduce(net: Net) -> None:
    """Folds the net until nothing more can be folded."""
    moved = True
    while moved:
        moved = False
        for node in list(net.nodes):
            if node.joins != EACH and len(node.incoming) == 1:
                node.joins, moved = EACH, True
            moved = drop_rounds(node) or moved
            moved = join_parallel(node) or moved
            if into_before(node) or into_after(node):
                net.nodes.remove(node)
                moved = True


def drop_rounds(node: Node) -> bool:
    """A way from a node straight back to itself changes nothing, if there is another way."""
    for outcome in node.outcomes:
        if len(outcome.tokens) != 1 or node.joins != EACH or len(node.outcomes) == 1:
            continue
        edge, strand = outcome.tokens[0]
        if edge.target is node and strand is None and edge.source is node:
            node.outcomes.remove(outcome)
            node.seen.update((*outcome.passed, *edge.passed))
            node.drop_unused(edge)
            return True
    return False


def join_parallel(node: Node) -> bool:
    """Two edges from one node to another are one, where the other treats them alike."""
    first: dict[Node, Edge] = {}
    for outcome in node.outcomes:
        for edge, _ in outcome.tokens:
            one = first.setdefault(edge.target, edge)
            if one is not edge and alike(node, one, edge):
                node.outcomes = distinct(node, [joined(o, one, edge) for o in node.outcomes])
                one.effect, one.passed = one.effect or edge.effect, ()
                edge.target.incoming = [e for e in edge.target.incoming if e is not edge]
                return True
    return False


def alike(node: Node, one: Edge, other: Edge) -> bool:
    both = [(outcome.has(one), outcome.has(other)) for outcome in node.outcomes]
    if one.target.joins == EACH:
        return one.target is not node and not any(a and b for a, b in both)
    return one.target.joins == SOME or (one.target.joins == ALL and all(a == b for a, b in both))


def joined(outcome: Outcome, one: Edge, other: Edge) -> Outcome:
    """The same with both edges as `one`; what is passed on them moves to the outcome."""
    strands = [strand for edge, strand in outcome.tokens if edge in (one, other)]
    if not strands:
        return outcome
    passed = tuple(ident for edge, _ in outcome.tokens if edge in (one, other) for ident in edge.passed)
    rest = tuple(token for token in outcome.tokens if token[0] not in (one, other))
    strand = strands[0] if len(set(strands)) == 1 else None
    return Outcome((*rest, (one, strand)), (*outcome.passed, *passed), outcome.ends)


def distinct(node: Node, outcomes: list[Outcome]) -> list[Outcome]:
    """Each outcome once; of those that are the same the shortest is kept, the elements of the others are noted."""
    kept: dict[tuple, Outcome] = {}
    for outcome in sorted(outcomes, key=lambda o: len(o.passed)):
        known = kept.setdefault((frozenset(outcome.tokens), outcome.ends), outcome)
        if known is not outcome:
            node.seen.update(outcome.passed)
    return list(kept.values())


def into_before(node: Node) -> bool:
    """A node with one incoming edge happens together with the one before it."""
    if node.joins != EACH or len(node.incoming) != 1 or not node.outcomes:
        return False
    edge = node.incoming[0]
    before = edge.source
    if before is None or before is node:
        return False
    affected = [outcome for outcome in before.outcomes if outcome.has(edge)]
    if len(node.outcomes) > 1 and any(len(outcome.tokens) > 1 for outcome in affected):
        return False
    if not affected or len(before.outcomes) + len(affected) * (len(node.outcomes) - 1) > MAX_OUTCOMES:
        return False
    if any(outcome.ends and len(o.tokens) > 1 for outcome in node.outcomes for o in affected):
        return False
    effect = edge.effect or node.effect
    if effect and not all(outcome.tokens or outcome.ends for outcome in node.outcomes):
        return False
    for outcome in node.outcomes:
        for one, _ in outcome.tokens:
            one.source = before
            one.effect = effect or one.effect
    before.outcomes = [
        new for o in before.outcomes for new in ([follow(o, edge, node, n) for n in node.outcomes] if o.has(edge) else [o])
    ]
    before.seen |= node.seen
    before.is_partial |= node.is_partial
    return True


def follow(outcome: Outcome, edge: Edge, node: Node, after: Outcome) -> Outcome:
    """An outcome that goes on through the node at once."""
    strand = next(strand for one, strand in outcome.tokens if one is edge)
    rest = tuple(token for token in outcome.tokens if token[0] is not edge)
    more = tuple((one, own or strand) for one, own in after.tokens)
    passed = (*outcome.passed, *edge.passed, node.id, *after.passed)
    return Outcome((*rest, *more), passed, outcome.ends or after.ends)


def into_after(node: Node) -> bool:
    """Edges that only come together to come together again lead straight to where they all go."""
    if node.joins != EACH or len(node.incoming) < 2 or node.effect or len(node.outcomes) != 1:
        return False
    (outcome,) = node.outcomes
    if len(outcome.tokens) != 1 or outcome.ends:
        return False
    edge, strand = outcome.tokens[0]
    target = edge.target
    if strand or edge.effect or target is node or target.joins != EACH:
        return False
    for one in node.incoming:
        one.target = target
        one.passed = (*one.passed, node.id, *outcome.passed, *edge.passed)
    target.incoming = [e for e in target.incoming if e is not edge] + node.incoming
    target.seen |= node.seen
    return True
