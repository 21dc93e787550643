"""Published readability formulas by language, and the languages that have none we can stand behind (rule R8).

A score warns; it never passes a text alone. Levels are those of docs/standard.md. The papers themselves were not at hand: constants
were compared with at least one other account of each formula, and what stayed open is said in the formula's `source`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from leaflets.checks.readability import Counts, Measures, counts, primary


@dataclass(frozen=True, slots=True)
class Formula:
    """One published formula, and the level a leaflet should reach by it."""

    id: str
    name: str
    source: str
    target: float
    higher_is_easier: bool
    compute: Callable[[Counts], float]

    @property
    def aim(self) -> str:
        """The target in words, as `at least 55`."""
        return f"{'at least' if self.higher_is_easier else 'at most'} {self.target:g}"

    def meets(self, value: float) -> bool:
        """Whether a value is on the easy side of the target, or on it."""
        return value >= self.target if self.higher_is_easier else value <= self.target


@dataclass(frozen=True, slots=True)
class Score:
    """What a formula says of a text."""

    formula: Formula
    value: float
    meets_target: bool

    def __str__(self) -> str:
        """As `INFLESZ 71.0`."""
        return f"{self.formula.name} {self.value:.1f}"


def _ease(constant: float, per_sentence: float, per_word: float) -> Callable[[Counts], float]:
    """Return a formula of Flesch's kind: a constant less so much for long sentences, in words, and long words, in syllables."""
    return lambda c: constant - per_sentence * c.words_per_sentence - per_word * c.syllables_per_word


def _kincaid(c: Counts) -> float:
    return Measures(c.sentences, c.words, sum(c.syllables)).grade


def _sachtext(c: Counts) -> float:
    """The first of the four: three syllables and more, words a sentence, over six letters, one syllable."""
    many, long = c.percent(n >= 3 for n in c.syllables), c.percent(n > 6 for n in c.letters)
    return 0.1935 * many + 0.1672 * c.words_per_sentence + 0.1297 * long - 0.0327 * c.percent(n == 1 for n in c.syllables) - 0.875


def _gulpease(c: Counts) -> float:
    return 89 + (300 * c.sentences - 10 * sum(c.letters)) / c.words


def _lix(c: Counts) -> float:
    return c.words_per_sentence + c.percent(n > 6 for n in c.letters)


def _fog(c: Counts) -> float:
    return 0.4 * (c.words_per_sentence + c.percent(n >= 4 for n in c.syllables))


_LIX = "Björnsson CH 1968, Läsbarhet; 1983, Readability of newspapers in 11 languages, Reading Research Quarterly 18(4):480-497"
FORMULAS: dict[str, tuple[Formula, ...]] = {
    "en": (
        Formula(
            "flesch-kincaid",
            "Flesch-Kincaid grade",
            "Kincaid JP and others 1975, Derivation of new readability formulas for Navy enlisted personnel, Research Branch Report 8-75",
            8,
            False,
            _kincaid,
        ),
    ),
    "es": (
        Formula(
            "inflesz",
            "INFLESZ",
            "Szigriszt Pazos F 1993, Sistemas predictivos de legibilidad del mensaje escrito; level: Barrio-Cantalejo IM and others 2008, "
            "Validación de la Escala INFLESZ para evaluar la legibilidad de los textos dirigidos a pacientes, "
            "An Sist Sanit Navar 31(2):135-152",
            55,
            True,
            _ease(206.835, 1, 62.3),
        ),
    ),
    "fr": (
        Formula(
            "kandel-moles",
            "Kandel-Moles",
            "Kandel L, Moles A 1958, Application de l'indice de Flesch à la langue française; "
            "not verified: 209 - 1.15 A - 68 B stands under the same name elsewhere; the level is that of Flesch's own scale",
            60,
            True,
            _ease(207, 1.015, 73.6),
        ),
    ),
    "de": (
        Formula(
            "amstad",
            "Amstad",
            "Amstad T 1978, Wie verständlich sind unsere Zeitungen?, thesis, Zürich",
            60,
            True,
            _ease(180, 1, 58.5),
        ),
        Formula(
            "wiener-sachtextformel",
            "Wiener Sachtextformel",
            "Bamberger R, Vanecek E 1984, Lesen - Verstehen - Lernen - Schreiben, the first formula",
            8,
            False,
            _sachtext,
        ),
    ),
    "it": (
        Formula(
            "gulpease",
            "Gulpease",
            "Lucisano P, Piemontese ME 1988, Gulpease: una formula per la predizione della difficoltà dei testi in lingua italiana",
            60,
            True,
            _gulpease,
        ),
    ),
    "nl": (
        Formula(
            "douma",
            "Flesch-Douma",
            "Douma WH 1960, De leesbaarheid van landbouwbladen",
            60,
            True,
            _ease(206.835, 0.93, 77),
        ),
    ),
    "pt": (
        Formula(
            "martins",
            "Flesch-Martins",
            "Martins TBF and others 1996, Readability formulas applied to textbooks in Brazilian Portuguese, Notas do ICMSC 28",
            50,
            True,
            _ease(248.835, 1.015, 84.6),
        ),
    ),
    "pl": (
        Formula(
            "fog-pl",
            "FOG",
            "Gunning R 1952, The technique of clear writing, with four syllables for three as used for Polish; "
            "not verified: who set the four syllables and the level",
            9,
            False,
            _fog,
        ),
    ),
    "tr": (
        Formula(
            "atesman",
            "Ateşman",
            "Ateşman E 1997, Türkçede okunabilirliğin ölçülmesi, Dil Dergisi 58:71-74",
            70,
            True,
            _ease(198.825, 2.61, 40.175),
        ),
    ),
    "ru": (
        Formula(
            "oborneva",
            "Flesch-Oborneva",
            "Oborneva IV 2006, Automated assessment of the complexity of educational texts on the basis of statistical parameters, "
            "thesis, Moscow; not verified: 206.835 - 1.52 A - 65.14 B is in use too; the level is that of Flesch's own scale",
            60,
            True,
            _ease(206.835, 1.3, 60.1),
        ),
    ),
    "sv": (Formula("lix", "LIX", _LIX, 40, False, _lix),),
    "da": (Formula("lix", "LIX", _LIX, 40, False, _lix),),
    "nb": (Formula("lix", "LIX", _LIX, 40, False, _lix),),
}
"""The formulas of each language; the standard's level for each."""

NO_FORMULA = {
    "fi": "LIX has no Finnish level: its author found 72 for a normal Finnish newspaper where a Swedish one has 47, "
    "so that the Swedish level of 40 would warn of every text (Björnsson 1983)",
    "uk": "no formula with constants of its own is published: studies apply English or Russian ones unchanged",
    "ar": "OSMAN (El-Haj and Rayson 2016) needs the vowel points that leaflets leave out, was compared with English formulas only, "
    "never with readers, and has no level to reach",
    "fa": "the script leaves out short vowels, so syllables cannot be counted; formulas tried on Persian called texts of every kind "
    "very difficult or gave no valid value",
    "ur": "the script leaves out short vowels, so syllables cannot be counted, and no validated formula is published",
    "he": "the script leaves out most vowels, so syllables cannot be counted, and no validated formula is published",
    "hi": "the two models of Sinha and others (2012) rest on 16 texts, and gave different grades to the same health pages",
    "bn": "the models of Sinha and others (2012) rest on 16 texts and have no level that health texts should reach",
    "zh": "formulas need a list of words by grade and were made for textbooks; two of them disagree on the same health pages "
    "(25 and 81 of 100 above grade 6), and nobody knows which is right",
    "ja": "jReadability is for learners of Japanese and needs a dictionary; the formula of Tateisi and others (1988) needs none "
    "but has no level to reach",
}
"""The languages without a formula, each with the reason."""


def none_reason(language: str) -> str:
    """Return why a language has no formula; nothing where it has one."""
    if primary(language) in FORMULAS:
        return ""
    return NO_FORMULA.get(primary(language), "nobody has looked for a formula for this language yet")


def scores(language: str, passages: Iterable[str]) -> tuple[Score, ...]:
    """Return what each formula of a language says of a text made of passages; nothing without formula, or without words."""
    formulas = FORMULAS.get(primary(language), ())
    counted = counts(language, passages)
    if not formulas or not counted.words or not counted.sentences:
        return ()
    values = [(formula, formula.compute(counted)) for formula in formulas]
    return tuple(Score(formula, value, formula.meets(value)) for formula, value in values)
