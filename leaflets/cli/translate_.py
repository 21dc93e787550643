"""`leaflets translate`: catalogs, from the text to the translator and back."""

import importlib
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from leaflets import build, catalog, disk, fonts, prepare, pseudo, survey
from leaflets.cli import common
from leaflets.codes import Severity
from leaflets.model import Workspace
from leaflets.problems import Problem, Span
from leaflets.translate import Book

POT = f"{prepare.FOLDER}messages.pot"
VERSIONS = {"xliff": "1.2", "xliff2": "2.0"}
ONLY = {"missing": ("missing",), "stale": ("stale",), "unreviewed": ("machine",), "all": ()}
"""What `--only` chooses: rows by status; all of them where none is named."""
_ONLY = "Which texts; `unreviewed` are those that only a machine translated. Repeatable."
_EXPORT = "\b\nExamples:\n  leaflets translate export --lang es\n  leaflets translate export --lang es --format xliff2 --only stale\n"
_IMPORT = "\b\nExamples:\n  leaflets translate import xliff/es.xlf\n  leaflets translate import back/*.xlf --force\n"


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
        save(workspace, spoken.book, preparer)
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
    preparer.tools = prepare.tools((opened.workspace.language, *named), opened.workspace)
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
    wanted = build.Wanted(leaflets, languages=tuple(made))
    if strange := build.unknown(mine, wanted):
        raise click.UsageError("\n".join(strange))
    wanted = replace(wanted, editions=tuple(mine.editions))  # those that a leaflet has a text for
    tools = prepare.tools((mine.language, *made), mine)
    mill = prepare.Preparer(mine, tools, common.today(as_of))
    ready = [mill.prepare(request) for request in build.requests(mine, wanted)]
    problems = [*tools.problems, *(problem for one in ready for problem in one.problems if problem.language in made)]
    with build.Pool(build.executor(tools, min(common.cores(), len(ready)))) as pool:
        for done in build.execute(map(build.known_of, ready), build.Plan(out, force=True), pool):
            problems += done.problems
            if done.entry:
                click.echo(out / done.entry["path"])
    told = [problem for problem in opened.told(problems) if problem.severity is Severity.ERROR]
    common.show_problems(told)
    return common.worst(told)


@command.command("export", epilog=_EXPORT)
@common.lang_option
@click.option("--format", "form", type=click.Choice(list(VERSIONS)), default="xliff", show_default=True, help="XLIFF 1.2, or 2.0.")
@click.option("--only", type=click.Choice(list(ONLY)), multiple=True, default=["all"], show_default=True, help=_ONLY)
@click.option("--out", "-o", type=click.Path(path_type=Path, file_okay=False), default=Path("xliff"), show_default=True, help="Where to.")
@common.workspace_option
@common.as_of_option
def export(languages: tuple[str, ...], form: str, only: tuple[str, ...], out: Path, workspace: Path, as_of: date | None) -> int:
    """Write what a translation agency needs: one XLIFF file for each language, facts and other braces as tags.

    Without --lang, every language that has a catalog.
    """
    xliff = exchange("xliff")
    opened, preparer = begin(workspace, as_of)
    wanted = {status for one in only for status in ONLY[one]}
    for language in chosen(opened.workspace, languages):
        book = preparer.language(language).book
        rows = list(exchange("rows").rows(book, wanted))
        if rows:
            job = xliff.job(opened.workspace, book, f"{prepare.FOLDER}{language}.po")
            keep(out / f"{language}.xlf", xliff.write(rows, job, VERSIONS[form]))
        common.say(f"{language}: {common.count(len(rows), 'text')}{'' if rows else ', so no file'}")
    return 0


@command.command("import", epilog=_IMPORT)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE...")
@click.option("--lang", "-l", "language", default="", metavar="LANG", help="The language of the files, where they name another or none.")
@click.option("--force", is_flag=True, help="Let a lower state take the place of a revised translation.")
@common.workspace_option
@common.as_of_option
def import_(files: tuple[Path, ...], language: str, force: bool, workspace: Path, as_of: date | None) -> int:
    """Take over what a translation agency sent back: XLIFF 1.2 or 2, into the catalogs.

    Only what was changed there is taken. What lost a fact or a link is refused and told; the other texts are taken all the same.
    """
    exchange("xliff")
    opened, preparer = begin(workspace, as_of)
    if language:
        chosen(opened.workspace, (language,))
    books: dict[str, Any] = {}
    problems = [problem for file in files for problem in take_over(file, language, force, preparer, books)]
    for book in books.values():
        save(workspace, book, preparer)
    common.show_problems(opened.told(problems))
    return common.worst(problems)


# ---------------------------------------------------------------- what these share


def begin(root: Path, as_of: date | None) -> tuple[common.Opened, prepare.Preparer]:
    """Open a workspace whose texts can be read; end the command with status 1 where they cannot. Its preparer prints nothing."""
    opened = common.open_workspace(root)
    errors = [problem for problem in opened.told(opened.problems) if problem.severity is Severity.ERROR]
    if errors:
        common.show_problems(errors)
        raise common.Stopped
    return opened, prepare.Preparer(opened.workspace, prepare.tools(()), common.today(as_of))


def chosen(workspace: Workspace, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the languages asked for, or every one that has a catalog."""
    if strange := build.unknown(workspace, build.Wanted(languages=languages)):
        raise click.UsageError("\n".join(strange))
    if workspace.language in languages:
        raise click.UsageError(f"the texts are written in `{workspace.language}`: it has no catalog")
    return languages or workspace.languages[1:]


def known_scripts(languages: tuple[str, ...]) -> None:
    """End the command where nothing is known of the script of a language."""
    for name in languages:
        if name not in fonts.LANGUAGES:
            raise click.UsageError(f"nothing is known of the script of `{name}`; known: {', '.join(fonts.LANGUAGES)}")


def save(root: Path, book: Book, preparer: prepare.Preparer) -> None:
    """Write the catalog of a book, brought up to the texts."""
    text = catalog.write(preparer.units().values(), book.entries(), book.catalog.header, book.catalog.forms)
    keep(root / f"{prepare.FOLDER}{book.catalog.language}.po", text)


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


class NotInstalled(click.ClickException):
    """Ends a command with status 2 where an extra of this program is not installed."""

    exit_code = 2


def exchange(module: str) -> Any:
    """Return a module of the room that speaks XLIFF, or say how to install what it needs."""
    try:
        return importlib.import_module(f"leaflets.exchange.{module}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("translate", "lxml"):
            raise
        raise NotInstalled("XLIFF needs more than is installed here: pip install 'leaflets[xliff]'") from error


def take_over(file: Path, name: str, force: bool, preparer: prepare.Preparer, books: dict[str, Any]) -> list[Problem]:
    """Take one file over into the book of its language, as the files before it left that. Return what is wrong with it."""
    content = disk.read_bytes(file)
    if content is None:
        return [Problem("F08", "the file cannot be read", Span(str(file)), "see who may read it")]
    read = exchange("xliff").read(content, str(file))
    if read.value is None:
        return list(read.problems)
    found = read.value.language
    language = name or next((one for one in preparer.workspace.catalogs if one.lower() == found.lower().replace("_", "-")), "")
    if not language:
        told = f"the file is in `{found}`, and there is no such catalog" if found else "the file names no language"
        return [Problem("T13", told, Span(str(file), read.value.line, 1), "say which one it is for, with --lang")]
    book = books.get(language) or preparer.language(language).book
    taken = exchange("taking").take(read.value.rows, preparer.workspace, book, str(file), force)
    if taken.value.changed:
        books[language] = taken.value.book
    common.say(f"{file}: {common.count(taken.value.changed, 'translation')} taken over into {language}")
    return list(taken.problems)
