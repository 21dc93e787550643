"""`leaflets list`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from leaflets import build, fonts, select, signing
from leaflets.cli import common
from leaflets.facts import Voice, words
from leaflets.model import LEAFLET, Workspace

Rows = list[dict[str, Any]]


def leaflets(workspace: Workspace) -> Rows:
    """Return the leaflets; `text` is the digest that a signature names, `texts` those of the translations."""
    stopped = build.blocked(workspace, ())
    return [
        {
            "id": recipe.id,
            "title": recipe.title,
            "version": recipe.version,
            "default_profile": recipe.default_profile,
            "review_due": recipe.review_due.isoformat(),
            "sections": list(recipe.sections),
            "other_texts": {name: list(text.sections) for name, text in recipe.texts.items()},
            "codes": {system: list(codes) for system, codes in recipe.codes.items()},
            "text": "" if recipe.id in stopped else signing.digest(workspace, recipe),
            "texts": {} if recipe.id in stopped else {one: signing.digest(workspace, recipe, one) for one in workspace.languages[1:]},
        }
        for recipe in workspace.leaflets.values()
    ]


def profiles(workspace: Workspace) -> Rows:
    """Return the profiles with every trait's value."""
    rows = []
    for profile in workspace.profiles.values():
        reader = select.default_reader(workspace, "") | dict(profile.traits)
        rows.append({"id": profile.id, "title": profile.title, "traits": {k: v for k, v in reader.items() if k != LEAFLET}})
    return rows


def languages(workspace: Workspace) -> Rows:
    """Return the languages: the one the texts are written in, then those with a catalog."""
    return [_language(workspace, name) for name in workspace.languages]


def _language(workspace: Workspace, name: str) -> dict[str, Any]:
    title, own = Voice(name).names
    script = fonts.SCRIPTS.get(fonts.LANGUAGES.get(name, ""))
    catalog, tongue = workspace.catalogs.get(name), workspace.tongues.get(name)
    return {
        "id": name,
        "title": title,
        "own": own,
        "source": name == workspace.language,
        "script": script.id if script else "",
        "direction": script.direction if script else "",
        "state": catalog.state if catalog else "",
        "method": tongue.method if tongue else "",
    }


def editions(workspace: Workspace) -> Rows:
    """Return the editions."""
    return [
        {
            "id": one.id,
            "title": one.title,
            "format": one.format,
            "text": one.text,
            "leaflets": [name for name in workspace.leaflets if workspace.offers(name, one.id)],
        }
        for one in workspace.editions.values()
    ]


def facts(workspace: Workspace) -> Rows:
    """Return the facts in words."""
    return [
        {
            "id": fact.id,
            "title": words(fact, "both" if fact.kind == "proportion" else "words", Voice(workspace.language)),
            "kind": fact.kind,
            "sources": list(fact.sources),
            "date": fact.date,
            "path": fact.span.path,
            "line": fact.span.line,
        }
        for fact in workspace.facts.values()
        if fact.kind == "proportion" or fact.value is not None or fact.low is not None
    ]


def sources(workspace: Workspace) -> Rows:
    """Return the sources."""
    return [
        {
            "id": one.id,
            "title": f"{one.authors}. {one.published_in or one.title} {one.year}".strip(),
            "doi": one.doi,
            "pmid": one.pmid,
            "url": one.url,
            "facts": [fact.id for fact in workspace.facts.values() if one.id in fact.sources],
        }
        for one in workspace.sources.values()
    ]


def sections(workspace: Workspace) -> Rows:
    """Return the sections and the leaflets that list them."""
    return [
        {
            "id": one.id,
            "title": one.title,
            "kind": one.kind,
            "applies": one.applies.text if one.applies else "",
            "path": one.span.path,
            "leaflets": [recipe.id for recipe in workspace.leaflets.values() if one.id in recipe.every_section],
        }
        for one in workspace.sections.values()
    ]


def traits(workspace: Workspace) -> Rows:
    """Return the traits a reader can have, each with its values and default."""
    return [
        {
            "id": trait.id,
            "title": f"{trait.title}: {', '.join(trait.values)} (default {trait.default})",
            "default": trait.default,
            "values": {value.id: value.title for value in trait.values.values()},
        }
        for trait in workspace.vocabulary.values()
    ]


def phrases(workspace: Workspace) -> Rows:
    """Return the phrases for letters, each with its slots."""
    return [{"id": one.id, "title": one.text, "slots": dict(one.slots)} for one in workspace.phrases.values()]


LISTS: dict[str, Callable[[Workspace], Rows]] = {
    "leaflets": leaflets,
    "profiles": profiles,
    "traits": traits,
    "languages": languages,
    "editions": editions,
    "facts": facts,
    "sources": sources,
    "sections": sections,
    "phrases": phrases,
}
EXAMPLES = """\b
Examples:
  leaflets list leaflets
  leaflets list facts --json
"""


@click.command("list", epilog=EXAMPLES)
@click.argument("what", type=click.Choice(list(LISTS)))
@click.option("--json", "as_json", is_flag=True, help="A list of objects, each with its `id`.")
@common.workspace_option
def command(what: str, as_json: bool, workspace: Path) -> int:
    """List what the workspace holds, by name."""
    opened = common.open_workspace(workspace)
    rows = LISTS[what](opened.workspace)
    if as_json:
        common.print_json(rows)
    else:
        width = max((len(row["id"]) for row in rows), default=0)
        for row in rows:
            click.echo(f"{click.style(row['id'].ljust(width), bold=True)}  {row['title']}")
    if common.worst(opened.problems):
        common.say("Some files could not be read, so the list may lack something: `leaflets check` says which.")
        return 1
    return 0
