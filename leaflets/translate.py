"""A chosen leaflet in another language: same blocks, same facts, other words. And whether each translation still fits.

A unit is found by its context and its text. Its context holds the state of the facts and words it was written for, so a changed
fact, sentence or word of the glossary leaves exactly its units without a fitting entry. What the catalog then has for the same place
is stale: it is shown to translators, and no leaflet that uses it is final. Nothing is ever taken from another language.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Literal

from leaflets import catalog as catalogs
from leaflets import units
from leaflets.markup import read_line
from leaflets.model import (
    Catalog,
    Chosen,
    Country,
    Entry,
    Inlines,
    Leaflet,
    Printed,
    Recipe,
    State,
    Term,
    Text,
    Unit,
    Workspace,
)

ALIKE = 0.6
"""How alike two English texts of one place are, from 0 to 1, for one to count as the other, changed (difflib's ratio)."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A unit and what a catalog has for it. `why` says what changed since, where it is stale."""

    unit: Unit
    entry: Entry | None
    status: Literal["there", "stale", "missing"]
    why: str = ""


def match(wanted: Mapping[Key, Unit], catalog: Catalog) -> dict[Key, Match]:
    """Return, for each unit, its entry: the one with its key, else the one it was before something changed."""
    finder = _Finder(wanted, catalog)
    return {key: finder.match(unit) for key, unit in wanted.items()}


@dataclass(slots=True)
class _Finder:
    wanted: Mapping[Key, Unit]
    catalog: Catalog
    by_text: dict[str, list[Entry]] = field(default_factory=dict)
    by_place: dict[str, list[Entry]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in self.catalog.entries.values():
            if entry.said:
                self.by_text.setdefault(entry.text, []).append(entry)
                if entry.key not in self.wanted:
                    self.by_place.setdefault(units.without_marks(entry.context), []).append(entry)

    def match(self, unit: Unit) -> Match:
        entry = self.catalog.entries.get(unit.key)
        if entry and entry.said:
            return Match(unit, entry, "stale" if entry.stale else "there", _changed(unit, entry) if entry.stale else "")
        place = units.without_marks(unit.context)
        same = [one for one in self.by_text.get(unit.text, ()) if one.plural == unit.plural]
        if here := [one for one in same if units.without_marks(one.context) == place]:
            return self.stale(unit, here[0])
        if moved := [one for one in same if self.moved(one, unit)]:
            return Match(unit, replace(moved[0], context=unit.context), "stale" if moved[0].stale else "there")
        near = [(SequenceMatcher(None, one.text, unit.text).ratio(), one) for one in self.by_place.get(place, ()) if not unit.plural]
        best = max(near, key=lambda pair: pair[0], default=(0.0, None))
        if best[1] is not None and best[0] >= ALIKE:
            return self.stale(unit, best[1])
        return Match(unit, None, "missing")

    def moved(self, entry: Entry, unit: Unit) -> bool:
        """Whether an entry is of the same kind of text, written for the same facts and words, in another section."""
        kinds = {one.partition(" in ")[0] for one in (units.without_marks(entry.context), units.without_marks(unit.context))}
        return len(kinds) == 1 and units.marks(entry.context) == units.marks(unit.context)

    def stale(self, unit: Unit, entry: Entry) -> Match:
        old = entry.previous if entry.stale and entry.previous[1] else entry.key
        kept = replace(entry, context=unit.context, text=unit.text, plural=unit.plural, stale=True, previous=old)
        return Match(unit, kept, "stale", _changed(unit, kept))


def _changed(unit: Unit, entry: Entry) -> str:
    """Return what changed since a unit was translated, in words."""
    context, text = entry.previous
    if not text:
        return "it is marked as unfinished (fuzzy)"
    if text != unit.text:
        return f"the English was “{text if len(text) <= 60 else text[:57] + '…'}”"
    before, now = units.marks(context), units.marks(unit.context)
    moved = sorted(use for use in before.keys() | now.keys() if before.get(use) != now.get(use))
    return f"changed since: {', '.join(moved)}" if moved else "it is marked as unfinished (fuzzy)"


# ---------------------------------------------------------------- one language's book


class Book:
    """The texts of one language: answers voices and translates leaflets. What it does not have is empty; `of` tells why."""

    def __init__(self, wanted: Mapping[Key, Unit], catalog: Catalog) -> None:
        self.catalog = catalog
        self.matches = match(wanted, catalog)
        self.read: dict[Key, Inlines] = {}

    def of(self, key: Key) -> Match | None:
        """Return what there is for a unit; None for a text that was never gathered."""
        return self.matches.get(key)

    def find(self, context: str, text: str) -> tuple[str, ...]:
        """Return a text in this language, one for each plural form; empty where there is none."""
        found = self.matches.get((context, text))
        return found.entry.said if found and found.entry else ()

    def form(self, number: int) -> int:
        """Return which plural form a number takes."""
        return catalogs.form(self.catalog.rule)(number)

    def text(self, unit: Unit) -> str:
        """Return the translation of a small text, or empty."""
        return next(iter(self.find(*unit.key)), "")

    def inlines(self, key: Key) -> Inlines:
        """Return the translation of a piece of running text, read once; empty where there is none."""
        if key not in self.read:
            entry = found.entry if (found := self.matches.get(key)) else None
            self.read[key] = read_line(entry.said[0], entry.span).value if entry else ()
        return self.read[key]

    def entries(self) -> dict[Key, Entry]:
        """Return the catalog brought up to what there is to translate: what still fits, and as stale what changed."""
        return {key: one.entry for key, one in self.matches.items() if one.entry}

    def state(self, keys: Iterable[Key]) -> State:
        """Return the lowest state among units: that of the catalog, where a unit has none of its own."""
        found = (self.matches[key].entry for key in keys if key in self.matches)
        order = [self.catalog.state_of(entry) for entry in found if entry]
        return min(order, key=catalogs.STATES.index, default=self.catalog.state)


# ---------------------------------------------------------------- a workspace and a leaflet, in that language


def workspace(source: Workspace, book: Book) -> Workspace:
    """Return the workspace with its small texts in the book's language: glossary, readers, countries, clinic, kinds of sources."""
    kinds = {name: book.text(unit) for name, unit in units.source_units(source).items()}
    details = {key: book.text(unit) for key, unit in units.clinic_units(source).items()}
    return replace(
        source,
        terms=MappingProxyType({name: _term(term, book) for name, term in source.terms.items()}),
        profiles=MappingProxyType(
            {name: replace(one, title=book.text(units.profile_unit(one.title, one.span))) for name, one in source.profiles.items()}
        ),
        countries=MappingProxyType({name: _country(source, name, book) for name in source.countries}),
        clinic=replace(source.clinic, details=MappingProxyType({**source.clinic.details, **details})),
        sources=MappingProxyType({name: replace(one, design=kinds.get(name, "")) for name, one in source.sources.items()}),
        leaflets=MappingProxyType({name: _recipe(one, book) for name, one in source.leaflets.items()}),
    )


def _term(term: Term, book: Book) -> Term:
    return replace(term, **{name: book.text(unit) for name, unit in units.term_units(term).items()})  # type: ignore[arg-type]


def _recipe(recipe: Recipe, book: Book) -> Recipe:
    texts = {unit.context: book.text(unit) for unit in units.recipe_units(recipe)}
    named = {name: texts[f"{name.replace('_', ' ')} of {recipe.id}"] for name in ("title", "short_title", "funding", "conflicts")}
    people = {
        kind: tuple(replace(one, role=next(iter(book.find("role of a person", one.role)), "")) for one in getattr(recipe, kind))
        for kind in ("authors", "reviewers")
    }
    titles = {name: book.text(unit) for name, unit in units.text_units(recipe).items()}
    others = MappingProxyType({name: replace(text, title=titles.get(name, "")) for name, text in recipe.texts.items()})
    return replace(recipe, texts=others, **named, **people)  # type: ignore[arg-type]


def _country(source: Workspace, name: str, book: Book) -> Country:
    country, found = source.countries[name], units.country_units(source, name)
    details = {key: book.text(found[key]) if key in found else text for key, text in country.details.items()}
    offered = tuple(replace(one, what=book.text(found[one.name]) if one.name in found else "") for one in country.organisations)
    return replace(country, details=MappingProxyType(details), organisations=offered)


@dataclass(slots=True)
class Translator:
    """Translates one chosen leaflet after another into one language."""

    source: Workspace
    book: Book
    keys: units.Keys = field(init=False)
    workspace: Workspace = field(init=False)

    def __post_init__(self) -> None:
        self.keys = units.Keys(self.source)
        self.workspace = workspace(self.source, self.book)

    def leaflet(self, leaflet: Leaflet) -> tuple[Leaflet, set[Key]]:
        """Return a leaflet in the book's language, and the units it is made of."""
        used: set[Key] = set()

        def change(piece: units.Piece) -> Inlines:
            key = self.keys.of(piece)
            used.add(key)
            return self.book.inlines(key)

        def title(section: Chosen) -> str:
            whole = self.source.sections[section.id]
            said = change(units.title_piece(whole))
            return "".join(inline.text for inline in said if isinstance(inline, Text))

        sections = tuple(replace(one, title=title(one), blocks=units.rewrite(one.blocks, change)) for one in leaflet.sections)
        recipe = self.workspace.leaflets[leaflet.recipe.id].in_text(leaflet.text)
        return replace(leaflet, recipe=recipe, sections=sections), used

    def around(self, printed: Printed) -> Iterator[Key]:
        """Yield the units of what stands around a leaflet's sections: titles, glossary, sources, country, clinic."""
        recipe, request = self.source.leaflets[printed.leaflet.recipe.id], printed.leaflet.request
        yield from (unit.key for unit in units.recipe_units(recipe))
        yield from (unit.key for name, unit in units.text_units(recipe).items() if name == printed.leaflet.text)
        profile = self.source.profiles[request.profile]
        yield units.profile_unit(profile.title, profile.span).key
        for trait, value in request.traits:
            yield units.value_unit(self.source.vocabulary[trait].values[value].title, trait, recipe.span).key
        for term in printed.terms:
            yield from (unit.key for unit in units.term_units(self.source.terms[term.id]).values())
        kinds = units.source_units(self.source)
        yield from (kinds[source.id].key for source in printed.sources if source.id in kinds)
        yield from (unit.key for unit in units.clinic_units(self.source).values())
        if printed.leaflet.country in self.source.countries:
            yield from (unit.key for unit in units.country_units(self.source, printed.leaflet.country).values())
