"""Every language as it is printed: the text is read back out of the PDFs. Nothing is taken from what the program says of itself.

No sentence of the English leaflet stands in another language's; every number of the one stands in the other, by value.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from leaflets import prepare
from leaflets.facts import MILLION, Voice
from leaflets.markup import inlines_of, text_of, walk
from leaflets.model import Request, Workspace
from pypdf import PdfReader

from conftest import AS_OF

pytestmark = pytest.mark.xdist_group("languages")
TOP, BOTTOM, WIDTH, HEIGHT = 50, 72, 595, 842
"""Of an A4 page in points: the body stands between the furniture."""
ENGLISH = frozenset(
    ["the", "and", "you", "your", "with", "that", "this", "they", "which", "from", "been", "their", "them", "has", "what", "when"]
)
"""Words that no other language of the pack has."""


@pytest.fixture(scope="module")
def preparer(pack: Workspace) -> prepare.Preparer:
    return prepare.Preparer(pack, prepare.tools(pack.languages), AS_OF)


def others(manifest: dict, editions: tuple[str, ...] = ("a4",)) -> list[dict]:
    return [row for row in manifest["leaflets"] if row["language"] != "en" and row["edition"] in editions]


@cache
def body(path: Path) -> str:
    """The text of a PDF on A4 without the furniture of its pages, in reading order."""
    area = ["-x", "0", "-y", str(TOP), "-W", str(WIDTH), "-H", str(HEIGHT - TOP - BOTTOM)]
    done = subprocess.run(["pdftotext", *area, str(path), "-"], capture_output=True, check=True)
    return re.sub("[\u2066-\u2069\u200b-\u200f\u2060\u202a-\u202e\f]", "", done.stdout.decode())


def test_every_leaflet_is_built_in_every_language(manifest: dict, pack: Workspace) -> None:
    made = {(row["leaflet"], row["language"]) for row in manifest["leaflets"] if row["edition"] == "a4"}
    assert made == {(leaflet, language) for leaflet in pack.leaflets for language in pack.languages}
    assert len(pack.languages) >= 17


def test_no_english_sentence_in_another_language(manifest: dict, built: Path, preparer: prepare.Preparer) -> None:
    """What the English leaflet says in four words or more is nowhere in the translated PDF; nor are its commonest words, but in sources."""
    for row in others(manifest):
        text = body(built / row["path"])
        squeezed = re.sub(r"\s+", " ", text)
        for sentence in english_sentences(preparer, row["leaflet"], row["profile"]):
            assert sentence not in squeezed, (row["path"], sentence)
        own = without_sources(text, preparer, row["language"]).replace("The Leaflets project", "")
        words = Counter(
            re.findall(
                r"[a-z]+",
                re.sub(r"\s+", " ", own).replace(ENGLISH_NOTICE, "").replace("The Leaflets project", "").replace(BODY, "").lower(),
            )
        )
        found = {word: count for word, count in words.items() if word in ENGLISH}
        assert not found, (row["path"], found)


ENGLISH_NOTICE = "A machine made this translation from English. No translator and no health professional has checked it yet."


BODY = "Foundation for the Accreditation of Cellular Therapy"
"""A name that the glossary gives in full."""


def english_sentences(preparer: prepare.Preparer, leaflet: str, profile: str) -> Iterator[str]:
    printed = preparer.printed(Request(leaflet, profile, "en", "a4")).printed
    assert printed
    for section in printed.sections:
        for block in walk(section.blocks):
            for inlines in inlines_of(block):
                for sentence in re.split(r"(?<=[.!?:])\s", text_of(inlines)):
                    if len(re.findall(r"[a-z]{2,}", sentence)) >= 4 and "://" not in sentence:
                        yield re.sub(r"\s+", " ", sentence).strip()


def without_sources(text: str, preparer: prepare.Preparer, language: str) -> str:
    """The text up to the list of sources and after it: titles of sources stay in the language they were published in."""
    start, end = (
        said(preparer, language, "The numbers in square brackets in the text lead to this list."),
        said(preparer, language, "Reviewed"),
    )
    first = text.find(start[: len(start) // 3])
    assert first > 0, (language, start)
    last = text.rfind(end)
    assert last > first, (language, end)
    return text[:first] + text[last:]


def said(preparer: prepare.Preparer, language: str, text: str) -> str:
    return text if language == "en" else preparer.language(language).book.find("page", text)[0].replace("\u200c", "")


def test_every_number_is_the_same_by_value(manifest: dict, built: Path, preparer: prepare.Preparer, pack: Workspace) -> None:
    by_key = {(row["leaflet"], row["profile"], row["language"], row["edition"]): row for row in manifest["leaflets"]}
    for row in others(manifest):
        english = by_key[row["leaflet"], row["profile"], "en", "a4"]
        before, after = (numbers(built / one["path"], one, preparer, pack) for one in (english, row))
        assert sum(before.values()) > 50
        assert after == before, (row["path"], "missing", before - after, "more", after - before)


def numbers(path: Path, row: dict, preparer: prepare.Preparer, pack: Workspace) -> Counter[float]:
    """Every number of a leaflet's body by value. Left out: page numbers in the list of contents, the mark of the copy, the sources' own."""
    language = row["language"]
    voice = Voice(language, pack.clinic.country)
    text = without_sources(body(path), preparer, language)
    text = text.replace(row["fingerprint"], "").replace("\u202f", "\u00a0")
    text = re.sub(r"(?<=\d)[,،][\s\u00a0]+(?=\d)", " ; ", text)
    recipe = pack.leaflets[row["leaflet"]]
    for day in (recipe.written, recipe.review_due, recipe.published, recipe.evidence_searched):
        if isinstance(day, date):
            text, count = re.subn(spaced(voice.date(day)), f" {day.day} {day.year} ", text)
    for fact in (pack.facts[name] for name in row["facts"]):
        for value in (fact.value, fact.low, fact.high):
            if value and value >= MILLION:
                said_so, turned = (spaced(way) for way in (voice.number(value), " ".join(voice.number(value).split()[::-1])))
                text, count = re.subn(f"{said_so}|{turned}", f" {value:.0f} ", text)
                assert count, (row["path"], voice.number(value))
    if voice.number(12_345)[2] in "\u202f\u00a0":  # pdftotext reads a space that does not break as one that does
        text = re.sub(r"(?<!\d)(?<!\d )([1-9]\d{0,2})[ \u00a0](?=\d{3}(?!\d))", r"\1", text)
    found = Counter(value for value in map(value_of, re.findall(FIGURE, text)) if value is not None)
    pages = contents(path, row, pack)
    assert not pages - found, (row["path"], "page numbers that are not printed", pages - found)
    return found - pages


def spaced(text: str) -> str:
    return r"[\s-]*".join(re.escape(part) for part in re.sub("[\u200e\u200f]", "", text).replace("\u202f", "\u00a0").split())


FIGURE = r"\d(?:[\d.,٫٬\u00a0]*\d)?"


def value_of(figure: str) -> float | None:
    plain = "".join(str(int(letter)) if letter.isdigit() else letter for letter in figure)
    plain = re.sub(r"[.,٬\u00a0](?=\d{3}(?!\d))", "", plain)
    try:
        return float(re.sub(r"[,٫]", ".", plain).replace("\u00a0", ""))
    except ValueError:
        return None


def contents(path: Path, row: dict, pack: Workspace) -> Counter[float]:
    """The page numbers in the list of contents: where the PDF's own anchors lead."""
    reader = PdfReader(path)
    anchors = {name: reader.get_destination_page_number(place) + 1 for name, place in reader.named_destinations.items()}
    if "contents-head" not in anchors:
        return Counter()
    listed = [name for name in row["sections"] if pack.sections[name].kind not in ("who-for", "main-message")]
    return Counter(float(anchors[name]) for name in (*listed, "words", "sources", "about"))


def test_sources_are_whole_in_every_language(manifest: dict, built: Path, pack: Workspace) -> None:
    """Each source's DOI or address stands in the PDF of every language, whole but for line ends."""
    for row in others(manifest):
        text = re.sub(r"[\s()-]", "", body(built / row["path"]))
        for name in row["sources"]:
            source = pack.sources[name]
            found = f"doi:{source.doi}" if source.doi else source.url
            found = re.sub(r"[()-]", "", found)
            marker = r"(?:\.?\d{1,2}\.?)?"  # of the list, which pdftotext puts between two lines of a right-to-left page
            assert found in text or re.search(marker.join(map(re.escape, found)), text), (row["path"], name)
