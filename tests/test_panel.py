"""The personal panel: what each copy of a leaflet says to one person, put there without laying the leaflet out again.

Each check was broken once by hand to see it fail.
"""

import io
import re
import resource
import subprocess
import tempfile
import time
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pikepdf
import pytest
import uharfbuzz as hb
from fontTools.pens.recordingPen import RecordingPen
from leaflets import disk, fonts, parse, prepare, render, shaping
from leaflets.model import Edition, Line, Panel, Request
from leaflets.panel import NoRoomError, Sheet
from PIL import Image, ImageChops

import knee
import verapdf
from knee import AS_OF

ROOM = 6
EMPTY = Panel(ROOM)
LINES = {
    "en": (
        Line("Anna Weiß-O’Connor", True),
        Line("Your appointment is on Thursday, 3 December 2026 at 10:30 in the Example Clinic, first floor. Please come a little early."),
        Line("محمد عبد الله · अनिता क्षितिज · 王小明"),
    ),
    "ar": (
        Line("محمد عبد الله علاء السلام", True),
        Line("موعدك يوم الخميس 3 ديسمبر 2026 الساعة 10:30 في Example Clinic، مع Anna Smith، الهاتف 020 8438 0700."),
        Line("王小明"),
    ),
    "hi": (
        Line("अनिता क्षितिज शर्मा", True),
        Line("आपकी मुलाकात गुरुवार, 3 दिसंबर 2026 को 10:30 बजे Example Clinic में है। कृपया अपनी सभी दवाएँ लाएँ।"),
        Line("محمد عبد الله"),
    ),
    "zh-Hans": (
        Line("欧阳小明", True),
        Line("您的预约时间是2026年12月3日星期四上午10:30，地点：示例诊所一楼（Example Clinic），请提前十五分钟到达，并带上所有药物。"),
        Line("अनिता क्षितिज"),
    ),
    "he": (
        Line("דוד כהן", True),
        Line("התור שלך ביום חמישי, 3 בדצמבר 2026 בשעה 10:30 ב־Example Clinic, טלפון 020 8438 0700, עם Anna Smith."),
        Line("محمد عبد الله"),
    ),
}
NAMES = {
    "en": ("Anna Weiß-O’Connor", "محمد عبد الله", "अनिता क्षितिज", "王小明"),
    "ar": ("محمد عبد الله علاء السلام", "Anna Smith", "020 8438 0700", "王小明"),
    "hi": ("अनिता क्षितिज शर्मा", "Example Clinic", "محمد عبد الله"),
    "zh-Hans": ("欧阳小明", "Example Clinic", "अनिता क्षितिज"),
    "he": ("דוד כהן", "Anna Smith", "020 8438 0700", "محمد عبد الله"),
}
PLACES = disk.find_fonts(tuple({face.file for one in fonts.SCRIPTS.values() for face in one.faces}))
every_language = pytest.mark.parametrize("language", LINES)
pytestmark = pytest.mark.xdist_group("panel")


def read(name: str) -> bytes:
    return disk.read_bytes(PLACES[name]) or b""


@cache
def preparer() -> prepare.Preparer:
    """The small workspace, in text that means nothing in all languages but English: what is tested is the panel."""
    with tempfile.TemporaryDirectory() as folder:
        root = knee.copy(Path(folder))
        for language in LINES:
            if language != "en":
                knee.speak(language, fonts.LANGUAGES[language])(root)
        checked = parse.parse(disk.read(root))
    return prepare.Preparer(checked.value, prepare.tools(LINES), AS_OF)


@cache
def edition(language: str, panel: Panel | None, kind: str = "a4") -> Edition:
    request = Request("knee-rest", preparer().workspace.leaflets["knee-rest"].default_profile, language, kind)
    made = preparer().prepare(request, panel=panel).edition
    assert made is not None
    return made


@cache
def renderer() -> render.Renderer:
    return render.Renderer(partial(fonts.font_bytes, read=read), fonts.font_css, fonts.allowed)


@cache
def rendered(language: str, panel: Panel | None = EMPTY, kind: str = "a4") -> bytes:
    result = renderer().render(edition(language, panel, kind))
    assert not result.problems
    return result.content


@cache
def sheet(language: str) -> Sheet:
    return Sheet(rendered(language), language, LINES[language], read)


@cache
def copied(language: str) -> bytes:
    made = sheet(language).copy(LINES[language], b"one copy of many")
    assert made is not None
    return made


def typesetter(language: str) -> shaping.Typesetter:
    return shaping.Typesetter(language, read)


def text_of(pdf: bytes) -> str:
    """What pdftotext reads, without marks of direction."""
    said = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", said))


def elements(element):
    """A structure element and all below it, in reading order."""
    yield element
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from elements(kid)


def panel_of(document: pikepdf.Pdf, count: int):
    """The panel's structure element: the section whose paragraphs alone stand between the head of the leaflet and its first section."""
    order = list(elements(document.Root.StructTreeRoot.K[0]))
    sections = [one for one in order if one.S == "/Sect"]
    assert [kid.S for kid in sections[0].K] == ["/P"] * count
    return order, sections[0]


# ---------------------------------------------------------------- asking for it


def test_without_a_panel_nothing_is_changed_by_it() -> None:
    """The same edition as from a workspace that has never heard of panels: not one byte of HTML, styles or digest differs."""
    workspace = preparer().workspace
    styles = {name: text for name, text in workspace.styles.items() if name != "panel.css"}
    templates = {name: text for name, text in workspace.templates.items() if name != "parts/panel.html"}
    assert len(styles) < len(workspace.styles)
    assert len(templates) < len(workspace.templates)
    before = prepare.Preparer(replace(workspace, styles=styles, templates=templates), preparer().tools, AS_OF)
    for language, kind in [("en", "a4"), ("en", "page"), ("ar", "bilingual")]:
        made = edition(language, None, kind)
        assert before.prepare(made.request).edition == made
        assert "panel" not in made.html


@pytest.mark.parametrize("panel", [Panel(ROOM), Panel(ROOM, (Line("Anna Smith"),))], ids=["room", "lines"])
def test_the_fingerprint_tells_the_leaflet_and_nothing_of_the_person(panel: Panel) -> None:
    plain, mine = edition("en", None), edition("en", panel)
    assert mine.fingerprint == plain.fingerprint
    assert mine.html.count(plain.fingerprint) == plain.html.count(plain.fingerprint) > 0
    assert len({plain.key, mine.key, edition("en", Panel(ROOM, (Line("John Smith"),))).key}) == 3


@pytest.mark.parametrize("kind", ["a4", "page"])
def test_lines_can_be_laid_out_with_the_leaflet(kind: str) -> None:
    html = edition("en", Panel(0, (Line("Anna <Smith>", True), Line("Room 3"))), kind).html
    panel = html[html.index('<section class="panel">') :]
    panel = panel[: panel.index("</section>")]
    assert "<p><strong>Anna &lt;Smith&gt;</strong></p>" in panel
    assert "<p>Room 3</p>" in panel
    assert html.index("</header>") < html.index('<section class="panel">') < html.index('<section class="section')


def test_lines_laid_out_are_printed() -> None:
    lines = (Line("محمد عبد الله", True), Line("موعدك الساعة 10:30"))
    assert "محمد" in text_of(rendered("ar", Panel(ROOM, lines)))


def test_a_leaflet_without_room_is_told() -> None:
    with pytest.raises(NoRoomError):
        Sheet(rendered("en", None), "en", "Anna Smith", read)


@pytest.mark.parametrize("kind", ["large-print", "bilingual"])
def test_other_editions_have_room_too(kind: str) -> None:
    made = Sheet(rendered("ar", Panel(ROOM), kind), "ar", LINES["ar"], read).copy(LINES["ar"][:1], b"x")
    assert made is not None
    assert NAMES["ar"][0] in text_of(made)


# ---------------------------------------------------------------- what a copy says


@every_language
def test_names_and_numbers_read_back(language: str) -> None:
    said = text_of(copied(language))
    for name in NAMES[language]:
        assert name in said, name


@every_language
def test_the_panel_stands_between_the_head_and_the_first_section(language: str) -> None:
    """In the order a screen reader takes; each paragraph with its own content, and found again from it."""
    with pikepdf.open(io.BytesIO(copied(language))) as document:
        order, panel = panel_of(document, len(LINES[language]))
        headings = [one.S for one in order[: order.index(panel)] if str(one.S).startswith("/H")]
        after = [one.S for one in order[order.index(panel) :] if str(one.S).startswith("/H")]
        assert headings == ["/H1"]
        assert after[0] == "/H2"
        assert "/Lang" not in panel
        page = document.pages[0].obj
        assert panel.Pg.objgen == page.objgen
        kids = document.Root.StructTreeRoot.ParentTree.Nums[2 * int(page.StructParents) + 1]
        shown = [int(step.operands[1].MCID) for step in pikepdf.parse_content_stream(page.Contents[1]) if _begins(step)]
        assert shown == [int(kid.K[0]) for kid in panel.K]
        for kid, number in zip(panel.K, shown, strict=True):
            assert kids[number].objgen == kid.objgen
            assert kid.P.objgen == panel.objgen
        every = [int(step.operands[1].MCID) for step in pikepdf.parse_content_stream(page) if _begins(step)]
        assert len(every) == len(set(every))
        linked = {number for one in order for number in one.get("/K", []) if isinstance(number, int) and one.Pg.objgen == page.objgen}
        assert {number for number, kid in enumerate(kids) if kid is not None} == linked


def _begins(step) -> bool:
    return str(step.operator) == "BDC" and "/MCID" in step.operands[1]


@every_language
def test_what_is_not_drawn_in_order_is_said_in_order(language: str) -> None:
    with pikepdf.open(io.BytesIO(copied(language))) as document:
        _, panel = panel_of(document, len(LINES[language]))
        for line, kid in zip(LINES[language], panel.K, strict=True):
            unlike = language in ("ar", "he") or re.search("[\u0590-\u0d7f]", line.text)
            assert str(kid.get("/ActualText", "")) == (line.text if unlike else ""), line


def test_verapdf_finds_nothing(tmp_path: Path) -> None:
    paths = []
    for language in LINES:
        paths.append(tmp_path / f"{language}.pdf")
        paths[-1].write_bytes(copied(language))
    bare = sheet("en").copy((), b"x")
    assert bare is not None
    paths.append(tmp_path / "bare.pdf")
    paths[-1].write_bytes(bare)
    assert verapdf.failures(paths) == {path: [] for path in paths}


def outlines(font: hb.Font, glyph: int) -> object:
    pen = RecordingPen()
    font.draw_glyph_with_pen(glyph, pen)
    return pen.value


@pytest.mark.parametrize(("language", "at"), [("ar", 0), ("hi", 0), ("zh-Hans", 0), ("en", 2)])
def test_the_glyphs_drawn_are_those_that_harfbuzz_chooses(language: str, at: int) -> None:
    """Joined and ordered as the script asks: the embedded font draws, from left to right, what HarfBuzz draws of each word."""
    line = LINES[language][at]
    drawn = []
    with pikepdf.open(io.BytesIO(copied(language))) as document:
        page, inside, font, glyphs = document.pages[0], -1, None, ()
        for step in pikepdf.parse_content_stream(page.Contents[1]):
            inside += _begins(step)
            if str(step.operator) == "Tf":
                font, glyphs = embedded(page.Resources.Font[step.operands[0]])
            if str(step.operator) == "TJ" and inside == at:
                codes = b"".join(bytes(part) for part in step.operands[0] if isinstance(part, pikepdf.String))
                numbers = [int.from_bytes(codes[index : index + 2]) for index in range(0, len(codes), 2)]
                drawn += [shape for code in numbers if (shape := outlines(font, glyphs[code] if glyphs else code))]
    words = line.text.split(" ")
    words = words[::-1] if language == "ar" else [*words[2::-1], *words[3:]] if language == "en" else words
    wanted = [shape for word in words for shape in expected(word, 700 if line.strong else 400)]
    assert len(drawn) >= 4
    assert drawn == wanted


def embedded(font) -> tuple[hb.Font, list[int]]:
    """The font program of a font in a PDF, and the glyph of each code, if they are not the same."""
    below = font.DescendantFonts[0]
    program = below.FontDescriptor.get("/FontFile2") or below.FontDescriptor.FontFile3
    given = bytes(below.CIDToGIDMap.read_bytes()) if "/CIDToGIDMap" in below else b""
    mapped = [int.from_bytes(given[index : index + 2]) for index in range(0, len(given), 2)]
    return hb.Font(hb.Face(program.read_bytes())), mapped


def expected(word: str, weight: int) -> list[object]:
    """What HarfBuzz draws of a word by itself, with the font of its script."""
    script = "Arab" if "\u0600" <= word[0] <= "\u06ff" else "Deva" if "\u0900" <= word[0] <= "\u097f" else "Hans"
    face = next(face for face in fonts.SCRIPTS["Latn" if word == "·" else script].faces if face.weight == weight)
    font = hb.Font(hb.Face(read(face.file), face.index))
    buffer = hb.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    return [shape for info in buffer.glyph_infos if (shape := outlines(font, info.codepoint))]


# ---------------------------------------------------------------- where it stands


def picture(pdf: bytes) -> Image.Image:
    made = subprocess.run(["pdftoppm", "-r", "50", "-l", "1", "-png", "-"], input=pdf, capture_output=True, check=True).stdout
    return Image.open(io.BytesIO(made)).convert("L")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_rest_of_the_page_stays_as_it_is_and_lines_begin_where_reading_does(language: str) -> None:
    empty, full = picture(sheet(language).base), picture(copied(language))
    left, top, right, bottom = ImageChops.difference(empty, full).point(lambda value: 255 * (value > 40)).getbbox()
    room, dot = sheet(language).room, 50 / 96  # the room is in CSS pixels
    assert room.left * dot - 1 <= left <= right <= room.right * dot + 1
    assert (room.first - room.pitch) * dot <= top <= bottom <= (room.first + room.lines * (room.pitch + room.gap)) * dot
    name = full.crop((left, top, right, int((room.first + room.pitch / 3) * dot)))
    ink = name.point(lambda value: 255 * (value < 160)).getbbox()
    assert (ink[0] < 3) == (language == "en")
    assert (name.width - ink[2] < 3) == (language == "ar")


def test_other_letters_are_set_as_large_as_their_readers_need() -> None:
    """Arabic and Devanagari letters in an English line: 14 points where Latin has 12 (fonts.SCRIPTS)."""
    scales = {word.text: round(word.scale, 3) for word in typesetter("en").words("Anna محمد अनिता 王", 400)}
    assert (scales["Anna"], scales["محمد"], scales["अनिता"], scales["王"]) == (1, 1.167, 1.167, 1)


def seen(language: str, text: str) -> str:
    """A line's words from left to right."""
    words = typesetter(language).words(text, 400)
    return "".join(words[index].text for index in shaping.in_sight([word.level for word in words]))


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    [
        ("en", "for محمد علي 12 May", "for علي محمد 12 May"),
        ("en", "for John 12 May", "for John 12 May"),
        ("ar", "مع Anna Smith يوم 12 مايو", "مايو 12 يوم Anna Smith مع"),
        ("ar", "هاتف 020 8438 0700 الآن", "الآن 020 8438 0700 هاتف"),
        ("ar", "رقم \u2068AB-12/7\u2069 هنا", "هنا AB-12/7 رقم"),
        ("he", "עם Anna ב־10:30", "10:30ב־ Anna עם"),
    ],
)
def test_the_order_of_sight(language: str, text: str, wanted: str) -> None:
    assert seen(language, text) == wanted


# ---------------------------------------------------------------- what fits


def test_lines_wrap_at_spaces_and_keep_them() -> None:
    text = LINES["en"][1].text
    words = typesetter("en").words(text, 400)
    lines = shaping.broken(words, 20)
    assert lines is not None
    assert len(lines) > 2
    assert "".join(word.text for line in lines for word in line) == text
    for line in lines:
        assert not line[0].gap
        assert sum(word.width for word in line) - line[-1].gap * line[-1].width <= 20


def test_chinese_lines_begin_with_no_closing_sign() -> None:
    words = typesetter("zh-Hans").words("一二三四五六七八，九十（一二三）四五六七八。" * 3, 400)
    for width in range(4, 20):
        lines = shaping.broken(words, width)
        assert lines is not None
        assert not [line for line in lines if line[0].text in "，。）" or line[-1].text == "（"]


@pytest.mark.parametrize(
    "lines",
    [[Line("Anna Smith")] * (ROOM + 1), [Line("Anna Smith " * 60)], [Line("Smith" * 40)]],
    ids=["too many", "too long", "a word too long"],
)
def test_what_does_not_fit_is_not_put_on(lines: list[Line]) -> None:
    made = Sheet(rendered("en"), "en", lines, read)
    assert made.copy(lines, b"x") is None
    assert made.missing(lines) == ""
    assert made.copy([lines[0]] * ROOM, b"x") is None or len(lines) == ROOM + 1


def test_all_lines_of_the_room_can_be_used() -> None:
    lines = [Line("Anna Smith", True)] * ROOM
    assert Sheet(rendered("en"), "en", lines, read).copy(lines, b"x") is not None


def test_a_letter_without_a_font_is_told() -> None:
    lines = [Line("Anna \U00012000 Smith \U00012001\U00012000")]  # cuneiform
    made = Sheet(rendered("en"), "en", lines, read)
    assert made.missing(lines) == "\U00012000\U00012001"
    assert made.copy(lines, b"x") is None
    assert made.missing(LINES["en"]) == ""


def test_a_font_that_is_not_installed_counts_as_none() -> None:
    def some(name: str) -> bytes:
        if "CJK" in name:
            raise KeyError(name)
        return read(name)

    made = Sheet(rendered("en"), "en", LINES["en"], some)
    assert made.missing(LINES["en"]) == "王小明"
    assert made.copy(LINES["en"], b"x") is None
    assert made.copy(LINES["en"][:2], b"x") is not None


def test_a_letter_that_was_not_foretold_is_not_put_on() -> None:
    made = Sheet(rendered("en"), "en", "Anna", read)
    assert made.copy([Line("Anna"), Line("Anna", True)], b"x") is not None
    assert made.copy([Line("Otto")], b"x") is None
    assert made.missing([Line("Otto")]) == ""


# ---------------------------------------------------------------- thousands of copies


def test_copies_differ_in_their_updates_alone() -> None:
    made = sheet("hi")
    one, other = made.copy(LINES["hi"], b"one"), made.copy(LINES["hi"][1:], b"other")
    assert one is not None
    assert other is not None
    base = len(made.base)
    assert one[:base] == other[:base] == made.base
    assert one[base:] != other[base:]
    assert max(len(one), len(other)) - base < 4_000
    assert one == made.copy(LINES["hi"], b"one")
    marks = []
    for copy in (one, other):
        with pikepdf.open(io.BytesIO(copy)) as document:
            marks.append([bytes(half) for half in document.trailer.ID])
            assert document.check_pdf_syntax() == []
    assert marks[0][0] == marks[1][0] == edition("hi", None).fingerprint.encode()
    assert [mark[1] for mark in marks] == [b"one", b"other"]


def test_the_same_sheet_is_made_again() -> None:
    assert Sheet(rendered("en"), "en", LINES["en"], read).copy(LINES["en"], b"one copy of many") == copied("en")


def test_a_thousand_copies_are_quick_and_leave_nothing_behind() -> None:
    people = [[Line(f"Anna{number} Smith", True), Line(f"Reference: {number}/{number * 7}")] for number in range(1_200)]
    made = Sheet(rendered("en"), "en", [line for lines in people for line in lines], read)
    for lines in people[:200]:
        made.copy(lines, b"x")
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    assert all(made.copy(lines, b"x") for lines in people[200:])
    took, grown = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert took < 1.5  # seconds for 1,000
    assert grown < 4_000  # kilobytes
