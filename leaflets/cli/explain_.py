"""`leaflets explain`."""

from dataclasses import asdict, replace
from pathlib import Path

import click

from leaflets import build, prepare, select, survey
from leaflets.cli import common
from leaflets.model import LEAFLET, Leaflet, Request, Why

EXAMPLES = """\b
Examples:
  leaflets explain hsct --profile ppms-deciding
  leaflets explain hsct --trait stage=after --trait reader=carer
  leaflets explain hsct --out-only
  leaflets explain hsct --edition one-page
"""


@click.command("explain", epilog=EXAMPLES)
@click.argument("leaflet", type=common.Name("leaflets"))
@click.option(
    "--profile",
    "-p",
    type=common.Name("profiles"),
    metavar="PROFILE",
    default=None,
    show_default="the leaflet's default",
    help="The reader.",
)
@click.option("--trait", "traits", multiple=True, type=common.TraitValue(), help="A trait of the reader, over the profile's. Repeatable.")
@click.option("--edition", "-e", type=common.Name("editions"), default="", metavar="EDITION", help="An edition with a text of its own.")
@common.lang_option
@click.option("--out-only", is_flag=True, help="Only what is left out.")
@common.format_option("text", "json")
@common.workspace_option
def command(
    leaflet: str,
    profile: str | None,
    traits: tuple[tuple[str, str], ...],
    edition: str,
    languages: tuple[str, ...],
    out_only: bool,
    output: str,
    workspace: Path,
) -> int:
    """Say for each section and block of a leaflet whether a reader sees it, and why."""
    opened = common.open_workspace(workspace)
    wanted = build.Wanted((leaflet,), (profile,) if profile else (), languages, (edition,) if edition else (), traits)
    strange = build.unknown(opened.workspace, wanted)
    if not strange and leaflet in build.blocked(opened.workspace, opened.problems):
        strange = [f"`{leaflet}` cannot be put together while the errors above stand"]
    if strange and common.worst(opened.problems):
        common.show_problems(opened.told(opened.problems))
        common.say("\n".join(strange))
        return 1
    if strange:
        raise click.UsageError("\n".join(strange))
    name = profile or opened.workspace.leaflets[leaflet].default_profile
    chosen = select.select(opened.workspace, Request(leaflet, name, opened.workspace.language, edition, traits)).value
    rows = [why for why in chosen.why if not (out_only and why.shown)]
    if output == "json":
        common.print_json(
            {
                "leaflet": leaflet,
                "profile": name,
                "text": chosen.text,
                "reader": dict(chosen.reader),
                "parts": [as_row(opened, why) for why in rows],
                "translations": [asdict(one) for one in translations(opened, chosen, languages)],
            }
        )
    else:
        show(opened, chosen, name, rows)
        for one in translations(opened, chosen, languages):
            click.echo(f"\n{one.language}: {common.count(one.units, 'text')}, {one.missing} missing, {one.stale} stale")
    return 0


def translations(opened: common.Opened, chosen: Leaflet, languages: tuple[str, ...]) -> list[survey.Row]:
    """Return how far the translations asked for are, of what this reader sees."""
    workspace = opened.workspace
    others = [language for language in languages if language != workspace.language]
    if not others:
        return []
    preparer = prepare.Preparer(workspace, prepare.tools((workspace.language, *others), workspace), common.today(None))
    return [survey.row(preparer, replace(chosen.request, language=language)) for language in others]


def as_row(opened: common.Opened, why: Why) -> dict[str, object]:
    """Return one decision for programs."""
    return {
        "section": why.section,
        "block": why.block,
        "what": why.what,
        "shown": why.shown,
        "reason": why.reason,
        "text": why.text,
        "path": opened.path(why.span.path),
        "line": why.span.line,
    }


def show(opened: common.Opened, chosen: Leaflet, profile: str, rows: list[Why]) -> None:
    """Print the decisions for people: + shown, - left out."""
    traits = ", ".join(f"{trait}={value}" for trait, value in chosen.reader.items() if trait != LEAFLET)
    text = f", its text {chosen.text}," if chosen.text else ""
    click.echo(click.style(f"{chosen.recipe.id}{text} for {profile}", bold=True) + f"\n{traits}\n")
    for why in rows:
        sign = click.style("+", fg="green") if why.shown else click.style("-", fg="red", bold=True)
        name = click.style(why.section, bold=True) if not why.block else f"{why.what} {why.text}".strip()
        reason = "" if why.reason.startswith("no condition") else f"  ({why.reason})"
        place = f"  {opened.path(why.span.path)}:{why.span.line}" if not why.shown or not why.block else ""
        click.echo(f"{'  ' * why.depth}{sign} {name}{reason}{click.style(place, dim=True)}")
