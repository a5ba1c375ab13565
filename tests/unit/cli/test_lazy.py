from __future__ import annotations

from importlib.util import find_spec

import click
import pytest

from basewise.cli.lazy import LazyGroup
from basewise.cli.main import COMMANDS, cli

INSTALLED = [name for name, command in COMMANDS.items() if find_spec(command.target.partition(":")[0])]


@pytest.mark.parametrize("name", INSTALLED)
def test_the_help_in_the_list_is_how_the_command_begins_its_own(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert (command.help or "").replace("\n", " ").startswith(COMMANDS[name].help)


def test_an_unknown_name_is_no_command() -> None:
    assert cli.get_command(click.Context(cli), "nonsense") is None


def test_completion_offers_names_without_importing_them() -> None:
    group = LazyGroup(name="x", lazy={"audit": COMMANDS["audit"]._replace(target="no.such.module:audit")})
    items = group.shell_complete(click.Context(group), "au")
    assert [(item.value, item.help) for item in items] == [("audit", COMMANDS["audit"].help)]
