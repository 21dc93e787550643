"""Plain language, for English (R1 to R7, L2)."""

import re
from collections.abc import Iterator

from leaflets.checks.case import Case, Passage
from leaflets.checks.readability import measure, sentences, words
from leaflets.markup import flat
from leaflets.model import Named, Text
from leaflets.problems import Problem, Span, shortened

GRADE_FAILS, GRADE_AIM = 8.0, 6.0
MEAN, LONGEST = 15, 25
PASSIVE = 0.10
_IRREGULAR = [
    "given",
    "made",
    "done",
    "taken",
    "seen",
    "found",
    "known",
    "shown",
    "told",
    "kept",
    "held",
    "built",
    "sent",
    "put",
    "set",
    "cut",
    "born",
    "worn",
    "drawn",
    "grown",
    "thrown",
    "broken",
    "chosen",
    "driven",
    "eaten",
    "forgotten",
    "hidden",
    "spoken",
    "stolen",
    "written",
    "begun",
    "felt",
    "left",
    "lost",
    "paid",
    "read",
    "run",
    "sold",
    "spent",
    "taught",
    "thought",
    "understood",
    "won",
    "brought",
    "bought",
    "caught",
]
_PASSIVE = re.compile(
    rf"\b(?:am|is|are|was|were|be|been|being)\s+(?:\w+ly\s+|not\s+|also\s+|often\s+|still\s+|then\s+)?(\w{{2,}}ed|{'|'.join(_IRREGULAR)})\b(?!-)",
    re.IGNORECASE,
)
_NO_PASSIVE = frozenset(
    [
        "tired",
        "worried",
        "interested",
        "need",
        "based",
        "related",
        "limited",
        "unrelated",
        "experienced",
        "scared",
        "left",
        "used",
        "mixed",
        "advanced",
    ]
)
_ABBREVIATION = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[A-Za-z]*[A-Z][A-Za-z]*s?\b")
_NAME = re.compile(r"^(?:Mc|Mac|O')?[A-Z][a-z]+(?:[A-Z][a-z]+)*$")
_CAPITALS = re.compile(r"\b[A-Z]{4,}(?:\s+[A-Z]{2,})+\b")


def grade(case: Case) -> Iterator[Problem]:
    """R1: Flesch-Kincaid grade of the printed prose: above 8 fails, above 6 is noted."""
    found = measure(case.prose).grade
    span = case.printed.leaflet.recipe.span
    if found > GRADE_FAILS:
        yield case.problem("R1", f"reading grade {found:.1f}", span, "shorten sentences and words; 8 is the most, 6 is aimed at")
    elif found > GRADE_AIM:
        yield case.problem("R1a", f"reading grade {found:.1f}", span, "6 is aimed at")


def sentence_length(case: Case) -> Iterator[Problem]:
    """R2: no sentence above 25 words, 15 on average."""
    for passage in case.passages:
        for sentence in sentences(passage.text) if passage.prose else ():
            if (count := len(words(sentence))) > LONGEST:
                yield case.problem("R2", f"a sentence of {count} words: `{shortened(sentence)}`", passage.block.span, "make two of it")
    measures = measure(case.prose)
    if measures.sentences and (mean := measures.words / measures.sentences) > MEAN:
        yield case.problem("R2", f"{mean:.1f} words a sentence on average", case.printed.leaflet.recipe.span, f"bring it to {MEAN}")


def paragraph_length(case: Case) -> Iterator[Problem]:
    """R3: at most 3 sentences in a paragraph."""
    for passage in case.passages:
        if passage.prose and (count := len(sentences(passage.text))) > 3:
            yield case.problem(
                "R3",
                f"a paragraph of {count} sentences: `{shortened(passage.text)}`",
                passage.block.span,
                "make two of it, or a list",
            )


def passive(case: Case) -> Iterator[Problem]:
    """R4: less than 10 percent of sentences in the passive, by its usual form: to be and a participle."""
    every = [(passage, sentence) for passage in case.passages if passage.prose for sentence in sentences(passage.text)]
    found = [(passage, match[0]) for passage, sentence in every if (match := _passive(sentence))]
    if len(found) >= PASSIVE * max(len(every), 10):
        told = f"{len(found)} of {len(every)} sentences are passive, as `{found[0][1]}`"
        yield case.problem("R4", told, found[0][0].block.span, "say who does it")


def _passive(sentence: str) -> re.Match[str] | None:
    match = _PASSIVE.search(sentence)
    return None if match is None or match[1].lower() in _NO_PASSIVE else match


def abbreviations(case: Case) -> Iterator[Problem]:
    """R5: every abbreviation is a word of the glossary, and spelt out before or where it first stands in the text."""
    known = {term.term for term in case.workspace.terms.values() if term.abbreviation}
    explained: set[str] = set()
    told: set[str] = set()
    for passage in case.passages:
        for inline in flat(passage.inlines):
            if isinstance(inline, Named):
                explained.add(case.workspace.terms[inline.term].term)
                explained.update(_abbreviations(inline.meaning))
            elif isinstance(inline, Text):
                for word in set(_abbreviations(inline.text)) - explained - told:
                    told.add(word)
                    yield case.problem("R5", *_unexplained(word, known, passage, inline))


def _abbreviations(text: str) -> Iterator[str]:
    for match in _ABBREVIATION.finditer(text):
        word = match[0].removesuffix("s") if match[0].endswith("s") and match[0][:-1].isupper() else match[0]
        if not _NAME.match(word):
            yield word


def _unexplained(word: str, known: set[str], passage: Passage, inline: Text) -> tuple[str, Span, str]:
    span = passage.block.span
    if inline.span.line:
        span = Span(inline.span.path, inline.span.line, inline.span.column + max(inline.text.find(word), 0))
    if word in known:
        return f"`{word}` stands before it is spelt out", span, "write it as `{term …}` where it first stands"
    return f"`{word}` is not spelt out", span, f"explain it in the glossary and write `{{term …}}`, or write `{{plain {word}}}`"


def second_person(case: Case) -> Iterator[Problem]:
    """R6: the reader is spoken to: "you" at least once in a hundred words."""
    every = [word.lower() for passage in case.passages for word in words(passage.text)]
    spoken = sum(word in ("you", "your", "yours", "yourself", "you're", "you’re") for word in every)
    if len(every) >= 100 and spoken < len(every) / 100:
        span = case.printed.leaflet.recipe.span
        yield case.problem("R6", f"`you` stands {spoken} times in {len(every)} words", span, "speak to the reader")


def one_term(case: Case) -> Iterator[Problem]:
    """R7: a word that the glossary says to avoid is not used."""
    for passage in case.passages:
        low = passage.text.lower()
        for term in case.workspace.terms.values():
            for word in term.avoid:
                if re.search(rf"\b{re.escape(word.lower())}\b", low):
                    yield case.problem("R7", f"`{word}` stands for `{term.term}`", passage.block.span, f"write `{{term {term.id}}}`")


def capitals(case: Case) -> Iterator[Problem]:
    """L2: no words in capitals for emphasis."""
    for passage in case.passages:
        for inline in flat(passage.inlines):
            if isinstance(inline, Text) and (match := _CAPITALS.search(inline.text)):
                yield case.problem("L2", f"`{match[0]}` is in capitals", passage.block.span, "use `**bold**` for what matters")


RULES = (grade, sentence_length, paragraph_length, passive, abbreviations, second_person, one_term, capitals)
"""The rules of this group, each a function of a case."""
