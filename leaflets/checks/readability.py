"""What a readability formula counts: sentences, words, letters and syllables of a text, in each language.

English: Kincaid JP and others 1975, Derivation of new readability formulas for Navy enlisted personnel (Research Branch Report 8-75):
0.39 * words per sentence + 11.8 * syllables per word - 15.59. Syllables are counted as groups of vowels with the exceptions below,
which agree with a pronouncing dictionary on the word lists of tests/test_readability.py. A number counts one syllable a digit.

Other languages: syllables are groups of vowels by the language's own diphthongs and hiatuses, never by hyphenation patterns, which
leave out syllables of one letter. Each language agrees with the list of counted words in tests/words. Some conventions, for all of them:

- A word stands between spaces and punctuation; an apostrophe joins ("l'hôpital" is one word), a hyphen parts.
- A number with its separators is one word, with one syllable and one letter a digit. So long numbers weigh as much as long words.
- Two to five capitals are an abbreviation: one syllable a letter. A word has a syllable at least, but in Polish and in Cyrillic
  script, where a preposition may have none.
- Chinese and Japanese do not part words: there each character is one, for lengths of sentences only.

The other formulas and the languages without one are in leaflets/checks/formulas.py.
"""

import re
import unicodedata
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

_END = re.compile(r"[.!?…؟]+(?:[\"'”’»“)\]]|\s»)*|[۔।॥。！？]+[\"'”’»)\]」』】）]*")
_ENDS_ALWAYS = "۔।॥。！？"
_OPENING = " \u00a0\u202f\t\n\"'“‘«»„¿¡([「『"
_LAST_WORD = re.compile(r"[^\W_]+$")
_ORDINALS = frozenset(["de", "da", "nb", "fi", "tr"])
"""Where "3." is "third", so that a full stop after a small number ends no sentence."""
_SHORT = {
    language: frozenset(listed.split())
    for language, listed in {
        "es": "dr dra sr sra ej núm tel",
        "fr": "dr pr mme ex tél env",
        "de": "dr prof nr tel bzw ca evtl ggf inkl vgl sog st",
        "it": "dott prof sig es tel",
        "nl": "dr prof mevr bijv tel nr ca resp",
        "pt": "dr dra sr sra ex tel",
        "pl": "dr prof np tzn tj godz tel ul ok nr",
        "tr": "dr prof örn tel",
        "ru": "тел ул проф напр рис см",
        "uk": "тел вул проф напр рис див",
        "sv": "dr ca tel nr kl",
        "da": "dr ca tlf nr kl",
        "nb": "dr ca tlf nr kl",
        "fi": "esim puh nro klo",
    }.items()
}
"""Abbreviations that a word with a capital may follow. One letter before a full stop is one too, unless it is a word."""
_LETTERS_THAT_ARE_WORDS = frozenset("uiåöøoяє")

_MARKS = (
    r"\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    r"\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u09d7\u09e2\u09e3\u200c\u200d"
)
"""What stands on or between letters within a word: accents, vowel points and signs, joiners."""
_LETTER = rf"(?:[^\W_]|[{_MARKS}])"
_WORD_ANYWHERE = re.compile(rf"\d+(?:[.,'’\u00a0\u202f٫٬]\d+)*(?!{_LETTER})|{_LETTER}+(?:['’ʼ׳״]{_LETTER}+)*")
_IDEOGRAPH = r"\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_CHARACTER = re.compile(rf"[{_IDEOGRAPH}]|\d+(?:[.,]\d+)*|[^\W\d_{_IDEOGRAPH}]+")


@dataclass(frozen=True, slots=True)
class _Sounds:
    """How a language's spelling shows its syllables: first rewrites, then one syllable for each nucleus.

    A rewrite takes mute vowels away, and puts a hyphen between two vowels of two syllables that look like one.
    """

    nucleus: re.Pattern[str]
    rewrites: tuple[tuple[re.Pattern[str], str], ...] = ()
    least: int = 1


def _sounds(nucleus: str, *rewrites: tuple[str, str], least: int = 1) -> _Sounds:
    return _Sounds(re.compile(nucleus), tuple((re.compile(pattern), spoken) for pattern, spoken in rewrites), least)


_SPANISH = _sounds(
    r"[iuü]?[aeoáéó](?:[iuü](?![aeoáéóíú])|y(?![aeiouáéíóú]))?|i[uú]|[uü](?:[ií]|y(?![aeiouáéíóú]))|[iuüíú]|^y$",
    (r"(?<=q)u|(?<=g)u(?=[eiéí])", ""),
)
"""A weak vowel (i, u) without an accent joins its neighbour; two strong ones, or an accent on the weak one, part: país, guía."""
_VERB_ENDS = (
    r"nn|[èê]n|ss|[iuo]s|(?<!so)(?<!co)uv|[air]v|[src]t|tt|ait|vit|[èiuûtfvb]r|[nr]d|aid|[rbgcfp]l|eul|oul|èl|ill|pell|"
    r"[nrè]c|ng|[mr]b|pp|mp|up|ch|gn|[rl]m|[siuarn]q"
)
_FRENCH = _sounds(
    r"(?:i|y|u(?=i)|ou(?=i))?(?:eau|oeu|œu|a[iîu]|e[iîuû]|o[iîuùû]|[aàâeèéêëiîïoôuùûüyœæ])",
    (r"(?<=q)u|(?<=g)u(?=[eéèêiîy'])|(?<=g)e(?=[aoâô])", ""),
    (r"ueil", "eul"),
    (r"(?<=[aeuœ])i(?=ll|ls?$)", ""),
    (r"moel(?=l)", "mwal"),
    (r"cool", "col"),
    (r"aoû", "ou"),
    (r"([ao]i)ent$", r"\1"),
    (rf"({_VERB_ENDS})ent$", r"\1"),
    (r"(?<=[iuy])e(?=ments?$)", ""),
    (r"(?<=.)es?$", ""),
    (r"([bcdfgptv][lr]i)(?=[aeoéèêâô])", r"\1-"),
)
"""As spoken in careful standard French: -e, -es and the -ent of verbs at the end are mute, an e inside counts: mé-de-cin, ma-lade.

Where -ent is the end of a verb is guessed from the letters before it. An i or u before a vowel makes one syllable with it (pa-tient),
after two consonants its own (cli-ent).
"""
_GERMAN = _sounds(
    r"aa|ee|oo|ie|ei|ai|au|eu|äu|ey|ay|oi|[aeiouäöüyàéèê]",
    (r"(?<=q)u", ""),
    (r"\by(?=[aeou])|(?<=[aeou])y(?=[aeiou])", "j"),
    (r"^(un)?(be|ge)(?=impf|inhalt|irr|u[rn]|e[infh])", r"\1\2-"),
    (r"e(?=um(?:s|$)|en$)(?<=[^aeiouäöü]e)", "e-"),
    (r"oi(?=d)", "o-i"),
    (r"(prot|kas|koff)ei", r"\1e-i"),
    (r"ko(?=o[pr])", "ko-"),
    (r"(?<=[bdglmnprst])ie(?=n$)|(?<=[ltr])ie(?=nt)|ie(?=nz)|(?<!v)ie(?=ll)", "i-e"),
    (r"((?:il|in|tud|ol|[ra]ter|kter|ser|akt|hyg)i)(?=e(?!r))", r"\1-"),
)
"""ie is one syllable (The-ra-pie) but at the end -ien and in Patient, Familie, Studie and the like (Fa-mi-li-e)."""
_ITALIAN = _sounds(
    r"[iu]*[aeoàèéò](?:[iu](?![aeiouàèéìòù-]))?|i[uù]|u[iì]|[iuìù]",
    (r"(?<=q)u|(?<=g)u(?=[aeiouàèéìòù])", ""),
    (r"((?:t|[aeiu]p|f|m|s|v|log|[rlu]g|mac)i)(?=[ae]$)", r"\1-"),
    (r"^([^aeiouàèéìòù]*[iu])(?=[aeo]$)", r"\1-"),
    (r"(?<=[cg])i(?=[aeouàèéòù])|(?<=gl)i(?=[aeouàèéòù])", ""),
    (r"pau(?=r)", "pa-u"),
    (r"^bi(?=o)", "bi-"),
)
"""i and u join a neighbour (pia-no, a-iuo-la), but in short words (mi-o) and the endings of learned ones (po-e-si-a, te-ra-pi-a)."""
_DUTCH = _sounds(
    r"eeu|ieu(?![sz])|aai|ooi|oei|eau|aa|ee|éé|oo|óó|uu|ie(?!e)|oe|eu|ui|ij|[eë]i|au|ou|ai|oi|[aeiouyäëïöüéèêáóíú]",
    (r"(?<=q)u", ""),
    (r"ti(?=on)", "t"),
    (r"e(?=um$)", "e-"),
)
"""Two vowels that would be read as one and are not carry a trema: pa-ti-ënt."""
_PORTUGUESE = _sounds(
    r"ã[eio]|õe|[aáâeéêoóôuú]i|[aáeéêioóô]u|[aeiouyáàâãéêíóôõú]",
    (r"(?<=[qg])u(?=[aeioáâãéêíóôõ])|(?<=^a)o(?=s?$)", ""),
    (r"([áâéêíóôúãõ].*)[iu](?=[aeo]s?$)", r"\1"),
    (r"(?<=[aeiou])([iu])(?=nh|[lrzmn](?:[^aeiouáâãéêíóôõúh]|$))", r"-\1"),
)
"""Falling diphthongs are one syllable (mãe, coi-sa), rising ones two (vi-a-gem) but at the end after an accent (his-tó-ria)."""
_POLISH = _sounds(
    r"au|eu|[aąeęioóuy]",
    (r"(?<=[bdgkptw][lr])i(?=[aeou])", "i-"),
    (r"^(na|za|nie|po)(?=u)", r"\1-"),
    (r"e(?=um$)", "e-"),
    (r"i(?=[aąeęioóuy])", ""),
    least=0,
)
"""i before a vowel only softens: się has one syllable, mia-sto two."""
_CYRILLIC = _sounds(r"[аеёєиіїоуыэюяaeiouy]", least=0)
_SOUNDS = {
    "es": _SPANISH,
    "fr": _FRENCH,
    "de": _GERMAN,
    "it": _ITALIAN,
    "nl": _DUTCH,
    "pt": _PORTUGUESE,
    "pl": _POLISH,
    "tr": _sounds(r"[aeıioöuüâîû]"),
    "ru": _CYRILLIC,
    "uk": _CYRILLIC,
}
SYLLABLES = frozenset(["en", *_SOUNDS])
"""The languages whose syllables are counted. No formula we use counts those of others."""


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


@dataclass(frozen=True, slots=True)
class Counts:
    """What readability formulas count, in any language."""

    sentences: int
    letters: tuple[int, ...]  # of each word
    syllables: tuple[int, ...]  # of each word

    @property
    def words(self) -> int:
        """How many words there are."""
        return len(self.letters)

    @property
    def words_per_sentence(self) -> float:
        """The mean length of a sentence."""
        return self.words / self.sentences

    @property
    def syllables_per_word(self) -> float:
        """The mean length of a word."""
        return sum(self.syllables) / self.words

    def percent(self, chosen: Iterable[bool]) -> float:
        """How many of 100 words are chosen."""
        return 100 * sum(chosen) / self.words


def primary(language: str) -> str:
    """Return the language of a tag without script and country: `zh` for `zh-Hans`."""
    return language.split("-")[0]


def sentences(text: str, language: str = "en") -> list[str]:
    """Return the sentences of one passage. A passage is one sentence at least, with or without a full stop."""
    if primary(language) == "en":
        return [part for part in _SENTENCE_END.split(text.strip()) if _WORD.search(part)]
    ends = [match.end() for match in _END.finditer(text) if _is_end(text, match, primary(language))]
    parts = [text[start:end].strip() for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]
    return [part for part in parts if words(part, language)]


def _is_end(text: str, match: re.Match[str], language: str) -> bool:
    """Whether a mark ends a sentence: something follows that can begin one, and it is no full stop of an abbreviation or ordinal."""
    if match[0][0] in _ENDS_ALWAYS:
        return True
    after = text[match.end() :]
    first = after.lstrip(_OPENING)[:1]
    if not after[:1].isspace() or not first.isalnum() or first.islower():
        return False
    before = _LAST_WORD.search(text, 0, match.start())
    return not (match[0] == "." and before and _is_shortened(before[0], language))


def _is_shortened(word: str, language: str) -> bool:
    if word.isdigit():
        return len(word) <= 2 and language in _ORDINALS
    return (len(word) == 1 and word not in _LETTERS_THAT_ARE_WORDS) or word.lower() in _SHORT.get(language, frozenset())


def words(text: str, language: str = "en") -> list[str]:
    """Return the words of a text; a number is a word. Of Chinese and Japanese, the characters."""
    if primary(language) == "en":
        return _WORD.findall(text)
    pattern = _CHARACTER if primary(language) in ("zh", "ja") else _WORD_ANYWHERE
    return pattern.findall(unicodedata.normalize("NFC", text))


@lru_cache(maxsize=50_000)
def syllables(word: str, language: str = "en") -> int:
    """Return how many syllables a word has when spoken, in a language of `SYLLABLES`."""
    if primary(language) == "en":
        return _english(word)
    if digits := sum(letter.isdigit() for letter in word):
        return digits
    if word.isupper() and 1 < len(word) <= 5:
        return len(word)
    sounds = _SOUNDS[primary(language)]
    low = unicodedata.normalize("NFC", word).lower().replace("’", "'")
    for pattern, spoken in sounds.rewrites:
        low = pattern.sub(spoken, low)
    return max(len(sounds.nucleus.findall(low)), sounds.least)


def _english(word: str) -> int:
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


def counts(language: str, passages: Iterable[str]) -> Counts:
    """Return what formulas count of a text in a language; no syllables where `SYLLABLES` has not the language."""
    every = tuple(passages)
    found = [word for passage in every for word in words(passage, language)]
    return Counts(
        sum(len(sentences(passage, language)) for passage in every),
        tuple(sum(letter.isalnum() for letter in word) for word in found),
        tuple(syllables(word, language) for word in found) if primary(language) in SYLLABLES else (),
    )
