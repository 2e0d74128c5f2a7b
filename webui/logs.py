"""Logs: one JSON object a line on standard error, from our code and from the libraries alike."""

from __future__ import annotations

import logging
import sys

import structlog

from webui.config import Settings

#: What says too much at the level the rest is kept at.
QUIET = ("spiff", "alembic.runtime", "waitress.queue", "sqlalchemy.engine", "werkzeug")

#: Where it happened, not with what: the variables of a log-in are somebody's password.
TRACEBACKS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))


def configure(settings: Settings) -> None:
    """From now on every record of this process is written in the form and from the level of the settings on."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(settings)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _renderers(settings: Settings) -> list[structlog.typing.Processor]:
    if settings.log_format == "text":
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    return [TRACEBACKS, structlog.processors.JSONRenderer(ensure_ascii=False)]
