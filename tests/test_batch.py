"""`leaflets batch`: the right letter for each row, in the reader's language, and nothing personal outside the letters."""

import json
import pickle
import re
import shutil
import subprocess
from concurrent.futures import Executor
from datetime import time
from decimal import Decimal
from functools import partial
from pathlib import Path

import pikepdf
import polib
import pytest
from leaflets import build, fonts, letters, prepare
from leaflets.cli import common
from leaflets.facts import Voice
from leaflets.model import Line, Phrase, Request
from leaflets.printrun import PrintRun
from leaflets.problems import Span
from leaflets.recipients import Row
from leaflets.roll import ROLL

import knee
from knee import AS_OF, Ran, copy, put, run
from verapdf import failures

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("ar", "hi", "tr", "zh-Hans")
HEAD = "leaflet,profile,language,name,reference,date,time,place,contact,phrases\n"
ROWS = (
    "knee-rest,walker,en,Anna Müller,P-001,2027-01-12,09:30,Clinic 4,020 7946 0018,\n"
    "knee-rest,walker,ar,محمد عبد الله,P-002,2027-01-12,14:30,Clinic 4,020 7946 0018,dear reference appointment contact bring\n"
    "knee-rest,walker,hi,क्षितिज श्रीवास्तव,P-003,2027-01-12,2:30 pm,Clinic 4,020 7946 0018,\n"
    "knee-rest,walker,zh-Hans,王小明,P-004,2027-01-12,14:30,Clinic 4,020 7946 0018,\n"
    "knee-rest,walker,tr,Şeyma Yılmaz,P-005,2027-01-12,14:30,Clinic 4,020 7946 0018,\n"
    "knee-rest,walker,tr,Wrong Person,P-006,03/04/2027,14:30,Clinic 4,020 7946 0018,\n"
    "knee-rest,walker,en,محمد عبد الله,P-007,2027-01-13,08:15,Clinic 5,020 7946 0018,\n"
    "knee-rest,walker,ar,Eva Smith,P-008,2027-01-13,08:15,Clinic 5,020 7946 0018,\n"
    "knee-rest,walker,hi,राम,P-009,2027-01-13,08:15,Clinic 5,020 7946 0018,dear\n"
    "knee-rest,walker,zh-Hans,李雷,P-010,2027-01-13,08:15,Clinic 5,020 7946 0018,\n"
    "knee-rest,walker,tr,İpek Öz,P-011,2027-01-13,08:15,Clinic 5,020 7946 0018,\n"
    "knee-rest,walker,en,Zoë O’Neill,,2027-01-14,16:00,Clinic 5,020 7946 0018,bring\n"
)
SECRETS = re.compile(
    "Müller|Anna|محمد|क्षितिज|王小明|Şeyma|Wrong Person|Eva Smith|राम|李雷|İpek|Zoë|P-0[01][0-9]|03/04|Clinic [45]|2027-01|7946"
)


def workspace(folder: Path) -> Path:
    """The small workspace with the pack's phrases, in five languages: body text that means nothing, phrases as the pack says them."""
    root = copy(folder)
    shutil.copy(ROOT / "content" / "phrases.yaml", root / "content" / "phrases.yaml")
    for language in LANGUAGES:
        knee.speak(language, fonts.script(language).id)(root)
        shipped = {row.msgctxt: row.msgstr for row in polib.pofile(str(ROOT / f"content/translations/{language}.po"))}
        path = root / f"content/translations/{language}.po"
        own = polib.pofile(str(path), wrapwidth=-1)
        for row in own:
            if (row.msgctxt or "").startswith("letter, "):
                row.msgstr = shipped[row.msgctxt]
        own.save(str(path))
    return root


def batch(root: Path, table: str, *options: str, name: str = "table.csv") -> Ran:
    """Run the command on a table."""
    (root / name).write_text(table, encoding="utf-8")
    return run("batch", name, "--out", "out", "--as-of", AS_OF.isoformat(), "--jobs", "1", *options, cwd=root)


def text_of(path: Path, *options: str) -> str:
    """The text of a PDF as a reader finds it, without the marks of direction that pdftotext puts in."""
    done = subprocess.run(["pdftotext", *options, str(path), "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s+", " ", re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", done.stdout))


def shared(one: bytes, other: bytes) -> int:
    """How many bytes two files begin with alike."""
    return next((at for at, (here, there) in enumerate(zip(one, other, strict=False)) if here != there), min(len(one), len(other)))


def files(out: Path) -> set[str]:
    """What a run left, but for the roll of the folder, which is there wherever a letter is."""
    found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert (ROLL in found) == bool(found - {ROLL, "letters.json"}), found
    return found - {ROLL}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """Twelve rows in five languages, one of them wrong."""
    root = workspace(tmp_path_factory.mktemp("batch"))
    return root / "out", batch(root, HEAD + ROWS)


def test_each_row_gets_its_letter_and_the_wrong_one_is_told(made: tuple[Path, Ran]) -> None:
    out, ran = made
    named = {1: "en", 2: "ar", 3: "hi", 4: "zh-Hans", 5: "tr", 7: "en", 8: "ar", 9: "hi", 10: "zh-Hans", 11: "tr"}
    wanted = {f"{language}/P-{number:03}--knee-rest.pdf" for number, language in named.items()}
    assert files(out) == {*wanted, "en/row-13--knee-rest.pdf", "letters.json"}
    assert ran.status == 1
    errors = [problem for problem in ran.problems if problem.severity == "error"]
    assert [(problem.place, problem.code) for problem in errors] == [("table.csv:7:6", "D06")]
    assert "11 letters made of 5 leaflets; 1 row failed" in ran.out


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("en/P-001", ["Dear Anna Müller,", "Your reference: P-001", "on Tuesday, 12 January 2027 at 09:30 in Clinic 4.", "020 7946 0018"]),
        ("ar/P-002", ["محمد عبد الله", "P-002", "الثلاثاء", "يناير", "2027", "2:30", "Clinic 4", "020 7946 0018", "أحضروا هذه النشرة"]),
        ("hi/P-003", ["नमस्ते", "श्रीवास्तव,", "P-003", "मंगलवार, 12 जनवरी 2027", "2:30 pm", "Clinic 4", "020 7946 0018"]),
        ("zh-Hans/P-004", ["王小明，您好！", "您的编号：P-004", "2027年1月12日星期二，14:30", "Clinic 4", "020 7946 0018"]),
        ("tr/P-005", ["Sayın Şeyma Yılmaz,", "Referans numaranız: P-005", "12 Ocak 2027 Salı, saat 14:30", "Clinic 4", "020 7946 0018"]),
        ("en/P-007", ["محمد عبد الله", "Wednesday, 13 January 2027 at 08:15 in Clinic 5."]),
        ("ar/P-008", ["Eva Smith", "8:15"]),
        ("tr/P-011", ["Sayın İpek Öz,"]),
        ("en/row-13", ["Please bring this leaflet with you."]),
    ],
)
def test_letters_say_what_the_row_does_in_the_readers_language(made: tuple[Path, Ran], file: str, said: list[str]) -> None:
    text = text_of(made[0] / f"{file}--knee-rest.pdf", "-l", "1")
    assert [part for part in said if part not in text] == []


def test_what_is_read_aloud_is_in_the_order_of_reading(made: tuple[Path, Ran]) -> None:
    """A line of Arabic is drawn from right to left; the text that stands for it has its letters as they are read."""
    with pikepdf.open(made[0] / "ar/P-002--knee-rest.pdf") as letter:
        said = [str(one.ActualText) for one in letter.objects if isinstance(one, pikepdf.Dictionary) and "/ActualText" in one]
    assert "تحية طيبة إلى محمد عبد الله،" in said
    assert "موعدكم: الثلاثاء، 12 يناير 2027، الساعة 2:30 م. المكان: Clinic 4." in [line.replace("\u00a0", " ") for line in said]


def test_letters_say_nothing_that_the_row_does_not_ask_for(made: tuple[Path, Ran]) -> None:
    assert "P-009" not in text_of(made[0] / "hi/P-009--knee-rest.pdf")
    assert "Zoë" not in text_of(made[0] / "en/row-13--knee-rest.pdf")
    for path in made[0].rglob("*.pdf"):
        others = [name for name in ("Müller", "王小明", "Şeyma", "Eva Smith", "李雷", "İpek") if name in text_of(path)]
        assert len(others) <= 1, path


def test_nothing_personal_stands_outside_the_letters(made: tuple[Path, Ran]) -> None:
    out, ran = made
    for text in (ran.out, ran.err, (out / "letters.json").read_text(encoding="utf-8")):
        assert SECRETS.search(text) is None, SECRETS.search(text)
    summary = json.loads((out / "letters.json").read_text(encoding="utf-8"))
    assert (summary["made"], summary["failed"]) == (11, 1)
    assert [row["row"] for row in summary["letters"]] == [2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13]
    assert {problem["line"] for problem in summary["problems"] if problem["severity"] == "error"} == {7}


def test_names_where_they_are_asked_for(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    ran = batch(root, HEAD + ROWS.split("\n")[0] + "\n" + ROWS.split("\n")[5] + "\n", "--names")
    assert "made en/P-001--knee-rest.pdf" in ran.err
    assert "`03/04/2027`" in ran.err
    assert json.loads((root / "out/letters.json").read_text())["letters"][0]["path"] == "en/P-001--knee-rest.pdf"


def test_letters_conform_to_pdf_ua_and_the_panel_is_in_its_place(made: tuple[Path, Ran]) -> None:
    paths = sorted(made[0].rglob("*.pdf"))
    assert [rules for rules in failures(paths).values() if rules] == []
    with pikepdf.open(made[0] / "en/P-001--knee-rest.pdf") as one, pikepdf.open(made[0] / "en/P-007--knee-rest.pdf") as other:
        assert one.trailer.ID[1] != other.trailer.ID[1]


# ---------------------------------------------------------------- what letters are made of


VOICE = Voice("en", "gb")
PHRASES = {
    "at": Phrase(
        "at", "On {day} at {hour}: {dose} of {what}.", {"day": "date", "hour": "time", "dose": "number", "what": "text"}, True, Span("")
    ),
}


def row(number: int = 2, reference: str = "", language: str = "en", **values) -> Row:
    return Row(number, Request("hsct", "after", language, "a4"), ("at",), {"reference": reference, **values} if reference else values)


def test_a_slot_is_filled_once_and_braces_of_a_name_stay() -> None:
    given = row(day=AS_OF, hour=time(9, 5), dose=Decimal("1234.5"), what="{day} \\1")
    assert letters.lines_of(given, PHRASES, VOICE) == (Line("On Monday, 23 November 2026 at 09:05: 1,234.5 of {day} \\1.", True),)


def test_what_runs_the_other_way_is_kept_apart() -> None:
    from leaflets import bidi

    assert bidi.apart("Anna", "ltr") == "Anna"
    assert bidi.apart("محمد", "ltr") == "\u2068محمد\u2069"
    assert bidi.apart("020 7946 0018", "rtl") == "\u2068020 7946 0018\u2069"
    assert bidi.apart("عيادة Clinic 4", "rtl") == "\u2068عيادة \u2066Clinic\u2069 4\u2069"


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("", "row-2"),
        ("A/12 b", "A-12-b"),
        ("../../etc/passwd", "etc-passwd"),
        ("...", "row-2"),
        ("CON", "row-2"),
        ("nul.x", "row-2"),
        ("王-7", "王-7"),
        ("x" * 300, "x" * 60),
        ("王" * 90, "王" * 40),
        ("a:b*c?", "a-b-c"),
    ],
)
def test_names_of_files_are_safe(reference: str, name: str) -> None:
    assert letters.path_of(row(reference=reference), "pdf") == f"en/{name}--hsct.pdf"


def test_two_letters_of_one_name_are_told_and_the_first_is_kept() -> None:
    plan = letters.plan([row(2, "A 1"), row(3, "a-1"), row(4, "A-1", "tr")], "table", {"a4": "pdf"})
    assert [one.number for body in plan.bodies for one in body.rows] == [2, 4]
    assert [(problem.code, problem.span.line) for problem in plan.problems] == [("B03", 3)]


def test_rows_that_ask_for_one_leaflet_share_it(pack) -> None:
    plan = letters.plan([row(number, str(number)) for number in range(2, 500)], "table", {"a4": "pdf"})
    assert (len(plan.bodies), plan.rows) == (1, 498)


# ---------------------------------------------------------------- what can go wrong


def test_a_phrase_without_a_translation(tmp_path: Path) -> None:
    """It is never said in English to somebody who asked for Turkish: the row fails, those that do not say it are made."""
    root = workspace(tmp_path)
    path = root / "content/translations/tr.po"
    before = path.read_text(encoding="utf-8")
    after = re.sub(r'(msgctxt "letter, bring"\nmsgid .*\nmsgstr ).*', r'\1""', before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    ran = batch(root, "leaflet,language,reference,phrases\nknee-rest,tr,1,bring\nknee-rest,tr,2,read-first\nknee-rest,en,3,bring\n")
    assert files(root / "out") == {"tr/2--knee-rest.pdf", "en/3--knee-rest.pdf", "letters.json"}
    assert ran.status == 1
    assert [(problem.place, problem.code) for problem in ran.problems if problem.severity == "error"] == [("table.csv:2:0", "D09")]
    assert "the phrase `bring` has no tr translation" in ran.err


def test_a_translation_that_lost_a_slot_is_not_printed(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    path = root / "content/translations/tr.po"
    path.write_text(path.read_text(encoding="utf-8").replace('msgstr "Sayın {name},"', 'msgstr "Sayın hasta,"'), encoding="utf-8")
    ran = batch(root, "leaflet,language,name\nknee-rest,tr,Eva\n")
    assert (ran.status, files(root / "out")) == (1, {"letters.json"})


def test_lines_that_do_not_fit_are_laid_out_with_the_leaflet(tmp_path: Path) -> None:
    """One long place in a hundred rows does not leave an empty space in every letter, and is not cut off."""
    root = workspace(tmp_path)
    long = " ".join(["the long corridor"] * 11)
    rows = [f"knee-rest,{number},2027-01-12,09:30,{'Room 1' if number else long},Eva\n" for number in range(60)]
    ran = batch(root, "leaflet,reference,date,time,place,name\n" + "".join(rows))
    assert ran.status == 0, ran.err
    contents = [(root / f"out/en/{number}--knee-rest.pdf").read_bytes() for number in range(3)]
    assert shared(*contents[1:]) > 0.9 * len(contents[1])  # copies of one leaflet
    assert shared(*contents[:2]) < 0.1 * len(contents[1])
    first, second = (text_of(root / f"out/en/{number}--knee-rest.pdf") for number in (0, 1))
    assert first.count("the long corridor") == 11
    assert "in Room 1." in second
    assert failures([root / "out/en/0--knee-rest.pdf"]) == {root / "out/en/0--knee-rest.pdf": []}


def test_a_letter_that_no_font_has(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    ran = batch(root, "leaflet,reference,name\nknee-rest,1,\U00013080\nknee-rest,2,Eva\n")
    assert (ran.status, files(root / "out")) == (1, {"en/2--knee-rest.pdf", "letters.json"})
    assert "U+13080" in ran.err


def test_templates_without_the_panel_make_no_letter(tmp_path: Path) -> None:
    """A workspace whose own template leaves the lines out gets an error, and not a letter that says nothing."""
    root = workspace(tmp_path)
    body = (ROOT / "templates/parts/body.html").read_text(encoding="utf-8")
    include = '{% include "parts/panel.html" %}\n'
    assert include in body
    put("templates/parts/body.html", body.replace(include, ""))(root)
    for edition in ("page", "a4"):
        ran = batch(root, "leaflet,reference,name\nknee-rest,1,Eva\n", "--edition", edition)
        assert ran.status == 1, ran.err
        assert files(root / "out") == {"letters.json"}
        assert "do not show the lines" in ran.err


def test_a_page_for_the_screen_holds_the_lines(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    ran = batch(root, "leaflet,language,reference,name\nknee-rest,ar,1,Eva <b>\nknee-rest,en,2,Ida\n", "--edition", "page")
    assert ran.status == 0, ran.err
    page = (root / "out/ar/1--knee-rest.html").read_text(encoding="utf-8")
    assert "Eva &lt;b&gt;" in page
    assert "Ida" not in page
    assert "Dear Ida," in (root / "out/en/2--knee-rest.html").read_text(encoding="utf-8")


def test_final_makes_no_letter_of_a_draft(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    ran = batch(root, "leaflet,reference,name\nknee-rest,1,Eva\n", "--final")
    assert (ran.status, files(root / "out")) == (1, {"letters.json"})
    assert "B02" in ran.err


def test_a_dry_run_makes_nothing(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    ran = batch(root, HEAD + ROWS, "--dry-run", "--format", "json")
    told = json.loads(ran.out)
    assert (told["rows"], told["leaflets"], told["failed"]) == (12, 5, 1)
    assert told["languages"] == {"ar": 2, "en": 3, "hi": 2, "tr": 2, "zh-Hans": 2}
    assert not (root / "out").exists()
    assert SECRETS.search(ran.out) is None


@pytest.mark.parametrize(
    ("option", "value"), [("--leaflet", "hsct"), ("--lang", "xx"), ("--phrase", "hello"), ("--edition", "a7"), ("--profile", "x")]
)
def test_a_mistyped_option_is_a_mistake_of_the_command(tmp_path: Path, option: str, value: str) -> None:
    assert batch(copy(tmp_path), "name\nEva\n", option, value).status == 2


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    (root / "out").mkdir()
    (root / "out" / "en").write_text("in the way")
    ran = batch(root, "leaflet,reference,name\nknee-rest,1,Eva\n")
    assert ran.status == 1
    assert "B01" in ran.err
    assert "Traceback" not in ran.err


def test_workers_make_the_same_letters(tmp_path: Path, made: tuple[Path, Ran]) -> None:
    root = workspace(tmp_path)
    (root / "table.csv").write_text(HEAD + ROWS, encoding="utf-8")
    ran = run("batch", "table.csv", "--out", "out", "--as-of", AS_OF.isoformat(), "--jobs", "2", cwd=root)
    assert ran.status == 1
    assert files(root / "out") == files(made[0])
    for path in sorted(files(made[0]) - {"letters.json"}):
        assert (root / "out" / path).read_bytes() == (made[0] / path).read_bytes(), path


def test_the_next_night_renders_no_leaflet_again(tmp_path: Path, own_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store keeps leaflets before anything of a person stands in them, and letters come out the same."""
    root = workspace(tmp_path)
    first = batch(root, HEAD + ROWS)
    before = {path: (root / "out" / path).read_bytes() for path in files(root / "out")}
    kept = [path for path in own_store.rglob("*") if path.is_file()]
    assert len(kept) == 5  # one for each language
    for path in kept:
        text = text_of(pdf_of(path, tmp_path))
        assert SECRETS.search(text) is None, SECRETS.search(text)
    shutil.rmtree(root / "out")
    monkeypatch.setattr(build, "render_edition", lambda edition: pytest.fail(f"{edition.request} was rendered again"))
    again = batch(root, HEAD + ROWS)
    assert again.status == first.status == 1
    assert {path: (root / "out" / path).read_bytes() for path in files(root / "out")} == before


def pdf_of(stored: Path, folder: Path) -> Path:
    """A leaflet of the store as a file of its own."""
    path = folder / "stored.pdf"
    path.write_bytes(stored.read_bytes().partition(b"\n")[2])
    return path


# ---------------------------------------------------------------- on a cluster


class Overheard(Executor):
    """An executor that keeps whatever it is given, as it would go over a network."""

    def __init__(self, of: Executor) -> None:
        self.of, self.sent, self.calls = of, b"", 0

    def submit(self, fn, /, *args, **kwargs):
        self.sent += pickle.dumps((fn, args, kwargs))
        self.calls += 1
        return self.of.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.of.shutdown(wait, cancel_futures=cancel_futures)


@pytest.mark.parametrize(("options", "leaflets"), [((), 3), (("--print-run", "--separators"), 4)], ids=["single letters", "a print run"])
def test_nothing_personal_goes_to_a_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], leaflets: int
) -> None:
    """Also not of letters that are laid out by themselves, because their lines do not fit or their edition has no tags."""
    desks: list[Overheard] = []

    def desk(tools: prepare.Tools, *_: object) -> tuple[Executor, int]:
        desks.append(Overheard(build.Here(partial(build.start_worker, tools.places, pooled=False))))
        return desks[-1], 16

    monkeypatch.setattr(common, "here", desk)
    monkeypatch.setattr(common, "cluster", lambda address, tools: desk(tools))
    rows = [f"knee-rest,en,a4,Eva Smith,P-{number:03},7946 {'0018 ' * (38 if number == 60 else 1)},\n" for number in range(61)]
    rows += ["knee-rest,en,booklet,Anna Müller,P-061,,\n", "knee-rest,ar,a4,محمد عبد الله,P-062,,\n", "knee-rest,tr,a4,,,,\n"]
    table = "leaflet,language,edition,name,reference,contact,phrases\n"
    root = workspace(tmp_path)
    ran = batch(root, table + "".join(rows), "--cluster", "tcp://somewhere:8786", "--store", "none", *options)
    assert ran.status == 0, ran.err
    mine, elsewhere = (one.sent.decode("utf-8", "replace") for one in desks)
    assert desks[1].calls == leaflets
    assert "knee-rest" in elsewhere
    assert SECRETS.search(elsewhere) is None, SECRETS.search(elsewhere)
    assert "Eva Smith" in mine  # what is looked for would be found
    assert "Anna Müller" in mine


# ---------------------------------------------------------------- print runs


@pytest.mark.parametrize("sheets", [False, True])
def test_a_print_run_has_the_letters_in_the_tables_order_each_on_a_right_hand_page(tmp_path: Path, sheets: bool) -> None:
    root = workspace(tmp_path)
    ran = batch(root, HEAD + ROWS, "--print-run", *(["--separators"] if sheets else []))
    assert ran.status == 1
    assert files(root / "out") == {"print-run--a4.pdf", "letters.json"}
    run_of = root / "out/print-run--a4.pdf"
    rows = json.loads((root / "out/letters.json").read_text())["letters"]
    assert [one["row"] for one in rows] == [2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13]
    firsts = [one["first_page"] for one in rows]
    assert firsts == sorted(firsts)
    assert all(first % 2 for first in firsts)
    for one, said in zip(rows, ("Anna Müller", "محمد عبد الله", "P-003", "王小明", "Şeyma Yılmaz", "P-007"), strict=False):
        assert said in text_of(run_of, "-f", str(one["first_page"]), "-l", str(one["first_page"]))
    if sheets:
        before = [text_of(run_of, "-f", str(first - 2), "-l", str(first - 1)) for first in firsts]
        assert [text.startswith(f"Row {one['row']} ") for text, one in zip(before, rows, strict=True)] == [True] * len(rows)
    assert SECRETS.search((root / "out/letters.json").read_text()) is None


def test_letters_share_their_pages_in_a_print_run(made: tuple[Path, Ran]) -> None:
    """Nine more copies of a leaflet add little more than their panels."""
    content = (made[0] / "en/P-001--knee-rest.pdf").read_bytes()
    sizes = []
    for count in (1, 10):
        run_of = PrintRun("run")
        for _ in range(count):
            run_of.add(content, content, "one")
        sizes.append(len(run_of.content()))
        run_of.close()
    assert sizes[1] < 1.5 * sizes[0]


def test_the_same_letters_give_the_same_print_run(made: tuple[Path, Ran]) -> None:
    found = []
    for _ in range(2):
        run_of = PrintRun("run")
        for path in sorted(made[0].rglob("*.pdf")):
            run_of.add(path.read_bytes())
        found.append(run_of.content())
        run_of.close()
    assert found[0] == found[1]
