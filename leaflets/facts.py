"""Facts in words of one language. The only room for Babel.

Numbers, dates, money and lengths of time by CLDR; the words around them from the language's catalog (English: as written here).
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property, lru_cache, partial, reduce
from typing import Literal, Protocol, TypeAlias

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.plurals import get_plural
from babel.numbers import format_compact_decimal, format_currency, format_decimal

from leaflets.model import Duration, Fact, FactTable, IconArray, Phrase, Price, Qualifier
from leaflets.problems import Span

Day: TypeAlias = date
MILLION = 1_000_000
LETTER = "letter, "
"""Begins the context of a phrase for letters; its name follows."""
_ENGLISH_NAMES = {"bn": "Bengali"}
"""Where readers of English know a language by another name than CLDR's."""
_ZEROS = {
    "arab": "٠",
    "arabext": "۰",
    "deva": "०",
    "beng": "০",
    "mymr": "၀",
    "tamldec": "௦",
    "tibt": "༠",
    "nkoo": "߀",
    "olck": "᱐",
    "cakm": "𑄶",
}
"""The digit 0 of CLDR's numbering systems that a locale has by default; latn is not listed."""


class Book(Protocol):
    """What a voice looks its phrases up in: the catalog of one language, matched with what there is to translate."""

    def find(self, context: str, text: str) -> tuple[str, ...]:
        """Return a text in the book's language, one for each plural form; empty where the book has none."""

    def form(self, number: int) -> int:
        """Return which plural form a number takes."""


def plural_rule(language: str) -> tuple[int, str]:
    """Return how many plural forms a language's catalog has and gettext's rule for them. Raises KeyError for an unknown language."""
    if language in _PLURALS:
        return _PLURALS[language]
    try:
        found = get_plural(Locale.parse(language.replace("-", "_")))
    except (UnknownLocaleError, ValueError) as error:
        raise KeyError(language) from error
    return found.num_plurals, found.plural_expr.strip("()")


_PLURALS = {"ar": (6, "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5")}
"""Where Babel's rule puts the forms in another order than gettext's manual and every editor of catalogs."""


def fill(template: str, **values: str) -> str:
    """Put values in place of `{name}`. Braces that name no value stay."""
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), template)


_UNGROUPED = frozenset(["bg", "ca", "es", "et", "eu", "hu", "it", "ka", "lv", "pl", "pt-PT", "sl"])
"""Languages that set no mark in a number of four digits (CLDR, minimumGroupingDigits 2), which Babel does not read."""
_ALPHABETS = {
    "es": "abcdefghijklmnñopqrstuvwxyz",
    "pl": "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyz",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "fa": "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "sv": "abcdefghijklmnopqrstuvwxyzåäö",
    "da": "abcdefghijklmnopqrstuvwxyzæøå",
    "nb": "abcdefghijklmnopqrstuvwxyzæøå",
    "fi": "abcdefghijklmnopqrstuvwxyzåäö",
}
"""Alphabets that sort otherwise than their letters without accents do (CLDR root and its tailorings). Latin words stand before others."""


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


@lru_cache(maxsize=64)
def _locale(language: str, country: str) -> Locale:
    tag = language.replace("-", "_")
    try:
        return Locale.parse(f"{tag}_{country.upper()}" if country else tag)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(tag)


@dataclass(frozen=True)
class Voice:
    """How one language says things, in one country: `language` BCP 47, `country` ISO 3166 in small letters or empty.

    Without a book it speaks the language the program is written in. `asked` gathers what it was asked to say.
    """

    language: str
    country: str = ""
    book: Book | None = None
    asked: dict[tuple[str, str, str], None] = field(default_factory=dict, compare=False)

    def say(self, text: str, context: str = "phrase") -> str:
        """Return a text in this language; empty where the book does not have it, which whoever built the book tells."""
        if not text:
            return ""
        self.asked[context, text, ""] = None
        if self.book is None:
            return text
        return next(iter(self.book.find(context, text)), "")

    def count(self, one: str, many: str, number: float) -> str:
        """Return the form of a text that goes with a number. A fraction takes the form of the next whole."""
        self.asked["number", one, many] = None
        whole = math.ceil(number)
        if self.book is None:
            return one if whole == 1 else many
        forms = self.book.find("number", one)
        return forms[min(self.book.form(whole), len(forms) - 1)] if forms else ""

    def told(self, text: str, **values: str) -> str:
        """Return a phrase of the program with its values filled in."""
        return fill(self.say(text), **values)

    @cached_property
    def locale(self) -> Locale:
        """The CLDR locale."""
        return _locale(self.language, self.country)

    @cached_property
    def names(self) -> tuple[str, str]:
        """The language's name in English and in itself (CLDR)."""
        alone = _locale(self.language, "")
        english = _ENGLISH_NAMES.get(self.language) or alone.get_display_name("en")
        return english or self.language, self.capital(alone.get_display_name(alone) or self.language)

    @cached_property
    def figures(self) -> dict[int, str]:
        """The digits of the language (CLDR's default numbering system; for Arabic it differs by country), by those of ASCII."""
        zero = _ZEROS.get(self.locale.default_numbering_system, "0")
        return {ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)}

    def digits(self, text: str) -> str:
        """Return a text of figures alone, such as a year, with the language's digits; any other text as it is."""
        return text.translate(self.figures) if re.fullmatch(r"[0-9][0-9 /–-]*", text) else text

    def number(self, value: float) -> str:
        """Return a number with the language's digits and marks; millions in words ("2.8 million")."""
        if abs(value) < MILLION:
            grouped = abs(value) >= 10_000 or self.language not in _UNGROUPED
            written = format_decimal(value, locale=self.locale, numbering_system="default", group_separator=grouped)
            return str(written).translate(self.figures)
        length: Literal["long", "short"] = "long" if "long" in self.locale.compact_decimal_formats else "short"
        compact = format_compact_decimal(value, format_type=length, locale=self.locale, fraction_digits=1, numbering_system="default")
        return str(compact).translate(self.figures)

    def date(self, day: date) -> str:
        """Return a day written out, as "23 November 2026", in the Gregorian calendar."""
        return str(format_date(day, "long", locale=self.locale)).translate(self.figures)

    def weekday(self, day: Day) -> str:
        """Return a day with its weekday, as "Monday, 23 November 2026": whoever mistakes one notices by the other."""
        return str(format_date(day, "full", locale=self.locale)).translate(self.figures)

    def clock(self, given: time) -> str:
        """Return a time of day as CLDR's short form has it: "14:30" or "2:30 PM", as the language and country count hours."""
        written = str(format_time(given, "short", locale=self.locale)).translate(self.figures)
        return written.replace("\u202f", "\u00a0")  # few fonts have the narrow space

    def money(self, amount: float, currency: str) -> str:
        """Return an amount of money without cents."""
        pattern = re.sub(r"[.]0+", "", self.locale.currency_formats["standard"].pattern)
        written = format_currency(amount, currency, format=pattern, locale=self.locale, currency_digits=False, numbering_system="default")
        return str(written).translate(self.figures)

    def join(self, words: list[str]) -> str:
        """Return "a, b and c"."""
        return str(format_list(words, locale=self.locale))

    def span(self, low: str, high: str) -> str:
        """Return "3 to 5"."""
        return self.told("{low} to {high}", low=low, high=high)

    def duration(self, duration: Duration, qualifier: Qualifier = "") -> str:
        """Return "2 years", "about 2 years" or "3 to 5 years"."""
        last = duration.value if duration.high is None else duration.high
        low, high = self.number(duration.value), self.number(last)
        figure = "{number}" if duration.high is None else "{low} to {high}"
        one, many = (f"{_QUALIFIED[qualifier]}{figure} {unit}" for unit in (duration.unit, f"{duration.unit}s"))
        return fill(self.count(one, many, last), number=high, low=low, high=high)

    def order(self, word: str) -> tuple[list[int], str]:
        """Return what words are sorted by: the language's alphabet where it has letters of its own, else accents aside."""
        alphabet = _ALPHABETS.get(self.language, "")
        low = word.replace("I", "ı").replace("İ", "i").lower() if self.language in ("tr", "az") else word.lower()
        letters = (one if one in alphabet else _bare(one) for one in low if one.isalnum())
        return [1000 + alphabet.index(one) if one in alphabet else ord(one) for one in letters], word

    def capital(self, text: str) -> str:
        """Return the text with a capital first letter, as at the start of a sentence."""
        first = "İ" if self.language in ("tr", "az") and text[:1] == "i" else text[:1].upper()
        return first + text[1:]


_QUALIFIED: dict[str, str] = {
    "": "",
    "about": "about ",
    "more-than": "more than ",
    "less-than": "less than ",
    "under": "under ",
    "at-least": "at least ",
    "up-to": "up to ",
}


def words(fact: Fact, form: str, voice: Voice) -> str:
    """Return a fact in one of the forms that markup.FACT_FORMS lists for its kind. Raises KeyError for any other form."""
    return (_PROPORTION if fact.kind == "proportion" else _FORMS)[form](fact, voice)


def _amount(fact: Fact, voice: Voice, qualifier: str) -> str:
    """Return a count, a range, an amount of money or a length of time, with its unit."""
    low, high = (fact.value, None) if fact.value is not None else (fact.low or 0, fact.high or 0)
    if fact.kind == "duration":
        return voice.duration(Duration(low, high, fact.unit), qualifier)  # type: ignore[arg-type]
    show = voice.number if fact.kind != "money" else partial(voice.money, currency=fact.currency)
    values = {"number": show(low)} if high is None else {"low": show(low), "high": show(high)}
    template = _QUALIFIED[qualifier] + ("{number}" if high is None else "{low} to {high}")
    if fact.unit:
        template = voice.count(f"{template} {fact.unit}", f"{template} {fact.unit}", low if high is None else high)
        return fill(template, **values)
    return values["number"] if template == "{number}" else voice.told(template, **values)


def _figure(fact: Fact, voice: Voice) -> str:
    """Return the number alone: a translation may need another form of the unit behind it."""
    if fact.value is not None:
        return voice.number(fact.value)
    return voice.span(voice.number(fact.low or 0), voice.number(fact.high or 0))


_FORMS: dict[str, Callable[[Fact, Voice], str]] = {
    "words": lambda fact, voice: _amount(fact, voice, fact.qualifier),
    "number": lambda fact, voice: _amount(fact, voice, ""),
    "figure": _figure,
}


def _about(fact: Fact) -> str:
    return "about " if fact.about else ""


def _short(fact: Fact, number: int, voice: Voice) -> str:
    values = {"number": voice.number(number), "total": voice.number(fact.denominator)}
    return voice.told(f"{_about(fact)}{{number}} of {{total}}", **values)


def _full(fact: Fact, number: int, voice: Voice) -> str:
    phrase = f"{_about(fact)}{{number}} of {{total}} {fact.counted}"
    values = {"number": voice.number(number), "total": voice.number(fact.denominator)}
    return fill(voice.count(phrase, phrase, fact.denominator), **values)


def _both(fact: Fact, voice: Voice) -> str:
    """Return both sides in one phrase. It is one text to translate for each fact: a verb may have to stand elsewhere."""
    template = voice.say(f"{{first}} {fact.claim} and {_about(fact)}{{rest}} {fact.other}", "both sides of a number")
    return fill(template, first=_full(fact, fact.numerator, voice), rest=voice.number(fact.denominator - fact.numerator))


def claim(fact: Fact, voice: Voice) -> str:
    """Return what happened to those counted."""
    return voice.say(fact.claim, f"what happened, of {fact.counted}")


def other(fact: Fact, voice: Voice) -> str:
    """Return what happened to the others."""
    return voice.say(fact.other, f"the other side of “{fact.claim}”, of {fact.counted}")


def _interval(fact: Fact, voice: Voice) -> str:
    if fact.interval is None:
        raise KeyError("interval")
    return voice.span(voice.number(fact.interval.low), voice.number(fact.interval.high))


def _period(fact: Fact, voice: Voice) -> str:
    if fact.period is None:
        raise KeyError("period")
    return voice.duration(fact.period)


def _span_figure(fact: Fact, voice: Voice) -> str:
    if fact.period is None:
        raise KeyError("period-figure")
    low = voice.number(fact.period.value)
    return low if fact.period.high is None else voice.span(low, voice.number(fact.period.high))


_PROPORTION: dict[str, Callable[[Fact, Voice], str]] = {
    "words": lambda fact, voice: _full(fact, fact.numerator, voice),
    "short": lambda fact, voice: _short(fact, fact.numerator, voice),
    "number": lambda fact, voice: voice.number(fact.numerator),
    "other": lambda fact, voice: _full(fact, fact.denominator - fact.numerator, voice),
    "other-short": lambda fact, voice: _short(fact, fact.denominator - fact.numerator, voice),
    "other-number": lambda fact, voice: voice.number(fact.denominator - fact.numerator),
    "both": _both,
    "period": _period,
    "period-figure": lambda fact, voice: _span_figure(fact, voice),
    "interval": _interval,
    "denominator": lambda fact, voice: voice.number(fact.denominator),
}


def box(facts: list[Fact], others: list[Fact], voice: Voice, identity: str, span: Span) -> FactTable:
    """Return a fact box in words: two rows a fact, one for each side, so that both add up before the reader's eyes (N4).

    `others` are the facts of the comparison group, one for each of `facts`, or empty where the studies had none (N8).
    """
    periods = {fact.period for fact in facts}
    one_period = voice.duration(next(iter(periods))) if len(periods) == 1 and None not in periods else ""  # type: ignore[arg-type]
    corner = voice.told("Over {period}", period=one_period) if one_period else voice.say("What happened")
    shared = _shared_group(facts)
    groups = [voice.say(facts[0].group, "group"), voice.say(others[0].group, "group")] if others else [voice.say(shared, "group")]
    groups = [group if group or shared else voice.say("How many people") for group in groups]
    rows: list[tuple[str, ...]] = []
    for index, fact in enumerate(facts):
        arms = (fact, others[index]) if others else (fact,)
        when = "" if one_period or fact.period is None else f" ({voice.duration(fact.period)})"
        rows.append((voice.capital(claim(fact, voice)) + when, *(_cell(arm, arm.numerator, voice) for arm in arms)))
        rows.append((voice.capital(other(fact, voice)) + when, *(_short(arm, arm.denominator - arm.numerator, voice) for arm in arms)))
    return FactTable(
        id=identity,
        span=span,
        facts=tuple(fact.id for fact in facts) + tuple(fact.id for fact in others),
        caption=(),
        header=(corner, *groups),
        rows=tuple(rows),
        notes=_notes(facts, others, voice),
        refs=(),
    )


def _shared_group(facts: list[Fact]) -> str:
    groups = {fact.group for fact in facts}
    return groups.pop() if len(groups) == 1 else ""


def _cell(fact: Fact, number: int, voice: Voice) -> str:
    short = _short(fact, number, voice)
    if fact.interval is None:
        return short
    return voice.told("{number} (likely range: {range})", number=short, range=_interval(fact, voice))


def _notes(facts: list[Fact], others: list[Fact], voice: Voice) -> tuple[str, ...]:
    people = [voice.say(one, "who was studied") for one in dict.fromkeys(fact.population for fact in (*facts, *others))]
    together = reduce(lambda first, second: voice.told("{first}; {second}", first=first, second=second), people)
    notes = [voice.told("Who was studied: {people}.", people=together)]
    if not others:
        notes.append(voice.say("There was no group to compare with."))
    return tuple(notes)


def array(fact: Fact, voice: Voice) -> IconArray:
    """Return one icon array in words; figures.py draws it."""
    place = [voice.say(fact.group, "group")] if fact.group else []
    if fact.period is not None:
        place.append(voice.told("over {period}", period=voice.duration(fact.period)))
    rest = fact.denominator - fact.numerator
    marked = voice.told("{number}: {claim}", number=voice.number(fact.numerator), claim=claim(fact, voice))
    unmarked = voice.told("{number}: {claim}", number=voice.number(rest), claim=other(fact, voice))
    alt = voice.say("Picture of {total} figures. {marked}. {other}.")
    return IconArray(
        fact=fact.id,
        marked=fact.numerator,
        total=fact.denominator,
        headline=voice.capital(_headline(place, voice)),
        number=_short(fact, fact.numerator, voice),
        marked_label=marked,
        other_label=unmarked,
        alt=fill(alt, total=voice.number(fact.denominator), marked=marked, other=unmarked),
    )


def _headline(place: list[str], voice: Voice) -> str:
    return voice.told("{group}, {time}", group=place[0], time=place[1]) if len(place) == 2 else "".join(place)


def phrase_text(phrase: Phrase, values: Mapping[str, str], voice: Voice) -> str:
    """Return a line of a letter with its slots filled, as `values` say them; empty where the language has no such phrase."""
    return fill(voice.say(phrase.text, f"{LETTER}{phrase.id}"), **values)


def price(given: Price, voice: Voice) -> str:
    """Return the clinic's price in words, with its date."""
    low = voice.money(given.low, given.currency)
    amount = low if given.high is None else voice.span(low, voice.money(given.high, given.currency))
    template = voice.say("At this clinic it costs {amount} (price of {date}). This includes {includes}.")
    includes = voice.say(given.includes.rstrip("."), "what a price includes")
    return fill(template, amount=amount, date=voice.date(given.date), includes=includes)
