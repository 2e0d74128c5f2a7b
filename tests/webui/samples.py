"""Sample values for the preview: one working afternoon at an invented broadband company."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace as V

from engine.domain.actors import Actor
from engine.domain.text import Text
from webui import assets
from webui.presenters import time
from webui.presenters.trail import Names, tell
from webui.searching import Asked

VIEWER_TITLE = Text("客服专员 · 服务台", "Clerk · Service desk")
INQUIRY, HANDLING = Text("咨询受理", "Inquiry"), Text("投诉处理", "Complaint handling")
CLOSURE, CALLBACK = Text("投诉办结", "Complaint closure"), Text("回访", "Callback")
OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Closeloop", "version": "1"},
    "paths": {"/api/v1/tasks": {"get": {"summary": "Tasks", "tags": ["tasks"], "responses": {"200": {"description": "ok"}}}}},
}


def viewer() -> Actor:
    return Actor(3, "lin.yue", "林悦", frozenset({"employee", "lead"}), frozenset({"service-desk"}), locale="zh-CN")


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


def first(now, zone):
    people = [
        ("lin.yue", "林悦", Text("客服专员", "Clerk"), Text("来电就在线上：先查客户，再一步步办理。", "The customer is on the line: find them, then go step by step."), Text("受理一个咨询", "Take an inquiry"), "/cases/new"),
        ("zhou.kai", "周凯", Text("二线专家", "Second line"), Text("限时答复一线解决不了的问题。", "Answers what the first line cannot, within the internal commitment."), Text("打开最紧急的任务", "Open the most urgent task"), "/worklist"),
        ("he.min", "何敏", Text("主管", "Team lead"), Text("谁忙不过来，哪一单要超时。", "Who is overloaded, what is about to breach."), Text("看团队的工作", "See the team’s work"), "/worklist?view=team"),
        ("sun.qiang", "孙强", Text("流程负责人", "Process owner"), Text("每个版本在跑多少单，卡在哪一步。", "What runs on which version, and where it is stuck."), Text("看流程与版本", "See procedures and versions"), "/procedures"),
        ("qian.lan", "钱岚", Text("审计", "Auditor"), Text("谁在何时做了什么，记录有没有被改过。", "Who did what and when, and proof the record was not altered."), Text("核验全部轨迹", "Verify the trail"), "/trail"),
        ("wu.tao", "吴涛", Text("管理员", "Administrator"), Text("人员、部门、日历。", "People, departments, calendars."), Text("看全部工单", "See all cases"), "/cases"),
    ]
    roles = [V(login=a, name=b, title=c, why=d, action=e, href=f) for a, b, c, d, e, f in people]
    return {"roles": roles, "procedures": [INQUIRY, HANDLING, CLOSURE, CALLBACK]}


def login(now, zone):
    return {
        "fields": [
            V(key="login", id="login", label="用户名 / Login", type="text", value="", required=True, limits={"autocomplete": "username"}),
            V(key="password", id="password", label="密码 / Password", type="password", value="", required=True, limits={"autocomplete": "current-password"}),
        ],
        "refusal": Text("用户名或密码不正确。", "Login or password is not correct."),
    }


STEPS = [
    (Text("记录联系人与问题", "Record contact and question"), INQUIRY),
    (Text("安抚客户", "Calm the customer"), HANDLING),
    (Text("提出解决方案", "Propose a solution"), HANDLING),
    (Text("二线专家答复", "Expert answer"), INQUIRY),
    (Text("核对证据是否完整", "Check that the evidence is complete"), CLOSURE),
    (Text("致电客户（第二次）", "Call the customer (second attempt)"), CALLBACK),
    (Text("审批超限赔偿", "Approve compensation over the limit"), HANDLING),
    (Text("客户确认方案", "Customer confirms the plan"), INQUIRY),
]
CUSTOMERS = [("王丽娟", "五星"), ("Li Wei", None), ("Maria Gonçalves", "三星"), ("陈志强", None), ("东方汽车有限公司", "政企"), ("欧阳晓雪", "四星"), ("John Peterson", None), ("赵敏", None)]


def _row(i, now, zone, due_in):
    step, procedure = STEPS[i % len(STEPS)]
    customer, segment = CUSTOMERS[(i * 3) % len(CUSTOMERS)]
    paused = due_in is None
    due = time.due(None if paused else now + hours(due_in), now, zone, paused=paused)
    row = V(
        id=f"{17 + i}-{i + 2}", href=f"/tasks/{17 + i}-4", name=step, due=due, draft=i == 2, for_whom="周凯" if i == 4 else None,
        customer=customer, segment=segment, case_number=f"CL-{17 + i:06d}", case_href="/cases/17", procedure=procedure, version=3 if i % 3 else 4,
        priority=50 if i % 4 else 80, assignee="林悦" if i % 2 else None, mine=bool(i % 2), may_claim=not i % 2, created_at=now - hours(i),
    )
    return row


def worklist(now, zone):
    late = [_row(i, now, zone, d) for i, d in enumerate((-26.5, -1.6, -0.2))]
    soon = [_row(3 + i, now, zone, d) for i, d in enumerate((0.2, 0.55, 0.9, 0.95))]
    fine = [_row(7 + i, now, zone, d) for i, d in enumerate((2.1, 3.3, 4, 6.8, 18.4, 21, 44, 70, 71, 120, 200))]
    waiting = [_row(18 + i, now, zone, None) for i in range(3)]
    en = time.duration(hours(1)).endswith("h")
    words = ("Late", "Due soon", "In time", "Waiting on the customer") if en else ("超时", "即将到期", "时限内", "等待客户")
    tabs = (("Mine", 12, 2), ("Available", 21, 1), ("My team", 48, 5), ("All", 212, 9)) if en else (("我的", 12, 2), ("可领取", 21, 1), ("本团队", 48, 5), ("全部", 212, 9))
    return {
        "views": [V(key=k, label=w, href=f"/worklist?view={k}", count=n, late=x, current=k == "mine") for k, (w, n, x) in zip(("mine", "available", "team", "all"), tabs, strict=True)],
        "bands": [V(kind=k, label=w, count=len(r), rows=r) for k, w, r in zip(("late", "soon", "fine", "paused"), words, (late, soon, fine, waiting), strict=True)],
        "summary": V(late=3, soon=4, waiting=3),
        "filters": V(view="mine", q="", procedure="", sort=""), "procedures": [V(key="inquiry", name=INQUIRY), V(key="handling", name=HANDLING)],
        "sorts": V(due="?sort=due", step="?sort=step", customer="?sort=customer", case="?sort=case", priority="?sort=priority"),
        "page": V(next="?cursor=x", first=None),
        "here": "/worklist?view=mine", "cursor": "",
        "stream_href": None,
    }


def _clocks(now, zone):
    start = now - hours(4.67)
    segments = [
        V(start_at=start, end_at=start + hours(0.33), length=hours(1), kind="counted", text=Text("计时", "counted")),
        V(start_at=start + hours(0.33), end_at=start + hours(1.83), length=hours(1), kind="closed", text=Text("午休，不计时", "lunch, not counted")),
        V(start_at=start + hours(1.83), end_at=start + hours(2.5), length=hours(1), kind="counted", text=Text("计时", "counted")),
        V(start_at=start + hours(2.5), end_at=start + hours(3.5), length=hours(1), kind="paused", text=Text("等待客户", "waiting for the customer")),
        V(start_at=start + hours(3.5), end_at=None, length=hours(1.17), kind="counted", text=Text("计时中", "being counted")),
    ]
    calendar = Text("服务台工作时间（上海）", "Service desk hours (Shanghai)")
    return [
        V(name=Text("本步骤", "This step"), limit="2 h", due=time.due(now + hours(0.3), now, zone), share=0.86, segments=segments, calendar=calendar),
        V(name=Text("整单", "Whole matter"), limit="72 h", due=time.due(now + hours(50), now, zone), share=0.31, segments=[], calendar=calendar),
        V(name=Text("首次响应", "First response"), limit="15 min", due=time.Due("met", "11 min", "", now), share=0.73, segments=[], calendar=calendar),
    ]


def _customer(now):
    cases = [V(number="CL-000009", href="/cases/9", title=Text.same("宽带夜间掉线"), state="closed", opened_at=now), V(number="CL-000017", href="/cases/17", title=Text.same("账单重复扣费"), state="open", opened_at=now)]
    return V(id=5, name="王丽娟", phone="138 0013 8000", email="wang.lj@example.cn", segment="五星", note="偏好下午联系", href="/customers/5", open_cases=1, cases_total=4, cases=cases, created_at=now, last_at=now)


def _case(now):
    return V(id=17, number="CL-000017", href="/cases/17", title=Text.same("账单重复扣费，要求退还"), state="open", owner="林悦", opened_at=now - hours(28), closed_at=None, channel=Text("电话", "phone"), procedure=HANDLING, department=Text("服务台", "Service desk"))


VALUES = [V(label=Text("渠道", "Channel"), value=Text("电话", "Phone")), V(label=Text("问题", "Question"), value="10 月账单里同一笔 199 元套餐费扣了两次。"), V(label=Text("严重程度", "Severity"), value=Text("较重", "Serious"))]


def _entries(now, zone, limit=99):
    iso = lambda h: (now + hours(h)).isoformat()
    names = Names(
        steps={"record": STEPS[0][0], "calm": STEPS[1][0], "propose": STEPS[2][0]}, people={"lin.yue": "林悦", "zhou.kai": "周凯", "he.min": "何敏"},
        procedures={"handling": HANDLING, "inquiry": INQUIRY}, groups={"service-desk": Text("服务台", "Service desk")},
        fields={"severity": Text("严重程度", "Severity"), "phone": Text("电话", "Phone")}, clocks={"whole": Text("整单时限", "Whole matter"), "step": Text("安抚客户", "Calm the customer")},
    )
    events = [
        (-28, "CaseStarted", {"number": "CL-000017", "procedure": "inquiry", "version": 3, "title": "账单重复扣费，要求退还"}, "林悦"),
        (-28, "TaskCreated", {"task": 1, "instance": 1, "element": "record", "groups": ["service-desk"]}, "Closeloop"),
        (-27.9, "TaskCompleted", {"task": 1, "element": "record", "values": {"severity": "serious", "phone": {"sha256": "ab"}}, "was": {"severity": None}}, "林悦"),
        (-27.9, "ClockStarted", {"clock": 2, "name": "whole", "limit": "PT72H", "calendar": "wall", "hash": "", "due_at": iso(44)}, "Closeloop"),
        (-5, "TaskDelegated", {"task": 2, "element": "calm", "from": "lin.yue", "to": "zhou.kai", "note": "需要计费后台的权限"}, "林悦"),
        (-3, "ClockPaused", {"clock": 2, "name": "whole", "why": "等待客户提供账单照片"}, "Closeloop"),
        (-2, "ClockWarned", {"clock": 3, "name": "step", "due_at": iso(-1), "late_s": 0}, "Closeloop"),
        (-1, "ClockBreached", {"clock": 3, "name": "step", "due_at": iso(-1), "late_s": 42.0}, "Closeloop"),
        (-0.9, "EscalationRaised", {"clock": 3, "to": ["he.min"]}, "Closeloop"),
        (-0.2, "TaskClaimed", {"task": 2, "element": "calm", "for": "zhou.kai"}, "林悦"),
    ]
    told = []
    for seq, (h, type_, data, who) in reversed(list(enumerate(events, 1))):
        t = tell(type_, data, who, names, now, zone)
        told.append(V(seq=seq, case_id=17, at=now + hours(h), picture=t.picture, kind=t.kind, sentence=t.sentence, why=t.why, changes=t.changes, hash="9f2c…", case_number=None))
    return told[:limit]


def _form():
    options = [V(value="serious", label="较重 Serious"), V(value="minor", label="一般 Minor"), V(value="critical", label="重大 Critical")]
    return [
        V(key="severity", id="f-severity", label="严重程度 Severity", control="choices", value="serious", required=True, options=options, wide=True),
        V(key="amount", id="f-amount", label="赔偿金额 Compensation (CNY)", type="text", value="1200", required=True, limits={"inputmode": "decimal"}, fault="最多 1,000.00；更高的金额须经审批。"),
        V(key="promised", id="f-promised", label="承诺答复日期 Promised by", type="date", value="2025-11-07", hint="工作日"),
        V(key="department", id="f-department", label="责任部门 Department", control="select", value="", required=True, options=[V(value="billing", label="计费 Billing"), V(value="network", label="网络 Network")]),
        V(key="phone", id="f-phone", label="回拨电话 Call back on", type="tel", value="138 0013 8000"),
        V(key="note", id="f-note", label="处理说明 What was done", control="area", value="已向客户致歉，说明核查需要一个工作日。", wide=True),
        V(key="calm", id="f-calm", label="客户情绪已平复 The customer is calm", control="check", value="true", wide=True),
    ]


GUIDANCE = Text(
    "1. 先道歉，再听完，不打断。\n2. 复述问题，请客户确认。\n3. 按下表判断严重程度：\n\n| 情况 | 严重程度 |\n| --- | --- |\n| 金额 < 200 元 | 一般 |\n| 重复扣费 | **较重** |\n| 媒体、监管 | 重大 |\n\n超过 1,000 元的赔偿须**另一人**审批。",
    "1. Apologise first, listen to the end, do not interrupt.\n2. Say the problem back and let the customer confirm it.\n3. Judge the severity:\n\n| What | Severity |\n| --- | --- |\n| below 200 CNY | minor |\n| charged twice | **serious** |\n| press, regulator | critical |\n\nCompensation over 1,000 CNY needs **a second person**.",
)
SCRIPT = Text(
    "“王女士您好，我是客服林悦。重复扣费给您添麻烦了，**非常抱歉**。我先跟您核对两点……”",
    "“Good afternoon Ms Wang, this is Lin Yue. I am **very sorry** about the double charge. May I check two things with you …”",
)


def task(now, zone):
    return {
        "task": V(id="17-4", name=STEPS[1][0], state="open", assignee="林悦", mine=True, due=time.due(now + hours(0.3), now, zone), procedure=HANDLING, version=3, created_at=now, groups=[], for_whom=None, priority=50),
        "fields": _form(), "guidance": GUIDANCE, "script": SCRIPT, "clocks": _clocks(now, zone), "customer": _customer(now), "case": _case(now), "values": VALUES,
        "history": _entries(now, zone, 4), "may": V(claim=False, release=True, complete=True, delegate=True, assign=True),
        "people": [V(login="zhou.kai", name="周凯", load=4), V(login="he.min", name="何敏", load=9)], "why_not": None,
        "conflict": Text("该任务应处于待办状态，但已由周凯于 14:05 完成。您填写的内容已保留。", "Expected the task to be open, but it was completed by Zhou Kai at 14:05. What you typed is kept."),
        "has_draft": True, "note": "", "once": "k1",
    }


MARKS = {
    "passed": ["start", "record", "classify", "fork"], "flows": ["f1", "f2", "f3", "f4"],
    "active": {}, "late": {"calm": "林悦"}, "waiting": {"wait": "等待客户"}, "failed": {},
}


def case(now, zone):
    steps = [
        V(element_id="record", name=STEPS[0][0], state="done", who="林悦", at=now - hours(28), due=None, href=None, note=None),
        V(element_id="classify", name=Text("分级", "Classify"), state="done", who="林悦", at=now - hours(27), due=None, href=None, note=None),
        V(element_id="calm", name=STEPS[1][0], state="late", who="林悦", at=now - hours(5), due=time.due(now - hours(0.2), now, zone), href="/tasks/17-4", note=None),
        V(element_id="wait", name=Text("等待客户资料", "Wait for the customer’s papers"), state="waiting", who=None, at=now - hours(3), due=time.due(None, now, zone, paused=True), href=None, note=None),
    ]
    incident = V(no=7, element=Text("计算赔偿", "Compute compensation"), text=Text("变量“amount”不存在。", "The variable “amount” does not exist."), source="amount * 2", raised_at=now - hours(1), fields=[V(key="amount", id="i-amount", label="amount", type="text", value="", required=True)])
    return {
        "case": _case(now), "clocks": _clocks(now, zone), "customer": _customer(now), "values": VALUES, "entries": _entries(now, zone), "incidents": [incident],
        "instances": [V(no=1, procedure=INQUIRY, version=3, href="?instance=1", ended_at=now), V(no=2, procedure=HANDLING, version=4, href="?instance=2", ended_at=None)],
        "shown": V(no=2), "diagram": V(bpmn_href="/sample.bpmn", marks=MARKS), "steps": steps,
        "related": [V(number="CL-000012", href="/cases/12", title=Text.same("同一账户的退费"), state="closed")],
        "may": V(cancel=True, reassign=True, note=True, retry=True), "people": [V(login="zhou.kai", name="周凯", load=None)],
        "verdict": V(good=True, words=Text("链完整", "chain intact")), "page": V(next="?cursor=1", first=None),
    }


def _case_rows(now):
    states = ("open", "open", "closed", "cancelled", "open")
    return [V(number=f"CL-{30 - i:06d}", href="/cases/17", title=Text.same("账单重复扣费，要求退还" if i % 2 else "Router keeps restarting at night"), customer=CUSTOMERS[i % 8][0], procedure=STEPS[i % 8][1], state=states[i % 5], owner="林悦" if i % 3 else None, opened_at=now - hours(7 * i), step=None) for i in range(12)]


def cases(now, zone):
    return {"cases": _case_rows(now), "filters": V(q="", state="open"), "states": [V(key="open", label="Open", href="?", current=True), V(key="all", label="All", href="?", current=False)], "page": None}


def case_new(now, zone):
    c = _customer(now)
    p = [V(key="inquiry", name=INQUIRY, words=Text("来电、来访、在线咨询。首次响应 15 分钟。", "Calls, visits, web forms. First response 15 min."), href="?procedure=inquiry", current=True), V(key="handling", name=HANDLING, words=Text("客户明确投诉。整单 72 小时。", "An outright complaint. 72 h in all."), href="?procedure=handling", current=False)]
    return {"q": "138", "found": [c], "customer": c, "change_customer_href": "?", "customer_fields": _customer_fields(), "procedures": p, "procedure": p[0], "fields": _form()[:1] + _form()[4:6], "once": "k2", "refusal": None}


def _customer_fields():
    return [
        V(key="name", id="c-name", label="姓名 Name", type="text", value="", required=True), V(key="phone", id="c-phone", label="电话 Phone", type="tel", value=""),
        V(key="email", id="c-email", label="E-mail", type="email", value=""), V(key="segment", id="c-segment", label="星级 Segment", type="text", value=""),
        V(key="note", id="c-note", label="备注 Note", control="area", value="", rows=2, wide=True),
    ]


def customers(now, zone):
    return {"q": "", "customers": [V(id=i, name=n, phone=f"138 0013 80{i:02d}", email=None, segment=s, open_cases=i % 3, cases_total=i, last_at=now - hours(9 * i), href="/customers/5") for i, (n, s) in enumerate(CUSTOMERS)], "customer_fields": _customer_fields(), "page": None}


def customer(now, zone):
    return {"customer": _customer(now), "cases": _case_rows(now)[:4], "customer_fields": _customer_fields(), "may_edit": True}


def procedures(now, zone):
    rows = [("inquiry", INQUIRY, 31, 2, 0), ("handling", HANDLING, 14, 5, 1), ("complaint-closure", CLOSURE, 6, 0, 0), ("callback", CALLBACK, 9, 1, 0)]
    return {"procedures": [V(key=k, name=n, href=f"/procedures/{k}", version=4, tag="2025.11", released_at=now - hours(200), running=r, late=x, incidents=i, starts=Text("在服务台开单", "opened at the desk") if k == "inquiry" else Text("由消息启动", "by a message")) for k, n, r, x, i in rows]}


def procedure(now, zone):
    versions = [V(number=4, tag="2025.11", state="released", deployed_at=now - hours(200), deployed_by="孙强", note="赔偿上限改为 1,000 元", running=11, href="?"), V(number=3, tag="2025.06", state="retired", deployed_at=now - hours(3000), deployed_by="孙强", note="", running=3, href="?")]
    counts = {"calm": {"words": "5 · 2 ⚠", "kind": "late"}, "record": {"words": "3", "kind": "count"}, "wait": {"words": "6", "kind": "waiting"}}
    steps = [V(element_id=e, name=n, lane=Text("前台", "Front stage"), limit=Text("2 小时", "2 h"), groups=[Text("服务台", "Service desk")], open=o, late=x, guided=True, done=40, late_share="12 %", median=hours(o)) for e, n, o, x in (("record", STEPS[0][0], 3, 0), ("calm", STEPS[1][0], 5, 2), ("wait", Text("等待客户资料", "Wait for papers"), 6, 0))]
    heat = V(title="滞留", days=30, note="近 30 天 / last 30 days", kinds=[V(label="正在办理 / now", href="?", current=False), V(label="滞留 / wait", href="?show=wait", current=True)], periods=[V(label="30", href="?", current=True)], scale=[V(level=n, words=f"{n}") for n in (1, 2, 3, 4)])
    return {
        "heat": heat, "may_change": True, "suggestions": (1, 3), "beside": ["fee.dmn"],
        "procedure": V(key="handling", name=HANDLING, words=Text("从受理投诉到客户确认结果。", "From taking the complaint to the customer confirming the result.")), "version": versions[0], "versions": versions,
        "diagram": V(bpmn_href="/sample.bpmn", marks={"counts": counts}, tall=True), "steps": steps, "clocks": [V(name=Text("整单", "Whole matter"), limit=Text("72 小时", "72 h"))],
        "findings": [V(level="warning", element_id="classify", message=Text("此步骤没有操作标准。", "This step has no standard."), advice=Text("请补写 guidance。", "Write its guidance."))],
    }


def trail(now, zone):
    entries = _entries(now, zone)
    for e in entries:
        e.case_number, e.case_href = "CL-000017", "/cases/17"
    verdict = V(good=True, words=Text("全部 63 条链完整，1,804 条记录。", "All 63 chains are intact, 1,804 entries."), detail=Text("由钱岚于 14:02 核验。", "Verified by Qian Lan at 14:02."))
    choices = V(people=[("lin.yue", "林悦")], procedures=[("handling", HANDLING)], versions=[], steps=[])
    return {"asked": Asked(), "choices": choices, "counted": "3", "looked_until": None, "types": [V(value="TaskClaimed", label="claimed")], "entries": entries, "page": V(next="?", first="?"), "verdict": verdict, "may_verify": True}


def about(now, zone):
    return {"version": "0.1.0", "components": assets.components(), "libraries": [V(name="Flask", version="3.1", license="BSD-3-Clause")]}


def find(now, zone):
    return {"q": "138", "customers": [_customer(now)], "cases": _case_rows(now)[:3]}


def error(status):
    words = {404: Text("未找到该页面。", "This page was not found."), 500: Text("系统出错，已记录。", "Something went wrong; it was recorded.")}
    return {"status": status, "words": words.get(status, words[500]), "advice": Text("请检查地址，或返回首页。", "Check the address or go back."), "reference": "req-7f3a" if status >= 500 else None}


def nothing(now, zone):
    return {"openapi_href": "/api/openapi.json"}


PAGES = {
    "desk.first": ("first", first), "sessions.new": ("login", login), "worklist.show": ("worklist", worklist), "tasks.show": ("task", task), "cases.show": ("case", case),
    "cases.index": ("cases", cases), "cases.new": ("case_new", case_new), "customers.index": ("customers", customers), "customers.show": ("customer", customer),
    "procedures.index": ("procedures", procedures), "procedures.show": ("procedure", procedure), "trail.index": ("trail", trail), "about.show": ("about", about), "about.keys": ("keys", nothing),
    "api_docs.show": ("api_docs", nothing), "desk.find": ("find", find),
}
