"""The look of a clinic: one file changes it everywhere, and every contrast of it is measured.

Each test was broken once by hand to see it fail.
"""

import base64
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from leaflets import build, disk, fonts, parse, prepare, theme
from leaflets.model import COLOURS, Request, Theme, Workspace
from leaflets.parse import shapes
from leaflets.parse.yaml import load
from pypdf import PdfReader

import knee
from conftest import AS_OF, ROOT
from knee import copy, put, run, speak

THEME = "styles/theme.yaml"
A4, LETTER = (595, 842), (612, 792)  # points
OURS = 7.75
"""The revision that marks a font as ours. A PDF keeps it, and tells no other name than the one in the style sheet."""


@pytest.fixture(scope="module")
def knees() -> Workspace:
    """The small workspace."""
    return parse.parse(disk.read(knee.KNEE)).value


def made(folder: Path, *words: str) -> dict[str, Path]:
    """Build in a workspace; return each file by its edition."""
    ran = run("build", "knee-rest", *words, "--store", "none", "--jobs", "1", "--as-of", str(AS_OF), cwd=folder)
    assert ran.status == 0, ran.err
    return {path.stem.rpartition("--")[2]: path for path in (folder / "dist").glob("*/*--*.*")}


def size(path: Path) -> tuple[int, int]:
    box = PdfReader(path).pages[0].mediabox
    return round(box.width), round(box.height)


# ---------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#123456", "#123456", 1),
    ],
)
def test_contrast(one: str, other: str, ratio: float) -> None:
    """Known values, as WebAIM's contrast checker tells them."""
    assert theme.contrast(one, other) == theme.contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize(("colour", "grey", "black"), [("#ff0000", "#4c4c4c", 70), ("#00ff00", "#969696", 41), ("#0000ff", "#1d1d1d", 89)])
def test_grey(colour: str, grey: str, black: float) -> None:
    assert theme.grey(colour) == grey
    assert theme.blackness(colour) == pytest.approx(black, abs=0.5)


def test_the_look_that_comes_with_the_program_has_every_contrast(pack: Workspace) -> None:
    assert list(theme.check(pack.theme)) == []
    assert {name for pair in theme.PAIRS for name in (pair.front, pair.back)} == set(COLOURS) - {"rule"}  # which means nothing


def test_each_pair_is_looked_at(pack: Workspace) -> None:
    """A colour like the one it stands on is told, pair by pair."""
    for pair in theme.PAIRS:
        same = changed(pack.theme, **{pair.front: pack.theme.colours[pair.back]})
        assert any(f"`{pair.front}` " in one.message and f" on `{pair.back}` " in one.message for one in theme.check(same)), pair


def test_a_leaflet_in_colours_too_much_alike_is_no_final_one(knees: Workspace) -> None:
    faults = build.faults(knees, theme.check(changed(knees.theme, quiet="#999999")))
    assert {code for told in faults.values() for code in (one.code for one in told)} >= {"L6"}
    assert all(faults[name] for name in knees.leaflets)


def changed(given: Theme, **colours: str) -> Theme:
    return replace(given, colours=MappingProxyType({**given.colours, **colours}))


hues = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(deep=hues, alert=hues)
def test_in_the_dark_letters_are_light_whatever_the_clinics_colours(deep: str, alert: str) -> None:
    row = shapes.ColoursShape()
    colours = {name: getattr(row, name) for name in COLOURS} | {"deep": deep, "alert": alert}
    night = theme.dark(Theme(MappingProxyType(colours), "", {}, "a4", "clear", {}))
    for pair in theme.PAIRS:
        assert theme.contrast(night[pair.front], night[pair.back]) >= pair.needed - 0.01, pair
    assert theme.contrast(night["on_fill"], night["fill"]) >= 4.5 <= theme.contrast(night["on_alert"], night["fill_alert"])


# ---------------------------------------------------------------- one file


def test_the_file_says_what_is_so_without_it(pack: Workspace) -> None:
    written = load((ROOT / THEME).read_text(), THEME).value.data
    assert written["colours"] == shapes.ColoursShape().model_dump()
    assert {key: written[key] for key in ("paper", "tone")} == {"paper": pack.theme.paper, "tone": pack.theme.tone}
    assert shapes.ThemeShape().model_dump(exclude={"colours"}) == {"logo": None, "fonts": {}, "paper": "a4", "tone": "clear"}


PLAINLY = {
    ("screen.css", "#fff"): "behind a logo or picture, which was drawn for paper",
    ("screen.css", "#000"): "behind a white pictogram, where the reader's own colours hide fills",
}
"""Colours that stand in style sheets by themselves, and why."""


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def test_no_style_sheet_and_no_template_has_a_colour_of_its_own(pack: Workspace) -> None:
    found = set[tuple[str, str]]()
    for name, text in {**pack.styles, **pack.templates}.items():
        if not name.endswith((".svg", "index.html")):
            declared = re.findall(r"(?::|style=\"|stroke=\"|fill=\")[^;{}\"]*?(#[0-9a-fA-F]{3,8}\b|\brgba?\()", without_comments(text))
            found |= {(name, colour) for colour in declared}
    assert found - set(PLAINLY) == set()


def test_each_property_that_a_sheet_asks_for_is_given(pack: Workspace) -> None:
    """A name with a slip of the pen would be no colour at all, and nobody would be told."""
    for kind in pack.editions.values():
        sheets = [theme.css(pack.theme, kind), *(pack.styles[name] for name in kind.styles), pack.templates[kind.template]]
        text = without_comments("\n".join((*sheets, pack.templates["parts/paper.html"], "--leading: 1; --digits: decimal")))
        given = set(re.findall(r"(--[\w-]+)\s*:", text))
        asked = set(re.findall(r"var\((--[\w-]+)\)", text))  # without another value for where it is not given
        assert asked <= given, kind.id


def test_a_theme_changes_every_edition_and_no_word(tmp_path: Path) -> None:
    plain = made(copy(tmp_path / "plain"), "-e", "a4", "-e", "large-print", "-e", "page")
    root = copy(tmp_path / "ours")
    put(THEME, 'colours: {deep: "#00664f"}\ntone: soft\n')(root)
    ours = made(root, "-e", "a4", "-e", "large-print", "-e", "page")
    assert plain.keys() == ours.keys() == {"a4", "large-print", "page"}
    for edition in ("a4", "large-print"):
        assert marked(plain[edition]) != marked(ours[edition])
        assert words(plain[edition]) == words(ours[edition])
        assert colours_of(plain[edition]) - colours_of(ours[edition]) == {(18, 58, 94)}
        assert colours_of(ours[edition]) - colours_of(plain[edition]) == {(0, 102, 79)}
    page = ours["page"].read_text()
    assert "--deep: #00664f" in page
    assert "#123a5e" not in page
    assert page.index("--deep: #00664f") < page.index("prefers-color-scheme: dark")


def marked(path: Path) -> str:
    return PdfReader(path).metadata["/fingerprint"]


def words(path: Path) -> list[str]:
    """The words of a PDF, but for the marks of this copy."""
    text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    return re.sub(r"[0-9a-f]{16}", "", text).split()


def colours_of(path: Path) -> set[tuple[int, ...]]:
    """The colours that the pages of a PDF are drawn with, greys left out."""
    content = "\n".join(page.get_contents().get_data().decode("latin-1") for page in PdfReader(path).pages)
    found = {tuple(round(255 * float(part)) for part in each.split()) for each in re.findall(r"((?:[\d.]+ ){3})(?:rg|RG)\b", content)}
    return {colour for colour in found if len(set(colour)) > 1}


def test_a_logo_stands_above_the_title(tmp_path: Path) -> None:
    root = copy(tmp_path)
    put(THEME, "logo: knee.svg\n")(root)
    page = made(root, "-e", "page")["page"].read_text()
    assert 0 < page.index('<img class="logo" src="data:image/svg+xml;base64,') < page.index("<h1>")


def test_every_edition_has_the_logo(pack: Workspace) -> None:
    """It was missing from easy read and from the two side by side: each kind of first page had a head of its own."""
    name = next(name for name in pack.assets if name.endswith(".svg"))
    mine = replace(pack, theme=replace(pack.theme, logo=name))
    preparer = prepare.Preparer(mine, prepare.tools(("en", "ar"), mine), AS_OF)
    for edition in pack.editions:
        language = "en" if pack.editions[edition].languages == "all" else "ar"
        html = preparer.prepare(Request("hsct", "newly-curious", language, edition)).edition.html
        assert html.count('class="logo"') == 1, edition


def test_a_drawing_takes_the_colours_and_a_logo_keeps_its_own(tmp_path: Path, pack: Workspace) -> None:
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg"><path stroke="#123A5E" fill="#e2ecf5"/><path fill="#fff" stroke="#abcdef"/></svg>'
    ours = changed(pack.theme, deep="#00664f", tint="#dff1ea", on_deep="#fffff0")
    plain, sparing = pack.editions["a4"], replace(ours, tone="sparing")
    assert theme.painted(drawn, pack.theme, plain) == drawn.replace(b"#123A5E", b"#123a5e")
    assert theme.painted(drawn, ours, plain) == drawn.replace(b"#123A5E", b"#00664f").replace(b"#e2ecf5", b"#dff1ea")
    assert b'fill="#ffffff"' in theme.painted(drawn, sparing, plain)
    root = copy(tmp_path)
    put("content/assets/mark.svg", drawn)(root)
    put("content/assets/drawn.svg", drawn)(root)
    put(THEME, 'colours: {deep: "#00664f"}\nlogo: mark.svg\n')(root)
    (root / "content/sections/rest-benefits.md").open("a").write("\n![a drawing](drawn.svg)\n")
    page = made(root, "-e", "page")["page"].read_text()
    shown = [base64.b64decode(one) for one in re.findall(r'src="data:image/svg\+xml;base64,([\w+/=]+)', page)]
    assert [b"#00664f" in one for one in shown] == [False, True]


def test_paper(tmp_path: Path) -> None:
    """Editions that name no paper have the theme's; those that name one keep it."""
    root = copy(tmp_path)
    speak("es")(root)
    put(THEME, "paper: letter\n")(root)
    wanted = ("a4", "letter", "large-print", "bilingual", "booklet")
    paths = made(root, *(word for edition in wanted for word in ("-e", edition)), "--lang", "es")
    assert {edition: size(path) for edition, path in paths.items()} == {
        "a4": A4,
        "letter": LETTER,
        "large-print": LETTER,
        "bilingual": LETTER[::-1],
        "booklet": LETTER[::-1],
    }


def test_no_built_in_sheet_names_a_paper_but_those_called_after_one(pack: Workspace) -> None:
    naming = {
        name
        for name, text in pack.styles.items()
        if re.search(r"@page[^{]*\{[^}]*(?<!-)\bsize:\s*(a[0-9]|letter|legal|b5|[0-9])", without_comments(text), re.I)
    }
    assert naming == {"a4.css", "letter.css"}


def test_a_sparing_page_takes_little_toner(tmp_path: Path) -> None:
    toner = {}
    for tone in theme.TONES:
        root = copy(tmp_path / tone)
        put(THEME, f"tone: {tone}\n")(root)
        toner[tone] = blackness_of(made(root, "-e", "a4")["a4"])
    assert toner["sparing"] < 0.7 * toner["clear"]
    assert 0.9 * toner["clear"] < toner["soft"] < toner["clear"]


def blackness_of(path: Path) -> float:
    """How much of the first page is covered, in percent."""
    with pypdfium2.PdfDocument(path) as document:
        image = document[0].render(scale=1).to_pil().convert("L")
    return 100 * (1 - sum(value * count for value, count in enumerate(image.histogram())) / 255 / (image.width * image.height))


# ---------------------------------------------------------------- fonts of a clinic's own


def bring(folder: Path, family: str = "Our Sans", script: str = "Latn", stem: str = "NotoSans") -> None:
    """Put fonts of a family of our own into a workspace, drawn like installed ones, and name them in its theme."""
    named = {"regular": "Regular", "bold": "Bold"}
    places = disk.find_fonts(tuple(f"{stem}-{name}.ttf" for name in named.values()))
    for weight, name in named.items():
        with TTFont(places[f"{stem}-{name}.ttf"], recalcTimestamp=False) as font:
            font["head"].fontRevision = OURS
            for record in font["name"].names:
                if record.nameID in (1, 16):
                    record.string = family
            font.save(folder / f"content/assets/our-{weight}.ttf")
    put(THEME, f"fonts:\n  {script}: {{family: {family}, regular: our-regular.ttf, bold: our-bold.ttf}}\n")(folder)


def revisions(path: Path) -> Iterator[tuple[str, bool]]:
    """Each font in a PDF: the name it has there, and whether it is one of ours."""
    with pikepdf.open(path) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/FontFile2" in thing:
                with TTFont(io.BytesIO(thing.FontFile2.read_bytes())) as font:
                    yield str(thing.FontName), font["head"].fontRevision == OURS


def test_a_font_of_its_own(tmp_path: Path) -> None:
    """Every Latin letter is in it, on every page; manifest and fingerprint know its files."""
    plain = marked(made(copy(tmp_path / "plain"), "-e", "a4")["a4"])
    root = copy(tmp_path / "ours")
    bring(root)
    path = made(root, "-e", "a4")["a4"]
    found = list(revisions(path))
    assert len(found) == 2
    assert all(ours for _, ours in found)
    assert marked(path) != plain
    versions = json.loads((root / "dist/manifest.json").read_text())["versions"]
    assert {"our-regular.ttf", "our-bold.ttf"} <= versions.keys()
    assert not [name for name in versions if name.startswith("NotoSans-")]


def test_a_font_of_its_own_stands_beside_another_scripts(tmp_path: Path) -> None:
    """An Arabic leaflet has its own fonts still, and ours for what is Latin in it."""
    root = copy(tmp_path)
    speak("ar", "Arab")(root)
    bring(root)
    path = made(root, "-e", "a4", "--lang", "ar")["a4"]
    assert {(name.partition("+")[2].removesuffix("-Bold"), ours) for name, ours in revisions(path)} == {
        ("Leaflet-Arab", False),
        ("Leaflet-Latn", True),
    }


OURS_FOR_LATIN = fonts.Own({"Latn": (fonts.Face(400, "r.ttf", "Our", ""), fonts.Face(700, "b.ttf", "Our", ""))}, {})


def test_scripts_that_shared_the_latin_files_keep_them_under_a_name_of_their_own() -> None:
    """Two fonts under one name would be mixed up by a worker that renders one language after the other."""
    assert fonts.families("ru") == ("Leaflet Latn",)
    assert fonts.families("ru", OURS_FOR_LATIN) == ("Leaflet Cyrl", "Leaflet Latn")
    assert [face.file for face in fonts.faces("ru", OURS_FOR_LATIN)] == ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "r.ttf", "b.ttf"]
    css = fonts.font_css(("en", "ru", "el", "ar"), OURS_FOR_LATIN)
    pairs = re.findall(r'font-family: "([^"]+)"; font-weight: (\d+); src: url\("font:([^"]+)"', css)
    assert len({pair[:2] for pair in pairs}) == len(pairs)
    assert ("Leaflet Latn", "400", "r.ttf") in pairs


def test_the_lines_of_a_letter_are_in_its_own_font(tmp_path: Path) -> None:
    root = copy(tmp_path)
    bring(root)
    put("content/phrases.yaml", "phrases:\n  dear: {text: 'Dear {name},', slots: {name: text}}\n")(root)
    put("people.csv", "name,reference\nZoë Quux,one\n")(root)
    ran = run("batch", "people.csv", "--leaflet", "knee-rest", "--out", "letters", "--jobs", "1", cwd=root)
    assert ran.status == 0, ran.err + ran.out
    path = root / "letters/en/one--knee-rest.pdf"
    assert "Zoë Quux" in PdfReader(path).pages[0].extract_text()
    found = list(revisions(path))
    assert len(found) >= 3  # the leaflet's two, and what the lines need
    assert all(ours for _, ours in found)


def test_doctor_tells_of_them(tmp_path: Path) -> None:
    root = copy(tmp_path)
    bring(root)
    told = {row["what"]: row for row in json.loads(run("doctor", "--format", "json", cwd=root).out)}
    assert told["font our-bold.ttf of this workspace (Latn)"]["found"] == "Our Sans"
    assert not [what for what in told if what.startswith("font NotoSans-")]
    (root / "content/assets/our-bold.ttf").unlink()
    told = {row["what"]: row for row in json.loads(run("doctor", "--format", "json", cwd=root).out)}
    assert not told["font our-bold.ttf of this workspace (Latn)"]["ok"]


def test_a_worker_of_a_pool_has_them(tmp_path: Path) -> None:
    root = copy(tmp_path)
    bring(root)
    workspace = parse.parse(disk.read(root)).value
    tools = prepare.tools(("en",), workspace)
    assert tools.problems == ()
    preparer = prepare.Preparer(workspace, tools, AS_OF)
    ready = preparer.prepare(build.Request("knee-rest", "walker", "en", "a4"))
    with build.executor(tools, 2) as where:
        result = where.submit(build.render_edition, ready.edition).result()
    (root / "a.pdf").write_bytes(result.content)
    assert all(ours for _, ours in revisions(root / "a.pdf"))
