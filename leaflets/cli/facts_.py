"""`leaflets facts where`."""

from pathlib import Path
from typing import Any

import click

from leaflets import build, select, wording
from leaflets.cli import common
from leaflets.facts import Voice, words
from leaflets.markup import inlines_in, walk
from leaflets.model import FactBox, FactRef, FactTable, IconArrays, Icons, Printed, Request, Said, Section, Workspace
from leaflets.problems import nearest


@click.group("facts")
def command() -> None:
    """Find out where a number is used."""


@command.command("where", epilog="\b\nExample:\n  leaflets facts where hsct-neda-2y\n")
@click.argument("fact", type=common.Name("facts"))
@common.format_option("text", "json")
@common.workspace_option
def where(fact: str, output: str, workspace: Path) -> int:
    """List each section that names FACT, and each leaflet, profile and language that states it."""
    opened = common.open_workspace(workspace)
    if fact not in opened.workspace.facts:
        told = f"no fact is called `{fact}`; {nearest(fact, opened.workspace.facts)}"
        if common.worst(opened.problems):
            common.show_problems(opened.told(opened.problems))
            common.say(told)
            return 1
        raise click.UsageError(told)
    places = [
        {"section": s.id, "path": opened.path(p.path), "line": p.line} for s in opened.workspace.sections.values() for p in named(s, fact)
    ]
    stated = statements(opened, fact)
    record = opened.workspace.facts[fact]
    home = {"path": opened.path(record.span.path), "line": record.span.line}
    said = words(record, "both" if record.kind == "proportion" else "words", Voice(opened.workspace.language))
    if output == "json":
        common.print_json({"fact": fact, "says": said, "defined": home, "sections": places, "leaflets": stated})
        return 0
    click.echo(f"{home['path']}:{home['line']}: {click.style('defined here', bold=True)}: {said}")
    if record.span.path in opened.files.builtin:
        click.echo(f"    it is built in; to change it here: leaflets new copy {record.span.path}")
    for place in places:
        click.echo(f"{place['path']}:{place['line']}: {place['section']}")
    for leaflet in dict.fromkeys(row["leaflet"] for row in stated):
        rows = [row for row in stated if row["leaflet"] == leaflet]
        click.echo(f"{click.style(leaflet, bold=True)} ({' '.join(row['language'] for row in rows)}): {', '.join(rows[0]['profiles'])}")
    if not stated:
        click.echo("no leaflet states it")
    return 0


def named(section: Section, fact: str) -> list[Any]:
    """Return the places in a section's source that name a fact."""
    spans = [inline.span for inline in inlines_in(section.blocks) if isinstance(inline, FactRef) and inline.fact == fact]
    spans += [block.span for block in walk(section.blocks) if isinstance(block, FactBox | Icons) and fact in block.facts]
    return sorted(set(spans))


def statements(opened: common.Opened, fact: str) -> list[dict[str, Any]]:
    """Return the leaflets that state a fact, with the profiles whose reader gets to see it; a translation states what its text does."""
    rows = []
    workspace, stopped = opened.workspace, build.blocked(opened.workspace, opened.problems)
    for name in workspace.leaflets:
        seen = [profile for profile in workspace.profiles if name not in stopped and states(workspace, name, profile, fact)]
        if seen:
            rows += [{"leaflet": name, "language": language, "profiles": seen} for language in workspace.languages]
    return rows


def states(workspace: Workspace, leaflet: str, profile: str, fact: str) -> bool:
    """Whether a leaflet states a fact to a reader in any of its texts, a comparison group's in a fact box included."""
    editions = workspace.editions_of_texts(leaflet)
    return any(_states(workspace, Request(leaflet, profile, workspace.language, edition), fact) for edition in editions)


def _states(workspace: Workspace, request: Request, fact: str) -> bool:
    chosen = select.select(workspace, request).value
    printed: Printed = wording.word(workspace, chosen, Voice(workspace.language, chosen.country)).value
    for section in printed.sections:
        if any(isinstance(inline, Said) and inline.fact == fact for inline in inlines_in(section.blocks)):
            return True
        for block in walk(section.blocks):
            if isinstance(block, FactTable) and fact in block.facts:
                return True
            if isinstance(block, IconArrays) and fact in {array.fact for array in block.arrays}:
                return True
    return False
