"""Every page of every PDF of the pack, measured as it is drawn (docs/standard.md, Layout); and each rule shown to fire, and not to.

What a style sheet says does not count here: sizes, colours and places come out of the PDFs (tests/measured.py).
"""

import io
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from leaflets import disk, fonts
from leaflets.model import Edition, Request
from leaflets.render import Renderer

import measured
from measured import Document

pytestmark = pytest.mark.xdist_group("measured")

# ---------------------------------------------------------------- all that is built


def _look(path: Path, language: str, edition: str) -> tuple[int, dict[str, list[str]]]:
    """Measure one PDF: how many pages it has, and what it breaks, by rule."""
    document = measured.read(path, language, edition)
    return len(document.pages), {name: [str(one) for one in found] for name, found in measured.broken(document).items()}


@pytest.fixture(scope="module")
def looked_at(built: Path, manifest: dict) -> dict[str, tuple[int, dict[str, list[str]]]]:
    """What every PDF of the session's build breaks, by its path."""
    rows = [row for row in manifest["leaflets"] if row["path"].endswith(".pdf")]
    with ProcessPoolExecutor(2) as pool:
        paths = [built / row["path"] for row in rows]
        found = pool.map(_look, paths, [row["language"] for row in rows], [row["edition"] for row in rows], chunksize=4)
        return {row["path"]: one for row, one in zip(rows, found, strict=True)}


def test_every_page_is_measured(looked_at: dict, manifest: dict) -> None:
    """No PDF is left out, and none has a page that PDFium does not see."""
    assert {path: pages for path, (pages, _) in looked_at.items()} == {
        row["path"]: row["pages"] for row in manifest["leaflets"] if row["path"].endswith(".pdf")
    }
    assert len(looked_at) > 150


@pytest.mark.parametrize("rule", measured.RULES)
def test_no_page_breaks_a_rule(looked_at: dict, rule: str) -> None:
    """Each place is told with leaflet, page, and points from the left and the top."""
    found = [f"{path}: {told}" for path, (_, broken) in looked_at.items() for told in broken[rule]]
    assert not found, f"{len(found)} places break {rule}: {measured.RULES[rule].__doc__}\n" + "\n".join(found[:40])


# ---------------------------------------------------------------- each rule, once broken and once nearly

PAGE = "@page { size: 148mm 210mm; margin: 20mm 15mm 25mm; @bottom-left { content: 'foot'; font-size: 11pt } }"
STYLE = (
    PAGE
    + "html { font: 13pt/1.45 'Leaflet Latn'; color: #1a1a1a } body, p, h2, ul, ol { margin: 0 } h2 { color: #123a5e; line-height: 1.2 }"
)
TEXT = "Stem cells may help some people with this illness, and nobody knows yet how long that lasts for each of them. "
LONG = f"<p>{TEXT * 4}</p>"
ARABIC = "تحدث إلى طبيبك عن الفوائد والأضرار قبل أن تقرر أي شيء. اسأل عن المخاطر وخذ وقتك في التفكير، فلا داعي للعجلة. "
SQUARE = '<svg role="img" width="60" height="60" viewBox="0 0 60 60"><title>A square</title>{}</svg>'


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    """One renderer with the installed fonts."""
    paths = disk.find_fonts(tuple(face.file for language in ("en", "ar", "zh-Hans") for face in fonts.faces(language)))
    made = Renderer(lambda address: fonts.font_bytes(address, lambda file: paths[file].read_bytes()), fonts.font_css, fonts.allowed)
    yield made
    made.close()


def drawn(renderer: Renderer, body: str, style: str = "", language: str = "en", edition: str = "a4") -> Document:
    """A page with a body, as drawn."""
    direction = fonts.script(language).direction
    head = f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>T</title></head>'
    html = f"{head}<body>{body}</body></html>"
    request = Request("x", "y", language, edition)
    result = renderer.render(Edition(request, "T", html, (("test.css", f"{STYLE} {style}"),), {}, "0" * 16, "draft", "pdf"))
    assert not result.problems, result.problems
    return measured.read(result.content, language, edition)


CASES = {
    "running text of 11 points": ("L1", (LONG, "html { font-size: 11pt }"), (LONG, "html { font-size: 12pt }")),
    "small print of 9 points": (
        "L1",
        (f'{LONG}<p style="font-size: 9pt">Small</p>', ""),
        (f'{LONG}<p style="font-size: 10pt">Small</p>', ""),
    ),
    "a drawing that shrinks its words": (
        "L1",
        (LONG + SQUARE.format('<g transform="scale(.5)"><text x="9" y="30" font-size="18">Word</text></g>'), ""),
        (LONG + SQUARE.format('<g transform="scale(.5)"><text x="9" y="60" font-size="30">Word</text></g>'), ""),
    ),
    "centred lines": ("L2", (LONG, "p { text-align: center }"), (LONG, "p { text-align: start }")),
    "lines of equal length": ("L2", (LONG, "p { text-align: justify }"), (LONG, "")),
    "a first line set in": ("L2", (LONG, "p { text-indent: 2em }"), (LONG, "p { padding-inline-start: 2em }")),
    "a word torn in a narrow column": (
        "L2-word",
        (
            "<p>Transplantation</p><table><td>Transplantation</td></table>",
            "td { width: 20mm; overflow-wrap: break-word } table { table-layout: fixed; width: 20mm }",
        ),
        ("<p>Transplantation</p><table><td>Transplantation soon</td></table>", "td { width: 20mm; overflow-wrap: break-word }"),
    ),
    "slanted letters": ("L2-style", ("<p>Read <i>this</i> again.</p>", ""), ("<p>Read <b>this</b> again.</p>", "")),
    "a block of capitals": (
        "L2-style",
        ("<p>CALL THE TEAM NOW PLEASE</p>", ""),
        ("<p>The MRI, the MS team, a HSCT centre and NICE say so.</p>", ""),
    ),
    "an underline": (
        "L2-style",
        ("<p>Read <u>this text</u> again.</p>", ""),
        ("<p>Read this text again.</p>", "p { border-bottom: 1pt solid #000; padding-bottom: 4pt }"),
    ),
    "a split word": (
        "L2-style",
        (f"<p>{'trans&shy;plant&shy;ation ' * 9}</p>", "p { hyphens: manual }"),
        (f"<p>{'transplantation ' * 9}long-term</p>", ""),
    ),
    "lines of 90 characters": ("L3", (LONG, "@page { size: 260mm 210mm }"), (LONG, "@page { size: 180mm 210mm }")),
    "lines closer than 1.4": ("L4", (LONG, "p { line-height: 1.35 }"), (LONG, "p { line-height: 1.4 }")),
    "a heading on two tight lines": (
        "L4",
        (f"<h2>{TEXT}</h2>", "h2 { line-height: 1.1 }"),
        (f"<h2>{TEXT}</h2>", "h2 { line-height: 1.15 }"),
    ),
    "grey running text": ("L6", (LONG, "p { color: #666 }"), (LONG, "p { color: #555 }")),
    "a light heading": ("L6", (f"<h2>Head</h2>{LONG}", "h2 { color: #777 }"), (f"<h2>Head</h2>{LONG}", "h2 { color: #767676 }")),
    "text on a dark ground": (
        "L6",
        (f'<div class="a">{LONG}</div>', ".a { background: #8aa }"),
        (f'<div class="a">{LONG}</div>', ".a { border: 6pt solid #8aa; background: #eef }"),
    ),
    "white on what is not dark enough": (
        "L6",
        ("<h2>Head</h2>", "h2 { background: #799; color: #fff }"),
        ("<h2>Head</h2>", "h2 { background: #366; color: #fff }"),
    ),
    "a frame too light": (
        "L6-graphics",
        (f'<div class="a">{LONG}</div>', ".a { border: 1.5pt solid #aaa }"),
        (f'<div class="a">{LONG}</div>', ".a { border: 1.5pt solid #8c8c8c; background: #f8f8f8 } h2 { border-top: .5pt solid #ccc }"),
    ),
    "a tick box too light": (
        "L6-graphics",
        (LONG + '<div class="a"></div>', ".a { width: 12pt; height: 12pt; border: 1pt solid #bbb }"),
        (LONG + '<div class="a"></div>', ".a { width: 12pt; height: 12pt; border: 1pt solid #666; background: #eee }"),
    ),
    "a drawing too light": (
        "L6-graphics",
        (SQUARE.format('<path d="M5 5h50v50h-50z" fill="#dde"/>'), ""),
        (SQUARE.format('<path d="M5 5h50v50h-50z" fill="#dde"/><path d="M5 5h50v50h-50z" fill="none" stroke="#123"/>'), ""),
    ),
    "a line that does not break": (
        "L8",
        (f"<p>{TEXT}</p>{LONG}", "p:first-child { white-space: nowrap }"),
        (LONG, ""),
    ),
    "text below the foot": (
        "L8",
        (f'{LONG}<p style="position: absolute; top: 178mm">Low</p>', ""),
        (f'{LONG}<p style="position: absolute; top: 150mm">Low</p>', ""),
    ),
    "a box that leaves the sheet": (
        "L8",
        (f'{LONG}<div class="a"></div>', ".a { background: #123; width: 160mm; height: 9mm }"),
        (f'{LONG}<div class="a"></div>', ".a { background: #123; width: 133mm; height: 9mm }"),
    ),
    "two lines in one place": (
        "L8-overlap",
        ('<p>One line</p><p style="margin-top: -18pt">Two lines</p>', ""),
        ('<p>One line</p><p style="margin-top: -4pt">Two lines</p>', ""),
    ),
    "a drawing on a line": (
        "L8-overlap",
        (LONG + SQUARE.format('<circle cx="30" cy="30" r="30"/>'), "svg { display: block; margin-top: -20pt }"),
        (LONG + SQUARE.format('<circle cx="30" cy="30" r="30"/>'), "svg { display: block }"),
    ),
    "a box over a line": (
        "L8-overlap",
        (f'{LONG}<div class="a"></div>', ".a { position: absolute; top: 5pt; width: 50pt; height: 40pt; background: #fff }"),
        (f'{LONG}<div class="a"></div>', ".a { position: absolute; top: 5pt; width: 50pt; height: 40pt; background: #eef; z-index: -1 }"),
    ),
    "an odd number of sides": ("L9", (LONG, ""), (f'{LONG}<p style="break-before: page">More</p>', "")),
    "a last page of one line": (
        "end",
        (LONG * 2 + '<p style="break-before: page">More</p>', ""),
        (LONG * 2 + f'<p style="break-before: page">{TEXT * 2}</p>', ""),
    ),
    "a heading at the foot": (
        "heading",
        (LONG + '<h2>Head</h2><p style="break-before: page">Text</p>', ""),
        (LONG + "<h2>Head</h2><p>Text</p>" + '<p style="break-before: page">Text</p>', ""),
    ),
    "a list torn after one item": (
        "list",
        (f'{LONG}<ul><li>One</li><li style="break-before: page">Two</li><li>Three</li></ul>', "ul { padding-left: 20pt }"),
        (f'{LONG}<ul><li>One</li><li>Two</li><li style="break-before: page">Three</li></ul>', "ul { padding-left: 20pt }"),
    ),
}
"""What is broken: the rule, a page that breaks it, a page that nearly does."""


@pytest.mark.parametrize("case", CASES)
def test_a_rule_fires_and_a_near_miss_does_not(renderer: Renderer, case: str) -> None:
    rule, (body, style), (near_body, near_style) = CASES[case]
    assert measured.broken(drawn(renderer, body, style), [rule])[rule], case
    assert measured.broken(drawn(renderer, near_body, near_style), [rule])[rule] == []


def test_every_rule_has_a_case() -> None:
    assert {rule for rule, *_ in CASES.values()} | {"L8-fonts"} == set(measured.RULES)


def test_a_font_that_is_not_in_the_file_is_told() -> None:
    """L8: named, as every PDF reader knows it, but not embedded."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    pdf.pages[0].Contents = pdf.make_stream(b"BT /F1 13 Tf 60 700 Td (Text) Tj ET")
    out = io.BytesIO()
    pdf.save(out)
    (told,) = measured.broken(measured.read(out.getvalue()), ["L8-fonts"])["L8-fonts"]
    assert "Helvetica" in told.told


# ---------------------------------------------------------------- what other scripts and editions ask


def test_scripts_have_their_own_measure(renderer: Renderer) -> None:
    """13 points are enough for Latin letters and not for Arabic ones; 1.45 is high enough for one and not for the other."""
    arabic = f"<p>{ARABIC * 3}</p>"
    for size, height, rules in ((13, 1.8, ["L1"]), (15, 1.45, ["L4"]), (15, 1.8, [])):
        style = f"html {{ font: {size}pt/{height} 'Leaflet Arab' }} @page {{ @bottom-left {{ font-size: 13pt }} }}"
        found = measured.broken(drawn(renderer, arabic, style, "ar"))
        assert [name for name, places in found.items() if places and name != "L9"] == rules


def test_large_print_has_nothing_small(renderer: Renderer) -> None:
    style = "html { font-size: 18pt } @page { @bottom-left { font-size: %s } }"
    assert measured.broken(drawn(renderer, LONG, style % "15pt", edition="large-print"), ["L1"])["L1"]
    assert not measured.broken(drawn(renderer, LONG, style % "16pt", edition="large-print"), ["L1"])["L1"]


def test_chinese_lines_are_counted_in_its_own_way(renderer: Renderer) -> None:
    """40 characters on a line, not 70."""
    chinese = "<p>" + "请与您的医生讨论这种治疗的益处和害处，慢慢考虑以后再做决定。" * 9 + "</p>"
    for width, told in ((42, True), (38, False)):
        style = f"html {{ font: 12pt/1.7 'Leaflet Hans' }} p {{ width: {width}em }} @page {{ size: 297mm 210mm }}"
        assert bool(measured.broken(drawn(renderer, chinese, style, "zh-Hans"), ["L3"])["L3"]) is told


def test_places_sizes_and_colours_are_those_drawn(renderer: Renderer) -> None:
    """A word on a coloured box: where it stands, how large, on what, and as what."""
    body = '<div class="a"><p>Word</p></div>'
    document = drawn(renderer, body, ".a { position: absolute; top: 72pt; padding: 10pt; background: #ffeecc } p { color: #102030 }")
    run = next(run for run in document.pages[0].runs if "Word" in run.text)
    assert run.box[0] == pytest.approx(15 / 25.4 * 72 + 10, abs=0.1)
    assert run.base == pytest.approx(20 / 25.4 * 72 + 72 + 10 + 13, abs=3)
    assert (run.size, run.colour, set(run.behind), run.kind) == (pytest.approx(13, abs=0.01), (16, 32, 48), {(255, 238, 204)}, "P")
    foot = next(run for run in document.pages[0].runs if "foot" in run.text)
    assert foot.furniture
    assert not run.furniture


@pytest.mark.parametrize(
    ("colours", "ratio"), [(("#ffffff", "#000000"), 21), (("#777777", "#ffffff"), 4.48), (("#123a5e", "#ffffff"), 11.72)]
)
def test_contrast_is_that_of_wcag(colours: tuple[str, str], ratio: float) -> None:
    one, other = (tuple(bytes.fromhex(colour[1:])) for colour in colours)
    assert measured.contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert measured.contrast(other, one) == measured.contrast(one, other)


def test_a_raised_mark_at_the_beginning_of_a_run_is_no_base_line() -> None:
    """As in Arabic, where a short run may be told from a vowel sign above its first letter: the line's other run says where it stands."""
    box, black = (0.0, 0.0, 9.0, 9.0), (0.0, 0.0, 0.0)
    run = measured.Run(box, 145.7, 14, False, black, (black,), "a longer run of the line", "Leaflet", True, ("P",), 1, 0, 0, 0)
    raised = replace(run, base=144.3, text="short")
    (line,) = measured.lines([raised, run])
    assert line.runs == (raised, run)
    assert line.base == run.base
