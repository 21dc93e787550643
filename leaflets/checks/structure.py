"""Headings, chunks and lists (S1 to S3)."""

from collections.abc import Iterator

from leaflets.checks.case import Case
from leaflets.checks.readability import words
from leaflets.markup import inlines_of, text_of, walk
from leaflets.model import Block, Box, Certainty, Figure, Heading, Items, Paragraph
from leaflets.problems import Problem, Span

CHUNK = 150
LIST = 7
_EMPTY_TITLES = frozenset({"introduction", "general", "other", "miscellaneous", "more", "information", "details", "text", "section"})


def headings(case: Case) -> Iterator[Problem]:
    """S1: no level skipped, and headings that tell something."""
    for section in case.printed.sections:
        level = 1
        for block in walk(section.blocks):
            if isinstance(block, Heading):
                if block.level > level + 1:
                    yield case.problem("S1", "a heading level is skipped", block.span, "use `## ` before `### `")
                level = block.level
        titles = [(section.title, section.span)]
        titles += [(text_of(block.text), block.span) for block in walk(section.blocks) if isinstance(block, Heading)]
        for title, span in titles:
            if title.strip(" .:?!").lower() in _EMPTY_TITLES:
                yield case.problem("S1", f"the heading `{title}` tells nothing", span, "make it a question or a statement")


def chunks(case: Case) -> Iterator[Problem]:
    """S2: at most 150 words under one heading. A box or figure is a chunk of its own."""
    for section in case.printed.sections:
        for span, count in _chunks(section.blocks, section.span):
            if count > CHUNK:
                yield case.problem("S2", f"{count} words under one heading", span, f"put a heading in after {CHUNK} words at most, or cut")


def _chunks(blocks: tuple[Block, ...], span: Span) -> Iterator[tuple[Span, int]]:
    count = 0
    for block in blocks:
        if isinstance(block, Heading):
            yield span, count
            span, count = block.span, 0
        elif isinstance(block, Box | Figure | Certainty):
            yield from _chunks(block.blocks, block.span)
        else:
            inner = (text for each in walk((block,)) if isinstance(each, Paragraph) for text in inlines_of(each))
            count += sum(len(words(text_of(text))) for text in inner)
    yield span, count


def lists(case: Case) -> Iterator[Problem]:
    """S3: at most 7 items in a list."""
    for section in case.printed.sections:
        for block in walk(section.blocks):
            if isinstance(block, Items) and len(block.items) > LIST:
                yield case.problem("S3", f"a list of {len(block.items)} items", block.span, "make two lists of it, each with a heading")


RULES = (headings, chunks, lists)
"""The rules of this group, each a function of a case."""
