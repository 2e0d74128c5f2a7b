"""How the work on a case is judged (质检): questions with points, and some that must not be failed at all.

“The result of a service is the product of its links: one zero makes the whole zero”: a critical question that is not
met makes the whole result 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from engine.domain.text import Text

MET, PARTLY, NOT_MET, NOT_APPLICABLE = RATINGS = ("met", "partly", "not-met", "n/a")
PARTS: Mapping[str, Decimal] = {MET: Decimal(1), PARTLY: Decimal("0.5"), NOT_MET: Decimal(0)}
PASSED, FAILED = "passed", "failed"
FULL = 100


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    name: Text
    points: int
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Scorecard:
    """`passes_at`: from how many of a hundred on the case has passed."""

    questions: tuple[Question, ...]
    passes_at: int = 80

    def score(self, ratings: Mapping[str, str]) -> int | None:
        """Of a hundred, rounded; None where nothing applies. Every question has one of `RATINGS`."""
        if any(one.is_critical and ratings[one.key] == NOT_MET for one in self.questions):
            return 0
        asked = [one for one in self.questions if ratings[one.key] != NOT_APPLICABLE]
        points = sum(one.points for one in asked)
        if not points:
            return None
        reached = sum((PARTS[ratings[one.key]] * one.points for one in asked), Decimal(0))
        return int((reached * FULL / points).quantize(Decimal(1), ROUND_HALF_UP))

    def verdict(self, ratings: Mapping[str, str]) -> str:
        """Where nothing applies nothing was failed."""
        score = self.score(ratings)
        return PASSED if score is None or score >= self.passes_at else FAILED

    def as_json(self) -> dict[str, object]:
        questions = [
            {"key": one.key, "zh": one.name.zh, "en": one.name.en, "points": one.points, "critical": one.is_critical}
            for one in self.questions
        ]
        return {"passes_at": self.passes_at, "questions": questions}


def settled(verdicts: Sequence[str], reviews: int) -> str | None:
    """The verdict that as many people as are wanted agree on."""
    return next((one for one in (PASSED, FAILED) if verdicts.count(one) >= reviews), None)


def from_json(given: Mapping[str, object]) -> Scorecard:
    """What `as_json` wrote."""
    questions: Sequence[Mapping[str, object]] = given["questions"]  # type: ignore[assignment]
    return Scorecard(
        tuple(Question(str(q["key"]), Text(str(q["zh"]), str(q["en"])), int(q["points"]), bool(q["critical"])) for q in questions),  # type: ignore[call-overload]
        int(given["passes_at"]),  # type: ignore[call-overload]
    )


USUAL = Scorecard(
    (
        Question("reception", Text("接待用语与态度得当", "Reception: the right words and manner"), 10),
        Question("need", Text("诉求理解准确、记录完整", "The need was understood and wholly recorded"), 20),
        Question("procedure", Text("按规定步骤与话术办理", "Steps and scripts were followed"), 20),
        Question("result", Text("处理结果解决了问题", "The result solves the matter"), 25),
        Question("time", Text("各环节按时限完成", "Every step was in time"), 10),
        Question("informed", Text("客户被及时告知并确认", "The customer was told, and confirmed"), 15),
        Question("personal-data", Text("客户信息保护到位", "The customer's data was protected"), 0, is_critical=True),
        Question("truthful", Text("记录真实、证据齐全", "The record is truthful and its evidence complete"), 0, is_critical=True),
    )
)
