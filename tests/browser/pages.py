"""Every page of the desk, and who looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.browser.backstage import Backstage

STORY = "handling/department-late"


@dataclass(frozen=True, slots=True)
class Place:
    """`endpoint` names the view that answers; None for refusals. Without a login: before logging in."""

    endpoint: str | None
    path: str
    login: str | None


def all_pages(backstage: Backstage) -> Iterator[Place]:
    """Each page once, and some in more than one state."""
    number = backstage.begun(STORY, through="dispatch_complaint")
    case_id = int(number.removeprefix("CL-"))
    task = f"/tasks/{case_id}-{backstage.open_task(case_id, 'investigate')}"
    yield Place("desk.first", "/", None)
    yield Place("sessions.new", "/login", None)
    yield Place("about.show", "/about", None)
    yield Place("api_docs.show", "/api/docs", None)
    yield Place("worklist.show", "/worklist?view=available", "chen.jie")
    yield Place("worklist.show", "/worklist?view=mine&q=nothing", "chen.jie")
    yield Place("tasks.show", task, "chen.jie")
    yield Place("cases.new", "/cases/new", "zhang.min")
    yield Place("cases.new", "/cases/new?procedure=inquiry&customer=1", "zhang.min")
    yield Place("customers.index", "/customers", "zhang.min")
    yield Place("customers.show", "/customers/1", "zhang.min")
    yield Place("desk.find", "/find?q=0", "zhang.min")
    yield Place("about.keys", "/about/keys", "zhang.min")
    yield Place(None, "/cases/999999", "zhang.min")
    yield Place("worklist.show", "/worklist?view=team", "zhou.na")
    yield Place("cases.index", "/cases", "zhou.na")
    yield Place("cases.show", f"/cases/{case_id}", "zhou.na")
    yield Place("absence.show", "/absence", "zhou.na")
    yield Place("account.show", "/account", "zhou.na")
    yield Place("account.password", "/account/password", "zhou.na")
    yield Place("second_factor.show", "/account/second-factor", "zhou.na")
    yield Place("account.show_other", "/accounts/zhou.na", "guo.bin")
    yield Place("organisation.show", "/organisation", "zhou.na")
    yield Place("procedures.index", "/procedures", "ma.lin")
    yield Place("procedures.show", "/procedures/handling", "ma.lin")
    yield Place("procedures.show", "/procedures/handling?show=late", "ma.lin")
    yield Place("procedures.show", "/procedures/handling?show=wait&days=90", "ma.lin")
    yield Place("uploads.index", "/uploads", "ma.lin")
    faulty, revised = backstage.uploaded("ma.lin")
    yield Place("uploads.show", f"/uploads/{faulty}", "ma.lin")
    yield Place("uploads.show", f"/uploads/{faulty}?repair=all", "ma.lin")
    yield Place("uploads.show", f"/uploads/{revised}", "ma.lin")
    yield Place("uploads.compare", f"/uploads/{revised}/comparison", "ma.lin")
    yield Place("uploads.edit", f"/uploads/{revised}/edit", "ma.lin")
    yield Place("blueprint.show", "/procedures/handling/versions/1/blueprint", "ma.lin")
    backstage.asked_to_read("handling", "ma.lin")
    backstage.suggested(case_id, "investigate", "chen.jie", "先问订单号，客户少等一次。")
    yield Place("worklist.show", "/worklist?view=available&q=", "chen.jie")
    yield Place("training.index", "/training", "chen.jie")
    yield Place("training.show", "/procedures/handling/versions/1/training", "ma.lin")
    yield Place("suggestions.index", "/suggestions", "ma.lin")
    yield Place("suggestions.index", "/suggestions", "chen.jie")
    drafted = backstage.drafted("complaint-closure", 'name="sla" value="PT2H"', 'name="sla" value="PT1H"')
    yield Place("procedures.compare", f"/procedures/complaint-closure/compare?from=1&to={drafted}&cases=1", "ma.lin")
    yield Place("releases.comparison", "/procedures/complaint-closure/pilot", "ma.lin")
    release = f"/procedures/complaint-closure/versions/{drafted}/release"
    yield Place("releases.new", release, "ma.lin")
    yield Place("releases.new", f"{release}?scope=share&share=10&on_time=90&training=asked", "ma.lin")
    yield Place("releases.new", f"{release}?scope=share&share=1000&on_time=most", "ma.lin")
    backstage.on_trial("complaint-closure", drafted, "ma.lin")
    yield Place("releases.comparison", "/procedures/complaint-closure/pilot", "ma.lin")
    yield Place("procedures.show", "/procedures/complaint-closure", "ma.lin")
    yield Place("migrations.new", "/procedures/handling/migrations/new?from=1&to=1", "ma.lin")
    migration = backstage.moving("handling", 'name="sla" value="PT2H"', 'name="sla" value="PT1H"')
    yield Place("migrations.show", f"/procedures/handling/migrations/{migration}", "ma.lin")
    yield Place("migrations.new", "/procedures/handling/migrations/new?map-investigate=calm_customer", "ma.lin")
    yield Place("audit.index", "/audit", "xu.hui")
    yield Place("audit.index", "/audit?kind=late", "xu.hui")
    yield Place("trail.index", "/trail", "xu.hui")
    yield Place("trail.index", "/trail?procedure=handling&text=nothing", "xu.hui")
    yield Place("conformance.index", "/audit/conformance", "xu.hui")
    yield Place("checkpoints.index", "/audit/checkpoints", "xu.hui")
    yield Place("samples.index", "/audit/samples", "xu.hui")
    sample, sampled = backstage.sampled("xu.hui")
    yield Place("samples.show", f"/audit/samples/{sample}", "xu.hui")
    yield Place("samples.case", f"/audit/samples/{sample}/cases/{sampled}", "xu.hui")
    yield Place("logs.index", "/audit/logs", "xu.hui")
    yield Place("logs.show", f"/audit/logs/{backstage.imported('handling', 'xu.hui')}", "xu.hui")
    yield Place("logs.show", f"/audit/logs/{backstage.checked('handling', 'investigate', 'xu.hui')}", "xu.hui")
    yield Place("exported.index", "/audit/exports", "xu.hui")
