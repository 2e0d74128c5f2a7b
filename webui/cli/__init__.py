"""The command line `closeloop`: thin; each command asks the engine or shows what it answered.

Exit status: 0 done; 1 refused, or found to be wrong; 2 not understood.
"""

from __future__ import annotations

import click

from webui.cli import (
    changes,
    checking,
    conformance,
    exports,
    files,
    logs,
    migrations,
    people,
    releases,
    serving,
    templates,
    trail,
)
from webui.cli.words import RefusalsInWords


@click.group(cls=RefusalsInWords, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="closeloop", message="closeloop %(version)s")
def main() -> None:
    """Run standardized service procedures from BPMN 2.0 files: every step a task with a due date, every change proven.

    DATABASE_URL says where the data is (default: the SQLite file closeloop.db in this folder); see `closeloop COMMAND -h`.
    """


for command in (*serving.COMMANDS, *checking.COMMANDS, *files.COMMANDS, *releases.COMMANDS, *changes.COMMANDS, *migrations.COMMANDS, *people.COMMANDS, *trail.COMMANDS, *conformance.COMMANDS, *logs.COMMANDS, *exports.COMMANDS, *templates.COMMANDS):
    main.add_command(command)
