"""`leaflets translate`: catalogs, from the text to the translator and back."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import click
from rich.console import Console
from rich.table import Table

from leaflets import build, catalog, disk, fonts, prepare, pseudo, survey
from leaflets.cli import common
from leaflets.codes import Severity
from leaflets.model import Workspace

POT = f"{prepare.FOLDER}messages.pot"


@click.group("translate")
def command() -> None:
    """Carry texts to translators and back: catalogs in gettext PO, or XLIFF. docs/translators.md shows the whole way."""


@command.command("extract", epilog="\b\nExample:\n  leaflets translate extract\n")
@common.workspace_option
@common.as_of_option
def extract(workspace: Path, as_of: date | None) -> int:
    """Write every text there is to translate to content/translations/messages.pot, for tools that begin from a template."""
    opened, preparer = begin(workspace, as_of)
    name = f"leaflets {opened.workspace.id}"
    header = catalog.header("", 2, "n != 1", "machine", name, common.today(as_of).isoformat())
    keep(workspace / POT, catalog.write(preparer.units().values(), {}, header, 2))
    common.say(f"{common.count(len(preparer.units()), 'text')} to translate")
    return 0


@command.command("update", epilog="\b\nExamples:\n  leaflets translate update\n  leaflets translate update --lang tr\n")
@common.lang_option
@common.workspace_option
@common.as_of_option
def update(languages: tuple[str, ...], workspace: Path, as_of: date | None) -> int:
    """Bring catalogs up to the texts: what is new stands empty, what changed is marked fuzzy, with what it was before.

    Nothing is lost that still fits. Without --lang, every catalog is brought up to date.
    """
    opened, preparer = begin(workspace, as_of)
    for language in chosen(opened.workspace, languages):
        spoken = preparer.language(language)
        entries = {key: match.entry for key, match in spoken.book.matches.items() if match.entry}
        header = spoken.book.catalog.header
        text = catalog.write(preparer.units().values(), entries, header, spoken.book.catalog.forms)
        keep(workspace / f"{prepare.FOLDER}{language}.po", text)
        state = survey.whole(spoken)
        common.say(f"{language}: {common.count(state.units, 'text')}, {state.missing} missing, {state.stale} stale")
    return 0


@command.command("status", epilog="\b\nExamples:\n  leaflets translate status\n  leaflets translate status --lang tr\n")
@common.format_option("text", "json")
@common.lang_option
@common.workspace_option
@common.as_of_option
def status(output: str, languages: tuple[str, ...], workspace: Path, as_of: date | None) -> int:
    """Count what is missing, stale or unread, and say what stops each leaflet.

    Without --lang, one line for each language; with it, one for each leaflet and profile. The exit status is 1 where something
    is missing or stale.
    """
    opened, preparer = begin(workspace, as_of)
    named = chosen(opened.workspace, languages)
    wholes = [survey.whole(preparer.language(language)) for language in named]
    detailed = bool(languages) or output == "json"
    rows = [row for language in named if detailed for row in survey.rows(opened.workspace, preparer, language)]
    if output == "json":
        common.print_json([{**asdict(one), "leaflets": [asdict(row) for row in rows if row.language == one.language]} for one in wholes])
    else:
        show(
            ("language", "texts", "missing", "stale", "machine", "translated", "revised", "unused"),
            [asdict(one).values() for one in wholes],
        )
        if rows:
            columns = (
                "language",
                "leaflet",
                "profile",
                "texts",
                "missing",
                "stale",
                "machine",
                "keeps from printing",
                "keeps from final",
                "readability",
            )
            show(columns, [asdict(row).values() for row in rows])
    return int(any(one.missing or one.stale for one in wholes))


@command.command("pseudo", epilog="\b\nExamples:\n  leaflets translate pseudo --lang ar\n  leaflets translate pseudo hsct --lang ko\n")
@click.argument("leaflets", nargs=-1, type=common.Name("leaflets"), metavar="[LEAFLET]...")
@common.lang_option
@click.option("--out", "-o", type=click.Path(path_type=Path, file_okay=False), default=Path("pseudo"), show_default=True, help="Where to.")
@common.workspace_option
@common.as_of_option
def pseudo_(leaflets: tuple[str, ...], languages: tuple[str, ...], out: Path, workspace: Path, as_of: date | None) -> int:
    """Print leaflets in text that means nothing, 40% longer, in the script and direction of a language.

    Shows whether the layout holds, in every edition, before a translator is paid. The catalogs stay as they are.
    """
    opened, preparer = begin(workspace, as_of)
    known_scripts(languages)
    made = {name: pseudo.catalog(preparer.units(), name, fonts.script(name).id) for name in languages or ("ar",)}
    mine = replace(opened.workspace, catalogs=MappingProxyType(made))
    wanted = build.Wanted(leaflets, languages=tuple(made), editions=tuple(mine.editions))
    if strange := build.unknown(mine, wanted):
        raise click.UsageError("\n".join(strange))
    tools = prepare.tools((mine.language, *made))
    mill = prepare.Preparer(mine, tools, common.today(as_of))
    ready = [mill.prepare(request) for request in build.requests(mine, wanted)]
    problems = [*tools.problems, *(problem for one in ready for problem in one.problems if problem.language in made)]
    with build.executor(tools, min(common.cores(), len(ready))) as where:
        for done in build.execute([one for one in ready if one.edition], where, out):
            problems += done.problems
            if done.entry:
                click.echo(out / done.entry["path"])
    told = [problem for problem in opened.told(problems) if problem.severity is Severity.ERROR]
    common.show_problems(told)
    return build.worst(told)


# ---------------------------------------------------------------- what these share


def begin(root: Path, as_of: date | None) -> tuple[common.Opened, prepare.Preparer]:
    """Open a workspace whose texts can be read; end the command with status 1 where they cannot."""
    opened = common.open_workspace(root)
    errors = [problem for problem in opened.told(opened.problems) if problem.severity is Severity.ERROR]
    if errors:
        common.show_problems(errors)
        raise common.Stopped
    return opened, prepare.Preparer(opened.workspace, prepare.tools(opened.workspace.languages), common.today(as_of))


def chosen(workspace: Workspace, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the languages asked for, or every one that has a catalog."""
    if strange := build.unknown(workspace, build.Wanted(languages=languages)):
        raise click.UsageError("\n".join(strange))
    return tuple(name for name in languages or workspace.languages if name != workspace.language)


def known_scripts(languages: tuple[str, ...]) -> None:
    """End the command where nothing is known of the script of a language."""
    for name in languages:
        if name not in fonts.LANGUAGES:
            raise click.UsageError(f"nothing is known of the script of `{name}`; known: {', '.join(fonts.LANGUAGES)}")


def keep(path: Path, text: str) -> None:
    """Write a file and say so."""
    try:
        disk.write(path, text.encode())
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error
    click.echo(path)


def show(columns: tuple[str, ...], rows: Iterable[Iterable[object]]) -> None:
    """Print a table."""
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(", ".join(cell) if isinstance(cell, tuple) else str(cell) for cell in row))
    Console(width=None if common.on_terminal() else 200).print(table)
