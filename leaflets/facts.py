"""Facts in words of one language. The only room for Babel.

Numbers, dates, money and lengths of time by CLDR; the words around them from the language's catalog (English: as written here).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_compact_decimal, format_currency, format_decimal
from babel.units import format_unit

from leaflets.model import Duration, Fact, FactTable, IconArray, Price
from leaflets.problems import Span

MILLION = 1_000_000


def english(message: str) -> str:
    """Translate nothing: the catalog of the language the program is written in."""
    return message


@lru_cache(maxsize=64)
def _locale(language: str, country: str) -> Locale:
    try:
        return Locale.parse(f"{language}_{country.upper()}" if country else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language)


@dataclass(frozen=True)
class Voice:
    """How one language says things, in one country: `language` BCP 47, `country` ISO 3166 in small letters or empty."""

    language: str
    country: str = ""
    say: Callable[[str], str] = english

    @cached_property
    def locale(self) -> Locale:
        """The CLDR locale."""
        return _locale(self.language, self.country)

    def number(self, value: float) -> str:
        """Return a number with the language's digits and marks; millions in words ("2.8 million")."""
        if abs(value) >= MILLION:
            return str(format_compact_decimal(value, format_type="long", locale=self.locale, fraction_digits=1))
        return str(format_decimal(value, locale=self.locale))

    def date(self, day: date) -> str:
        """Return a day written out, as "23 November 2026"."""
        return str(format_date(day, "long", locale=self.locale))

    def money(self, amount: float, currency: str) -> str:
        """Return an amount of money without cents."""
        pattern = re.sub(r"[.]0+", "", self.locale.currency_formats["standard"].pattern)
        return str(format_currency(amount, currency, format=pattern, locale=self.locale, currency_digits=False))

    def join(self, words: list[str]) -> str:
        """Return "a, b and c"."""
        return str(format_list(words, locale=self.locale))

    def span(self, low: str, high: str) -> str:
        """Return "3 to 5"."""
        return self.say("{low} to {high}").format(low=low, high=high)

    def duration(self, duration: Duration) -> str:
        """Return "2 years" or "3 to 5 years"."""
        last = duration.value if duration.high is None else duration.high
        unit = str(format_unit(last, f"duration-{duration.unit}", length="long", locale=self.locale))
        return unit if duration.high is None else self.span(self.number(duration.value), unit)

    def capital(self, text: str) -> str:
        """Return the text with a capital first letter, as at the start of a sentence."""
        return text[:1].upper() + text[1:]


def words(fact: Fact, form: str, voice: Voice) -> str:
    """Return a fact in one of the forms that markup.FACT_FORMS lists for its kind. Raises KeyError for any other form."""
    if fact.kind == "proportion":
        return _PROPORTION[form](fact, voice)
    bare = _BARE[fact.kind](fact, voice)
    return {"words": lambda: _qualified(fact, bare, voice), "number": lambda: bare}[form]()


def _qualified(fact: Fact, bare: str, voice: Voice) -> str:
    template = {
        "": "{number}",
        "about": voice.say("about {number}"),
        "more-than": voice.say("more than {number}"),
        "less-than": voice.say("less than {number}"),
        "under": voice.say("under {number}"),
        "at-least": voice.say("at least {number}"),
        "up-to": voice.say("up to {number}"),
    }[fact.qualifier]
    return template.format(number=bare)


def _amount(fact: Fact, show: Callable[[float], str], voice: Voice) -> str:
    if fact.value is not None:
        return show(fact.value)
    return voice.span(show(fact.low or 0), show(fact.high or 0))


def _counted(fact: Fact, voice: Voice) -> str:
    number = _amount(fact, voice.number, voice)
    return f"{number} {fact.unit}" if fact.unit else number


def _money(fact: Fact, voice: Voice) -> str:
    return _amount(fact, lambda amount: voice.money(amount, fact.currency), voice)


def _lasting(fact: Fact, voice: Voice) -> str:
    low = fact.value if fact.value is not None else fact.low
    return voice.duration(Duration(low or 0, None if fact.value is not None else fact.high, fact.unit))


_BARE: dict[str, Callable[[Fact, Voice], str]] = {
    "count": _counted,
    "range": _counted,
    "duration": _lasting,
    "money": _money,
}


def _short(fact: Fact, number: int, voice: Voice) -> str:
    template = voice.say("about {number} of {total}") if fact.about else voice.say("{number} of {total}")
    return template.format(number=voice.number(number), total=voice.number(fact.denominator))


def _full(fact: Fact, number: int, voice: Voice) -> str:
    template = voice.say("about {number} of {total} {people}") if fact.about else voice.say("{number} of {total} {people}")
    return template.format(number=voice.number(number), total=voice.number(fact.denominator), people=fact.counted)


def _both(fact: Fact, voice: Voice) -> str:
    template = voice.say("{first} {claim} and about {rest} {other}") if fact.about else voice.say("{first} {claim} and {rest} {other}")
    rest = voice.number(fact.denominator - fact.numerator)
    return template.format(first=_full(fact, fact.numerator, voice), claim=fact.claim, rest=rest, other=fact.other)


def _interval(fact: Fact, voice: Voice) -> str:
    if fact.interval is None:
        raise KeyError("interval")
    return voice.span(voice.number(fact.interval.low), voice.number(fact.interval.high))


def _period(fact: Fact, voice: Voice) -> str:
    if fact.period is None:
        raise KeyError("period")
    return voice.duration(fact.period)


_PROPORTION: dict[str, Callable[[Fact, Voice], str]] = {
    "words": lambda fact, voice: _full(fact, fact.numerator, voice),
    "short": lambda fact, voice: _short(fact, fact.numerator, voice),
    "number": lambda fact, voice: voice.number(fact.numerator),
    "other": lambda fact, voice: _full(fact, fact.denominator - fact.numerator, voice),
    "other-short": lambda fact, voice: _short(fact, fact.denominator - fact.numerator, voice),
    "other-number": lambda fact, voice: voice.number(fact.denominator - fact.numerator),
    "both": _both,
    "period": _period,
    "interval": _interval,
    "denominator": lambda fact, voice: voice.number(fact.denominator),
}


def box(facts: list[Fact], others: list[Fact], voice: Voice, identity: str, span: Span) -> FactTable:
    """Return a fact box in words: two rows a fact, one for each side, so that both add up before the reader's eyes (N4).

    `others` are the facts of the comparison group, one for each of `facts`, or empty where the studies had none (N8).
    """
    periods = {fact.period for fact in facts}
    one_period = voice.duration(next(iter(periods))) if len(periods) == 1 and None not in periods else ""  # type: ignore[arg-type]
    corner = voice.say("Over {period}").format(period=one_period) if one_period else voice.say("What happened")
    groups = (facts[0].group, others[0].group) if others else (_shared_group(facts) or voice.say("How many people"),)
    rows: list[tuple[str, ...]] = []
    for index, fact in enumerate(facts):
        arms = (fact, others[index]) if others else (fact,)
        when = "" if one_period or fact.period is None else f" ({voice.duration(fact.period)})"
        rows.append((voice.capital(fact.claim) + when, *(_cell(arm, arm.numerator, voice) for arm in arms)))
        rows.append((voice.capital(fact.other) + when, *(_short(arm, arm.denominator - arm.numerator, voice) for arm in arms)))
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
    return voice.say("{number} (likely range: {range})").format(number=short, range=_interval(fact, voice))


def _notes(facts: list[Fact], others: list[Fact], voice: Voice) -> tuple[str, ...]:
    people = list(dict.fromkeys(fact.population for fact in (*facts, *others)))
    notes = [voice.say("Who was studied: {people}.").format(people="; ".join(people))]
    if not others:
        notes.append(voice.say("There was no group to compare with."))
    return tuple(notes)


def array(fact: Fact, voice: Voice) -> IconArray:
    """Return one icon array in words; figures.py draws it."""
    place = [fact.group] if fact.group else []
    if fact.period is not None:
        place.append(voice.say("over {period}").format(period=voice.duration(fact.period)))
    rest = fact.denominator - fact.numerator
    marked = voice.say("{number}: {claim}").format(number=voice.number(fact.numerator), claim=fact.claim)
    other = voice.say("{number}: {claim}").format(number=voice.number(rest), claim=fact.other)
    alt = voice.say("Picture of {total} figures. {marked}. {other}.")
    return IconArray(
        fact=fact.id,
        marked=fact.numerator,
        total=fact.denominator,
        headline=voice.capital(", ".join(place)),
        marked_label=marked,
        other_label=other,
        alt=alt.format(total=voice.number(fact.denominator), marked=marked, other=other),
    )


def price(given: Price, voice: Voice) -> str:
    """Return the clinic's price in words, with its date."""
    low = voice.money(given.low, given.currency)
    amount = low if given.high is None else voice.span(low, voice.money(given.high, given.currency))
    template = voice.say("At this clinic it costs {amount} (price of {date}). This includes {includes}.")
    return template.format(amount=amount, date=voice.date(given.date), includes=given.includes.rstrip("."))
