"""L8: every letter has a glyph in every face of the edition, found before anything is rendered, with its place."""

from collections.abc import Iterator

from leaflets.checks.case import Case
from leaflets.problems import Problem, Span


def letters(case: Case, covered: frozenset[int]) -> Iterator[Problem]:
    """Yield each letter of the printed text that is not in `covered`, the code points all faces have, once a place."""
    recipe = case.printed.leaflet.recipe
    texts: list[tuple[str, Span]] = [(case.printed.title, recipe.places.get("title", recipe.span))]
    texts += [(section.title, section.span) for section in case.printed.sections]
    texts += [(passage.text, passage.block.span) for passage in case.passages]
    texts += [(f"{term.term} {term.meaning} {term.explanation}", term.span) for term in case.printed.terms]
    texts += [
        (" ".join((source.authors, source.title, source.published_in, source.design, source.reference)), source.span)
        for source in case.printed.sources
    ]
    texts += [
        (" ".join((fact.claim, fact.other, fact.group, fact.counted, fact.population)), fact.span)
        for fact in map(case.workspace.facts.__getitem__, case.printed.facts)
    ]
    if all(letter.isspace() or ord(letter) in covered for letter in set("".join(text for text, _ in texts))):
        return
    for text, span in texts:
        for letter in sorted({letter for letter in text if not letter.isspace() and ord(letter) not in covered}):
            hint = "write it with other letters, or ask for a font that has it"
            yield case.problem("L8", f"no font of this language has the letter `{letter}` (U+{ord(letter):04X})", span, hint)
