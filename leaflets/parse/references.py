"""The nouns of a workspace against one another: every name that is used is defined, and what is defined is used."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from leaflets.markup import FACT_FORMS, flat, inlines_of, walk
from leaflets.model import (
    KINDS,
    PROFILES,
    ROUTING,
    Block,
    Cite,
    EditionKind,
    FactBox,
    FactRef,
    Icons,
    Include,
    Inline,
    Picture,
    Recipe,
    Section,
    Slot,
    TermRef,
    When,
    Workspace,
)
from leaflets.parse import conditions
from leaflets.parse.shapes import CLINIC_DETAILS, COUNTRY_DETAILS
from leaflets.problems import Ledger, Problem, Span, nearest

_SLOTS = {"clinic": CLINIC_DETAILS, "country": COUNTRY_DETAILS}


ANY = "any name of "
"""Begins a name in `broken` that stands for all names of a kind: a file of that kind could not be read at all."""
SOME = "some names of "
"""Begins a name in `broken` that says that a file of a kind was read in part; the names in it are in `broken`, too."""
_KINDS_OF_FILES = {
    "fact": "facts",
    "source": "sources",
    "word of the glossary": "glossary",
    "profile": "profiles",
    "country": "countries",
}


def check(workspace: Workspace, broken: Collection[str]) -> list[Problem]:
    """Return every reference that leads nowhere. Names in `broken` belong to files that could not be read."""
    return _References(workspace, broken, Ledger()).check()


@dataclass(slots=True)
class _References:
    workspace: Workspace
    broken: Collection[str]
    ledger: Ledger

    def check(self) -> list[Problem]:
        self.vocabulary()
        for fact in self.workspace.facts.values():
            for source in fact.sources:
                self.known("X03", "source", source, self.workspace.sources, fact.span)
            if fact.comparator not in ("", "none"):
                self.comparator(fact.id)
        for profile in self.workspace.profiles.values():
            self.profile(profile.traits, profile.span)
        for section in self.workspace.sections.values():
            self.section(section)
        for recipe in self.workspace.leaflets.values():
            self.recipe(recipe)
        self.circles()
        self.deliverables()
        self.editions()
        self.clinic()
        self.theme()
        self.phrases()
        if not self.broken:
            self.unused()
        return self.ledger.problems

    def known(self, code: str, what: str, name: str, among: Mapping[str, object], span: Span) -> bool:
        """Note a name that nothing defines."""
        if name in among or self.may_be_hidden(what, name):
            return name in among
        self.ledger.add(code, f"no {what} is called `{name}`", span, nearest(name, among))
        return False

    def may_be_hidden(self, what: str, name: str) -> bool:
        """Whether a name may stand in a file that could not be read. A record can only be in a file of its kind."""
        files = _KINDS_OF_FILES.get(what)
        if files is None:
            return name in self.broken
        return ANY + files in self.broken or (name in self.broken and SOME + files in self.broken)

    def vocabulary(self) -> None:
        for trait in self.workspace.vocabulary.values():
            if trait.countries:
                for value in trait.values:
                    self.known("X13", "country", value, self.workspace.countries, trait.span)

    def comparator(self, name: str) -> None:
        fact = self.workspace.facts[name]
        if not self.known("X01", "fact", fact.comparator, self.workspace.facts, fact.span):
            return
        other = self.workspace.facts[fact.comparator]
        if other.kind != "proportion" or other.id == fact.id:
            self.ledger.add("N11", f"`{other.id}` cannot be compared with `{name}`", fact.span, "name a proportion of the other group")
        elif other.denominator != fact.denominator:
            told = f"`{name}` is of {fact.denominator} and its comparator `{other.id}` of {other.denominator}"
            self.ledger.add("N1", told, fact.span, "put both on one denominator")

    def profile(self, traits: Mapping[str, str], span: Span) -> None:
        for trait, value in traits.items():
            if self.known("V02", "trait", trait, self.workspace.vocabulary, span):
                values = self.workspace.vocabulary[trait].values
                if value not in values:
                    self.ledger.add("V03", f"`{trait}` has no value `{value}`", span, nearest(value, values))

    # ------------------------------------------------ sections

    def section(self, section: Section) -> None:
        found = [section.applies] if section.applies else []
        found += [block.condition for block in walk(section.blocks) if isinstance(block, When)]
        if self.workspace.vocabulary:
            names = {*self.workspace.leaflets, *self.broken}
            hidden = self.broken if SOME + "vocabulary" in self.broken else ()
            for condition in found:
                told = conditions.check(condition, self.workspace.vocabulary, names)
                self.ledger.extend(problem for problem in told if not _named_in(problem.message, hidden))
        for block in walk(section.blocks):
            self.block(block)
            for inlines in inlines_of(block):
                for inline in flat(inlines):
                    self.inline(inline)

    def block(self, block: Block) -> None:
        match block:
            case FactBox(facts=facts) | Icons(facts=facts):
                if isinstance(block, FactBox):
                    self.each_pair_once(block)
                for fact in facts:
                    if self.known("X01", "fact", fact, self.workspace.facts, block.span):
                        self.drawable(fact, block.span)
            case Include(section=section):
                self.known("X04", "section", section, self.workspace.sections, block.span)
            case Picture(asset=asset):
                self.known("X08", "picture of content/assets/", asset, self.workspace.assets, block.span)
            case _:
                pass

    def each_pair_once(self, block: FactBox) -> None:
        """A fact with a comparison group brings that group's column along: naming both would print each twice, heads exchanged."""
        for name in block.facts:
            other = self.workspace.facts[name].comparator if name in self.workspace.facts else ""
            if other in block.facts:
                told = f"`{other}` is the comparison group of `{name}` and stands in its row already"
                self.ledger.add("M08", told, block.span, f"name only `{name}`")

    def drawable(self, name: str, span: Span) -> None:
        fact = self.workspace.facts[name]
        if fact.kind != "proportion":
            self.ledger.add("M08", f"`{name}` is a {fact.kind} and has no two sides", span, "name facts of the kind `proportion`")
        elif fact.denominator > 1000:
            self.ledger.add("M08", f"`{name}` is of {fact.denominator:,}: too many to draw", span, "put it on 100 or 1,000 people")

    def inline(self, inline: Inline) -> None:
        match inline:
            case FactRef(fact=fact, form=form, span=span):
                if self.known("X01", "fact", fact, self.workspace.facts, span):
                    self.form(fact, form, span)
            case TermRef(term=term, span=span):
                self.known("X02", "word of the glossary", term, self.workspace.terms, span)
            case Cite(sources=sources, span=span):
                for source in sources:
                    self.known("X03", "source", source, self.workspace.sources, span)
            case Slot(owner=owner, key=key, span=span):
                if key not in _SLOTS[owner]:
                    self.ledger.add("X07", f"the {owner} has no detail called `{key}`", span, nearest(key, _SLOTS[owner]))
            case _:
                pass

    def form(self, name: str, form: str, span: Span) -> None:
        fact = self.workspace.facts[name]
        if form not in FACT_FORMS[fact.kind]:
            told = f"`{name}` is a {fact.kind} and has no form `{form}`"
            self.ledger.add("M12", told, span, nearest(form, FACT_FORMS[fact.kind]))
        elif (form == "period" and fact.period is None) or (form == "interval" and fact.interval is None):
            self.ledger.add("M12", f"the fact `{name}` has no {form}", span, f"give it one in {fact.span.path}, line {fact.span.line}")

    def circles(self) -> None:
        """Note each circle of includes once, with the way round it."""
        includes = {
            section.id: [(block.section, block.span) for block in walk(section.blocks) if isinstance(block, Include)]
            for section in self.workspace.sections.values()
        }
        told: set[frozenset[str]] = set()
        for start in includes:
            for way, span in _ways_back(start, includes):
                if frozenset(way) not in told:
                    told.add(frozenset(way))
                    shown = " includes ".join(f"`{name}`" for name in (*way, start))
                    self.ledger.add("X09", f"a circle: {shown}", span, "take one of these includes out")

    # ------------------------------------------------ leaflets

    def recipe(self, recipe: Recipe) -> None:
        self.known("X05", "profile", recipe.default_profile, self.workspace.profiles, recipe.places.get("default_profile", recipe.span))
        self.text(recipe)
        for name, text in recipe.texts.items():
            printed = [edition.text for edition in self.workspace.editions.values() if edition.text]
            self.text(recipe.in_text(name))
            if self.workspace.editions and name not in printed:
                self.ledger.add("X17", f"no edition prints the text `{name}`", text.span, nearest(name, printed))

    def text(self, recipe: Recipe) -> None:
        """Note what one text of a leaflet names that is not there."""
        seen: set[str] = set()
        for index, name in enumerate(recipe.sections):
            span = recipe.places.get(f"sections/{index}", recipe.span)
            self.known("X04", "section", name, self.workspace.sections, span)
            if name in seen:
                self.ledger.add("X14", f"the section `{name}` stands twice", span, "keep one of the two")
            seen.add(name)
        for thing in recipe.must_show:
            among: Mapping[str, object] = {
                "section": self.workspace.sections,
                "kind": dict.fromkeys(KINDS),
                "fact": self.workspace.facts,
            }[thing.what]
            code = {"section": "X04", "kind": "K04", "fact": "X01"}[thing.what]
            self.known(code, f"{thing.what}", thing.id, among, thing.span)

    def deliverables(self) -> None:
        span = Span("content/workspace.yaml", 1, 1)
        for row in self.workspace.deliverables:
            for name in row.leaflets or ():
                self.known("X06", "leaflet", name, self.workspace.leaflets, span)
            for name in row.profiles if row.profiles and row.profiles != "default" else ():
                self.known("X05", "profile", name, self.workspace.profiles, span)
            for name in row.editions or ():
                if self.known("X12", "edition", name, self.workspace.editions, span):
                    self.offered(row.leaflets or (), name, span)
        if not self.workspace.leaflets and not self.broken and self.workspace.sections:
            self.ledger.add("X06", "the workspace has no leaflet", Span("content/leaflets"), "make one with `leaflets new leaflet NAME`")

    def offered(self, leaflets: Collection[str], edition: str, span: Span) -> None:
        """Note leaflets that a row names together with an edition whose text they do not have."""
        for name in leaflets:
            if name in self.workspace.leaflets and not self.workspace.offers(name, edition):
                hint = f"write it under `texts` in content/leaflets/{name}.yaml, or make a row without it"
                self.ledger.add("X17", self.workspace.not_offered(name, edition), span, hint)

    def editions(self) -> None:
        span = Span("styles/editions.yaml", 1, 1)
        for edition in self.workspace.editions.values():
            for style in edition.styles:
                if style not in self.workspace.styles:
                    told = f"the edition `{edition.id}` needs styles/{style}, and there is none"
                    self.ledger.add("P10", told, span, nearest(style, self.workspace.styles))
            if edition.template not in self.workspace.templates:
                told = f"the edition `{edition.id}` needs templates/{edition.template}, and there is none"
                self.ledger.add("P08", told, span, nearest(edition.template, self.workspace.templates))
            self.press(edition, span)

    def press(self, edition: EditionKind, span: Span) -> None:
        """Note an edition for a print shop that lacks the profile of a press, or has its pages laid out on sheets already."""
        profile, known = f"{PROFILES}{edition.profile}", [name for name in self.workspace.assets if name.startswith(PROFILES)]
        if edition.variant == "pdf/x-4" and profile not in known:
            told = f"needs styles/{profile}, and there is none" if edition.profile else "names no profile of a press"
            listed = f"there is: {', '.join(name.removeprefix(PROFILES) for name in known)}" if known else "ask your print shop for one"
            self.ledger.add("P12", f"the edition `{edition.id}` {told}", span, listed)
        elif edition.variant == "pdf/x-4" and not _of_four_inks(self.workspace.assets[profile]):
            hint = "ask your print shop for the ICC profile of its press, of four inks"
            self.ledger.add("P12", "this is no profile of a press with four inks", Span(f"styles/{profile}"), hint)
        if edition.variant == "pdf/x-4" and edition.imposition:
            hint = "a print shop lays pages out itself: leave `imposition` out, or `variant`"
            self.ledger.add("P12", f"the edition `{edition.id}` is PDF/X and laid out on sheets, which cannot be both", span, hint)

    def clinic(self) -> None:
        clinic = self.workspace.clinic
        if clinic.name:
            self.known("X13", "country", clinic.country, self.workspace.countries, clinic.span)
        for signoff in self.workspace.signoffs:
            self.known("X06", "leaflet", signoff.leaflet, self.workspace.leaflets, signoff.span)

    def theme(self) -> None:
        theme = self.workspace.theme
        if theme.logo:
            self.known("X08", "picture of content/assets/", theme.logo, self.workspace.assets, theme.places["logo"])
        for family in theme.fonts.values():
            for file in (family.regular, family.bold):
                self.known("X08", "font of content/assets/", file, self.workspace.fonts, family.span)

    def phrases(self) -> None:
        """Every brace of a phrase is one of its slots, and a slot is filled with one kind of thing, whichever phrase has it."""
        kinds: dict[str, tuple[str, str]] = {}
        for phrase in self.workspace.phrases.values():
            named = set(re.findall(r"\{(\w+)\}", phrase.text))
            for name in sorted(set(re.findall(r"\{[^{}]*\}|[{}]", phrase.text)) - {f"{{{slot}}}" for slot in phrase.slots}):
                told = f"`{name}` is no slot of the phrase `{phrase.id}`"
                self.ledger.add("X16", told, phrase.span, "list it under `slots`, with what it is filled with: `{date: date}`")
            for name in sorted(set(phrase.slots) - named):
                self.ledger.add("X16", f"the phrase `{phrase.id}` does not say `{{{name}}}`", phrase.span, "say it, or take the slot out")
            for name, kind in phrase.slots.items():
                first, other = kinds.setdefault(name, (phrase.id, kind))
                if name in ROUTING:
                    told = f"the slot `{name}` has the name of a column that says which leaflet a row is about"
                    self.ledger.add("X16", told, phrase.span, "choose another name")
                elif other != kind:
                    told = f"the slot `{name}` is a {kind} here and a {other} in the phrase `{first}`"
                    self.ledger.add("X16", told, phrase.span, "one name, one kind: change one of the two")

    def unused(self) -> None:
        """Note what is defined and never used."""
        used = set(_used(self.workspace))
        for section in self.workspace.sections.values():
            if ("section", section.id) not in used:
                hint = "name it in a leaflet, include it, or remove the file"
                self.ledger.add("X10", f"no leaflet uses the section `{section.id}`", section.span, hint)
        for what, among in (("fact", self.workspace.facts), ("term", self.workspace.terms), ("source", self.workspace.sources)):
            for name, record in among.items():
                if (what, name) not in used:
                    self.ledger.add("X11", f"nothing uses the {what} `{name}`", record.span, "use it, or remove it")


def _named_in(message: str, names: Collection[str]) -> bool:
    return any(f"`{name}`" in message for name in names)


def _ways_back(start: str, includes: Mapping[str, list[tuple[str, Span]]]) -> Iterator[tuple[tuple[str, ...], Span]]:
    """Yield each way along includes from `start` back to itself, with the place of its last step. Each section is left once."""
    waiting: list[tuple[str, ...]] = [(start,)]
    left: set[str] = set()
    while waiting:
        way = waiting.pop()
        if way[-1] in left:
            continue
        left.add(way[-1])
        for target, span in includes.get(way[-1], ()):
            if target == start:
                yield way, span
            elif target not in way:
                waiting.append((*way, target))


def _of_four_inks(profile: bytes) -> bool:
    """Whether this is the profile of a press with four inks: ICC.1:2001-04, 6.1 (size, class at 12, colours at 16, signature at 36)."""
    whole = len(profile) > 132 and int.from_bytes(profile[:4]) == len(profile)
    return whole and (profile[12:16], profile[16:20], profile[36:40]) == (b"prtr", b"CMYK", b"acsp")


def _used(workspace: Workspace) -> Iterator[tuple[str, str]]:
    for recipe in workspace.leaflets.values():
        yield from (("section", name) for name in recipe.every_section)
        for one in (recipe, *map(recipe.in_text, recipe.texts)):
            yield from ((thing.what, thing.id) for thing in one.must_show)
    for fact in workspace.facts.values():
        yield "fact", fact.comparator
        yield from (("source", name) for name in fact.sources)
    for section in workspace.sections.values():
        for block in walk(section.blocks):
            if isinstance(block, FactBox | Icons):
                yield from (("fact", name) for name in block.facts)
            elif isinstance(block, Include):
                yield "section", block.section
            for inlines in inlines_of(block):
                yield from (pair for inline in flat(inlines) for pair in _names(inline))


def _names(inline: Inline) -> Iterator[tuple[str, str]]:
    match inline:
        case FactRef(fact=fact):
            yield "fact", fact
        case TermRef(term=term):
            yield "term", term
        case Cite(sources=sources):
            yield from (("source", name) for name in sources)
        case _:
            pass
