"""DMN files written in a few words, for the tests of decisions."""

from __future__ import annotations

from html import escape

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="d" name="d" namespace="n">'


def dmn(*parts: str) -> bytes:
    return (HEAD + "".join(parts) + "</definitions>").encode()


def decision(ident: str, logic: str, requires: str = "", more: str = "") -> str:
    needed = "".join(
        f'<informationRequirement><requiredDecision href="#{r}"/></informationRequirement>' for r in requires.split()
    )
    return f'<decision id="{ident}" name="{ident}">{more}{needed}{logic}</decision>'


def table(head: str, *rows: str, hit: str = "UNIQUE", more: str = "") -> str:
    """`amount, level -> priority, limit` and rows such as `< 5 | "vip" -> "high" | 3`."""
    asked, given = head.split("->")
    inputs = "".join(
        f'<input id="i" label="{n}"><inputExpression><text>{n}</text></inputExpression></input>' for n in names(asked, ",")
    )
    outputs = "".join(f'<output id="o" name="{n}">{more}</output>' for n in names(given, ","))
    rules = "".join(rule(row) for row in rows)
    policy, _, aggregation = hit.partition("/")
    added = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{policy}"{added}>{inputs}{outputs}{rules}</decisionTable>'


def rule(row: str) -> str:
    tests, values = row.split("->")
    cells = [f"<inputEntry><text>{escape(t, False)}</text></inputEntry>" for t in names(tests, "|")]
    cells += [f"<outputEntry><text>{escape(v, False)}</text></outputEntry>" for v in names(values, "|")]
    return f"<rule>{''.join(cells)}</rule>"


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text, False)}</text></literalExpression>"


def names(written: str, by: str) -> list[str]:
    return [name.strip() for name in written.split(by)] if written.strip() else []
