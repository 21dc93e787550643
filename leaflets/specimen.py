"""What a page to look at the design shows: one of each part that a leaflet is made of, in each of its states."""

from leaflets.markup import walk
from leaflets.model import Block, Box, Certainty, FactTable, Figure, IconArrays, Items, Printed


def parts(printed: Printed) -> tuple[tuple[str, Block], ...]:
    """Return the first block of each sort that a leaflet holds, with the name of the sort, in the order they are met.

    A sort is a kind of block, and what changes its look: the kind of a box or figure, whether a list is numbered or has boxes to
    tick, how many columns or arrays stand beside one another, a level of certainty.
    """
    found: dict[str, Block] = {}
    for section in printed.sections:
        for block in walk(section.blocks):
            found.setdefault(_sort(block), block)
    return tuple(found.items())


def _sort(block: Block) -> str:
    """Return the name of a block's sort."""
    kind = type(block).__name__
    match block:
        case Box():
            return f"{kind} {block.kind}"
        case Figure():
            return f"{kind} {block.kind}"
        case Certainty():
            return f"{kind} {block.level}"
        case Items():
            return f"{kind} {'tick' if block.tick else 'ordered' if block.ordered else 'plain'}"
        case FactTable():
            return f"{kind} {len(block.header)} columns"
        case IconArrays():
            return f"{kind} {len(block.arrays)}"
        case _:
            return kind
