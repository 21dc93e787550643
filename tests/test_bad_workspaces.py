"""What is wrong in a workspace is told with its code, its place and a hint: one case each, and one runner.

A case changes the small workspace of tests/data/knee and names the problem that the command has to tell.
"""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._f_v_a_r import Axis
from leaflets import disk
from leaflets.codes import CODES

import knee
from knee import add, before, copy, drop, edit, put, run, say, speak

S, L = "content/sections/", "content/leaflets/"
NEW = "content/sections/knee-notes.md"  # a short section: text is put below its header
HEAD = "---\nkind: notes\ntitle: Your notes\n---\n\n"


def phrases(*rows: str) -> knee.Change:
    """Write content/phrases.yaml with phrases one-0, one-1 …"""
    return put("content/phrases.yaml", "phrases:\n" + "".join(f"  one-{at}: {row}\n" for at, row in enumerate(rows)))


@dataclass(frozen=True)
class Case:
    """A change, and `path:line:column CODE message-fragment` with what else is to be seen."""

    id: str
    changes: Sequence[knee.Change]
    expected: str
    hint: str = ""
    status: int = 1
    command: tuple[str, ...] = ("check",)

    @property
    def parts(self) -> tuple[str, str, str]:
        """Place, code, fragment of the message. Names may hold spaces, so the code is found by its form."""
        match = re.fullmatch(r"(.+?) ([A-Z][0-9]+[a-z]?) (.*)", self.expected)
        assert match, self.expected
        return match[1], match[2], match[3]

    @property
    def code(self) -> str:
        return self.parts[1]


OTHER = "  page: {title: P, format: html, styles: [screen.css], template: page.html}\n"
BUILD = ("build", "knee-rest", "-e", "a4")
PAGE = ("build", "knee-rest", "-e", "page")


def case(name: str, *changes: knee.Change, expect: str, hint: str = "", status: int = 1, command: tuple[str, ...] = ("check",)) -> Case:
    return Case(name, changes, expect, hint, status, command)


def text(body: str) -> knee.Change:
    """Give the short section another text; it begins in line 6."""
    return put(NEW, HEAD + body + "\n\n::: lines 4 :::\n")


def link(path: str, target: str) -> knee.Change:
    return lambda root: ((root / path).unlink(missing_ok=True), (root / path).symlink_to(target))


def folder(path: str) -> knee.Change:
    return lambda root: ((root / path).unlink(missing_ok=True), (root / path).mkdir())


def speak_of_them(root: Path) -> None:
    for path in (root / S).glob("*.md"):
        path.write_text(path.read_text().replace("you", "they").replace("You", "They"))
    edit(S + "knee-unknowns.md", "Nobody", "Nobody knows it. Time will show. " * 40 + "\n\nNobody")(root)


def named_in_bytes(root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root / S) + b"/caf\xe9.md")).write_text(HEAD + "Text.\n")


THEME = "styles/theme.yaml"


def family(script: str = "Latn", name: str = "Noto Sans") -> str:
    """A theme with fonts of its own."""
    return f"fonts:\n  {script}: {{family: {name}, regular: our-regular.ttf, bold: our-bold.ttf}}\n"


def brought(regular: str = "NotoSans-Regular.ttf", bold: str = "NotoSans-Bold.ttf") -> knee.Change:
    """Bring installed fonts along as the workspace's own."""
    places = disk.find_fonts((regular, bold))

    def change(root: Path) -> None:
        for name, file in ((regular, "our-regular.ttf"), (bold, "our-bold.ttf")):
            shutil.copy(places[name], root / "content/assets" / file)

    return change


def varying(root: Path) -> None:
    """Make the regular font one that can vary in weight."""
    path = root / "content/assets/our-regular.ttf"
    with TTFont(path) as font:
        font["fvar"] = newTable("fvar")
        axis = Axis()
        axis.axisTag, axis.minValue, axis.defaultValue, axis.maxValue, axis.axisNameID = "wght", 100, 400, 900, 256
        font["fvar"].axes = [axis]
        font.save(path)


def forbidden(root: Path) -> None:
    """Make the bold font one whose maker does not let it be embedded."""
    path = root / "content/assets/our-bold.ttf"
    with TTFont(path) as font:
        font["OS/2"].fsType = 2
        font.save(path)


BRUISE = "You may get a bruise: {fact bruise both} over {fact bruise period}."


def termed(root: Path) -> None:
    """Inflect a word of the glossary so that nobody would know it."""
    path = root / "content/translations/es.po"
    text = path.read_text()
    match = re.search(r'msgstr ".*\{term ([a-z-]+)\}', text)
    assert match
    path.write_text(text[: match.end() - 1] + "|Qqq" + text[match.end() - 1 :])


def figured(root: Path) -> None:
    """Type a figure of another script behind a translation and before its text."""
    path = root / "content/translations/fa.po"
    path.write_text(re.sub(r'(msgstr "[^"{}]*)(\."\n)', r"\g<1> 4\2", path.read_text(), count=1))


def moved(root: Path) -> None:
    folder = root / "content/translations"
    (folder / "es.po").rename(folder / "Spanish.po")


def klingon(root: Path) -> None:
    folder = root / "content/translations"
    (folder / "tlh.po").write_text((folder / "es.po").read_text().replace("Language: es", "Language: tlh"))


LONG = "one more small word " * 40
CASES = (
    # ------------------------------------------------ files
    case("no-vocabulary", drop("content/vocabulary.yaml"), expect="content/vocabulary.yaml F01 content/vocabulary.yaml is missing"),
    case("no-clinic", drop("content/clinic.yaml"), expect="content/clinic.yaml F01 content/clinic.yaml is missing"),
    case("utf-16", put(NEW, (HEAD + "Text.").encode("utf-16")), expect=f"{NEW}:1:1 F02 UTF-16", hint="save the file as UTF-8"),
    case("latin-1", put(NEW, (HEAD + "Ä café.").encode("latin-1")), expect=f"{NEW}:6:1 F02 the byte 0xC4"),
    case("latin-1-after-utf-8", put(NEW, (HEAD + "é").encode() + b"\xe9"), expect=f"{NEW}:6:2 F02 the byte 0xE9"),
    case("bom", before(NEW, b"\xef\xbb\xbf"), expect=f"{NEW}:1:1 F03 byte order mark", status=0),
    case("nul", add(NEW, "\nab\0c\n"), expect=f"{NEW}:10:3 F04 a NUL byte"),
    case("control", add("content/facts.yaml", "\x07"), expect="content/facts.yaml:72:1 F04 control character (U+0007)"),
    case("invisible", text("a\u200bb"), expect=f"{NEW}:6:2 F04 invisible character (U+200B)"),
    case("bidi", text("a\u202eb"), expect=f"{NEW}:6:2 F04 invisible character (U+202E)"),
    case(
        "escaped-nul",
        edit("content/workspace.yaml", "title: Sore", 'title: "a\\x00b" #'),
        expect="content/workspace.yaml:3:8 F04 an escape",
    ),
    case("crlf", put(NEW, (HEAD + "::: lines 4 :::\n").replace("\n", "\r\n")), expect=f"{NEW}:1:1 F05 Windows line ends", status=0),
    case("fifty-megabytes", put(NEW, b"x" * 50_000_000), expect=f"{NEW} F06 50.0 MB"),
    case("link-out", link(NEW, "/etc/hostname"), expect=f"{NEW} F07 leads out of the workspace"),
    case("link-dangling", link(NEW, "nowhere.md"), expect=f"{NEW} F08 cannot be read"),
    case("link-to-itself", link(NEW, "knee-notes.md"), expect=f"{NEW} F08 cannot be read"),
    case("linked-folder", link(S + "more", "../leaflets"), expect=f"{S}more F07 a link to a folder is not followed"),
    case(
        "content-linked-out",
        lambda root: ((root / "content").rename(root.parent / "elsewhere"), (root / "content").symlink_to("../elsewhere")),
        expect="content F07 leads out of the workspace",
    ),
    case("folder-for-file", folder("content/vocabulary.yaml"), expect="content/vocabulary.yaml F01 is missing"),
    case("fifo", lambda root: os.mkfifo(root / S / "pipe.md"), expect=f"{S}pipe.md F08 not a file"),
    case("stray", put("content/fact.yaml", "a: 1\n"), expect="content/fact.yaml F09 not used", hint="`facts.yaml`", status=0),
    case("yml", put("content/leaflets/a.yml", "a: 1\n"), expect=f"{L}a.yml F09 not used", hint="`a.yaml`", status=0),
    case("section-as-txt", put(S + "a.txt", "x"), expect=f"{S}a.txt F09 not used", hint="`.md`", status=0),
    case("bad-file-name", put(S + "My Notes.md", HEAD + "Text."), expect=f"{S}My Notes.md F10 `My Notes`", hint="`my-notes.md`"),
    case("file-name-not-utf-8", named_in_bytes, expect=f"{S}caf\\udce9.md F10 not usable"),
    case(
        "two-sections", put(S + "sub/knee-notes.md", HEAD + "Text."), expect=f"{S}sub/knee-notes.md F11 two sections", hint="another name"
    ),
    case(
        "two-facts",
        drop("content/profiles.yaml"),
        put("content/profiles/a.yaml", "profiles:\n  walker: {title: A}\n  player-helper: {title: A}\n"),
        put("content/profiles/b.yaml", "profiles:\n  walker: {title: A}\n"),
        expect="content/profiles/b.yaml:2:3 F11 `walker` is already in content/profiles/a.yaml, line 2",
    ),
    # ------------------------------------------------ pictures
    case("svg-script", edit("content/assets/knee.svg", "<title>", "<script/><title>"), expect="content/assets/knee.svg:2:1 F12 no drawing"),
    case(
        "svg-script-prefixed",
        edit("content/assets/knee.svg", "<title>", '<s:script xmlns:s="http://www.w3.org/2000/svg"/><title>'),
        expect="content/assets/knee.svg:2:1 F12 no drawing",
    ),
    case(
        "svg-handler", edit("content/assets/knee.svg", "<circle", '<circle onload="x()"'), expect="content/assets/knee.svg:4:1 F12 onload"
    ),
    case("svg-entity", before("content/assets/knee.svg", b"<!DOCTYPE svg>\n"), expect="content/assets/knee.svg:1:1 F12 DOCTYPE"),
    case(
        "svg-refers",
        edit("content/assets/knee.svg", 'fill="none"', 'fill="url(file:///etc/passwd)"'),
        expect="content/assets/knee.svg:3:1 F12 another file",
    ),
    case("svg-broken", edit("content/assets/knee.svg", "</svg>", ""), expect="content/assets/knee.svg:6:1 F12 no SVG"),
    case(
        "svg-utf-16",
        put("content/assets/knee.svg", '<svg xmlns="http://www.w3.org/2000/svg"><!-- \u733c\u6776 --><script/></svg>'.encode("utf-16")),
        expect="content/assets/knee.svg:1:1 F12 not UTF-8",
    ),
    case("png-that-is-none", put("content/assets/a.png", b"GIF89a"), expect="content/assets/a.png F12 no PNG", hint="pictures are"),
    case("font-that-is-none", put("content/assets/a.ttf", b"OTTO"), expect="content/assets/a.ttf F12 no TTF font", hint="pictures are"),
    case(
        "font-broken",
        brought(),
        put("content/assets/our-bold.ttf", b"\0\1\0\0 and nothing behind it"),
        put(THEME, family()),
        expect="content/assets/our-bold.ttf F12 cannot be read as a font",
        hint="Noto Sans, bold",
    ),
    case(
        "font-of-another-family",
        brought(),
        put(THEME, family(name="Our Sans")),
        expect="content/assets/our-regular.ttf F12 its family is called `Noto Sans`",
    ),
    case(
        "font-of-another-weight",
        brought(bold="NotoSans-Regular.ttf"),
        put(THEME, family()),
        expect="content/assets/our-bold.ttf F12 its weight is 400; 700 is asked for",
    ),
    case("font-that-varies", brought(), varying, put(THEME, family()), expect="content/assets/our-regular.ttf F12 a variable font"),
    case("font-not-to-embed", brought(), forbidden, put(THEME, family()), expect="content/assets/our-bold.ttf F12 fsType 0x0002"),
    case("font-for-no-script", brought(), put(THEME, family("Latin")), expect=f"{THEME}:2:3 K04 `Latin`", hint="`Latn`"),
    case("picture-of-no-kind", put("content/assets/a.bmp", b"BM"), expect="content/assets/a.bmp F12 no picture"),
    case("picture-name", put("content/assets/A b.svg", b"<svg/>"), expect="content/assets/A b.svg F10 not usable"),
    # ------------------------------------------------ YAML
    case("yaml-broken", add("content/facts.yaml", "  x: {\n"), expect="content/facts.yaml:72:1 Y01 not YAML"),
    case(
        "yaml-colon",
        edit("content/leaflets/knee-rest.yaml", "title: Rest for", "title: Rest: for"),
        expect=f"{L}knee-rest.yaml:1:12 Y01 mapping values",
        hint="in quotes",
    ),
    case("yaml-second-document", add("content/profiles.yaml", "---\na: 1\n"), expect="content/profiles.yaml:8:1 Y01 a second document"),
    case("yaml-tab", edit("content/profiles.yaml", "    title: Person", "\ttitle: Person"), expect="content/profiles.yaml:3:1 Y02 a tab"),
    case(
        "duplicate-key",
        add("content/profiles.yaml", "  walker: {title: A}\n"),
        expect="content/profiles.yaml:8:3 Y03 `walker` stands twice; first in line 2",
    ),
    case("anchor", edit("content/workspace.yaml", "id: knee", "id: &a knee"), expect="content/workspace.yaml:2:5 Y04 anchors"),
    case(
        "alias", edit("content/workspace.yaml", "id: knee", "id: *knee"), expect="content/workspace.yaml:2:5 Y04 anchors", hint="in quotes"
    ),
    case("tag", edit("content/workspace.yaml", "id: knee", "id: !!str knee"), expect="content/workspace.yaml:2:5 Y04 anchors"),
    case(
        "merge-key",
        edit("content/profiles.yaml", "    title: Helper", "    <<: {title: A}\n    title: Helper"),
        expect="content/profiles.yaml:6:5 K01 `<<`",
    ),
    case("empty-file", put("content/profiles.yaml", ""), expect="content/profiles.yaml:1:1 Y05 nothing here"),
    case("only-remarks", put("content/profiles.yaml", "# later\n"), expect="content/profiles.yaml:1:1 Y05 nothing here"),
    case("deep", put("content/profiles.yaml", "a: " + "[" * 30 + "]" * 30), expect="content/profiles.yaml:1:23 Y06 nested"),
    case("very-deep", put("content/profiles.yaml", "a: " + "[" * 900_000), expect="content/profiles.yaml:1:23 Y06 nested"),
    # ------------------------------------------------ keys
    case(
        "key-that-moved",
        add("content/clinic.yaml", "logo: knee.svg\n"),
        expect="content/clinic.yaml:10:1 K01 unknown key `logo`",
        hint="styles/theme.yaml",
    ),
    case(
        "unknown-key",
        edit(S + "knee-cost.md", "applies:", "aplies:"),
        expect=f"{S}knee-cost.md:4:1 K01 unknown key `aplies`",
        hint="`applies`",
    ),
    case(
        "unknown-key-of-a-fact",
        edit("content/facts.yaml", "    about: true", "    abuot: true"),
        expect="content/facts.yaml:7:5 K01 unknown key `abuot`",
        hint="did you mean `about`?",
    ),
    case(
        "missing-key", edit("content/facts.yaml", "    claim: had less pain\n", ""), expect="content/facts.yaml:3:3 K02 `claim` is missing"
    ),
    case("missing-kind", edit("content/facts.yaml", "    kind: proportion\n", ""), expect="content/facts.yaml:3:3 K02 `kind` is missing"),
    case(
        "fact-without-number",
        edit("content/facts.yaml", "    value: 5200\n", "    value:\n"),
        expect="content/facts.yaml:45:11 K03 `value`",
    ),
    case(
        "duration-without-number",
        edit("content/facts.yaml", "    low: 2\n    high: 3\n    unit: day", "    unit: day"),
        expect="content/facts.yaml:57:3 K02 the fact `rest-time` has no number",
    ),
    case(
        "price-without-amount",
        edit("content/clinic.yaml", "amount: 120, ", ""),
        expect="content/clinic.yaml:9:3 K02 the price `injection` has no amount",
    ),
    case("number-for-text", edit(L + "knee-rest.yaml", '"0.2"', "0.2"), expect=f"{L}knee-rest.yaml:3:10 K03 put it in quotes"),
    case(
        "text-for-number",
        edit("content/facts.yaml", "numerator: 60", "numerator: sixty"),
        expect="content/facts.yaml:5:16 K03 a whole number",
    ),
    case("list-for-mapping", put("content/profiles.yaml", "- a\n- b\n"), expect="content/profiles.yaml:1:1 K03 the file should hold keys"),
    case(
        "text-for-list",
        edit(L + "knee-rest.yaml", "reviewers: []", "reviewers: none"),
        expect=f"{L}knee-rest.yaml:11:12 K03 should be a list",
    ),
    case("text-for-truth", edit("content/facts.yaml", "about: true", "about: yes"), expect="content/facts.yaml:7:12 K03 `true` or `false`"),
    case("empty-list", put(L + "knee-rest.yaml", "sections: []\n"), expect=f"{L}knee-rest.yaml:1:11 K03 `sections` needs 1 or more"),
    case(
        "bad-date",
        edit(L + "knee-rest.yaml", "written: 2026-01-10", "written: 2026-02-30"),
        expect=f"{L}knee-rest.yaml:5:10 K03 should be a date",
    ),
    case(
        "date-the-other-way",
        edit(L + "knee-rest.yaml", "written: 2026-01-10", "written: 10.1.2026"),
        expect=f"{L}knee-rest.yaml:5:10 K03 a date",
    ),
    case(
        "bad-period",
        edit("content/facts.yaml", "period: 3 months", "period: a while"),
        expect="content/facts.yaml:12:13 K03 `period`",
        hint="`2 years`",
    ),
    case(
        "too-negative",
        edit("content/facts.yaml", "numerator: 7", "numerator: -7"),
        expect="content/facts.yaml:33:16 K03 it should be 0 or more",
    ),
    case(
        "too-long",
        edit("content/workspace.yaml", "title: Sore", "title: " + "x" * 401),
        expect="content/workspace.yaml:3:8 K03 longer than 400",
    ),
    case("unknown-kind", edit(NEW, "kind: notes", "kind: note"), expect=f"{NEW}:2:7 K04 `kind` cannot be `note`", hint="`notes`"),
    case(
        "unknown-kind-of-fact",
        edit("content/facts.yaml", "kind: count", "kind: counts"),
        expect="content/facts.yaml:44:11 K04 `counts`",
        hint="`count`",
    ),
    case(
        "unknown-unit",
        edit("content/facts.yaml", "unit: day", "unit: days"),
        expect="content/facts.yaml:61:11 K04 `unit` cannot be `days`",
        hint="did you mean `day`?",
    ),
    case(
        "write-in",
        edit("content/clinic.yaml", "[out_of", "[fax, out_of"),
        expect="content/clinic.yaml:5:12 K04 `write_in` cannot hold `fax`",
    ),
    case(
        "bad-id", edit("content/profiles.yaml", "  walker:", "  Walker:"), expect="content/profiles.yaml:2:3 K05 `Walker` cannot be an id"
    ),
    case(
        "trait-called-leaflet",
        edit("content/vocabulary.yaml", "  activity:", "  leaflet:"),
        expect="content/vocabulary.yaml:2:3 K05 `leaflet` is the name",
    ),
    case(
        "must-show-kind", edit(L + "knee-rest.yaml", "kind:harms", "kind:harm"), expect=f"{L}knee-rest.yaml:27:5 K04 `harm`", hint="`harms`"
    ),
    # ------------------------------------------------ Markdown
    case("no-header", put(NEW, "Text.\n"), expect=f"{NEW}:1:1 M01 does not begin with a header"),
    case("empty-section", put(NEW, ""), expect=f"{NEW}:1:1 M01 does not begin with a header"),
    case("header-not-closed", put(NEW, "---\nkind: notes\n"), expect=f"{NEW}:1:1 M01 not closed"),
    case("html-block", text("<div>x</div>"), expect=f"{NEW}:6:1 M02 HTML"),
    case("html-inline", text("You <b>may</b>"), expect=f"{NEW}:6:5 M02 HTML"),
    case("html-remark", text("<!-- x -->"), expect=f"{NEW}:6:1 M02 HTML"),
    case("entity", text("You&nbsp;may"), expect=f"{NEW}:6:4 M02 `&nbsp;` is HTML", hint="write the letter itself"),
    case("code-span", text("You `may`"), expect=f"{NEW}:6:5 M03 code"),
    case("code-fence", text("```\nx\n```"), expect=f"{NEW}:6:1 M03 code"),
    case("code-indented", text("You\n\n    may"), expect=f"{NEW}:8:5 M03 four spaces"),
    case("italics", text("You *may* do so"), expect=f"{NEW}:6:5 M04 italics", hint="`**bold**`"),
    case("first-heading", text("# Notes"), expect=f"{NEW}:6:1 M05 level 1"),
    case("fourth-heading", text("#### Notes"), expect=f"{NEW}:6:1 M05 level 4"),
    case("unknown-block", text("::: chcklist\n- a\n:::"), expect=f"{NEW}:6:1 M06 `chcklist`", hint="did you mean `checklist`?"),
    case("unclosed-block", put(NEW, HEAD + "::: box key\n\nText.\n"), expect=f"{NEW}:6:1 M07 `box` is not closed"),
    case("closed-twice", text("::: box key\nText.\n:::\n:::"), expect=f"{NEW}:9:1 M07 not opened"),
    case("block-closed-outside-its-item", text("- ::: box note\n  x\n\nafter\n\n:::"), expect=f"{NEW}:6:1 M07 `box` is not closed"),
    case("unknown-box", text("::: box keys\nText.\n:::"), expect=f"{NEW}:6:1 M08 `keys`", hint="`key`"),
    case("empty-box", text("::: box key\n:::"), expect=f"{NEW}:6:1 M08 `box` is empty"),
    case("box-of-a-title", text("::: box key\n### Title\n:::"), expect=f"{NEW}:6:1 M08 a title and no text"),
    case("box-of-two-headings", text("::: box key\n### A\n### B\n\nText.\n:::"), expect=f"{NEW}:8:1 M08 a second heading"),
    case("checklist-of-text", text("::: checklist\nText.\n:::"), expect=f"{NEW}:6:1 M08 a checklist holds one list"),
    case("unknown-certainty", text("::: certainty lwo\nWhy.\n:::"), expect=f"{NEW}:6:1 M08 `lwo`", hint="`low`"),
    case("certainty-of-nothing", text("::: certainty\nWhy.\n:::"), expect=f"{NEW}:6:1 M08 how sure are you?"),
    case("certainty-of-a-list", text("::: certainty low\n- Why.\n:::"), expect=f"{NEW}:7:1 M08 a sentence or two"),
    case("timeline-of-points", text("::: timeline\n- **Now.** Go.\n:::"), expect=f"{NEW}:7:1 M08 numbered steps", hint="`1. **When.**"),
    case("timeline-without-a-time", text("::: timeline\n1. **Now.** Go.\n2. Rest.\n:::"), expect=f"{NEW}:8:1 M08 its time in bold"),
    case("timeline-of-text", text("::: timeline\nFirst you go.\n:::"), expect=f"{NEW}:7:1 M08 numbered steps"),
    case("scale-of-steps", text("::: scale\n1. I want to walk.\n:::"), expect=f"{NEW}:7:1 M08 a scale holds one list"),
    case("scale-of-lists", text("::: scale\n- I want to walk.\n  - Far.\n:::"), expect=f"{NEW}:7:1 M08 a scale holds one list"),
    case("drawing-without-words", text("::: drawings\n1. ![A knee](knee.svg)\n:::"), expect=f"{NEW}:7:1 M08 words behind it"),
    case("drawings-with-an-argument", text("::: drawings big\n1. ![A knee](knee.svg) It bends.\n:::"), expect=f"{NEW}:6:1 M08 `big`"),
    case("compare-one", text("::: compare\n## Rest\n- **How:** You rest.\n:::"), expect=f"{NEW}:6:1 M08 two options"),
    case(
        "compare-without-a-name",
        text("::: compare\n- **How:** You rest.\n## Walk\n- **How:** Go.\n:::"),
        expect=f"{NEW}:7:1 M08 begins with the name",
    ),
    case(
        "compare-other-questions",
        text("::: compare\n## Rest\n- **How:** You rest.\n## Walk\n- **Why:** It helps.\n:::"),
        expect=f"{NEW}:9:1 M08 the same questions",
    ),
    case(
        "compare-with-a-box",
        text("::: compare\n## Rest\n- **How:** You rest.\n\n::: lines 2 :::\n\n## Walk\n- **How:** Go.\n:::"),
        expect=f"{NEW}:10:1 M08 a heading, a list and perhaps a paragraph",
    ),
    case("lines-none", text("::: lines many :::"), expect=f"{NEW}:6:1 M08 how many lines?"),
    case("include-two", text("::: include a b :::"), expect=f"{NEW}:6:1 M08 one name"),
    case("fact-box-with-text", text("::: fact-box Less pain\n:::"), expect=f"{NEW}:6:1 M08 `Less`"),
    case("fact-box-of-a-count", text("::: fact-box visits\n:::"), expect=f"{NEW}:6:1 M08 `visits` is a range"),
    case(
        "too-many-to-draw",
        edit("content/facts.yaml", "    numerator: 7\n    denominator: 100", "    numerator: 7\n    denominator: 5000"),
        expect=f"{S}knee-harms.md:8:1 M08 5,000: too many",
    ),
    case("braces-unclosed", text("You {fact visits"), expect=f"{NEW}:6:5 M09 not closed"),
    case("braces-unknown", text("You {facts visits}"), expect=f"{NEW}:6:5 M09 `{{facts visits}}`", hint="did you mean `fact`?"),
    case("braces-empty", text("You {term}"), expect=f"{NEW}:6:5 M09 does not say which"),
    case("braces-after-a-line", text("You may\nthen {fat visits}"), expect=f"{NEW}:7:6 M09 `{{fat visits}}`"),
    case("braces-in-a-picture", text("![{term joint}](knee.svg)"), expect=f"{NEW}:6:1 M09 a picture's words"),
    case("picture-without-words", text("![](knee.svg)"), expect=f"{NEW}:6:1 M10 no words"),
    case("picture-in-a-line", text("See ![a knee](knee.svg)"), expect=f"{NEW}:6:5 M11 a picture inside a line"),
    case("rule-across", text("Text.\n\n---"), expect=f"{NEW}:8:1 M11 a rule"),
    case("quotation", text("> Text."), expect=f"{NEW}:6:1 M11 a quotation"),
    case("list-from-three", text("3. Text."), expect=f"{NEW}:6:1 M11 begins with 3"),
    case("unknown-form", text("{fact visits shrt}"), expect=f"{NEW}:6:1 M12 no form `shrt`", hint="`short`"),
    case("form-of-another-kind", text("{fact visits other}"), expect=f"{NEW}:6:1 M12 `visits` is a range and has no form `other`"),
    case(
        "no-interval", text("{fact bruise interval}"), expect=f"{NEW}:6:1 M12 `bruise` has no interval", hint="content/facts.yaml, line 31"
    ),
    case("no-text", put(NEW, HEAD), expect=f"{NEW}:4:1 M13 no text"),
    case("empty-item", text("- a\n-\n- c"), expect=f"{NEW}:7:1 M13 a list item without text"),
    case("empty-heading", text("##\n\nText."), expect=f"{NEW}:6:1 M13 a heading without words"),
    case("table-head-empty", text("| a | |\n|---|---|\n| b | c |"), expect=f"{NEW}:6:1 M14 a column"),
    case("table-row-empty", text("| a | b |\n|---|---|\n| | c |"), expect=f"{NEW}:6:1 M14 a row of this table has no head"),
    case("table-row-long", text("| a | b |\n|---|---|\n| b | c | lost |"), expect=f"{NEW}:8:1 M14 a row of 3 cells in a table of 2"),
    case("table-row-short", text("| a | b |\n|---|---|\n| b |"), expect=f"{NEW}:8:1 M14 a row of 1 cell"),
    case("table-without-rows", text("| a | b |\n|---|---|"), expect=f"{NEW}:6:1 M14 no rows"),
    # ------------------------------------------------ references
    case("unknown-fact", text("You {fact visit}"), expect=f"{NEW}:6:5 X01 `visit`", hint="did you mean `visits`?"),
    case("unknown-fact-in-a-box", text("::: icons brise\n:::"), expect=f"{NEW}:6:1 X01 `brise`", hint="`bruise`"),
    case(
        "unknown-comparator",
        edit("content/facts.yaml", "comparator: none", "comparator: salt"),
        expect="content/facts.yaml:31:3 X01 `salt`",
    ),
    case(
        "must-show-no-fact",
        edit(L + "knee-injection.yaml", "fact:bruise", "fact:bruises"),
        expect=f"{L}knee-injection.yaml:33:5 X01 `bruises`",
    ),
    case("unknown-term", text("A {term jiont}"), expect=f"{NEW}:6:3 X02 `jiont`", hint="`joint`"),
    case("unknown-source", edit("content/facts.yaml", "source: knee-study", "source: knee"), expect="content/facts.yaml:3:3 X03 `knee`"),
    case("unknown-source-cited", text("So it is {cite knee-stdy}."), expect=f"{NEW}:6:10 X03 `knee-stdy`", hint="`knee-study`"),
    case(
        "unknown-section",
        edit(L + "knee-rest.yaml", "- rest-harms", "- rest-harm"),
        expect=f"{L}knee-rest.yaml:20:5 X04 `rest-harm`",
        hint="`rest-harms`",
    ),
    case("unknown-include", text("::: include note :::"), expect=f"{NEW}:6:1 X04 `note`"),
    case(
        "unknown-profile",
        edit(L + "knee-rest.yaml", "profile: walker", "profile: walkr"),
        expect=f"{L}knee-rest.yaml:4:18 X05 `walkr`",
        hint="`walker`",
    ),
    case(
        "unknown-deliverable",
        edit("content/workspace.yaml", "leaflets: all", "leaflets: [knee]"),
        expect="content/workspace.yaml:1:1 X06 `knee`",
    ),
    case("unknown-leaflet-in-a-condition", text("::: when leaflet=knee\nText.\n:::"), expect=f"{NEW}:6:10 X06 `knee`"),
    case(
        "unknown-leaflet-signed",
        put("content/signoffs.yaml", "signoffs:\n  - {leaflet: knee, name: N, role: editor, date: 2026-01-01, text: aaaaaaaaaaaaaaaa}\n"),
        expect="content/signoffs.yaml:2:5 X06 `knee`",
    ),
    case("unknown-detail", text("Call {clinic fone}"), expect=f"{NEW}:6:6 X07 `fone`", hint="did you mean `phone`?"),
    case("detail-not-given", text("Write to {clinic email}"), expect=f"{NEW}:6:10 X07 the clinic has no `email`", hint="`write_in`"),
    case("country-without-detail", text("Call {country advice_line}"), expect=f"{NEW}:6:6 X07 `gb` has no `advice_line`", hint="line 2"),
    case("unknown-picture", text("![a knee](nee.svg)"), expect=f"{NEW}:6:1 X08 `nee.svg`", hint="`knee.svg`"),
    case("unknown-logo", put(THEME, "logo: a.svg\n"), expect=f"{THEME}:1:7 X08 `a.svg`", hint="`knee.svg`"),
    case("unknown-font", put(THEME, family()), expect=f"{THEME}:2:3 X08 no font of content/assets/ is called `our-bold.ttf`"),
    case("include-itself", text("::: include knee-notes :::"), expect=f"{NEW}:6:1 X09 `knee-notes` includes `knee-notes`"),
    case(
        "circle-of-two",
        text("::: include knee-support :::"),
        add(S + "knee-support.md", "\n::: include knee-notes :::\n"),
        expect=f"{S}knee-support.md:10:1 X09 `knee-notes` includes `knee-support` includes `knee-notes`",
    ),
    case(
        "circle-of-three",
        text("::: include knee-support :::"),
        add(S + "knee-support.md", "\n::: include knee-questions :::\n"),
        add(S + "knee-questions.md", "\n::: include knee-notes :::\n"),
        expect=f"{S}knee-questions.md:11:1 X09 `knee-notes` includes `knee-support` includes `knee-questions` includes `knee-notes`",
    ),
    case("unused-section", put(S + "spare.md", HEAD + "Text."), expect=f"{S}spare.md:1:1 X10 `spare`", status=0),
    case(
        "unused-word",
        add("content/glossary.yaml", "  a: {term: a, meaning: b, explanation: c}\n"),
        expect="content/glossary.yaml:11:3 X11 `a`",
        status=0,
    ),
    case(
        "unknown-edition",
        edit("content/workspace.yaml", "[a4, page]", "[a4, pag]"),
        expect="content/workspace.yaml:1:1 X12 `pag`",
        hint="`page`",
    ),
    case("unknown-country", edit("content/clinic.yaml", "country: gb", "country: uk"), expect="content/clinic.yaml:3:10 X13 `uk`"),
    case(
        "countries-among-the-facts",
        lambda root: ((root / "content/facts").mkdir(), (root / "content/countries.yaml").rename(root / "content/facts/countries.yaml")),
        expect="content/vocabulary.yaml:14:3 X13 `gb`",
    ),
    case("trait-of-no-country", edit("content/vocabulary.yaml", "us: {", "ie: {"), expect="content/vocabulary.yaml:14:3 X13 `ie`"),
    case(
        "section-twice",
        edit(L + "knee-rest.yaml", "- rest-harms", "- rest-benefits"),
        expect=f"{L}knee-rest.yaml:20:5 X14 `rest-benefits` stands twice",
    ),
    case(
        "text-that-no-edition-prints",
        edit(L + "knee-rest.yaml", "must_show:\n", "texts:\n  one-pge:\n    sections: [rest-harms]\nmust_show:\n"),
        expect=f"{L}knee-rest.yaml:27:3 X17 no edition prints the text `one-pge`",
        hint="`one-page`",
    ),
    case(
        "edition-without-its-text",
        edit("content/workspace.yaml", "all, profiles: all, editions: [a4, page]", "[knee-rest], editions: [easy-read]"),
        expect="content/workspace.yaml:1:1 X17 `knee-rest` has no text `easy-read`",
    ),
    case(
        "text-without-harms",
        edit(L + "knee-rest.yaml", "must_show:\n", "texts:\n  one-page:\n    sections: [rest-benefits]\nmust_show:\n"),
        expect=f"{L}knee-rest.yaml:27:3 V06 the text `one-page` of `knee-rest` may not leave out kind `harms`",
    ),
    case("address-script", text("[here](javascript:alert)"), expect=f"{NEW}:6:1 X15 no address"),
    case("address-of-a-file", text("See [here](notes.md)"), expect=f"{NEW}:6:5 X15 `notes.md`", hint="`https://…`"),
    # ------------------------------------------------ phrases for letters
    case("phrase-slot-unknown", phrases("{text: 'Dear {name},'}"), expect="content/phrases.yaml:2:17 X16 `{name}` is no slot"),
    case(
        "phrase-slot-unsaid",
        phrases("{text: Hello., slots: {name: text}}"),
        expect="content/phrases.yaml:2:17 X16 does not say `{name}`",
    ),
    case("phrase-brace", phrases("{text: 'Dear {name', slots: {}}"), expect="content/phrases.yaml:2:17 X16 `{` is no slot"),
    case(
        "phrase-routing",
        phrases("{text: 'In {language}.', slots: {language: text}}"),
        expect="content/phrases.yaml:2:17 X16 says which leaflet a row is about",
    ),
    case(
        "phrase-two-kinds",
        phrases("{text: 'On {day}.', slots: {day: date}}", "{text: 'At {day}.', slots: {day: time}}"),
        expect="content/phrases.yaml:3:17 X16 is a time here and a date in the phrase `one-0`",
    ),
    case(
        "phrase-kind",
        phrases("{text: 'On {day}.', slots: {day: hour}}"),
        expect="content/phrases.yaml:2:43 K04 cannot be `hour`",
    ),
    # ------------------------------------------------ vocabulary and conditions
    case("condition-empty", text("::: when\nText.\n:::"), expect=f"{NEW}:6:10 V01 the condition is empty"),
    case("condition-ends", text("::: when reader=carer and\nText.\n:::"), expect=f"{NEW}:6:10 V01 ends too early"),
    case(
        "condition-brackets",
        text("::: when (reader=carer)\nText.\n:::"),
        expect=f"{NEW}:6:10 V01 `(reader=carer)`",
        hint="brackets are not used",
    ),
    case(
        "condition-two-tests",
        text("::: when reader=carer activity=walks\nText.\n:::"),
        expect=f"{NEW}:6:23 V01 is missing before `activity=walks`",
    ),
    case("condition-and-first", text("::: when and reader=carer\nText.\n:::"), expect=f"{NEW}:6:10 V01 `and` has no test before it"),
    case("condition-greater", text("::: when reader>carer\nText.\n:::"), expect=f"{NEW}:6:10 V01 `reader>carer`"),
    case(
        "condition-in-header",
        edit(S + "knee-cost.md", "activity=walks|", 'activity="walks"|'),
        expect=f"{S}knee-cost.md:4:10 V01 not understood",
    ),
    case("unknown-trait", text("::: when raeder=carer\nText.\n:::"), expect=f"{NEW}:6:10 V02 `raeder`", hint="`reader`"),
    case(
        "unknown-trait-called-as-a-fact-of-a-broken-file",
        text("::: when bruise=carer\nText.\n:::"),
        edit("content/facts.yaml", "about: true", "abuot: true"),
        expect=f"{NEW}:6:10 V02 `bruise`",
    ),
    case(
        "unknown-trait-of-profile",
        edit("content/profiles.yaml", "activity: walks", "activty: walks"),
        expect="content/profiles.yaml:2:3 V02 `activty`",
    ),
    case(
        "unknown-value",
        edit(S + "knee-cost.md", "walks|sports", "walks|sport"),
        expect=f"{S}knee-cost.md:4:10 V03 `sport`",
        hint="`sports`",
    ),
    case(
        "unknown-value-of-profile",
        edit("content/profiles.yaml", "activity: sports", "activity: sport"),
        expect="content/profiles.yaml:5:3 V03 `sport`",
    ),
    case(
        "unknown-default",
        edit("content/vocabulary.yaml", "default: walks", "default: walk"),
        expect="content/vocabulary.yaml:4:14 V03 `walk`",
    ),
    case(
        "contradiction", text("::: when reader=carer and reader=patient\nText.\n:::"), expect=f"{NEW}:6:10 V04 no reader can meet", status=0
    ),
    case(
        "must-show-lost",
        edit(S + "knee-urgent-help.md", "title: When", "applies: reader=carer or activity=walks or place=gb\ntitle: When"),
        expect=f"{L}knee-injection.yaml:32:5 V05 a reader with activity=sports and place=us loses section `knee-urgent-help`",
        hint="leaflets explain knee-injection --trait activity=sports --trait place=us",
    ),
    case(
        "must-show-lost-by-default",
        edit(S + "knee-harms.md", "title: What", "applies: reader=carer\ntitle: What"),
        expect=f"{S}knee-harms.md:3:10 V05 the default reader loses fact `bruise`",
    ),
    case("must-show-not-there", edit(L + "knee-rest.yaml", "kind:harms", "kind:cost"), expect=f"{L}knee-rest.yaml:27:5 V06 kind `cost`"),
    case(
        "proof-too-long",
        put(
            "content/vocabulary.yaml",
            (knee.KNEE / "content/vocabulary.yaml").read_text()
            + "".join(f"  t{n}: {{title: T, default: a, values: {{a: {{title: A}}, b: {{title: B}}}}}}\n" for n in range(19)),
        ),
        edit(S + "rest-harms.md", "title:", f"applies: reader=carer|patient or {' or '.join(f't{n}=b' for n in range(19))}\ntitle:"),
        expect=f"{L}knee-rest.yaml:27:5 V07 1,048,576 readers",
    ),
    # ------------------------------------------------ the standard's rules
    case("no-main-message", edit(L + "knee-rest.yaml", "  - rest-main-message\n", ""), expect=f"{S}knee-who-for.md:1:1 C1 0 main messages"),
    case(
        "long-main-message",
        add(S + "rest-main-message.md", "\nSo it is. So be it.\n"),
        expect=f"{S}rest-main-message.md:1:1 C1 4 sentences",
    ),
    case(
        "nothing-to-do",
        text("You can note what you want."),
        edit(S + "knee-urgent-help.md", "### Call {country emergency_number}", "### Help {country emergency_number}"),
        expect=f"{L}knee-rest.yaml:1:1 C2 what to do",
    ),
    case(
        "not-for-whom",
        edit(S + "knee-who-for.md", " It is not for you if you fell and cannot stand.", ""),
        expect=f"{S}knee-who-for.md:1:1 C3 not for",
    ),
    case(
        "two-options",
        edit(S + "knee-options.md", "| Rest | You walk less for a time. |\n", ""),
        expect=f"{S}knee-options.md:1:1 C4 fewer than three",
    ),
    case("no-unknowns", edit(L + "knee-rest.yaml", "  - knee-unknowns\n", ""), expect=f"{L}knee-rest.yaml:1:1 C5 not known"),
    case("no-balance", add(S + "rest-harms.md", "\nYou see. " * 9), expect=f"{S}rest-benefits.md:1:1 C6 ratio", status=0),
    case("no-notes", edit(L + "knee-rest.yaml", "  - knee-notes\n", ""), expect=f"{L}knee-rest.yaml:1:1 C7 room for notes"),
    case(
        "wrong-order",
        edit(L + "knee-rest.yaml", "  - rest-benefits\n  - rest-harms", "  - rest-harms\n  - rest-benefits"),
        expect=f"{S}rest-benefits.md:1:1 C8 stands after harms",
        status=0,
    ),
    case("promise", text("This will cure you."), expect=f"{NEW}:6:1 C13 `cure` promises"),
    case("heading-skipped", text("### Notes\n\nText."), expect=f"{NEW}:6:1 S1 skipped"),
    case("heading-tells-nothing", text("## Other\n\nText."), expect=f"{NEW}:6:1 S1 tells nothing"),
    case("long-chunk", text("\n\n".join(["You may walk a bit each day."] * 30)), expect=f"{NEW}:1:1 S2 words under one heading", status=0),
    case("long-list", text("- a\n" * 8), expect=f"{NEW}:6:1 S3 a list of 8 items", status=0),
    case(
        "hard-words",
        text("Interdisciplinary rehabilitation methodologies necessitate individualised evaluation. " * 40),
        expect=f"{L}knee-rest.yaml:1:1 R1 reading grade",
    ),
    case(
        "harder-words",
        text("\n\n".join(["Regular activity may help your tired muscles."] * 22)),
        expect=f"{L}knee-rest.yaml:1:1 R1a reading grade",
        status=0,
    ),
    case("long-sentence", text("You see " + LONG + "."), expect=f"{NEW}:6:1 R2 a sentence of", status=0),
    case("long-paragraph", text("You see. You go. You walk. You rest."), expect=f"{NEW}:6:1 R3 a paragraph of 4 sentences", status=0),
    case(
        "passive",
        text("It is given. It is seen.\n\nIt is done. It was found.\n\nIt is taken. It is known."),
        expect=f"{NEW}:6:1 R4 passive",
        status=0,
    ),
    case("abbreviation", text("You take XYZ at home."), expect=f"{NEW}:6:10 R5 `XYZ` is not spelt out"),
    case("not-spoken-to", speak_of_them, expect=f"{L}knee-rest.yaml:1:1 R6 `you` stands", status=0),
    case(
        "other-word",
        edit("content/glossary.yaml", "    term: joint\n", "    term: joint\n    avoid: [hinge]\n"),
        text("Your hinge."),
        expect=f"{NEW}:6:1 R7 `hinge`",
        status=0,
    ),
    case(
        "two-denominators",
        edit("content/facts.yaml", "    numerator: 40\n    denominator: 100", "    numerator: 40\n    denominator: 1000"),
        expect="content/facts.yaml:3:3 N1 `less-pain` is of 100 and its comparator `less-pain-salt` of 1000",
    ),
    case(
        "odd-denominator",
        edit("content/facts.yaml", "    numerator: 7\n    denominator: 100", "    numerator: 7\n    denominator: 400"),
        expect=f"{S}knee-harms.md:8:1 N1a `bruise` is of 400",
        status=0,
    ),
    case("mixed-comparators", text("::: fact-box less-pain bruise\n:::"), expect=f"{NEW}:6:1 N2 some have none"),
    case(
        "pair-twice",
        text("::: fact-box less-pain less-pain-salt\nWhat?\n:::"),
        expect=f"{NEW}:6:1 M08 stands in its row already",
    ),
    case("starter-text", text("Write the text here. Keep sentences short."), expect=f"{NEW}:6:1 G7 a starter's", status=0),
    case(
        "not-as-reported",
        edit("content/facts.yaml", "    numerator: 7\n", "    numerator: 7\n    reported: It bruised in 12% of people\n"),
        expect="content/facts.yaml:31:3 N12 says 7 of 100, which `reported` does not",
        status=0,
    ),
    case("no-time", text("For {fact bruise} so."), expect=f"{NEW}:6:1 N3 `bruise` is stated without its time"),
    case("one-side", text("For {fact bruise} so, over {fact bruise period}."), expect=f"{NEW}:6:1 N4 only one side of `bruise`"),
    case("rare", text("A bruise is rare."), expect=f"{NEW}:6:1 N5 `rare` without a number", status=0),
    case("relative", text("You feel twice as good."), expect=f"{NEW}:6:1 N7 `twice as`"),
    case("digit", text("You rest for 3 days."), expect=f"{NEW}:6:14 N10 `3`", hint="`{plain …}`"),
    case("digit-in-title", edit(L + "knee-rest.yaml", "title: Rest for a", "title: Rest for 2"), expect=f"{L}knee-rest.yaml:1:8 N10 `2`"),
    case("digit-after-a-brace", text("See {term joint}\n7 times."), expect=f"{NEW}:7:2 N10 `7`"),
    case(
        "more-than-all", edit("content/facts.yaml", "numerator: 7\n", "numerator: 107\n"), expect="content/facts.yaml:31:3 N11 107 of 100"
    ),
    case("outside-its-interval", edit("content/facts.yaml", "low: 50,", "low: 65,"), expect="content/facts.yaml:3:3 N11 60 is outside"),
    case(
        "low-above-high",
        edit("content/facts.yaml", "low: 2\n    high: 4", "low: 4\n    high: 2"),
        expect="content/facts.yaml:50:3 N11 not below",
    ),
    case(
        "same-two-sides",
        edit("content/facts.yaml", "other: had no bruise", "other: had a bruise"),
        expect="content/facts.yaml:31:3 N11 same words",
    ),
    case(
        "compared-with-itself",
        edit("content/facts.yaml", "comparator: none", "comparator: bruise"),
        expect="content/facts.yaml:31:3 N11 cannot be compared",
    ),
    case("capitals", text("You MUST NOT run."), expect=f"{NEW}:6:1 L2 `MUST NOT`"),
    case("no-letter", text("Your knee: 膝."), expect=f"{NEW}:6:1 L8 `膝` (U+819D)"),
    case(
        "no-letter-in-a-font-of-its-own",
        brought("NotoSansHebrew-Regular.ttf", "NotoSansHebrew-Bold.ttf"),
        put(THEME, family(name="Noto Sans Hebrew")),
        expect=f"{L}knee-rest.yaml:1:8 L8 `R`",
    ),
    # ------------------------------------------------ colours
    case(
        "quiet-text-too-light",
        put(THEME, 'colours:\n  quiet: "#767676"\n'),
        expect=f"{THEME}:2:10 L6 `quiet` (#767676) on `paper` (#ffffff) has a contrast of 4.54:1; 7:1 is needed",
        hint="make `quiet` darker",
    ),
    case(
        "fill-too-dark",
        put(THEME, 'colours:\n  tint: "#7fa0c0"\n'),
        expect=f"{THEME}:2:9 L6 `ink` (#1a1a1a) on `tint` (#7fa0c0) has a contrast of 6.37:1; 7:1 is needed",
        hint="make `tint` lighter",
    ),
    case(
        "letters-too-dark-for-their-fill",
        put(THEME, 'colours:\n  on_deep: "#8899aa"\n'),
        expect=f"{THEME}:2:12 L6 `on_deep` (#8899aa) on `deep` (#123a5e) has a contrast of 4:1; 4.5:1 is needed",
        hint="make `on_deep` lighter",
    ),
    case(
        "line-too-light",
        put(THEME, 'colours:\n  edge: "#999999"\n'),
        expect=f"{THEME}:2:9 L6 `edge` (#999999) on `paper` (#ffffff) has a contrast of 2.8",
    ),
    case(
        "letters-seen-by-their-colour-alone",
        put(THEME, 'colours:\n  on_deep: "#00ee00"\n'),
        expect=f"{THEME}:2:12 L6 `on_deep` (#00ee00) on `deep` (#123a5e) has a contrast of 3.81:1 without colour; 4.5:1 is needed",
    ),
    case(
        "fill-too-dark-in-grey",
        put(THEME, 'colours:\n  tint: "#ccd2d8"\n'),
        expect=f"{THEME}:2:9 L6a `tint` (#ccd2d8) is 18% black; 15% is the most",
        hint="`sparing`",
        status=0,
    ),
    case(
        "letters-too-light-in-grey",
        put(THEME, 'colours:\n  deep: "#696969"\n'),
        expect=f"{THEME}:2:9 L6a `deep` (#696969) is 59% black; letters and lines need 60%",
        status=0,
    ),
    case("colour-not-in-quotes", put(THEME, "colours:\n  deep: #123a5e\n"), expect=f"{THEME}:2:8 K03 `deep` is empty"),
    case("colour-by-name", put(THEME, "colours:\n  deep: navy\n"), expect=f"{THEME}:2:9 K03 `navy`", hint="headings"),
    case("colour-unknown", put(THEME, 'colours:\n  depe: "#123a5e"\n'), expect=f"{THEME}:2:3 K01 `depe`", hint="`deep`"),
    case("tone-unknown", put(THEME, "tone: quiet\n"), expect=f"{THEME}:1:7 K04 `quiet`", hint="`clear`, `soft`, `sparing`"),
    case("overdue", expect=f"{L}knee-rest.yaml:8:13 G1a its review was due on 2027-01-10", command=("check", "--as-of", "2027-01-11")),
    case(
        "review-too-late",
        edit(L + "knee-rest.yaml", "due: 2027", "due: 2032"),
        expect=f"{L}knee-rest.yaml:8:13 G1 within three years",
        status=0,
    ),
    case(
        "fact-without-source",
        edit("content/facts.yaml", "    source: [knee-study, knee-guide]\n", ""),
        expect="content/facts.yaml:31:3 G3 `bruise` has no source",
    ),
    case(
        "source-not-to-be-found",
        edit("content/sources.yaml", "    reference: KNEE-1\n", ""),
        expect="content/sources.yaml:2:3 G3 `knee-study`",
    ),
    case(
        "no-feedback",
        edit("content/clinic.yaml", "feedback: comments@knees.example.org\n", ""),
        expect="content/clinic.yaml:3:10 G4 comments",
        status=0,
    ),
    case(
        "signed-another-text",
        put(
            "content/signoffs.yaml",
            "signoffs:\n  - {leaflet: knee-rest, name: N, role: editor, date: 2026-01-01, text: aaaaaaaaaaaaaaaa}\n",
        ),
        expect="content/signoffs.yaml:2:5 G5 the text changed since N signed it on 2026-01-01",
        status=0,
    ),
    # ------------------------------------------------ templates, style sheets, pictures that only a build sees
    case(
        "template-syntax",
        put("templates/leaflet.html", "<p>\n{% if %}\n"),
        expect="templates/leaflet.html:2:1 P08 cannot be used",
        command=BUILD,
    ),
    case(
        "template-unknown-variable",
        put("templates/leaflet.html", "<p>\n{{ nothing }}\n"),
        expect="templates/leaflet.html:2:1 P08 'nothing' is undefined",
        command=BUILD,
    ),
    case(
        "template-unknown-attribute",
        put("templates/leaflet.html", "{{ recipe.price }}"),
        expect="templates/leaflet.html:1:1 P08 no attribute 'price'",
        command=BUILD,
    ),
    case(
        "template-dunder",
        put("templates/leaflet.html", "{{ recipe.__class__ }}"),
        expect="templates/leaflet.html:1:1 P08 unsafe",
        command=BUILD,
    ),
    case(
        "template-dunder-filter",
        put("templates/leaflet.html", "{{ (recipe|attr('__class__')).x }}"),
        expect="templates/leaflet.html:1:1 P08 unsafe",
        command=BUILD,
    ),
    case(
        "template-endless",
        put("templates/leaflet.html", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
        expect="templates/leaflet.html P08 ",
        command=BUILD,
    ),
    case(
        "template-includes-itself",
        put("templates/leaflet.html", '{% include "leaflet.html" %}'),
        expect="templates/leaflet.html P08 ",
        command=BUILD,
    ),
    case(
        "template-divides",
        put("templates/leaflet.html", "{{ 1 / 0 }}"),
        expect="templates/leaflet.html:1:1 P08 division by zero",
        command=BUILD,
    ),
    case(
        "template-missing",
        put("templates/leaflet.html", '{% include "none.html" %}'),
        expect="templates/leaflet.html P08 no template `none.html`",
        command=BUILD,
    ),
    case("index-syntax", put("templates/index.html", "{% if %}"), expect="templates/index.html:1:1 P08 cannot be used", command=PAGE),
    case(
        "edition-without-template",
        put(
            "styles/editions.yaml",
            "editions:\n  a4: {title: A, format: pdf, styles: [leaflet.css], template: no.html}\n" + OTHER,
        ),
        expect="styles/editions.yaml:1:1 P08 templates/no.html",
    ),
    case(
        "edition-without-style",
        put(
            "styles/editions.yaml",
            "editions:\n  a4: {title: A, format: pdf, styles: [leafle.css]}\n" + OTHER,
        ),
        expect="styles/editions.yaml:1:1 P10 styles/leafle.css",
        hint="`leaflet.css`",
    ),
    case(
        "edition-without-profile",
        put(
            "styles/editions.yaml",
            "editions:\n  a4: {title: A, format: pdf, styles: [leaflet.css], variant: pdf/x-4, profile: fogra93.icc}\n" + OTHER,
        ),
        expect="styles/editions.yaml:1:1 P12 styles/profiles/fogra93.icc",
        hint="fogra39.icc",
    ),
    case("profile-of-nothing", put("styles/profiles/fogra39.icc", b"nothing"), expect="styles/profiles/fogra39.icc P12 four inks"),
    case(
        "too-many-pages",
        put(
            "styles/editions.yaml",
            "editions:\n  a4: {title: A4, format: pdf, styles: [tokens.css, leaflet.css, paper.css], pages: 1}\n" + OTHER,
        ),
        expect=f"{L}knee-rest.yaml P11 and the edition `a4` allows 1",
        command=BUILD,
    ),
    case("css-unknown-property", put("styles/a4.css", "p { colour: red }"), expect="styles/a4.css:1:5 P10 colour", command=BUILD),
    case(
        "css-address",
        put("styles/a4.css", 'body { background: url("https://example.org/x.png") }'),
        expect="styles/a4.css:1:25 P05 https://example.org/x.png",
        command=BUILD,
    ),
    case(
        "css-file",
        put("styles/a4.css", "body { background: url(file:///etc/passwd) }"),
        expect="styles/a4.css:1:24 P05 file:///etc/passwd",
        command=BUILD,
    ),
    case(
        "css-import",
        put("styles/a4.css", "@import url(file:///etc/passwd);"),
        expect="styles/a4.css:1:13 P05 file:///etc/passwd",
        command=BUILD,
    ),
    case(
        "css-font",
        put("styles/a4.css", "body, p, li { font-family: monospace }"),
        expect="content/leaflets/knee-rest.yaml P06 the font",
        command=BUILD,
    ),
    case(
        "html-file",
        put("templates/leaflet.html", '<html lang="en"><title>t</title><img src="file:///etc/passwd" alt="x">'),
        expect="content/leaflets/knee-rest.yaml P05 file:///etc/passwd",
        command=BUILD,
    ),
    case(
        "png-broken",
        put("content/assets/a.png", b"\x89PNG\r\n\x1a\nnothing"),
        text("![a knee](a.png)"),
        expect="content/assets/a.png P02 a.png",
        command=BUILD,
    ),
)
PO = "content/translations/es.po"
GO = "You may have to sit out a few games. Your friends may play on while you wait. That is hard for some people."
LANGUAGE_CASES = (
    case(
        "po-missing",
        speak("es"),
        say("es", GO, ""),
        expect="content/sections/knee-harms.md:17:1 T1 has no es translation",
        hint="update --lang es",
    ),
    case("po-braces", speak("es"), say("es", BRUISE, "Un moratón: {fact bruise both}."), expect=f"{PO}:@ T2 `{{fact bruise period}}`"),
    case(
        "po-more",
        speak("es"),
        say("es", GO, "Nada más. {fact bruise}"),
        expect=f"{PO}:@ T2 `{{fact bruise words}}` is in the translation alone",
    ),
    case("po-bold", speak("es"), say("es", GO, "Nada **más y nada más y nada más y nada más."), expect=f"{PO}:@ T2 `**` has no partner"),
    case("po-unreadable", speak("es"), say("es", GO, "Nada más {fact bruise y nada más."), expect=f"{PO}:@ T2 is not closed"),
    case(
        "po-figures",
        speak("es"),
        say("es", GO, "Quizá tenga que perderse 3 partidos mientras sus amigos siguen."),
        expect=f"{PO}:@ T2a (3)",
    ),
    case(
        "po-stale-fact",
        speak("es"),
        edit("content/facts.yaml", "numerator: 7", "numerator: 8"),
        expect=f"{PO}:@ T5 fact bruise",
        hint="fuzzy",
    ),
    case("po-stale-text", speak("es"), edit(S + "knee-harms.md", "a few games", "some games"), expect=f"{PO}:@ T5 the English was"),
    case("po-stale-term", speak("es"), edit("content/glossary.yaml", "meaning: ", "meaning: now "), expect=f"{PO}:@ T5 term "),
    case(
        "po-fuzzy",
        speak("es"),
        edit(PO, 'msgctxt "paragraph in knee-harms"', '#, fuzzy\nmsgctxt "paragraph in knee-harms"'),
        expect=f"{PO}:@ T5 unfinished",
    ),
    case("po-denial", speak("es", tongue="promises: []\ndenials: [jamás]\n"), expect=f"{PO}:@ T7 no word of denial", status=0),
    case(
        "po-promise",
        speak("es", tongue="promises: [milagro*]\ndenials: []\n"),
        say("es", GO, "Es un milagroso partido para usted y para todos sus amigos."),
        expect=f"{PO}:@ C13 `milagroso` promises",
    ),
    case("po-term", speak("es"), termed, expect=f"{PO}:@ T8 `Qqq` stands for", status=0),
    case("po-length", speak("es"), say("es", GO, "Nada."), expect=f"{PO}:@ T9 letters for", status=0),
    case(
        "po-quotes",
        speak("es"),
        say("es", GO, "Quizá tenga que perderse «algunos» partidos, 'o no', mientras sus amigos siguen."),
        expect=f"{PO}:@ T10 no quotation mark",
        status=0,
    ),
    case(
        "po-question",
        speak("es"),
        say("es", GO, "Quizá tenga que perderse unos partidos mientras sus amigos siguen?"),
        expect=f"{PO}:@ T10 punctuation",
        hint="open with",
        status=0,
    ),
    case(
        "po-danda",
        speak("hi", "Deva"),
        say("hi", GO, "यह पूरा खेल है और यह सब लोगों के लिए है और यह अच्छा है."),
        expect="content/translations/hi.po:@ T10 punctuation",
        hint="।",
        status=0,
    ),
    case(
        "po-digits",
        speak("fa", "Arab"),
        edit("content/sources.yaml", "sources:", "sources:"),
        figured,
        expect="content/translations/fa.po:@ T10 is no digit",
        status=1,
    ),
    case(
        "po-no-formula",
        speak("ar", "Arab"),
        expect="content/leaflets/knee-rest.yaml:1:1 R8a OSMAN",
        status=0,
        command=("check", "--lang", "ar"),
    ),
    case("po-english", speak("es"), say("es", GO, GO), expect=f"{PO}:@ T11 is in English"),
    case(
        "po-no-list",
        speak("es"),
        drop("content/translations/es.yaml"),
        expect="content/translations/es.yaml T12 no list of the words",
        status=0,
    ),
    case("po-broken", put(PO, 'msgid "a"\nmsgstr "b"c"\n'), expect=f"{PO}:2:1 T13 no PO file", hint="msgfmt --check"),
    case("po-no-plurals", put(PO, 'msgid ""\nmsgstr ""\n"Language: es\\n"\n'), expect=f"{PO}:1:1 T13 plural forms", hint="nplurals"),
    case(
        "po-evil-plurals",
        put(PO, 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=__import__;\\n"\n'),
        expect=f"{PO}:1:1 T13 plural forms",
    ),
    case("po-other-language", speak("es"), edit(PO, "Language: es", "Language: fr"), expect=f"{PO}:1:1 T13 says it is in `fr`"),
    case(
        "po-state",
        speak("es"),
        edit(PO, "X-Translation-State: machine", "X-Translation-State: perfect"),
        expect=f"{PO}:1:1 T13 perfect",
        hint="revised",
    ),
    case(
        "po-twice",
        speak("es"),
        add(PO, '\nmsgctxt "reader"\nmsgid "A"\nmsgstr "B"\n' * 2),
        expect=f"{PO}:@ T13 stands twice",
        hint="msguniq",
    ),
    case("po-name", speak("es"), moved, expect="content/translations/Spanish.po T13 no language's code", hint="BCP 47"),
    case("po-yaml", put("content/translations/es.yaml", "language: fr\n"), expect="content/translations/es.yaml:1:11 T13 `fr`"),
    case("po-script", speak("es"), klingon, expect="content/translations/tlh.po T14 nothing is known of the script"),
    case("po-machine", speak("es"), expect=f"{PO}:1:1 T4 no translator has checked", status=0, command=("check", "--lang", "es")),
)
"""What can be wrong with a translation. The catalog is written from the small workspace, so a place in it is only its file: `@`."""
CASES = (*CASES, *LANGUAGE_CASES)
ELSEWHERE = {
    "G2": "test_what_the_workspace_itself_lacks",
    "G6": "test_what_the_workspace_itself_lacks",
    "R8": "test_translation.test_a_hard_text_is_told",
    "P07": "test_command_lines.test_a_renderer_that_fails",
    "P09": "test_command_lines.test_fonts_that_are_not_installed",
    "B01": "test_command_lines.test_an_output_that_cannot_be_written",
    "B02": "test_command_lines.test_final_refuses_drafts",
    "B03": "test_command_lines.test_two_outputs_of_one_name",
    "D01": "test_recipients.test_tables_that_cannot_be_read",
    "D02": "test_recipients.test_an_encoding_that_is_found_out_is_told",
    "D03": "test_recipients.test_columns",
    "D04": "test_recipients.test_cells",
    "D05": "test_recipients.test_cells",
    "D06": "test_recipients.test_cells",
    "D07": "test_recipients.test_cells",
    "D08": "test_recipients.test_warnings",
    "D09": "test_batch.test_a_phrase_without_a_translation",
}
"""Codes that no file alone brings about, and the test that does."""


@cache
def untouched(command: tuple[str, ...]) -> frozenset[tuple[str, str, str]]:
    ran = run(*command, "--as-of", "2026-11-23", *(("--dry-run",) if command[0] == "build" else ()), cwd=knee.KNEE)
    assert ran.status == 0, ran.err
    return frozenset((told.place, told.code, told.message) for told in ran.problems)


def _params() -> Iterator[ParameterSet]:
    for one in CASES:
        yield pytest.param(one, id=one.id)


@pytest.mark.parametrize("case", list(_params()))
def test_case(case: Case, tmp_path: Path) -> None:
    root = copy(tmp_path)
    for change in case.changes:
        change(root)
    dated = case.command if "--as-of" in case.command else (*case.command, "--as-of", "2026-11-23")
    ran = run(*dated, cwd=root)
    place, code, fragment = case.parts
    usual = untouched(case.command[:1])
    new = [told for told in ran.problems if (told.place, told.code, told.message) not in usual]
    wanted = re.escape(place).replace("@", r"[0-9]+:1")
    found = [told for told in new if re.fullmatch(wanted, told.place) and told.code == code and fragment in told.message]
    assert found, "\n".join([f"expected {case.expected}, and was told:", *map(str, new)])
    assert case.hint in found[0].hint
    assert found[0].severity == str(CODES[code].severity)
    assert ran.status == case.status, ran.err
    assert "Traceback" not in ran.err + ran.out


def test_every_code_has_a_case() -> None:
    covered = {case.code for case in CASES}
    assert covered <= CODES.keys()
    assert sorted(CODES.keys() - covered - ELSEWHERE.keys()) == []
    assert sorted(covered & ELSEWHERE.keys()) == []


def test_there_are_enough_cases() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 110


def test_what_the_workspace_itself_lacks() -> None:
    assert {code for _, code, _ in untouched(("check",))} == {"G1", "G2", "G5", "G6"}


def test_a_folder_that_is_no_workspace(tmp_path: Path) -> None:
    put("content/workspace.yaml", "id: a\ntitle: A\nbase: none\n")(tmp_path)
    ran = run("build", cwd=tmp_path)
    assert ran.status == 0
    assert "nothing to make" in ran.out
