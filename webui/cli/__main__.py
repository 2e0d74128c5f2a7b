"""`python -m webui.cli`: the same as `closeloop`."""

from webui.cli import main

main(prog_name="closeloop")
