"""The command line as a person at a terminal has it."""

from __future__ import annotations

from dataclasses import dataclass

from click.testing import CliRunner, Result

from webui.cli import main


@dataclass(frozen=True)
class Terminal:
    """Runs commands on one database, in English unless told otherwise."""

    url: str

    def run(self, *words: str, typed: str | bytes | None = None, **environ: str) -> Result:
        """What the command printed and how it ended. An exception that is no refusal is the test's to see."""
        env = {"DATABASE_URL": self.url, "LANG": "C", "LC_ALL": "", "LC_MESSAGES": "", "PORT": "", **environ}
        return CliRunner(catch_exceptions=False).invoke(main, list(words), input=typed, env=env)

    def ok(self, *words: str, typed: str | bytes | None = None) -> str:
        """Its standard output, where it has to succeed."""
        result = self.run(*words, typed=typed)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *words: str, status: int = 1, typed: str | bytes | None = None, **environ: str) -> str:
        """The words of a refusal: on standard error, nothing on standard output."""
        result = self.run(*words, typed=typed, **environ)
        assert result.exit_code == status, result.output
        assert result.stdout == ""
        return result.stderr


