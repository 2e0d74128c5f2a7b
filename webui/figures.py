"""The figures of the desk for `/metrics`, counted when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, Connection, Table, func, select

from engine.runtime import Engine
from engine.store import waiting
from engine.store.schema import clock, effect, incident, instance, timer, user_task


class Figures(Collector):
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        now = self._engine.clock.now()
        counted = (
            ("closeloop_open_tasks", "User tasks that are open", user_task, user_task.c.state == "open"),
            ("closeloop_running_instances", "Process instances that have not ended", instance, instance.c.ended_at.is_(None)),
            ("closeloop_open_incidents", "Steps that failed and wait for a person", incident, incident.c.resolved_at.is_(None)),
            ("closeloop_timers_due", "Timers that are due and have not fired", timer, timer.c.due_at <= now),
            ("closeloop_clocks_due", "Clocks whose warning or breach is due", clock, clock.c.wake_at <= now),
            ("closeloop_effects_due", "Mails and calls that are due", effect, effect.c.due_at <= now),
        )  # fmt: skip
        with self._engine.read() as conn:
            for name, words, table, condition in counted:
                yield GaugeMetricFamily(name, words, _count(conn, table, condition))
            earliest = waiting.next_instant(conn)
        late = max(0.0, (now - earliest).total_seconds()) if earliest is not None else 0.0
        yield GaugeMetricFamily("closeloop_worker_lateness_seconds", "How long the most overdue timer has waited", late)


def _count(conn: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    return conn.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
