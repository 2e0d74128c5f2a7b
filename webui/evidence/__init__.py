"""The evidence of a case, or of a sample of cases, as one signed zip that verifies itself without us."""

from webui.evidence.pack import write

__all__ = ["write"]
