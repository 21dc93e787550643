"""What exactly a person signs: the digest of all that a leaflet can say to any reader."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from leaflets.markup import flat, inlines_of, walk
from leaflets.model import (
    Cite,
    Fact,
    FactBox,
    FactRef,
    Icons,
    Include,
    Picture,
    Recipe,
    Section,
    Source,
    Term,
    TermRef,
    Workspace,
)

_NO_TEXT = frozenset({"span", "title_span", "id", "places", "alternatives"})
_NOT_SIGNED = frozenset({"published", "review_due", "reviewers", "version"})


def digest(workspace: Workspace, recipe: Recipe, language: str = "") -> str:
    """Return 16 hexadecimal digits that change when any word, number, source or condition of the leaflet changes, and only then.

    All its texts count, the full one and those of some editions: who signs a leaflet answers for whatever a reader may be given of it.

    In another language than that of the texts, they change with its translations, too. The place of a text in its file does not
    count, nor do version, reviewers and the dates of publication and review.
    """
    source, sections, terms = _source(workspace, recipe)
    parts = [source]
    if language and language != workspace.language:
        parts.append(_json(_translations(workspace, recipe, sections, terms, language)))
    return hashlib.sha256(f"[{', '.join(parts)}]".encode()).hexdigest()[:16]


def _json(thing: Any) -> str:
    return json.dumps(thing, sort_keys=True, ensure_ascii=True)


_kept: list[tuple[Workspace, Recipe, tuple[str, set[str], set[str]]]] = []
"""What was last returned of a leaflet's own text: it is asked for once for each language."""


def _source(workspace: Workspace, recipe: Recipe) -> tuple[str, set[str], set[str]]:
    """Return a leaflet's own text as the inner part of a list in JSON, with the names of its sections and words of the glossary."""
    if _kept and _kept[0][0] is workspace and _kept[0][1] is recipe:
        return _kept[0][2]
    sections = sections_of(workspace, recipe)
    names = _names(workspace, sections)
    own = {field.name: getattr(recipe, field.name) for field in fields(recipe) if field.name not in _NO_TEXT | _NOT_SIGNED}
    if not recipe.texts:
        own.pop("texts")
    whole = [
        _plain(own),
        [[section.id, _plain(section)] for section in sections],
        *({name: _plain(records[name]) for name in sorted(names[kind]) if name in records} for kind, records in _records(workspace)),
    ]
    found = _json(whole)[1:-1], {section.id for section in sections}, names["term"]
    _kept[:] = [(workspace, recipe, found)]
    return found


def _translations(workspace: Workspace, recipe: Recipe, sections: set[str], terms: set[str], language: str) -> list[Any]:
    """Return the translations that a leaflet can use: those of its sections, its words of the glossary, and of what is said everywhere."""
    entries = workspace.catalogs[language].entries.values() if language in workspace.catalogs else ()
    used = {"section": sections, "glossary": terms, "leaflet": {recipe.id}}
    kept = []
    for entry in entries:
        kind, name = home_of(workspace, entry.context)
        if kind == "everywhere" or name in used[kind]:
            kept.append([entry.context, entry.text, *entry.said])
    return sorted(kept)


def home_of(workspace: Workspace, context: str) -> tuple[str, str]:
    """Return where a unit of this context stands, as its kind and name: "section", "glossary" or "leaflet"; else "everywhere"."""
    what = context.partition(" · ")[0]
    _, inside, section = what.partition(" in ")
    if inside and section in workspace.sections:
        return "section", section
    if what.startswith("glossary "):
        return "glossary", what.removeprefix("glossary ").partition(",")[0]
    own = what.partition(" of ")[2]
    return ("leaflet", own) if own in workspace.leaflets else ("everywhere", "")


def used_by(workspace: Workspace, recipe: Recipe) -> dict[str, set[str]]:
    """Return the names of the sections, words, facts and sources that a leaflet can use: keys section, term, fact, source."""
    sections = sections_of(workspace, recipe)
    return {"section": {section.id for section in sections}, **_names(workspace, sections)}


def sections_of(workspace: Workspace, recipe: Recipe) -> list[Section]:
    """Return the sections of a leaflet that are there, of all its texts, and those they include."""
    return list(_sections(workspace, recipe.every_section, set()))


def records_of(workspace: Workspace, recipe: Recipe) -> list[Fact | Term | Source]:
    """Return the facts, words and sources that a leaflet's sections name and that are there."""
    names = _names(workspace, sections_of(workspace, recipe))
    return [records[name] for kind, records in _records(workspace) for name in sorted(names[kind]) if name in records]


def gaps(workspace: Workspace, recipe: Recipe) -> list[str]:
    """Return the names a leaflet's sections use and nothing defines."""
    sections = sections_of(workspace, recipe)
    names = _names(workspace, sections)
    missing = [name for kind, records in _records(workspace) for name in sorted(names[kind]) if name not in records]
    for section in sections:
        for block in walk(section.blocks):
            if isinstance(block, Include) and block.section not in workspace.sections:
                missing.append(block.section)
            elif isinstance(block, Picture) and block.asset not in workspace.assets:
                missing.append(block.asset)
    return missing


def _records(workspace: Workspace) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    return (("fact", workspace.facts), ("term", workspace.terms), ("source", workspace.sources))


def _names(workspace: Workspace, sections: list[Section]) -> dict[str, set[str]]:
    """Return the names of facts, words and sources that sections use, those behind facts too."""
    facts = {name for section in sections for name in _facts(workspace, section)}
    cited = {name for section in sections for cite in _inlines(section, Cite) for name in cite.sources}
    behind = {name for fact in facts if fact in workspace.facts for name in workspace.facts[fact].sources}
    terms = {name for section in sections for name in _named(section, TermRef, "term")}
    return {"fact": facts, "term": terms, "source": cited | behind}


def _sections(workspace: Workspace, names: tuple[str, ...], seen: set[str]) -> Iterator[Section]:
    """Yield the sections of a leaflet and those they include, each once."""
    for name in names:
        if name in seen or name not in workspace.sections:
            continue
        seen.add(name)
        section = workspace.sections[name]
        yield section
        included = tuple(block.section for block in walk(section.blocks) if isinstance(block, Include))
        yield from _sections(workspace, included, seen)


def _inlines(section: Section, kind: type[Any]) -> Iterator[Any]:
    for block in walk(section.blocks):
        for inlines in inlines_of(block):
            yield from (inline for inline in flat(inlines) if isinstance(inline, kind))


def _named(section: Section, kind: type[Any], attribute: str) -> Iterator[str]:
    return (getattr(inline, attribute) for inline in _inlines(section, kind))


def _facts(workspace: Workspace, section: Section) -> Iterator[str]:
    yield from _named(section, FactRef, "fact")
    for block in walk(section.blocks):
        if isinstance(block, FactBox | Icons):
            for name in block.facts:
                yield name
                if name in workspace.facts and workspace.facts[name].comparator in workspace.facts:
                    yield workspace.facts[name].comparator


def _plain(thing: Any) -> Any:
    """Return nouns as lists that JSON can hold, without places."""
    if is_dataclass(thing) and not isinstance(thing, type):
        kept = [[field.name, _plain(getattr(thing, field.name))] for field in fields(thing) if field.name not in _NO_TEXT]
        return [type(thing).__name__, *kept]
    if isinstance(thing, Mapping):
        return {str(key): _plain(value) for key, value in thing.items()}
    if isinstance(thing, tuple | list):
        return [_plain(part) for part in thing]
    if isinstance(thing, frozenset | set):
        return sorted(map(str, thing))
    return thing.isoformat() if isinstance(thing, date) else thing
