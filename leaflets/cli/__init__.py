"""The `leaflets` command. One file per command; this one knows their names and loads only the one that is run."""

import importlib
import os
import signal
import sys
from difflib import get_close_matches
from typing import Any

import click

from leaflets import __version__

COMMANDS = {
    "build": "Make leaflets: PDF for paper, HTML for the screen.",
    "batch": "Make letters: a leaflet for each row of a table, with lines for one person.",
    "check": "Find what is wrong, without making anything.",
    "explain": "Say why a reader sees, or does not see, each part of a leaflet.",
    "list": "List leaflets, profiles, facts and more.",
    "facts": "Find out where a number is used.",
    "translate": "Carry texts to translators and back: extract, update, status, export, import, pseudo.",
    "new": "Begin a workspace, section, leaflet, profile or language, or take over a built-in file.",
    "watch": "Make leaflets anew each time a file is saved, and show them.",
    "doctor": "Look whether this machine can print leaflets.",
    "schema": "Print the JSON Schema of a kind of file, for your editor.",
    "completion": "Print the line that makes your shell complete commands and names.",
}
"""Every command and what it is for, in the order of the help."""


class Commands(click.Group):
    """Loads a command's file when it is used, and names the nearest one for a mistyped name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they are taught."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"leaflets.cli.{cmd_name}_").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which one was probably meant."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            close = get_close_matches(name, COMMANDS, 1)
            hint = f"did you mean `{close[0]}`?" if close else f"known: {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command is called `{name}`; {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with `leaflets list leaflets`, then `leaflets build LEAFLET`. Each command has its own --help with examples.",
)
@click.version_option(__version__, "-V", "--version", message="leaflets %(version)s")
def cli() -> None:
    """Printable, accessible patient leaflets, tailored to a reader.

    A workspace is a folder with content/ in it: text in Markdown, numbers and readers in YAML. Without one, the built-in
    leaflets on stem cell therapy for multiple sclerosis are used.
    """


def main(args: list[str] | None = None) -> None:
    """Run the command and end the process: 0 done, 1 something is wrong with the content, 2 with the command, 130 interrupted."""
    signal.signal(signal.SIGTERM, _terminated)
    sys.exit(run(args))


def _terminated(*_: object) -> None:
    """End as with Ctrl-C when the system asks to."""
    raise KeyboardInterrupt


def run(args: list[str] | None = None) -> int:
    """Run the command and return the exit status."""
    try:
        outcome: Any = cli.main(args, prog_name="leaflets", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        return 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. What was finished is kept.", err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return outcome if isinstance(outcome, int) else 0
