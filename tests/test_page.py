"""The page for the screen, in a real Chromium: axe finds nothing, nothing else is asked for, it fits 320 pixels (A3)."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from leaflets import cli

import axe
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
