"""Each translation against its text (T2 to T11, C13). One rule, one function of a pair; all warn or stop, none passes a text alone."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from leaflets.checks.case import Case
from leaflets.checks.formulas import none_reason, scores
from leaflets.markup import flat, read_line
from leaflets.model import NOWHERE, Cite, Entry, Fact, FactRef, Inlines, Link, Plain, Slot, Strong, TermRef, Text, Tongue, Unit
from leaflets.problems import Checked, Problem, shortened

_NAME = re.compile(r"\{(\w+)\}")
_TERM = re.compile(r"\{term ([a-z0-9-]+)\s*(?:\|\s*([^{}]*))?\}")
_BRACES = re.compile(r"\{[^{}]*\}|https?://\S+|\S+@\S+")
_FIGURE = re.compile(r"\d(?:[\d.,٫٬\u00a0\u202f' ]*\d)?")
_SAME_PROPORTION = {"short": "words", "other-short": "other", "period-figure": "period"}
_SAME_AMOUNT = {"number": "words", "figure": "words"}
_ENGLISH_DENIAL = re.compile(r"\b(?:not|no|nobody|nothing|never|none|neither|nor|cannot|without)\b|n['’]t\b", re.IGNORECASE)
_ENGLISH = frozenset(
    [
        "the",
        "and",
        "you",
        "your",
        "with",
        "that",
        "have",
        "are",
        "this",
        "from",
        "they",
        "which",
        "who",
        "their",
        "may",
        "been",
        "were",
        "when",
    ]
)
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+")
_WORD = re.compile(r"[^\W\d_]+")
_SHORT = 40
"""Letters below which the length of a translation says nothing."""


@lru_cache(maxsize=8192)
def _read(text: str) -> Checked[Inlines]:
    """Read running text, each text once: every language is held against the same one. Places are the caller's."""
    return read_line(text, NOWHERE)


@dataclass(frozen=True)
class Pair:
    """A unit and what one language says for it, one plural form at a time."""

    unit: Unit
    entry: Entry
    said: str
    language: str
    tongue: Tongue | None
    facts: Mapping[str, Fact]
    terms: Mapping[str, str]

    def problem(self, code: str, message: str, hint: str = "") -> Problem:
        """Return a problem of this translation, at its place in the catalog."""
        return Problem(code, f"{message}: “{shortened(self.unit.text, 50)}”", self.entry.span, hint, language=self.language)

    @cached_property
    def before(self) -> Inlines:
        """The text, read."""
        return _read(self.unit.text).value if self.unit.running else (Text(self.unit.text),)

    @cached_property
    def after(self) -> Inlines:
        """The translation, read."""
        return _read(self.said).value if self.unit.running else (Text(self.said),)

    @cached_property
    def sentence(self) -> str:
        """The translation as it is read: words of the glossary in place of their braces, without other braces and addresses."""
        return _BRACES.sub(" ", _TERM.sub(lambda match: match[2] or self.terms.get(match[1], ""), self.said))


def _means(words: tuple[str, ...], sentence: str) -> list[str]:
    """Return which of these words, `*` for any letters, stand in a sentence."""
    return [match[0] for match in _pattern(words).finditer(sentence)] if words else []


_IN_WORD = r"[\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff]"
"""A letter, figure or mark of a word. Vowel signs and points are marks, which Python's `\\w` leaves out."""


_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""A letter of a script that writes words without spaces."""


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a list of words as one pattern. Where a script writes words without spaces, one may stand inside others."""
    spaced, inside = ([word for word in words if bool(_SPACELESS.search(word)) is spaceless] for spaceless in (False, True))
    whole = [rf"(?<!{_IN_WORD})(?:{'|'.join(map(_one, spaced))})(?!{_IN_WORD})"] if spaced else []
    return re.compile("|".join([*whole, *map(_one, inside)]), re.IGNORECASE)


def _one(word: str) -> str:
    return "".join(f"{_IN_WORD}*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", word.strip()))


# ---------------------------------------------------------------- braces and figures


def readable(pair: Pair) -> Iterator[Problem]:
    """T2: the translation of running text can be read, and its bold is closed."""
    if pair.unit.running:
        for problem in _read(pair.said).problems:
            yield pair.problem("T2", problem.message, problem.hint)
        if any(isinstance(inline, Text) and "**" in inline.text for inline in flat(pair.after)):
            hint = "no space just inside the `**`, and no punctuation before a closing one that a letter follows"
            yield pair.problem("T2", "a `**` has no partner", hint)


def same_braces(pair: Pair) -> Iterator[Problem]:
    """T2: the same facts, words of the glossary, sources, details, names, links and bold as the text; their order is free."""
    if pair.unit.running:
        before, after = (Counter(_protected(inlines, pair.facts)) for inlines in (pair.before, pair.after))
    else:
        before, after = (Counter(f"{{{name}}}" for name in _NAME.findall(text)) for text in (pair.unit.text, pair.said))
    for name in before - after:
        yield pair.problem("T2", f"`{name}` is not in the translation", "every brace of the text belongs in it, as often as there")
    for name in after - before:
        yield pair.problem("T2", f"`{name}` is in the translation alone", "take it out; only what the text has belongs in it")


def _protected(inlines: Inlines, facts: Mapping[str, Fact]) -> Iterator[str]:
    for inline in flat(inlines):
        match inline:
            case FactRef():
                yield f"{{fact {inline.fact} {_form(inline, facts.get(inline.fact))}}}"
            case TermRef():
                yield f"{{term {inline.term}}}"
            case Cite():
                yield f"{{cite {' '.join(inline.sources)}}}"
            case Slot():
                yield f"{{{inline.owner} {inline.key}}}"
            case Plain():
                yield f"{{plain {inline.text}}}"
            case Link():
                yield f"(link to {inline.href})"
            case Strong():
                yield "**"
            case _:
                pass


def _form(inline: FactRef, fact: Fact | None) -> str:
    """Return the form that prints the same number with all its words; a translation may inflect the words itself."""
    if fact is None or fact.kind == "proportion":
        return _SAME_PROPORTION.get(inline.form, inline.form)
    return inline.form if fact.qualifier else _SAME_AMOUNT.get(inline.form, inline.form)


def same_figures(pair: Pair) -> Iterator[Problem]:
    """T2a: figures typed into the text are the same by value, in any digits, with any mark, in any order."""
    before, after = (Counter(_values(text)) for text in (pair.unit.text, pair.said))
    if before != after:
        told = ", ".join(f"{value:g}" for value in sorted((before - after) + (after - before)))
        yield pair.problem("T2a", f"the figures differ ({told})", "write the figures of the text, and no others")


def _values(text: str) -> Iterator[float]:
    for match in _FIGURE.finditer(_BRACES.sub(" ", text)):
        yield value_of(match[0])


def value_of(figure: str) -> float:
    """Return the value of a figure in any digits: a mark before exactly three figures groups, any other is a decimal mark."""
    plain = "".join(str(int(letter)) if letter.isdigit() else letter for letter in figure)
    plain = re.sub(r"[.,٬\u00a0\u202f' ](?=\d{3}(?!\d))", "", plain)
    return float(re.sub(r"[,٫]", ".", plain).replace(" ", "").replace("\u00a0", "").replace("'", ""))


# ---------------------------------------------------------------- words


def denials(pair: Pair) -> Iterator[Problem]:
    """T7: where the text denies, the translation does, as far as the language's list of denials tells."""
    listed = pair.tongue.denials if pair.tongue else ()
    if listed and _ENGLISH_DENIAL.search(_BRACES.sub(" ", pair.unit.text)) and not _means(listed, pair.sentence):
        yield pair.problem("T7", "no word of denial is found", "see that no `not` got lost, or add the word to `denials` of the language")


def promises(pair: Pair) -> Iterator[Problem]:
    """C13: no word that promises, unless the sentence denies it."""
    promised, denied = (pair.tongue.promises, pair.tongue.denials) if pair.tongue else ((), ())
    for word in _means(promised, pair.sentence):
        if not _means(denied, pair.sentence.replace(word, " ")):
            yield pair.problem("C13", f"`{word}` promises", "say what was found, in how many people, over what time")


def glossary_words(pair: Pair) -> Iterator[Problem]:
    """T8: a word of the glossary, inflected, still looks like the glossary's own."""
    for inline in flat(pair.after):
        if isinstance(inline, TermRef) and inline.text and not _akin(inline.text, pair.terms.get(inline.term, "")):
            told = f"`{inline.text}` stands for `{pair.terms.get(inline.term, '')}`"
            yield pair.problem("T8", told, "use the glossary's word, inflected, or change the glossary")


def _akin(one: str, other: str) -> bool:
    """Whether two forms of a word share a stem: half of the letters of a word of each, three at least (in Han, one)."""
    for first in _WORD.findall(one.casefold()):
        for second in _WORD.findall(other.casefold()):
            need = 1 if first[0] > "\u2e80" else min(3, len(first), len(second))
            need = max(need, min(len(first), len(second)) // 2)
            if any(first[start : start + need] in second for start in range(len(first) - need + 1)):
                return True
    return not other


def length(pair: Pair) -> Iterator[Problem]:
    """T9: a translation is neither much longer nor much shorter than its text."""
    before, after = (len(re.findall(_IN_WORD, _BRACES.sub(" ", text))) for text in (pair.unit.text, pair.said))
    dense = bool(re.search(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", pair.said))
    least, most = (0.12, 0.95) if dense else (0.4, 2.2)
    if before >= _SHORT and not least <= after / before <= most:
        yield pair.problem("T9", f"{after} letters for {before} of the text", "see that nothing was lost or added")


# ---------------------------------------------------------------- the script


_ARABIC, _INDIC, _HAN = r"[\u0620-\u064a\u066e-\u06d3]", r"[\u0900-\u0963\u0970-\u0983\u0985-\u09e3]", r"[\u3040-\u30ff\u3400-\u9fff]"
_STRAY: tuple[tuple[str, str, str], ...] = (
    ("ar fa ur", rf"{_ARABIC}\s*[,;?]", "write ، ؛ ؟"),
    ("zh-Hans zh-Hant ja", rf"{_HAN}\s*[,;?!:.](?!\w)", "write ， ； ？ ！ ： 。"),
    ("hi bn mr ne", rf"{_INDIC}\.(?:\s|$)", "end a sentence with ।"),
    ("fr", r"[^\W\d]\s?(?<![\u00a0\u202f])[;!?:](?=\s|$)", "put a no-break space before ; : ! ?"),
    ("es", r"^[^¿]*\?|^[^¡]*!", "open with ¿ or ¡"),
    ("el", r"[α-ω];?\?", "write ; for a question"),
)
_QUOTES = re.compile(r"\"|(?<!\w)'\w|(?<=\w)'(?!\w)")
_FOREIGN_DIGITS = {"fa": r"(?<![A-Za-z])[0-9٠-٩]", "bn": r"(?<![A-Za-z])[0-9०-९]", "ar": r"[۰-۹]", "hi": r"[০-৯]"}


def punctuation(pair: Pair) -> Iterator[Problem]:
    """T10: the language's own punctuation, quotation marks and digits."""
    for languages, pattern, hint in _STRAY:
        if pair.language in languages.split() and (match := re.search(pattern, pair.sentence)):
            yield pair.problem("T10", f"`{match[0].strip()}` is punctuation of another language", hint)
    if match := _QUOTES.search(pair.sentence):
        yield pair.problem("T10", f"`{match[0]}` is no quotation mark of the language", "write those that your language prints")
    foreign = "" if pair.unit.context == "emergency number" else _FOREIGN_DIGITS.get(pair.language)  # as it stands on a telephone
    if foreign and (match := re.search(foreign, _BRACES.sub(" ", pair.said))):
        yield pair.problem("T10", f"`{match[0]}` is no digit of the language", "write the language's own digits")


def left_in_english(pair: Pair) -> Iterator[Problem]:
    """T11: no text left as it was. Names and abbreviations may stand in Latin letters."""
    words = [word.lower() for word in _LATIN.findall(pair.sentence)]
    same = pair.said == pair.unit.text and sum(word.islower() and len(word) > 2 for word in _LATIN.findall(pair.sentence)) > 1
    if same or len(set(words) & _ENGLISH) > 2:
        yield pair.problem("T11", "the translation is in English", "translate it")


RULES = (readable, same_braces, same_figures, denials, promises, glossary_words, length, punctuation, left_in_english)
"""The rules of this group, each a function of a pair."""


def check_pairs(pairs: Iterable[Pair]) -> Iterator[Problem]:
    """Yield what is wrong with translations."""
    for pair in pairs:
        for rule in RULES:
            yield from rule(pair)


def readability(case: Case) -> Iterator[Problem]:
    """R8: the published formulas of the language. A score warns; none of them passes a text alone."""
    language, span = case.printed.leaflet.request.language, case.printed.leaflet.recipe.span
    if reason := none_reason(language):
        yield case.problem("R8a", f"no readability formula for this language: {reason}", span, "have readers of the language test the text")
    for score in scores(language, case.prose):
        if not score.meets_target:
            yield case.problem("R8", f"{score}; {score.formula.aim} is aimed at", span, "shorten sentences and words")


LEAFLET_RULES: tuple[Callable[[Case], Iterator[Problem]], ...] = (readability,)
"""Rules over a translated leaflet as a whole."""
