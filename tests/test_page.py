"""The page for the screen, in a real Chromium: axe finds nothing, nothing else is asked for, it fits 320 pixels (A3)."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import pytest
from leaflets import build, cli, prepare
from leaflets.model import Request, Workspace

import axe
from browser import DARK, FORCED, LIGHT, Browser, BrowserError
from conftest import AS_OF, ROOT

LEAFLETS = ("hsct", "overview", "ipsc")
WIDTHS = (320, 1280)  # 320 is also 1280 at 400% zoom (WCAG 2.2, 1.4.10)
LARGEST = 300_000  # bytes


class Outline(HTMLParser):
    """Every element's name and attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("pages")
    words = ["build", *LEAFLETS, "--edition", "page", "--workspace", ROOT, "--out", out, "--as-of", AS_OF]
    assert cli.run([str(word) for word in words]) == 0
    found = {path.name.partition("--")[0]: path for path in out.glob("en/*--page.html")}
    assert set(found) == set(LEAFLETS)
    return found


@pytest.fixture(params=LEAFLETS)
def page(request: pytest.FixtureRequest, pages: dict[str, Path]) -> Path:
    return pages[request.param]


@pytest.mark.parametrize("width", WIDTHS)
def test_in_chromium(page: Path, width: int) -> None:
    seen = axe.look(page, width)
    assert seen.violations == []
    assert seen.stopped == [], "the page asked for what it does not hold"
    assert seen.scroll_width <= width, f"one has to scroll sideways, for {seen.wide}"
    assert seen.skip_link == ""


def test_needs_nothing_else(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    loaded = [
        (tag, name, value)
        for tag, attributes in Outline(text).elements
        for name, value in attributes.items()
        if name in ("src", "srcset", "href", "xlink:href", "data", "poster", "action", "background", "ping") and tag != "a"
        if not (value or "").startswith(("data:", "#"))
    ]
    assert loaded == []
    assert not re.search(r"@import|url\((?!\s*[\"']?(data:|#))", text)
    assert not {"script", "iframe", "object", "embed", "base", "link"} & {tag for tag, _ in Outline(text).elements}


def test_is_small(page: Path) -> None:
    size = page.stat().st_size
    print(f"{page.name}: {size:,} bytes")
    assert size < LARGEST


def test_order_of_headings(page: Path) -> None:
    levels = [int(tag[1]) for tag, _ in Outline(page.read_text(encoding="utf-8")).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels)), levels


def test_language_and_links(page: Path) -> None:
    outline = Outline(page.read_text(encoding="utf-8"))
    assert [one.get("lang") for one in outline.all("html")] == ["en"]
    names = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(names) == len(set(names))
    links = [one.get("href") or "" for one in outline.all("a")]
    assert links[0] == "#leaflet", "the first link is the skip link"
    assert {link[1:] for link in links if link.startswith("#")} <= set(names)
    assert all(link.startswith(("#", "https://", "http://", "mailto:", "tel:")) for link in links)


# ---------------------------------------------------------------- as readers have it

Composed: TypeAlias = Callable[[str, str], Path]
Theme: TypeAlias = Mapping[str, str]
SPOKEN = ("en", "ar", "zh-Hans")
TELEPHONE, DESK = (320, 640), (1280, 900)
ZOOMED = (320, 256)  # 1280 by 1024 at 400%


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory, pack: Workspace) -> Composed:
    """A leaflet's page in a language, for the reader whose English page is the largest; composed once.

    LEAFLETS_BUILT names a folder built before, while writing tests.
    """
    if ready := os.environ.get("LEAFLETS_BUILT"):
        return lambda leaflet, language: next(Path(ready, language).glob(f"{leaflet}--*--page.html"))
    out = tmp_path_factory.mktemp("composed")
    preparer = prepare.Preparer(pack, prepare.tools((pack.language, *pack.catalogs)), AS_OF)
    known: dict[tuple[str, str], Path] = {}

    def html(leaflet: str, profile: str, language: str) -> bytes:
        edition = preparer.prepare(Request(leaflet, profile, language, "page")).edition
        assert edition, f"{leaflet} in {language} cannot be composed"
        return build.render_edition(edition).content

    @cache
    def reader(leaflet: str) -> str:
        return max(pack.profiles, key=lambda profile: len(html(leaflet, profile, "en")))

    def page(leaflet: str, language: str) -> Path:
        if (leaflet, language) not in known:
            known[leaflet, language] = out / f"{leaflet}--{language}.html"
            known[leaflet, language].write_bytes(html(leaflet, reader(leaflet), language))
        return known[leaflet, language]

    return page


LANGUAGES = [*sorted(path.stem for path in (ROOT / "content/translations").glob("*.po")), "en"]
EACH_SCRIPT = ("en", "de", "ar", "bn", "he", "hi", "ja", "ru", "zh-Hans")
"""One language of each script, and the one with the longest words."""
by_theme = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
by_size = pytest.mark.parametrize("size", [TELEPHONE, DESK], ids=["telephone", "desk"])


@by_size
@by_theme
@pytest.mark.parametrize("language", SPOKEN)
def test_axe_finds_nothing(language: str, theme: Theme, size: tuple[int, int], composed: Composed, browser: Browser) -> None:
    for leaflet in LEAFLETS[: 2 if language == "en" else 1]:
        page = composed(leaflet, language)
        browser.open(page, *size, theme)
        assert browser.violations() == []
        assert browser.requests == [page.as_uri()]


@pytest.mark.parametrize("language", EACH_SCRIPT)
def test_nobody_scrolls_sideways(language: str, composed: Composed, browser: Browser) -> None:
    width = "document.documentElement.scrollWidth"
    for size in (TELEPHONE, ZOOMED):
        browser.open(composed("hsct", language), *size)
        assert browser.run(width) == 320
        assert browser.probe("outside") == []
    browser.probe("spaced")
    assert browser.run(width) == 320
    browser.run("scrollTo(0, 2000)")
    assert browser.run("document.querySelector('.page-head').getBoundingClientRect().bottom") < 0, "the bar stays on so low a window"


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_small(language: str, composed: Composed, pack: Workspace) -> None:
    sizes = {leaflet: composed(leaflet, language).stat().st_size for leaflet in pack.leaflets}
    print(language, *(f"{leaflet} {size / 1000:.0f} kB" for leaflet, size in sizes.items()))
    assert max(sizes.values()) < LARGEST, sizes


@by_theme
@pytest.mark.parametrize("language", SPOKEN)
def test_contrast_of_all_that_is_drawn(language: str, theme: Theme, composed: Composed, browser: Browser) -> None:
    for leaflet in LEAFLETS[:2]:
        browser.open(composed(leaflet, language), *DESK, theme)
        texts, drawn = browser.probe("texts"), browser.probe("drawn")
        assert len(texts) > 200
        assert len(drawn) > 10
        assert [text for text in texts if text["contrast"] < 4.5] == []
        assert [
            text for text in texts if text["contrast"] < 7 and text["where"].partition(".")[0] in ("p", "li", "td", "strong", "span", "a")
        ] == []
        assert [shape for shape in drawn if shape["contrast"] < 3] == []


@pytest.mark.parametrize("language", EACH_SCRIPT)
def test_lines_and_letters(language: str, composed: Composed, browser: Browser) -> None:
    """L3: 70 characters a line, 40 of Chinese and Japanese, of which a Latin letter takes half; L1: 18 pixels, small print 15."""
    browser.open(composed("hsct", language), *DESK)
    lines = browser.probe("lines")
    assert 60 <= max(line["letters"] for line in lines) <= 70, max(lines, key=lambda line: line["letters"])
    if language in ("zh-Hans", "ja"):
        assert 35 <= max(line["wide"] for line in lines) <= 40, max(lines, key=lambda line: line["wide"])
    texts = [text for text in browser.probe("texts") if text["own"]]
    assert [text for text in texts if text["where"] in ("p", "td") and text["pixels"] < (18 if text["running"] else 15)] == []
    assert [text for text in texts if text["pixels"] < 15] == []


@by_size
@pytest.mark.parametrize("language", ["en", "ar"])
def test_with_a_keyboard(language: str, size: tuple[int, int], composed: Composed, browser: Browser) -> None:
    browser.open(composed("hsct", language), *size)
    links = browser.probe("links")
    assert links[0] == "#leaflet"
    assert ("#contents-head" in links[:2]) is (size == TELEPHONE), "at a desk the contents stand beside the leaflet"
    stops = []
    for _ in links:
        browser.press("Tab")
        stops.append(browser.probe("focus"))
    assert [stop["link"] for stop in stops] == links
    assert [stop for stop in stops if not stop["seen"] or stop["ring"] < 2] == []
    for _ in links[1:]:
        browser.press("Tab", shift=True)
    assert browser.probe("focus")["link"] == "#leaflet"
    browser.press("Enter")
    assert browser.run("location.hash") == "#leaflet"
    browser.press("Tab")
    assert browser.run("document.activeElement.closest('main') !== null"), "it does not lead past the bar"


def test_links_lead_where_they_say(composed: Composed, browser: Browser) -> None:
    """What a link leads to is in sight, right below the bar."""
    for size in (TELEPHONE, DESK):
        browser.open(composed("hsct", "en"), *size)
        assert browser.probe("astray") == []


@pytest.mark.parametrize("language", SPOKEN)
def test_targets_are_large_enough(language: str, composed: Composed, browser: Browser) -> None:
    browser.open(composed("hsct", language), *TELEPHONE)
    assert browser.probe("small") == []


def test_for_a_screen_reader(composed: Composed, browser: Browser) -> None:
    """One of each landmark; and a table is the same table where its rows stand one below another (WCAG 2.2, 1.3.1)."""
    landmarks = ["banner", "main", "navigation", "contentinfo"]
    parts = ["table", "row", "columnheader", "rowheader", "cell"]
    tables = []
    for size in (DESK, TELEPHONE):
        browser.open(composed("hsct", "en"), *size)
        said = browser.said()
        assert sorted(role for role, _ in said if role in (*landmarks, "region", "complementary")) == sorted(landmarks)
        assert ("navigation", "What is in this leaflet") in said
        assert [role for role, name in said if role in ("image", "link") and not name] == []
        tables.append([one for one in said if one[0] in parts])
    assert tables[0] == tables[1]
    assert {role for role, _ in tables[0]} == set(parts)


def test_columns_are_named_on_a_telephone(composed: Composed, browser: Browser) -> None:
    browser.open(composed("hsct", "en"), *TELEPHONE)
    found = browser.probe("columns")
    assert found
    assert [(said, header) for said, header in found if not said.startswith(f'"{header}"')] == []


def test_colours_of_the_readers_own(composed: Composed, browser: Browser) -> None:
    """Forced colours take backgrounds away: the key of an icon array still tells what is filled, and all is drawn."""
    browser.open(composed("hsct", "en"), *DESK, {**FORCED, **DARK})
    paint = "getComputedStyle(document.querySelector('.sign-%s')).backgroundColor"
    assert browser.run(paint % "marked") != browser.run(paint % "unmarked")
    assert [text for text in browser.probe("texts") if text["contrast"] < 7] == []
    assert [shape for shape in browser.probe("drawn") if shape["contrast"] < 3] == []


def test_nothing_moves(composed: Composed, browser: Browser) -> None:
    browser.open(composed("hsct", "en"), *DESK, {"prefers-reduced-motion": "no-preference"})
    assert browser.probe("moving") == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_printed_by_the_browser(language: str, composed: Composed, browser: Browser) -> None:
    """Each page says that it is a draft, and which page it is; the bar and the list of links stay on the screen."""
    browser.open(composed("hsct", language), *DESK, DARK)
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=browser.printed(), capture_output=True, check=True).stdout.decode()
    pages = told.removesuffix("\f").split("\f")
    assert len(pages) > 10
    assert [number for number, text in enumerate(pages, 1) if "DRAFT, NOT REVIEWED" not in text] == []
    if language == "en":
        assert [number for number, text in enumerate(pages, 1) if f"Page {number} of {len(pages)}" not in text] == []
        assert "About this leaflet" in told
        assert "What is in this leaflet" not in told
        assert "To the leaflet" not in told
    browser.open(composed("hsct", language), *DESK, DARK, media="print")
    assert [text for text in browser.probe("texts") if text["contrast"] < 4.5] == []
    assert browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_browser_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, composed: Composed, browser: Browser) -> None:
    browser.open(composed("hsct", "en"), *DESK)
    with pytest.raises(BrowserError, match="none is not defined"):
        browser.run("none")
    with pytest.raises(BrowserError, match=r"None\.none"):
        browser.ask("None.none")
    monkeypatch.setenv("CHROMIUM", "false")
    with pytest.raises(BrowserError, match="ended with 1"):
        Browser()


# ---------------------------------------------------------------- the check itself

GOOD = """<!DOCTYPE html><html lang="en"><head><title>Test</title>
<style>body{margin:0}.skip{position:absolute;left:-999px}.skip:focus{position:static}</style></head>
<body><a class="skip" href="#main">To the text</a>
<main id="main" style="min-height:200vh"><h1>Heading</h1><p>Text</p>%s</main></body></html>"""


def seen(tmp_path: Path, inside: str = "", width: int = 320, page: str = GOOD) -> axe.Seen:
    path = tmp_path / "with space é.html"
    path.write_text(page.replace("%s", inside), encoding="utf-8")
    return axe.look(path, width)


def test_tells_good_from_bad(tmp_path: Path) -> None:
    good = seen(tmp_path)
    assert (good.violations, good.stopped, good.scroll_width, good.skip_link) == ([], [], 320, "")

    bad = seen(tmp_path, '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><p class="pale" style="color:#bbb">Pale</p><h4>Deep</h4>')
    rules = {line.partition(":")[0] for line in bad.violations}
    assert rules == {"color-contrast", "heading-order", "image-alt"}
    assert any(line.startswith("color-contrast: ") and line.endswith(": .pale") for line in bad.violations)


def test_tells_what_is_asked_for_and_what_is_too_wide(tmp_path: Path) -> None:
    inside = '<img alt="" src="other.png"><div class="wide" style="width:400px">Wide</div><script>document.title=""</script>'
    found = seen(tmp_path, inside)
    assert sorted(line.partition(" ")[0] for line in found.stopped) == ["img-src", "script-src-elem"]
    assert found.scroll_width == 400
    assert found.wide == ["div.wide"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('href="#main"', 'href="#none"'), "leads to nothing"),
        ((".skip:focus{position:static}", ""), "out of sight"),
        (("left:-999px", ""), "in sight without"),
    ],
)
def test_tells_a_skip_link_that_does_not_work(tmp_path: Path, change: tuple[str, str], why: str) -> None:
    assert why in seen(tmp_path, page=GOOD.replace(*change)).skip_link


def test_no_report_is_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    path.write_text(GOOD.replace("%s", ""))
    with pytest.raises(axe.AxeError, match="no page"):
        seen(tmp_path, page="text %s")
    with pytest.raises(FileNotFoundError):
        axe.violations(tmp_path / "none.html", 320)
    for name, value, why in (("AXE", tmp_path / "none-such", "axe is not installed"), ("CHROMIUM", ("none-such",), "no Chromium")):
        with monkeypatch.context() as changed:
            changed.delenv("CHROMIUM", raising=False)
            changed.setattr(axe, name, value)
            with pytest.raises(axe.AxeError, match=why):
                axe.violations(path, 320)
    with monkeypatch.context() as changed:
        changed.setenv("CHROMIUM", "true")
        with pytest.raises(axe.AxeError, match="did not report"):
            axe.violations(path, 320)
    with monkeypatch.context() as changed:
        changed.setenv("CHROMIUM", "false")
        with pytest.raises(axe.AxeError, match="ended with 1"):
            axe.violations(path, 320)
    script = tmp_path / "axe.js"
    for text, why in (
        ("", "axe stopped"),
        ("axe={run:async()=>{throw 'no'}}", "axe stopped: no"),
        ("axe={run:async()=>({passes:[],violations:[],incomplete:[]})}", "no rule"),
    ):
        script.write_text(text)
        monkeypatch.setattr(axe, "AXE", script)
        with pytest.raises(axe.AxeError, match=why):
            axe.violations(path, 320)
