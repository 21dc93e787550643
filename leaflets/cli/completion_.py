"""`leaflets completion`."""

import click
from click.shell_completion import get_completion_class

EXAMPLES = """\b
Put the line into your shell's start file:
  eval "$(leaflets completion bash)"      ~/.bashrc
  eval "$(leaflets completion zsh)"       ~/.zshrc
  leaflets completion fish | source       ~/.config/fish/config.fish
"""


@click.command("completion", epilog=EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print what makes SHELL complete commands, options, leaflets, profiles and facts."""
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(made(context.find_root().command, {}, "leaflets", "_LEAFLETS_COMPLETE").source())
    return 0
