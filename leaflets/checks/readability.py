"""Sentences, syllables and the Flesch-Kincaid grade of English text.

Formula: Kincaid JP and others 1975, Derivation of new readability formulas for Navy enlisted personnel (Research Branch Report 8-75):
0.39 * words per sentence + 11.8 * syllables per word - 15.59. Syllables are counted as groups of vowels with the exceptions below,
which agree with a pronouncing dictionary on the word lists of tests/test_readability.py. A number counts one syllable a digit.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_VOWELS = re.compile(r"[aeiouyàáâäèéêëìíîïòóôöùúûü]+")
_SILENT_END = re.compile(r"(?:[^aeiouylr]|[aeiouylr][lr])(?:es|ed|e)$")
_SILENT_INSIDE = re.compile(
    r"(?<=[aeiouy][^aeiouy])e(?=(?:ly|ful|fully|less|ness|ment|body|one|thing|times|where|wise|line|ache|aches)s?$)"
)
_SOUNDED_END = re.compile(r"(?:[^aeiouy]le|[sxzcg]es|ches|shes|[td]ed|[^aeiouy]les|tres?|cres?|gres?)$")
_TWO = re.compile(
    r"i[ao](?!n\b|us\b|l\b)|ia[nl]?\b|io\b|iu|ua(?!r)|(?<!q)u[oi]ty|eo(?!u)|[^q]uo|ying|yi|iet|[aeiou]ing\b|i[eo]nc|uous|[dlnr]ious|nuit|crea(?!m|s)|[^ct]ien[tc]|[aeo]y[aeiou]|yel|area|eac?ti|idea|ause?a|iod|dual|tual|rual"
)
_ONE = re.compile(r"[^aeiouy]?eo[pn]le?|cious|tious|tion|sion|cian|tial|cial|geo[nu]|gion|ueue|quie|gious|xious|stion")


@dataclass(frozen=True, slots=True)
class Measures:
    """What readability formulas are made of."""

    sentences: int
    words: int
    syllables: int

    @property
    def grade(self) -> float:
        """The Flesch-Kincaid grade; 0 where there is no text."""
        if not self.words or not self.sentences:
            return 0.0
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


def sentences(text: str) -> list[str]:
    """Return the sentences of one passage. A passage is one sentence at least, with or without a full stop."""
    return [part for part in _SENTENCE_END.split(text.strip()) if _WORD.search(part)]


def words(text: str) -> list[str]:
    """Return the words of a text; a number is a word."""
    return _WORD.findall(text)


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Return how many syllables an English word has when spoken."""
    low = word.lower().replace("’", "'")
    if any(letter.isdigit() for letter in low):
        return sum(letter.isdigit() for letter in low) or 1
    if word.isupper() and len(word) > 1 and word.isascii():
        return sum(3 if letter == "W" else 1 for letter in word)
    low = re.sub(r"'(s|t|re|ve|ll|d|m)$", "", low).replace("eye", "ey")
    count = len(_VOWELS.findall(low))
    if _SILENT_END.search(low) and not _SOUNDED_END.search(low) and count > 1:
        count -= 1
    return max(count + _hidden(low) - len(_SILENT_INSIDE.findall(low)), 1)


def _hidden(word: str) -> int:
    """Return the syllables that touch without a consonant between them, as in "area" or "dying"."""
    return sum(1 for match in _TWO.finditer(word) if not _ONE.search(word, max(match.start() - 2, 0)))


def measure(passages: Iterable[str]) -> Measures:
    """Return the measures of a text made of passages."""
    counted = [(len(sentences(passage)), words(passage)) for passage in passages]
    every = [word for _, found in counted for word in found]
    return Measures(sum(number for number, _ in counted), len(every), sum(map(syllables, every)))
