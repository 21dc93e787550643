"""What there is to translate: every piece of text of a workspace, with what it stands for and what it depends on.

One walk over the blocks (`rewrite`) serves both ways: it hands out each piece, and puts back what it is given. So the units of a
text, joined, are the text (tests/test_units.py). What is said around numbers is not listed by hand: a listening voice goes through
every fact as the sections state it.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time

from leaflets import facts as said
from leaflets.facts import Voice
from leaflets.markup import flat, inlines_in, walk, write
from leaflets.model import (
    Block,
    Blocks,
    Box,
    Certainty,
    Fact,
    FactBox,
    FactRef,
    Figure,
    Heading,
    Icons,
    Inlines,
    Items,
    Paragraph,
    Phrase,
    Picture,
    PriceTag,
    Recipe,
    Section,
    Table,
    Term,
    TermRef,
    Text,
    Unit,
    When,
    Workspace,
)
from leaflets.problems import Span

_NOT_SAID = frozenset({"id", "span", "sources", "date", "reported"})
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)?[^\s@]+@?[^\s@]+\.[a-z]{2,}(?:/\S*)?")
CLINIC_WORDS = ("department", "phone_hours", "contact", "feedback")
"""The details of a clinic that are words; the others are names, numbers and addresses, which no language changes."""
PHRASE, PAGE = "phrase", "page"
"""Contexts: what the program says around numbers, and what the templates say."""


# ---------------------------------------------------------------- pieces of a section


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of running text in its place: its kind, section, and the facts that the block around it draws."""

    inlines: Inlines
    kind: str
    section: str
    facts: tuple[str, ...]
    span: Span


Change = Callable[[Piece], Inlines]


def rewrite(blocks: Blocks, change: Change, kind: str = "paragraph", facts: tuple[str, ...] = ()) -> Blocks:
    """Return the blocks with every piece of running text as `change` gives it back. What holds no text stays as it is."""
    return tuple(_rewritten(block, change, kind, facts) for block in blocks)


def _rewritten(block: Block, change: Change, kind: str, facts: tuple[str, ...]) -> Block:  # noqa: C901 - one case a kind of block
    def piece(inlines: Inlines, kind: str) -> Inlines:
        return change(Piece(inlines, kind, block.id.rpartition(".")[0], facts, block.span)) if _has_words(inlines) else inlines

    match block:
        case Heading():
            return replace(block, text=piece(block.text, "heading"))
        case Paragraph():
            return replace(block, text=piece(block.text, kind))
        case Items():
            return replace(block, items=tuple(rewrite(item, change, "item", facts) for item in block.items))
        case Table():
            header = tuple(piece(cell, "column head") for cell in block.header)
            rows = tuple(tuple(piece(cell, "cell" if index else "row head") for index, cell in enumerate(row)) for row in block.rows)
            return replace(block, header=header, rows=rows)
        case Picture():
            alt = piece((Text(block.alt, block.span),), "words for a picture")
            return replace(block, alt="".join(inline.text for inline in alt if isinstance(inline, Text)))
        case FactBox() | Icons():
            return replace(block, caption=rewrite(block.caption, change, "caption", (*facts, *block.facts)))
        case Box():
            title = piece(block.title, "box title")
            return replace(block, title=title, blocks=rewrite(block.blocks, change, "paragraph", facts))
        case PriceTag():
            return replace(block, otherwise=rewrite(block.otherwise, change, kind, facts))
        case When() | Figure() | Certainty():
            return replace(block, blocks=rewrite(block.blocks, change, kind, facts))
        case _:
            return block


def _has_words(inlines: Inlines) -> bool:
    """Whether there is something to translate: a letter outside of braces."""
    return any(isinstance(inline, Text) and _LETTER.search(inline.text) for inline in flat(inlines))


def title_piece(section: Section) -> Piece:
    """Return a section's title as a piece."""
    return Piece((Text(section.title, section.title_span),), "section title", section.id, (), section.title_span)


# ---------------------------------------------------------------- what a unit depends on


@dataclass(slots=True)
class Keys:
    """Makes the context of units: what, where, and the state of the facts and words they were written for."""

    workspace: Workspace
    marks: dict[str, str] = field(default_factory=dict)

    def of(self, piece: Piece) -> tuple[str, str]:
        """Return what a catalog finds a piece by: its context and its text."""
        return self.context(f"{piece.kind} in {piece.section}", self.uses(piece)), write(piece.inlines)

    def context(self, what: str, uses: Iterable[str]) -> str:
        """Return `what · fact NAME MARK · term NAME MARK`."""
        return " · ".join((what, *(f"{use} {self.mark(use)}" for use in uses)))

    def uses(self, piece: Piece) -> tuple[str, ...]:
        """Return the facts and words of the glossary a piece was written for, with those the block around it draws."""
        facts = {inline.fact for inline in flat(piece.inlines) if isinstance(inline, FactRef)} | set(piece.facts)
        facts |= {self.workspace.facts[name].comparator for name in piece.facts if name in self.workspace.facts} - {"", "none"}
        terms = {inline.term for inline in flat(piece.inlines) if isinstance(inline, TermRef)}
        return (*(f"fact {name}" for name in sorted(facts)), *(f"term {name}" for name in sorted(terms)))

    def mark(self, use: str) -> str:
        """Return 6 hexadecimal digits that change when a fact's numbers or words change, or a word of the glossary does."""
        if use not in self.marks:
            kind, _, name = use.partition(" ")
            record = (self.workspace.facts if kind == "fact" else self.workspace.terms).get(name)
            self.marks[use] = _mark(record) if record else "000000"
        return self.marks[use]


def _mark(record: Fact | Term) -> str:
    fields = {name: getattr(record, name) for name in record.__slots__ if name not in _NOT_SAID | {"avoid"}}
    return hashlib.sha256(json.dumps(fields, sort_keys=True, default=repr).encode()).hexdigest()[:6]


def without_marks(context: str) -> str:
    """Return a context without the state of what it depends on: the same for the same place, whatever changed."""
    return context.partition(" · ")[0]


def marks(context: str) -> dict[str, str]:
    """Return what a context depends on: `fact NAME` or `term NAME` -> mark."""
    parts = (part.rpartition(" ") for part in context.split(" · ")[1:])
    return {use: mark for use, _, mark in parts}


# ---------------------------------------------------------------- all units of a workspace


@dataclass(frozen=True, slots=True)
class Message:
    """A text of a template: where it stands."""

    text: str
    span: Span


def extract(workspace: Workspace, templates: Iterable[Message] = ()) -> dict[tuple[str, str], Unit]:
    """Return every unit of a workspace by its key, in the order of the files. `templates` are the texts of the templates."""
    gatherer = _Gatherer(workspace)
    for section in workspace.sections.values():
        gatherer.section(section)
    for recipe in workspace.leaflets.values():
        gatherer.recipe(recipe)
    gatherer.small()
    gatherer.spoken()
    for message in templates:
        gatherer.add(Unit(PAGE, message.text, "", message.span, ("On every leaflet.",)))
    return gatherer.found


@dataclass(slots=True)
class _Gatherer:
    workspace: Workspace
    keys: Keys = field(init=False)
    found: dict[tuple[str, str], Unit] = field(default_factory=dict)
    shown_in: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.keys = Keys(self.workspace)
        self.shown_in = {name: [] for name in self.workspace.sections}
        for recipe in self.workspace.leaflets.values():
            for name in recipe.every_section:
                self.shown_in.setdefault(name, []).append(recipe.id)

    def add(self, unit: Unit) -> None:
        """Keep a unit; where it is there already, with one place more."""
        if not unit.text:
            return
        first = self.found.get(unit.key)
        places = (*first.places, *unit.places) if first else (unit.span.path,)
        if first and unit.span.path not in places:
            places = (*places, unit.span.path)
        self.found[unit.key] = replace(first or unit, places=places)

    def section(self, section: Section) -> None:
        recipes = ", ".join(self.shown_in.get(section.id, ())) or "no leaflet of its own"
        where = f"Section “{section.title}” ({section.kind}), in: {recipes}."

        def gather(piece: Piece) -> Inlines:
            context, text = self.keys.of(piece)
            self.add(Unit(context, text, "", piece.span, (where, *self.notes(piece))))
            return piece.inlines

        gather(title_piece(section))
        rewrite(section.blocks, gather)

    def notes(self, piece: Piece) -> Iterator[str]:
        """Yield what each fact and word of a unit stands for."""
        for use in self.keys.uses(piece):
            kind, _, name = use.partition(" ")
            if kind == "fact" and (fact := self.workspace.facts.get(name)):
                told = said.words(fact, "both" if fact.kind == "proportion" else "words", Voice(self.workspace.language))
                yield f"{{fact {name}}}: {told}"
            elif kind == "term" and (term := self.workspace.terms.get(name)):
                yield f"{{term {name}}}: {term.term} ({term.meaning})"

    def recipe(self, recipe: Recipe) -> None:
        for unit in (*recipe_units(recipe), *text_units(recipe).values()):
            self.add(unit)

    def small(self) -> None:
        """Gather titles of profiles and traits, the glossary, the words of clinic, countries and sources."""
        for profile in self.workspace.profiles.values():
            self.add(profile_unit(profile.title, profile.span))
        for trait in self.workspace.vocabulary.values():
            for value in trait.values.values():
                self.add(value_unit(value.title, trait.id, trait.span))
        for term in self.workspace.terms.values():
            for unit in term_units(term).values():
                self.add(unit)
        for unit in (*clinic_units(self.workspace).values(), *source_units(self.workspace).values()):
            self.add(unit)
        for phrase in self.workspace.phrases.values():
            self.add(phrase_unit(phrase))
        for name in self.workspace.countries:
            for unit in country_units(self.workspace, name).values():
                self.add(unit)

    def spoken(self) -> None:
        """Gather what is said around numbers: a voice that listens goes through every fact as the sections state it."""
        for section in self.workspace.sections.values():
            for block in walk(section.blocks):
                for message in _said_of(self.workspace, block):
                    self.add(replace(message, span=section.span, notes=(f"As in the section “{section.title}”.", *message.notes)))
            for inline in inlines_in(section.blocks):
                fact = self.workspace.facts.get(inline.fact) if isinstance(inline, FactRef) else None
                if fact is not None and isinstance(inline, FactRef):
                    for message in _said_by(lambda voice, fact=fact, form=inline.form: said.words(fact, form, voice)):  # type: ignore[misc]
                        self.add(replace(message, span=fact.span, notes=(f"For the fact {fact.id}.", *message.notes)))
        for given in self.workspace.clinic.prices.values():
            for message in _said_by(lambda voice, given=given: said.price(given, voice)):  # type: ignore[misc]
                self.add(replace(message, span=self.workspace.clinic.span))


def _said_of(workspace: Workspace, block: Block) -> Iterator[Unit]:
    """Yield what a fact box or icon array says."""
    if isinstance(block, FactBox | Icons) and all(name in workspace.facts for name in block.facts):
        facts = [workspace.facts[name] for name in block.facts]
        others = [workspace.facts[fact.comparator] for fact in facts if fact.comparator in workspace.facts]
        if isinstance(block, FactBox):
            others = others if len(others) == len(facts) else []
            yield from _said_by(lambda voice: said.box(facts, others, voice, "", block.span))
        else:
            for fact in facts:
                yield from _said_by(lambda voice, fact=fact: said.array(fact, voice))  # type: ignore[misc]


def _said_by(speak: Callable[[Voice], object]) -> Iterator[Unit]:
    """Yield what a voice is asked to say. A form that a fact does not have says nothing; it is told elsewhere."""
    voice = Voice("en")
    try:
        speak(voice)
    except KeyError:
        return
    for context, text, plural in voice.asked:
        yield Unit(context, text, plural)


# ---------------------------------------------------------------- units of small texts


def recipe_units(recipe: Recipe) -> Iterator[Unit]:
    """Yield the titles of a leaflet and what it says about itself."""
    for name in ("title", "short_title", "funding", "conflicts"):
        span = recipe.places.get(name, recipe.span)
        yield Unit(f"{name.replace('_', ' ')} of {recipe.id}", getattr(recipe, name), "", span, ("About the leaflet as a whole.",))
    for person in (*recipe.authors, *recipe.reviewers):
        yield Unit("role of a person", person.role, "", recipe.span, (f"{person.name}, in the leaflet {recipe.id}.",))


def text_units(recipe: Recipe) -> dict[str, Unit]:
    """Return the units of the titles that other texts of a leaflet have of their own, by text."""
    notes = ("On the first page of an edition with a text of its own.",)
    return {
        name: Unit(f"{name} title of {recipe.id}", text.title, "", text.places["title"], notes)
        for name, text in recipe.texts.items()
        if text.title
    }


def profile_unit(title: str, span: Span) -> Unit:
    """Return the unit of a profile's title."""
    return Unit("reader", title, "", span, ("Who a leaflet is made for; it stands below the title, after “Made for:”.",))


def value_unit(title: str, trait: str, span: Span) -> Unit:
    """Return the unit of a trait's value."""
    return Unit(f"value of {trait}", title, "", span, ("One thing that is known of the reader.",))


def term_units(term: Term) -> dict[str, Unit]:
    """Return the units of a word of the glossary by field."""
    notes = (f"Glossary, {term.id}. {'An abbreviation. ' if term.abbreviation else ''}The meaning follows the first use, in brackets.",)
    texts = {name: getattr(term, name) for name in ("term", "meaning", "explanation")}
    return {name: Unit(f"glossary {term.id}, {name}", text, "", term.span, notes) for name, text in texts.items()}


def clinic_units(workspace: Workspace) -> dict[str, Unit]:
    """Return the units of the clinic's details that are words, by detail."""
    clinic = workspace.clinic
    found = {key: clinic.details[key] for key in CLINIC_WORDS if _is_words(clinic.details.get(key, ""))}
    return {key: Unit(f"clinic, {key}", text, "", clinic.span, ("The clinic's own details.",)) for key, text in found.items()}


def source_units(workspace: Workspace) -> dict[str, Unit]:
    """Return what each source is, in words, by source. Titles of sources stay as they were published."""
    notes = ("What kind of study or text a source is; it stands in the list of sources.",)
    return {
        source.id: Unit("kind of source", source.design, "", source.span, notes) for source in workspace.sources.values() if source.design
    }


_SLOTS = {
    "text": "a name, number or place, as it stands in the table of recipients",
    "date": "a day with its weekday, as “{sample}”",
    "time": "a time of day, as “{sample}”",
    "number": "a number",
}
"""What translators are told of each kind of slot. Days and times come out as the language writes them."""


def phrase_unit(phrase: Phrase) -> Unit:
    """Return the unit of a line of a letter, with what each slot stands for."""
    voice = Voice("en", "gb")
    samples = {"date": voice.weekday(date(2026, 11, 23)), "time": voice.clock(time(14, 30))}
    told = (f"{{{name}}}: {_SLOTS[kind].replace('{sample}', samples.get(kind, ''))}" for name, kind in phrase.slots.items())
    note = "A line of a letter, for one person. What stands in braces is put in as it is: write so that it need not be inflected."
    return Unit(f"{said.LETTER}{phrase.id}", phrase.text, "", phrase.span, (note, *told))


def country_units(workspace: Workspace, name: str) -> dict[str, Unit]:
    """Return the units of a country: details that are words by detail, what an organisation offers by its name."""
    country = workspace.countries[name]
    number = country.details.get("emergency_number", "")
    found = {"emergency_number": Unit("emergency number", number, "", country.span)} if _LETTER.search(number) else {}
    for one in country.organisations:
        if one.what:
            found[one.name] = Unit("what an organisation offers", one.what, "", country.span, (f"{one.name}, {country.title}.",))
    return found


def _is_words(text: str) -> bool:
    return bool(_LETTER.search(_ADDRESS.sub("", text)))
