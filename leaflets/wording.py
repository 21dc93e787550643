"""A chosen leaflet to a printed one: same blocks, and every fact, word, source and detail put in words of one language."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from leaflets import facts as said
from leaflets.facts import Voice
from leaflets.model import (
    Blank,
    Block,
    Blocks,
    Box,
    Certainty,
    Chosen,
    Cite,
    Contacts,
    FactBox,
    FactRef,
    Figure,
    Heading,
    IconArrays,
    Icons,
    Inline,
    Inlines,
    Items,
    Leaflet,
    Link,
    Named,
    Organisations,
    Paragraph,
    Plain,
    PriceTag,
    Printed,
    Refs,
    Said,
    Slot,
    Source,
    Strong,
    Table,
    Term,
    TermRef,
    Text,
    Workspace,
)
from leaflets.problems import Checked, Ledger, Span


def word(workspace: Workspace, leaflet: Leaflet, voice: Voice) -> Checked[Printed]:
    """Put a leaflet in words. Sources are numbered by first appearance; a word's meaning follows its first use.

    A detail that nobody gave is a problem at the place that asks for it, and the leaflet is not built.
    """
    worder = _Worder(workspace, leaflet, voice)
    sections = tuple(worder.section(section) for section in leaflet.sections)
    terms = sorted((workspace.terms[name] for name in worder.terms), key=lambda term: voice.order(term.term))
    printed = Printed(
        leaflet=leaflet,
        title=leaflet.recipe.title,
        sections=sections,
        terms=tuple(terms),
        sources=tuple(worder.sources.values()),
        facts=tuple(worder.facts),
    )
    where = leaflet.request.where()
    return Checked(printed, tuple(problem.within(**where) for problem in worder.ledger))


@dataclass(slots=True)
class _Worder:
    workspace: Workspace
    leaflet: Leaflet
    voice: Voice
    ledger: Ledger = field(default_factory=Ledger)
    terms: dict[str, Term] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    facts: dict[str, None] = field(default_factory=dict)
    cited: list[int] = field(default_factory=list)

    def section(self, section: Chosen) -> Chosen:
        return replace(section, blocks=self.blocks(section.blocks))

    def blocks(self, blocks: Blocks) -> Blocks:
        return tuple(found for block in blocks for found in self.block(block))

    # ------------------------------------------------ blocks

    def block(self, block: Block) -> Iterator[Block]:  # noqa: C901 - one case a kind of block
        match block:
            case Heading():
                yield replace(block, text=self.inlines(block.text, explain=False))
            case Paragraph():
                self.cited = []
                text = self.inlines(block.text)
                yield replace(block, text=(*text, *self.refs()))
            case Items():
                yield replace(block, items=tuple(self.blocks(item) for item in block.items))
            case Table():
                self.cited = []
                header = tuple(self.inlines(cell) for cell in block.header)
                rows = tuple(tuple(self.inlines(cell) for cell in row) for row in block.rows)
                yield replace(block, header=header, rows=rows, refs=tuple(sorted(set(self.cited))))
            case Box():
                yield replace(block, title=self.inlines(block.title, explain=False), blocks=self.blocks(block.blocks))
            case Figure() | Certainty():
                yield replace(block, blocks=self.blocks(block.blocks))
            case FactBox():
                yield self.fact_box(block)
            case Icons():
                yield self.icons(block)
            case Organisations():
                yield self.contacts(block)
            case PriceTag():
                yield from self.price(block)
            case _:
                yield block

    def fact_box(self, block: FactBox) -> Block:
        caption = self.blocks(block.caption)
        facts = [self.workspace.facts[name] for name in block.facts]
        others = [self.workspace.facts[fact.comparator] for fact in facts if fact.comparator not in ("", "none")]
        if others and len(others) != len(facts):
            told = "some facts of this box have a comparison group and some have none"
            self.ledger.add("N2", told, block.span, "make two boxes of them")
            others = []
        self.cited = []
        for fact in (*facts, *others):
            self.state(fact.id)
        table = said.box(facts, others, self.voice, block.id, block.span)
        return replace(table, caption=caption, refs=tuple(sorted(set(self.cited))))

    def icons(self, block: Icons) -> Block:
        caption = self.blocks(block.caption)
        self.cited = []
        for name in block.facts:
            self.state(name)
        arrays = tuple(said.array(self.workspace.facts[name], self.voice) for name in block.facts)
        return IconArrays(block.id, block.span, arrays, caption, tuple(sorted(set(self.cited))))

    def contacts(self, block: Organisations) -> Block:
        country = self.workspace.countries[self.leaflet.country]
        if not country.organisations:
            told = f"the country `{country.id}` has no organisations"
            self.ledger.add("X07", told, block.span, f"add them in {country.span.path}, line {country.span.line}")
        return Contacts(block.id, block.span, country.organisations)

    def price(self, block: PriceTag) -> Iterator[Block]:
        given = self.workspace.clinic.prices.get(block.price)
        if given is None:
            yield from self.blocks(block.otherwise)
        else:
            yield Paragraph(block.id, block.span, (Text(said.price(given, self.voice), block.span),))

    # ------------------------------------------------ inside a line

    def inlines(self, inlines: Inlines, explain: bool = True) -> Inlines:
        return _tidy([self.inline(inline, explain) for inline in inlines if not isinstance(inline, Cite) or self.cite(inline)])

    def inline(self, inline: Inline, explain: bool) -> Inline:
        match inline:
            case FactRef():
                self.state(inline.fact)
                return Said(said.words(self.workspace.facts[inline.fact], inline.form, self.voice), inline.fact, inline.form)
            case TermRef():
                return self.term(inline, explain)
            case Plain():
                return replace(inline, text=self.voice.digits(inline.text))
            case Slot():
                return self.detail(inline)
            case Strong():
                return Strong(self.inlines(inline.children, explain))
            case Link():
                return replace(inline, children=self.inlines(inline.children, explain))
            case _:
                return inline

    def state(self, name: str) -> None:
        """Note that a fact is stated here, and cite its sources."""
        self.facts[name] = None
        self.cite(Cite(self.workspace.facts[name].sources, Span("")))

    def cite(self, cite: Cite) -> bool:
        """Give each source its number; the number itself is printed at the end of the block. Always False."""
        for name in cite.sources:
            self.sources.setdefault(name, self.workspace.sources[name])
            self.cited.append(list(self.sources).index(name) + 1)
        return False

    def refs(self) -> Inlines:
        numbers = tuple(sorted(set(self.cited)))
        self.cited = []
        return (Refs(numbers),) if numbers else ()

    def term(self, ref: TermRef, explain: bool) -> Inline:
        term = self.workspace.terms[ref.term]
        first = explain and ref.term not in self.terms
        if first:
            self.terms[ref.term] = term
        return Named(ref.text or term.term, ref.term, term.meaning if first else "")

    def detail(self, slot: Slot) -> Inline:
        """Return a detail of the clinic or country; a line to write on where the clinic said so."""
        if slot.owner == "clinic":
            given, home = self.workspace.clinic.details.get(slot.key), self.workspace.clinic.span
            if given is None and slot.key in self.workspace.clinic.write_in:
                return Blank(slot.key)
        else:
            country = self.workspace.countries[self.leaflet.country]
            given, home = country.details.get(slot.key), country.span
        if given is None:
            name = "the clinic" if slot.owner == "clinic" else f"the country `{self.leaflet.country}`"
            hint = f"give it in {home.path}" + (", or name it in `write_in`" if slot.owner == "clinic" else f", line {home.line}")
            self.ledger.add("X07", f"{name} has no `{slot.key}`", slot.span, hint)
        return Plain(given or "", slot.span)


def _tidy(inlines: list[Inline]) -> Inlines:
    """Take out the spaces that a citation leaves behind: two in a row, or one at the end."""
    for index, inline in enumerate(inlines):
        if isinstance(inline, Text):
            before = inlines[index - 1] if index else None
            text = inline.text
            if isinstance(before, Text) and before.text.endswith(" "):
                text = text.lstrip(" ")
            if index == len(inlines) - 1:
                text = text.rstrip(" ")
            inlines[index] = replace(inline, text=text)
    return tuple(inlines)
