"""`basewise completion`: the script that teaches a shell to complete commands, options and values."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  basewise completion bash > ~/.local/share/bash-completion/completions/basewise
    zsh:   basewise completion zsh > "${fpath[1]}/_basewise"
    fish:  basewise completion fish > ~/.config/fish/completions/basewise.fish
    """  # noqa: D301 -- click wants the control character itself, to keep the lines below it as they are
    root = context.find_root()
    script = get_completion_class(shell)
    if script is None:
        raise click.UsageError(f"click has no completion for {shell}")
    program = root.command.name or ""
    click.echo(script(root.command, {}, program, f"_{program.upper()}_COMPLETE").source())
