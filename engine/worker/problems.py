"""What went wrong: whose fault it is, and in which words it is kept."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError

from engine.domain.errors import Refusal

LONGEST_PROBLEM = 500


def words(problem: Exception) -> str:
    """What went wrong, for people: a refusal in its own words, anything else by its kind and message."""
    said = problem.text.zh if isinstance(problem, Refusal) else f"{type(problem).__name__}: {problem}"
    return " ".join(said.replace("\0", "?").encode("utf-8", "replace").decode().split())[:LONGEST_PROBLEM]


def is_about_the_connection(problem: Exception) -> bool:
    """The database went away, or has no time: nobody's case is at fault."""
    return isinstance(problem, (OperationalError, InterfaceError))
