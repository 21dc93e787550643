"""What a print shop gets: PDF/X-4 (ISO 15930-7) read back, as far as that can be done without a preflight of the trade.

No validator of PDF/X is free software: veraPDF knows PDF/A and PDF/UA alone. So each demand that can be read from the file is read from
it, by a library that did not write it; Ghostscript, where it is installed, separates the inks.
"""

import io
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from leaflets import inks, prepare
from leaflets.model import Edition, Request, Workspace
from PIL import Image, ImageCms

from conftest import AS_OF, read, small
from test_render import real
from verapdf import failures

ROOT = Path(__file__).parent.parent
MM = 72 / 25.4
PROFILE = (ROOT / "styles/profiles/fogra39.icc").read_bytes()
RGB = {"rg", "RG"}
CREATED = '<meta name="dcterms.created" content="2026-01-01">'
XMP = {
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


@cache
def renderer():
    """One for all."""
    return real()


def page(body: str, style: str = "", assets: dict[str, bytes] | None = None, profile: bytes = PROFILE) -> Edition:
    """A page for a print shop."""
    css = (
        f'@page {{ size: 80mm 60mm; margin: 10mm; bleed: 10mm; marks: crop }} html {{ font: 12pt "Leaflet Latn"; color: #1a1a1a }} {style}'
    )
    html = f'<!DOCTYPE html><html lang="en"><head><title>T</title>{CREATED}</head><body>{body}</body></html>'
    held = {**(assets or {}), "profiles/press.icc": profile}
    made = Edition(Request("x", "y", "en", "print-shop"), "T", html, (("test.css", css),), held, "f" * 64, "draft", "pdf")
    from dataclasses import replace

    return replace(made, variant="pdf/x-4", profile="press.icc")


def steps(document: pikepdf.Pdf) -> Iterator[tuple[str, list]]:
    """Each step of each content stream, in pages, in objects drawn on them and in patterns: operator and operands."""
    drawn = [thing for thing in document.objects if isinstance(thing, pikepdf.Stream)]
    drawn = [thing for thing in drawn if str(thing.get("/Subtype")) == "/Form" or "/PatternType" in thing]
    for content in [*document.pages, *drawn]:
        for step in pikepdf.parse_content_stream(content):
            yield str(step.operator), list(step.operands)


def painted(content: bytes) -> set[tuple[float, ...]]:
    """Every colour that a PDF sets, in inks; anything but four inks or a grey fails."""
    found = set()
    with pikepdf.open(io.BytesIO(content)) as document:
        for operator, operands in steps(document):
            assert operator not in RGB, operands
            if operator in ("k", "K", "scn", "SCN"):
                found.add(tuple(round(float(value), 3) for value in operands if not isinstance(value, pikepdf.Name)))
            elif operator in ("cs", "CS"):
                assert str(operands[0]) in ("/DeviceCMYK", "/Pattern")
    return found


def shown(content: bytes) -> Image.Image:
    """The first page as a screen shows it."""
    with pypdfium2.PdfDocument(content) as document:
        return document[0].render(scale=4).to_pil().convert("RGB")


# ---------------------------------------------------------------- inks


def test_black_is_black_alone() -> None:
    """Text has one ink, so that no letter gets a coloured edge; white has none, a grey one."""
    assert (
        inks.inks(0, 0, 0) == inks.inks(0x1A / 255, 0x1A / 255, 0x1A / 255) == inks.inks(0x44 / 255, 0x44 / 255, 0x44 / 255) == (0, 0, 0, 1)
    )
    assert inks.inks(1, 1, 1) == (0, 0, 0, 0)
    assert inks.inks(0.5, 0.5, 0.52) == (0, 0, 0, 0.493)
    assert inks.inks(0.13, 0.12, 0.15) == (0, 0, 0, 1), "nearly grey, and dark"


@pytest.mark.parametrize("colour", ["123a5e", "8c1515", "e2ecf5", "b9c4ce", "5b6b7a", "ff0000", "00ff00", "0000ff", "ffff00", "808000"])
def test_the_formula_of_css(colour: str) -> None:
    """At most two inks and black, which make the colour again by the formula that CSS Color 5 has for the way back."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    *three, black = inks.inks(red, green, blue)
    assert min(three) == 0
    assert [1 - min(1, ink * (1 - black) + black) for ink in three] == pytest.approx([red, green, blue], abs=0.002)
    assert sum(three) + black <= 3


def test_colours_of_the_theme_as_the_press_makes_them(pack: Workspace) -> None:
    """Seen through the profile of the press they keep the contrasts of the standard (L6)."""
    from leaflets import theme

    press, screen = ImageCms.ImageCmsProfile(io.BytesIO(PROFILE)), ImageCms.createProfile("sRGB")
    as_seen = ImageCms.buildTransform(press, screen, "CMYK", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    seen = {}
    for name, colour in theme.colours(pack.theme).items():
        mixed = inks.inks(*(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)))
        dot = Image.new("CMYK", (1, 1), tuple(round(255 * ink) for ink in mixed))
        red, green, blue = ImageCms.applyTransform(dot, as_seen).getpixel((0, 0))
        seen[name] = f"#{red:02x}{green:02x}{blue:02x}"
    for pair in theme.PAIRS:
        assert theme.contrast(seen[pair.front], seen[pair.back]) >= pair.needed, (pair, seen)


# ---------------------------------------------------------------- what is drawn


PATH = '<title>t</title><path d="M0 0h9v9z" fill="#123a5e" stroke="#8c1515"/>'
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">{PATH}</svg>'


def test_whatever_is_drawn_is_drawn_in_inks() -> None:
    """Text, lines, areas, drawings in the page and pictures that are drawings; inks that a style sheet names stay as they are."""
    body = f'<p style="border: 1pt solid #5b6b7a; background: #e2ecf5">a</p>{SVG}<p class="own">b</p><img src="asset:a.svg" alt="x">'
    made = renderer().render(page(body, ".own { color: device-cmyk(0 1 .5 .2) }", {"a.svg": SVG.replace("#123a5e", "#00ff00").encode()}))
    assert made.problems == ()
    colours = painted(made.content)
    assert (0, 0, 0, 1) in colours, "text and the marks for cutting"
    assert {
        inks.inks(*(int(one[at : at + 2], 16) / 255 for at in (0, 2, 4))) for one in ("5b6b7a", "e2ecf5", "123a5e", "8c1515", "00ff00")
    } < colours
    assert (0, 1, 0.5, 0.2) in colours
    assert not [one for one in colours if len(one) != 4]


@pytest.mark.parametrize(("kind", "mode"), [("png", "RGB"), ("png", "RGBA"), ("jpg", "RGB"), ("png", "P"), ("png", "L"), ("jpg", "L")])
def test_photographs_are_in_inks_too(kind: str, mode: str) -> None:
    """By the profile of the press; what shows through becomes white; what has no colour stays grey."""
    picture = Image.new("RGBA", (40, 20), (200, 30, 30, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 20, 20))
    held = io.BytesIO()
    (picture if mode == "RGBA" else picture.convert("RGB").convert(mode)).save(held, "JPEG" if kind == "jpg" else "PNG")
    made = renderer().render(page(f'<img src="asset:a.{kind}" alt="x">', assets={f"a.{kind}": held.getvalue()}))
    assert made.problems == ()
    with pikepdf.open(io.BytesIO(made.content)) as document:
        (image,) = [thing for thing in document.objects if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"]
        assert str(image.ColorSpace) == ("/DeviceGray" if mode == "L" else "/DeviceCMYK")
        if mode != "L":
            colours = {colour for _, colour in shown(made.content).getcolors(1_000_000)}
            assert any(red > 180 and green < 90 and blue < 90 for red, green, blue in colours), colours
            if mode == "RGBA":
                assert min(map(sum, colours)) > 90, "nothing darker than the marks for cutting: no black for what shows through"


def test_a_gradient_is_refused() -> None:
    """WeasyPrint 70 writes its colours as RGB and calls them inks: nobody is given that."""
    made = renderer().render(page("<p>a</p>", "p { background: linear-gradient(#123a5e, #ffffff) }"))
    assert [problem.code for problem in made.problems] == ["P02"]
    assert "gradient" in made.problems[0].message
    assert made.content == b""


def test_a_broken_picture_is_told() -> None:
    """As in any other edition."""
    made = renderer().render(page('<img src="asset:a.png" alt="x">', assets={"a.png": b"\x89PNG\r\n\x1a\nbroken"}))
    assert [problem.code for problem in made.problems] == ["P02"]


# ---------------------------------------------------------------- PDF/X-4


@pytest.fixture(scope="module")
def preparer(pack: Workspace) -> prepare.Preparer:
    """The pack, ready."""
    return prepare.Preparer(pack, prepare.tools(pack.languages, pack), AS_OF)


@pytest.fixture(scope="module")
def shop(preparer: prepare.Preparer) -> tuple[Edition, bytes]:
    """A leaflet of the pack for a print shop."""
    recipe = preparer.workspace.leaflets["overview"]
    edition = preparer.prepare(Request("overview", recipe.default_profile, "en", "print-shop")).edition
    assert edition is not None
    result = renderer().render(edition)
    assert result.problems == ()
    assert result.pages % 4 == 0
    return edition, result.content


def test_what_it_says_it_is(shop: tuple[Edition, bytes]) -> None:
    """ISO 15930-7: version and identifiers in XMP, Trapped, dates, title; the output intent of the press with its profile."""
    edition, content = shop
    assert content.startswith(b"%PDF-1.6")
    with pikepdf.open(io.BytesIO(content)) as document:
        root, info = document.Root, document.docinfo
        assert not document.is_encrypted
        with document.open_metadata() as xmp:
            said = {name: xmp.get(f"{{{XMP[name.split(':')[0]]}}}{name.split(':')[1]}") for name in (
                "pdfxid:GTS_PDFXVersion", "xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate", "xmpMM:DocumentID", "xmpMM:VersionID",
                "xmpMM:RenditionClass", "pdf:Trapped", "dc:title")}  # fmt: skip
        assert all(said.values()), said
        assert said["pdfxid:GTS_PDFXVersion"] == "PDF/X-4"
        assert said["pdf:Trapped"] == "False"
        assert str(info.Trapped) == "/False"
        assert said["dc:title"] == str(info.Title) == edition.title
        assert str(info.CreationDate)[:10].startswith("D:2026")
        assert str(info.ModDate) == str(info.CreationDate), "no time of day"
        assert str(info["/fingerprint"]) == edition.fingerprint
        assert len(document.trailer.ID) == 2
        assert "/Filter" not in root.Metadata
        (intent,) = root.OutputIntents
        assert (str(intent.S), str(intent.OutputConditionIdentifier)) == ("/GTS_PDFX", "FOGRA39")
        assert str(intent.RegistryName) == "http://www.color.org"
        assert (int(intent.DestOutputProfile.N), intent.DestOutputProfile.read_bytes()) == (4, PROFILE)
        assert not {"/AA", "/OpenAction", "/AcroForm", "/JavaScript"} & set(root.keys())
        assert "/StructTreeRoot" not in root, "and so it claims no PDF/UA"


def test_its_boxes(shop: tuple[Edition, bytes]) -> None:
    """A5 to be trimmed to, 3 mm to bleed into, marks for cutting beyond that: each box within the next (ISO 15930-7)."""
    with pikepdf.open(io.BytesIO(shop[1])) as document:
        for sheet in document.pages:
            trim, bleed, media = ([float(edge) for edge in sheet.obj[name]] for name in ("/TrimBox", "/BleedBox", "/MediaBox"))
            assert "/ArtBox" not in sheet.obj
            assert "/CropBox" not in sheet.obj
            assert [trim[2] - trim[0], trim[3] - trim[1]] == pytest.approx([148 * MM, 210 * MM], abs=0.01)
            for box, reach in ((bleed, 3), (media, 10)):
                assert [trim[0] - box[0], trim[1] - box[1], box[2] - trim[2], box[3] - trim[3]] == pytest.approx([reach * MM] * 4, abs=0.01)
            assert "/Annots" not in sheet.obj, "no link on the page"


def test_its_colours(shop: tuple[Edition, bytes]) -> None:
    """Four inks or grey in every stream, picture, shading and group; text is black alone or a colour, never black of four inks."""
    colours = painted(shop[1])
    assert (0, 0, 0, 1) in colours
    assert not [one for one in colours if len(one) != 4 or sum(one) > 3 or min(one[:3]) > 0]
    with pikepdf.open(io.BytesIO(shop[1])) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                for name in ("/ColorSpace", "/CS"):
                    assert "/DeviceRGB" not in str(thing.get(name)) + str(thing.get("/Group", {}).get(name))


def test_its_fonts_and_what_shows_through(shop: tuple[Edition, bytes]) -> None:
    """Every font is embedded; nothing is painted half through another thing, so that no press has to work that out."""
    with pikepdf.open(io.BytesIO(shop[1])) as document:
        described = [
            thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
        ]
        assert len(described) >= 2
        assert all("/FontFile2" in one or "/FontFile3" in one for one in described)
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and ("/ca" in thing or "/CA" in thing or "/BM" in thing or "/SMask" in thing):
                assert float(thing.get("/ca", 1)) == float(thing.get("/CA", 1)) == 1
                assert str(thing.get("/BM", "/Normal")) == "/Normal"
                assert "/SMask" not in thing


def test_marks_for_cutting_stand_off_the_bleed(shop: tuple[Edition, bytes]) -> None:
    """Between bleed and edge there is nothing but the eight marks; they are black, and on the lines of the trim."""
    drawn = shown(shop[1]).convert("L")
    reach, off = round(10 * MM * 4), round(3.5 * MM * 4)
    dark = {(x, y) for x in range(drawn.width) for y in range(reach - off) if drawn.getpixel((x, y)) < 128}
    assert dark
    lines = (reach, drawn.width - reach)
    assert {min(lines, key=lambda line: abs(line - x)) for x, _ in dark} == set(lines)
    assert max(min(abs(line - x) for line in lines) for x, _ in dark) <= 4


def test_the_same_bytes(shop: tuple[Edition, bytes]) -> None:
    """No time of day, no chance."""
    assert real().render(shop[0]).content == shop[1]


@pytest.mark.parametrize("language", ["ar", "hi", "zh-Hans", "he", "ja"])
def test_in_other_scripts(language: str) -> None:
    """Nothing in it depends on the script."""
    words = {"ar": "مرحبا", "hi": "नमस्ते", "zh-Hans": "你好", "he": "שלום", "ja": "こんにちは"}
    from dataclasses import replace

    from leaflets import fonts

    given = page(f"<p>{words[language]}</p>")
    styles = (*given.styles, ("type.css", fonts.type_css(language, 12)))
    html = given.html.replace('lang="en"', f'lang="{language}" dir="{fonts.script(language).direction}"')
    made = renderer().render(replace(given, html=html, styles=styles, request=Request("x", "y", language, "print-shop")))
    assert made.problems == ()
    assert painted(made.content) == {(0, 0, 0, 1)}


def test_what_a_preflight_of_another_standard_says(shop: tuple[Edition, bytes], tmp_path: Path) -> None:
    """veraPDF by the rules of PDF/A-2b, which shares most of its demands with PDF/X-4 (fonts, colours, streams, structure): it finds only
    what the two standards have different: the marks in XMP, and the output intent of PDF/A.
    """
    path = tmp_path / "shop.pdf"
    path.write_bytes(shop[1])
    (told,) = failures([path], "2b").values()
    xmp, mark, intent, blending = ("6.6.2.3.1-1", "6.6.2.3.1-2"), "6.6.4-1", "6.2.4.3-3", "6.2.10-2"
    assert {line.split(":")[0] for line in told} <= {*xmp, mark, intent, blending}
    assert mark in {line.split(":")[0] for line in told}, "it was checked"
    with pikepdf.open(path) as document:
        assert document.check_pdf_syntax() == []


@pytest.mark.skipif(shutil.which("gs") is None, reason="Ghostscript is not installed")
def test_text_is_on_the_black_plate_alone(tmp_path: Path) -> None:
    """Separated by Ghostscript: of a page of text the plates of cyan, magenta and yellow are empty."""
    made = renderer().render(page("<p>Black text, and its rule.</p><hr>"))
    (tmp_path / "a.pdf").write_bytes(made.content)
    run = [
        "gs",
        "-q",
        "-dBATCH",
        "-dNOPAUSE",
        "-dSAFER",
        "-sDEVICE=tiffsep",
        "-r100",
        f"-sOutputFile={tmp_path}/p%d.tif",
        str(tmp_path / "a.pdf"),
    ]
    subprocess.run(run, check=True, capture_output=True)
    least = {}
    for ink in ("Cyan", "Magenta", "Yellow", "Black"):
        with Image.open(next(tmp_path.glob(f"*({ink}).tif"))) as plate:
            least[ink] = plate.convert("L").getextrema()[0]
    assert least["Black"] < 30
    assert (least["Cyan"], least["Magenta"], least["Yellow"]) == (255, 255, 255)


# ---------------------------------------------------------------- rows that do not fit


ROW = "  shop: {{title: S, format: pdf, styles: [leaflet.css], variant: pdf/x-4{0}}}\n"


@pytest.mark.parametrize(
    ("more", "profile", "told"),
    [
        ("", b"", "the edition `shop` names no profile of a press"),
        (", profile: other.icc", b"", "needs styles/profiles/other.icc, and there is none"),
        (", profile: own.icc", b"no profile", "no profile of a press with four inks"),
        (", profile: own.icc", PROFILE[:12] + b"mntrRGB " + PROFILE[20:], "no profile of a press with four inks"),
        (", profile: own.icc", PROFILE[:-1], "no profile of a press with four inks"),
        (", profile: own.icc, imposition: saddle-stitch", PROFILE, "cannot be both"),
        (", profile: own.icc", PROFILE, ""),
    ],
)
def test_an_edition_that_lacks_what_its_press_needs(more: str, profile: bytes, told: str) -> None:
    """P12, with what to do; and a near miss: a clinic's own profile."""
    files = small() | {"styles/editions.yaml": "editions:\n  a4: {title: A, format: pdf, styles: [leaflet.css]}\n" + ROW.format(more)}
    found = [
        problem for problem in read(files | ({"styles/profiles/own.icc": profile} if profile else {})).problems if problem.code == "P12"
    ]
    assert [told in problem.message for problem in found] == ([True] if told else [])
    assert all(problem.hint for problem in found)
