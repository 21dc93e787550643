"""Dates, people, consent (G1 to G6). These are told once for a leaflet, not for each reader."""

from collections.abc import Iterator
from datetime import date, timedelta

from leaflets import starters
from leaflets.markup import inlines_of, text_of, walk
from leaflets.model import Recipe, Workspace
from leaflets.problems import Problem
from leaflets.signing import digest, sections_of

LONGEST_VALIDITY = timedelta(days=3 * 366)


def governance(workspace: Workspace, recipe: Recipe, as_of: date, language: str) -> Iterator[Problem]:
    """Yield what keeps a leaflet from being final: its dates, its people, its signatures, its clinic."""
    yield from _dates(recipe, as_of)
    if not recipe.reviewers:
        yield _told(recipe, "reviewers", "G2", "nobody has reviewed it", "name who reviewed it, once somebody has")
    yield from _signed(workspace, recipe, language)
    clinic = workspace.clinic
    if not clinic.name:
        return  # clinic.yaml could not be read, which is told elsewhere
    if clinic.example:
        hint = "fill in your clinic's, and take `example: true` out"
        yield Problem("G6", "the clinic's details are an example's", clinic.span, hint, leaflet=recipe.id)
    if "feedback" not in clinic.details:
        hint = "say where comments go: `feedback: …`"
        yield Problem("G4", "the clinic gives no way to send comments", clinic.span, hint, leaflet=recipe.id)


def starter_text(workspace: Workspace, recipe: Recipe) -> Iterator[Problem]:
    """G7: nothing of what `leaflets new` wrote in place of a text is left."""
    own = (recipe.funding, recipe.conflicts, recipe.licence, *(person.name for person in recipe.authors))
    if any(text in starters.PLACEHOLDERS for text in own):
        yield _told(recipe, "authors", "G7", "authors, funding or licence are a starter's", "write your own")
    for section in sections_of(workspace, recipe):
        for block in walk(section.blocks):
            words = {text_of(inlines).split(". ")[0].rstrip(".") + "." for inlines in inlines_of(block)}
            if words & starters.PLACEHOLDERS:
                yield Problem("G7", "this text is a starter's", block.span, "write your own", leaflet=recipe.id)


def _dates(recipe: Recipe, as_of: date) -> Iterator[Problem]:
    if recipe.published is None:
        yield _told(recipe, "published", "G1", "it has no date of publication", "give `published:` once it is")
    if recipe.evidence_searched is None:
        yield _told(recipe, "evidence_searched", "G1", "nobody recorded a search of the evidence", "give its date: `evidence_searched:`")
    if recipe.review_due - recipe.written > LONGEST_VALIDITY or recipe.review_due <= recipe.written:
        yield _told(recipe, "review_due", "G1", "review is not due within three years of writing", "give a date within three years")
    if recipe.review_due < as_of:
        yield _told(recipe, "review_due", "G1a", f"its review was due on {recipe.review_due}", "review it and set the next date")


def _signed(workspace: Workspace, recipe: Recipe, language: str) -> Iterator[Problem]:
    """G5: a sign-off belongs to the exact text signed."""
    mine = [signoff for signoff in workspace.signoffs if signoff.leaflet == recipe.id and signoff.language == language]
    clinical = [signoff for signoff in mine if signoff.role == "clinical reviewer"]
    current = digest(workspace, recipe, language)
    for signoff in mine:
        if signoff.text != current:
            told = f"the text changed since {signoff.name} signed it on {signoff.date}"
            yield Problem("G5", told, signoff.span, f"ask for a new signature; the text is now {current}", leaflet=recipe.id)
    if not any(signoff.text == current for signoff in clinical):
        hint = f'record it in content/signoffs.yaml with `language: {language}` and `text: "{current}"`'
        yield _told(recipe, "reviewers", "G5", "no clinical reviewer has signed this text", hint)


def _told(recipe: Recipe, key: str, code: str, message: str, hint: str) -> Problem:
    return Problem(code, message, recipe.places.get(key, recipe.span), hint, leaflet=recipe.id)
