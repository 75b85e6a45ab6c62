"""The commands of the command line by what one types: "ask", "sources add"."""

import click

from ui.cli import ELSEWHERE, cli


def _below(group: click.Group, path: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found |= _below(command, f"{path}{name} ")
        else:
            found[f"{path}{name}"] = command
    return found


COMMANDS = {
    name: command for name, command in _below(cli).items() if ELSEWHERE.get(name.split()[0], "ui").startswith("ui")
}
"""Those of ui/; eval has tests of its own."""
