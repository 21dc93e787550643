"""A fact in words, in every form."""

from dataclasses import replace

import pytest
from leaflets import facts, figures
from leaflets.facts import Voice
from leaflets.markup import FACT_FORMS
from leaflets.model import Duration, Fact, Interval
from leaflets.problems import Span

VOICE = Voice("en", "gb")
NEDA = Fact(
    "neda", "proportion", ("s",), "2017", Span("f", 1, 1), numerator=83, denominator=100, about=True, claim="had no signs",
    other="had signs", counted="people", group="After it", population="people with MS", period=Duration(2, None, "year"), comparator="none",
    interval=Interval(70, 92, 95),
)  # fmt: skip
FORMS = {
    "words": "about 83 of 100 people",
    "short": "about 83 of 100",
    "number": "83",
    "other": "about 17 of 100 people",
    "other-short": "about 17 of 100",
    "other-number": "17",
    "both": "about 83 of 100 people had no signs and about 17 had signs",
    "period": "2 years",
    "interval": "70 to 92",
    "denominator": "100",
    "period-figure": "2",
}


def test_every_form_of_a_proportion() -> None:
    """The table of docs/authors.md."""
    assert {form: facts.words(NEDA, form, VOICE) for form in FACT_FORMS["proportion"]} == FORMS


def test_exact_counts_have_no_about() -> None:
    """A count of real people is not rounded; thousands have their mark."""
    mist = replace(NEDA, numerator=3, denominator=1055, about=False, counted="women")
    assert facts.words(mist, "words", VOICE) == "3 of 1,055 women"
    assert facts.words(mist, "other", VOICE) == "1,052 of 1,055 women"


@pytest.mark.parametrize(
    ("fields", "whole", "bare"),
    [
        (
            {"kind": "count", "value": 2.8e6, "qualifier": "more-than", "unit": "people"},
            "more than 2.8 million people",
            "2.8 million people",
        ),
        ({"kind": "count", "value": 144.0}, "144", "144"),
        ({"kind": "range", "low": 3.0, "high": 5.0, "qualifier": "about"}, "about 3 to 5", "3 to 5"),
        ({"kind": "duration", "value": 1.0, "unit": "year", "qualifier": "under"}, "under 1 year", "1 year"),
        ({"kind": "duration", "low": 3.0, "high": 6.0, "unit": "month"}, "3 to 6 months", "3 to 6 months"),
        ({"kind": "money", "value": 85184.4, "currency": "USD"}, "US$85,184", "US$85,184"),
        (
            {"kind": "money", "low": 40000.0, "high": 70000.0, "currency": "EUR", "qualifier": "up-to"},
            "up to €40,000 to €70,000",
            "€40,000 to €70,000",
        ),
    ],
)
def test_other_kinds(fields: dict, whole: str, bare: str) -> None:
    """Counts, ranges, durations and money, with and without their qualifier."""
    fact = Fact("f", sources=("s",), date="2020", span=Span("f", 1, 1), **fields)
    assert (facts.words(fact, "words", VOICE), facts.words(fact, "number", VOICE)) == (whole, bare)


def test_country_decides_how_money_is_written() -> None:
    """CLDR, not we."""
    assert Voice("en", "us").money(85184, "USD") == "$85,184"


def test_box_of_one_group() -> None:
    """Both sides in rows, the time over the first column, the likely range in the cell, and that nothing was compared."""
    table = facts.box([NEDA], [], VOICE, "x", NEDA.span)
    assert table.header == ("Over 2 years", "After it")
    assert table.rows == (("Had no signs", "about 83 of 100 (likely range: 70 to 92)"), ("Had signs", "about 17 of 100"))
    assert table.notes == ("Who was studied: people with MS.", "There was no group to compare with.")


def test_box_of_two_arms() -> None:
    """A column for each arm; the sides of each add up."""
    other = replace(NEDA, id="drugs", numerator=40, group="On drugs", interval=None)
    table = facts.box([replace(NEDA, comparator="drugs", interval=None)], [other], VOICE, "x", NEDA.span)
    assert table.header == ("Over 2 years", "After it", "On drugs")
    assert table.rows == (("Had no signs", "about 83 of 100", "about 40 of 100"), ("Had signs", "about 17 of 100", "about 60 of 100"))


@pytest.mark.parametrize(("marked", "total"), [(83, 100), (3, 55), (3, 1000), (0, 20), (7, 7)])
def test_icon_array_draws_the_fact(marked: int, total: int) -> None:
    """As many figures as the denominator, as many filled as the numerator, in few paths, with both sides in words.

    A figure is two strokes, or one where there are very many; one that is not filled has white strokes upon them, a little thinner.
    """
    drawn = figures.icon_array(facts.array(replace(NEDA, numerator=marked, denominator=total), VOICE))
    paths = [(part.split('d="')[1].split('"')[0], "#fff" in part) for part in drawn.split("<path ")[1:]]
    strokes = 1 if total > 200 else 2
    assert len(paths) <= 3 * strokes
    assert sum(path.count("M") for path, white in paths if not white) == total * strokes
    assert sum(path.count("M") for path, white in paths if white) == (total - marked) * strokes
    assert (
        f"<title>Picture of {VOICE.number(total)} figures. {marked}: had no signs. {VOICE.number(total - marked)}: had signs.</title>"
        in drawn
    )


def test_a_qr_code_is_drawn_once_from_what_stands_for_it() -> None:
    address, title = "https://leaflets.example.org/v/0123?a&b='1'", 'opens <it> & "that"'
    page = f"<p>before</p>{figures.code_to_draw(address, title)}<svg><title>another</title></svg>"
    drawn = figures.with_codes(page)
    assert drawn == f"<p>before</p>{figures.qr_code(address, title)}<svg><title>another</title></svg>"
    assert figures.with_codes(drawn) == drawn


def test_qr_code_holds_the_address() -> None:
    """A drawing with its words."""
    drawn = figures.qr_code("https://leaflets.example.org/v/0123456789abcdef", "opens <it>")
    assert drawn.startswith('<svg role="img"')
    assert "<title>opens &lt;it&gt;</title>" in drawn
