"""What a check is given, and the pieces of text it looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from leaflets.markup import flat, inlines_of, text_of, walk
from leaflets.model import Block, Chosen, Inlines, Paragraph, Printed, Said, Workspace
from leaflets.problems import Problem, Span


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, list item or cell as printed, with the section it stands in."""

    section: Chosen
    block: Block
    inlines: Inlines
    text: str
    prose: bool

    @property
    def facts(self) -> tuple[Said, ...]:
        """The facts stated in it."""
        return tuple(inline for inline in flat(self.inlines) if isinstance(inline, Said))


@dataclass(frozen=True)
class Case:
    """One printed leaflet to be checked, on a day."""

    workspace: Workspace
    printed: Printed
    as_of: date

    def problem(self, code: str, message: str, span: Span, hint: str = "") -> Problem:
        """Return a problem of this leaflet for this reader."""
        return Problem(code, message, span, hint, **self.printed.leaflet.request.where())

    @property
    def short(self) -> bool:
        """Whether it is one of the texts beside the full one, which sends its reader there for the rest."""
        return bool(self.printed.leaflet.text)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage in reading order; `prose` are paragraphs and list items, which sentences are counted in."""
        return tuple(passage for section in self.printed.sections for passage in _passages(section))

    @cached_property
    def prose(self) -> tuple[str, ...]:
        """The prose of the leaflet with the glossary's explanations, for measures over the whole."""
        passages = [passage.text for passage in self.passages if passage.prose]
        return (*passages, *(term.explanation for term in self.printed.terms))

    def sections(self, kind: str) -> tuple[Chosen, ...]:
        """The sections of a kind."""
        return tuple(section for section in self.printed.sections if section.kind == kind)

    def words(self, kind: str) -> int:
        """How many words the sections of a kind have, tables and pictures not counted."""
        return sum(len(passage.text.split()) for passage in self.passages if passage.section.kind == kind and passage.prose)


def _passages(section: Chosen) -> Iterator[Passage]:
    for block in walk(section.blocks):
        prose = isinstance(block, Paragraph)
        for inlines in inlines_of(block):
            text = " ".join(text_of(inlines).split())
            if text:
                yield Passage(section, block, inlines, text, prose)
