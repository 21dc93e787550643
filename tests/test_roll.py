"""`leaflets batch --prune` and the roll it goes by: letters of an earlier run go, nothing else does, and nobody is named."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from leaflets.roll import ROLL, Roll, digest

from knee import AS_OF, Ran, copy, run

ROOT = Path(__file__).resolve().parent.parent
HEAD = "leaflet,reference,name,date\n"
THREE = {number: f"knee-rest,P-{number},Eva,2027-01-12\n" for number in (1, 2, 3)}
FIRST, LESS = HEAD + "".join(THREE.values()), HEAD + THREE[1] + THREE[3]
HASTY = HEAD + THREE[1] + "knee-rest,P-3,Eva,03/04/2027\n"
"""The letter of P-2 is no longer asked for, and a row cannot be read."""


def workspace(folder: Path) -> Path:
    """The small workspace with the pack's phrases."""
    root = copy(folder)
    shutil.copy(ROOT / "content" / "phrases.yaml", root / "content" / "phrases.yaml")
    return root


def words(table: str, *options: str) -> list[str]:
    return ["batch", table, "--out", "out", "--as-of", AS_OF.isoformat(), "--jobs", "1", "--edition", "page", *options]


def batch(root: Path, table: str, *options: str) -> Ran:
    """Run the command on a table; its letters are pages for the screen, which nothing has to render."""
    (root / "table.csv").write_text(table, encoding="utf-8")
    return run(*words("table.csv", *options), cwd=root)


def contents(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def letters(out: Path) -> list[str]:
    """The references of the letters that are there."""
    return [path.name.removesuffix("--knee-rest.html") for path in sorted((out / "en").glob("*--knee-rest.html"))]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with three letters made."""
    root = workspace(tmp_path)
    assert batch(root, FIRST).status == 0
    assert letters(root / "out") == ["P-1", "P-2", "P-3"]
    return root


# ---------------------------------------------------------------- what goes, and what stays


def test_only_what_an_earlier_run_made_and_this_table_does_not_goes(root: Path) -> None:
    out, mine = (
        root / "out",
        {"en/mine.txt": b"1", "en/P-9--knee-rest.html": b"2", "P-2--knee-rest.html": b"3", "fr/P-2--knee-rest.html": b"4"},
    )
    (out / "fr").mkdir()
    for path, content in mine.items():
        (out / path).write_bytes(content)
    assert batch(root, LESS).status == 0  # nothing is removed unless it is asked for, nor forgotten
    assert letters(out) == ["P-1", "P-2", "P-3", "P-9"]
    ran = batch(root, LESS, "--prune")
    assert ran.status == 0, ran.err
    assert letters(out) == ["P-1", "P-3", "P-9"]
    assert contents(out).items() >= mine.items()
    assert "removed 1 file of an earlier run\n" in ran.err
    assert json.loads((out / "letters.json").read_text())["removed"] == 1
    again = batch(root, LESS, "--prune")
    assert "removed" not in again.err


def test_a_dry_run_says_what_would_go_and_leaves_it(root: Path) -> None:
    before = contents(root / "out")
    ran = batch(root, LESS, "--prune", "--dry-run")
    assert "would remove 1 file of an earlier run\n" in ran.err
    assert "P-2" not in ran.out + ran.err
    assert "would remove en/P-2--knee-rest.html\n" in batch(root, LESS, "--prune", "--dry-run", "--names").err
    told = json.loads(batch(root, LESS, "--prune", "--dry-run", "--format", "json").out)
    assert (told["to_remove"], told["removed"]) == (1, 0)
    assert contents(root / "out") == before


def test_with_names_it_is_told_which_file_goes(root: Path) -> None:
    assert "removed en/P-2--knee-rest.html\n" in batch(root, LESS, "--prune", "--names").err


@pytest.mark.parametrize(
    ("table", "options"),
    [
        pytest.param(HASTY, (), id="a row that cannot be read"),
        pytest.param(HASTY, ("--dry-run",), id="a row that cannot be read, in a dry run"),
        pytest.param(LESS + THREE[1], (), id="two rows of one file"),
        pytest.param(LESS, ("--final",), id="letters that cannot be made"),
        pytest.param(HEAD, (), id="no rows"),
        pytest.param("colour,size\nred,5\n", (), id="no column that is known"),
        pytest.param("", (), id="nothing in it"),
    ],
)
def test_nothing_goes_where_a_row_has_no_letter(root: Path, table: str, options: tuple[str, ...]) -> None:
    """Its letter of an earlier run may be all that a person has."""
    ran = batch(root, table, "--prune", *options)
    assert letters(root / "out") == ["P-1", "P-2", "P-3"]
    assert "Nothing of an earlier run is removed: " in ran.err
    assert not re.search("^(removed|would remove)", ran.err, re.MULTILINE)
    assert batch(root, LESS, "--prune").status == 0  # once it is mended
    assert letters(root / "out") == ["P-1", "P-3"]


def test_single_letters_go_when_they_become_a_print_run_and_the_other_way_round(tmp_path: Path) -> None:
    root, table = workspace(tmp_path), HEAD + THREE[1]
    for options, path in (((), "en/P-1--knee-rest.pdf"), (("--print-run",), "print-run--a4.pdf"), ((), "en/P-1--knee-rest.pdf")):
        assert batch(root, table, "--prune", "--edition", "a4", *options).status == 0
        assert set(contents(root / "out")) == {path, "letters.json", ROLL}


def test_letters_of_a_run_that_was_killed_go_too(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    (root / "many.csv").write_text(HEAD + "".join(f"knee-rest,K-{number},Eva,2027-01-12\n" for number in range(3_000)))
    process = subprocess.Popen([sys.executable, "-m", "leaflets", *words("many.csv")], cwd=root, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (root / "out/en").exists() or not letters(root / "out"):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert not (root / "out/letters.json").exists()
    left = letters(root / "out")
    assert 0 < len(left) < 3_000
    ran = batch(root, FIRST, "--prune")
    assert ran.status == 0, ran.err
    assert letters(root / "out") == ["P-1", "P-2", "P-3"]
    assert json.loads((root / "out/letters.json").read_text())["removed"] == len(left)
    assert (root / "out" / ROLL).read_text().count("\n") == 4  # what was never made is forgotten


# ---------------------------------------------------------------- the roll


def test_the_roll_names_nobody(root: Path) -> None:
    lines = (root / "out" / ROLL).read_text().splitlines()
    assert lines[1:] == sorted(digest(f"en/P-{number}--knee-rest.html") for number in (1, 2, 3))
    assert all(re.fullmatch("[0-9a-f]{64}", line) for line in lines[1:])


def test_a_run_that_makes_nothing_leaves_no_roll(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    assert batch(root, FIRST, "--final").status == 1
    assert set(contents(root / "out")) == {"letters.json"}


def test_what_was_there_and_is_none_of_ours_does_not_become_so(root: Path) -> None:
    """The letter of a row could not be made; a file that somebody put in its place is not removed later."""
    theirs = root / "out/en/P-7--knee-rest.html"
    theirs.write_text("theirs")
    batch(root, HEAD + "knee-rest,P-7,Eva,2027-01-12\n", "--final")
    assert batch(root, LESS, "--prune").status == 0
    assert theirs.read_text() == "theirs"
    assert letters(root / "out") == ["P-1", "P-3", "P-7"]


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"[]", b"../mine.txt\n/etc/passwd\n", b"0" * 64, None])
def test_a_roll_that_is_damaged_removes_nothing(root: Path, content: bytes | None) -> None:
    roll = root / "out" / ROLL
    roll.unlink() if content is None else roll.write_bytes(content)
    (root / "mine.txt").write_text("mine")
    ran = batch(root, LESS, "--prune")
    assert ran.status == 0, ran.err
    assert letters(root / "out") == ["P-1", "P-2", "P-3"]
    assert (root / "mine.txt").exists()


def test_links_are_not_followed_and_not_removed(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (out / "en").mkdir(parents=True)
    (elsewhere / "a.pdf").write_text("theirs")
    (out / "en/b.pdf").symlink_to(elsewhere / "a.pdf")
    (out / "tr").symlink_to(elsewhere)
    (out / "en/c.pdf").write_text("ours")
    Roll(out).begin(["en/b.pdf", "tr/a.pdf", "en/c.pdf", "../elsewhere/a.pdf"])
    assert Roll(out).others([]) == ["en/c.pdf"]


def test_a_path_in_other_letters_may_be_the_same_file_and_stays(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    for name in ("A-1", "İ-2", "u\u0308"):
        (tmp_path / f"en/{name}.pdf").write_text("ours")
    Roll(tmp_path).begin(["en/A-1.pdf", "en/İ-2.pdf", "en/\u00fc.pdf"])
    roll = Roll(tmp_path)
    assert roll.others(["en/a-1.pdf", "en/i\u0307-2.pdf", "en/\u00fc.pdf"]) == []
    assert len(roll.others([])) == 3


def test_a_folder_that_cannot_be_written_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from leaflets import disk

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "remove", full)
    ran = batch(root, LESS, "--prune")
    assert ran.status == 1
    assert [told.code for told in ran.problems if told.severity == "error"] == ["B01"]
    assert "P-2" not in ran.err
    assert letters(root / "out") == ["P-1", "P-2", "P-3"]
