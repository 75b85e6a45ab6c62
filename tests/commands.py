"""The commands of the command line by what one types: "ask", "sources add"."""

from collections.abc import Iterator

import click

from ui.cli import ELSEWHERE, cli


def _below(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path}{name}", command
        if isinstance(command, click.Group):
            yield from _below(command, f"{path}{name} ")


EVERY = dict(_below(cli))
"""Groups too, each before its own."""

COMMANDS = {
    name: command
    for name, command in EVERY.items()
    if not isinstance(command, click.Group) and ELSEWHERE.get(name.split()[0], "ui").startswith("ui")
}
"""Those of ui/; eval has tests of its own."""
