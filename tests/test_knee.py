"""The engine knows no disease: the knee workspace builds with nothing but its own files, and its output is a function of them."""

import json
from pathlib import Path

import pypdf
import pytest

from knee import KNEE, Ran, copy, edit, run

PDFS = ("build", "knee-injection", "-p", "walker", "-p", "player-helper", "-e", "a4")
PAGES = ("build", "--all", "-e", "page")


def built(root: Path, out: Path, *command: str) -> Ran:
    ran = run(*command, "--out", out, "--as-of", "2026-11-23", cwd=root)
    assert ran.status == 0, ran.err
    return ran


def files(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def manifest(out: Path) -> dict:
    return json.loads((out / "manifest.json").read_text())


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("all") / "dist"
    ran = built(KNEE, out, "build", "--jobs", "2")
    assert ran.out.startswith("8 leaflets made")
    return out


def test_deliverables_are_pdfs_and_pages(everything: Path) -> None:
    rows = manifest(everything)["leaflets"]
    assert {(row["leaflet"], row["profile"], row["edition"]) for row in rows} == {
        (leaflet, profile, edition)
        for leaflet in ("knee-injection", "knee-rest")
        for profile in ("walker", "player-helper")
        for edition in ("a4", "page")
    }
    assert {row["state"] for row in rows} == {"draft"}
    assert manifest(everything)["problems"] == [problem for problem in manifest(everything)["problems"] if problem["severity"] != "error"]
    for row in rows:
        content = (everything / row["path"]).read_bytes()
        assert content.startswith(b"%PDF-" if row["path"].endswith(".pdf") else b"<!DOCTYPE html>")
        assert len(content) == row["bytes"]


def test_nothing_of_the_first_pack_gets_in(everything: Path) -> None:
    for path in everything.rglob("*.html"):
        text = path.read_text()
        assert "sclerosis" not in text
        assert "HSCT" not in text
    assert not [row for row in manifest(everything)["leaflets"] if not row["leaflet"].startswith("knee")]


def test_each_reader_has_another_text(everything: Path) -> None:
    texts = {}
    for profile in ("walker", "player-helper"):
        pages = pypdf.PdfReader(everything / f"en/knee-injection--{profile}--a4.pdf").pages
        texts[profile] = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "long walks hurt" in texts["walker"]
    assert "long walks hurt" not in texts["player-helper"]
    assert "You may play again" in texts["player-helper"]
    assert "You may play again" not in texts["walker"]
    assert "Call 999 now" in texts["walker"]
    assert "Call 911 now" in texts["player-helper"]
    for text in texts.values():
        assert "about 60 of 100 people had less pain and about 40 had as much pain as before" in text
        assert "At this clinic it costs" in text
        assert "You can rest the knee for about 2 to 3 days" in text
        assert "more than 5,200 injections" in text
        assert "DRAFT" in text


def test_a_second_build_renders_nothing(everything: Path) -> None:
    before = files(everything)
    ran = built(KNEE, everything, "build")
    assert ran.out.startswith("nothing to make, 8 current")
    assert files(everything) == before


def test_a_changed_fact_touches_only_the_leaflets_that_state_it(tmp_path: Path) -> None:
    root, out = copy(tmp_path), tmp_path / "dist"
    built(root, out, *PAGES)
    before = {row["path"]: row["fingerprint"] for row in manifest(out)["leaflets"]}
    edit("content/facts.yaml", "numerator: 7\n", "numerator: 8\n")(root)
    ran = built(root, out, *PAGES)
    assert ran.out.startswith("2 leaflets made, 2 current")
    after = {row["path"]: row["fingerprint"] for row in manifest(out)["leaflets"]}
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {path for path in before if "knee-injection" in path}
    assert {row["path"] for row in manifest(out)["leaflets"] if "bruise" in row["facts"]} == changed


def test_a_remark_touches_nothing(tmp_path: Path) -> None:
    root, out = copy(tmp_path), tmp_path / "dist"
    built(root, out, *PAGES)
    edit("content/sections/knee-background.md", "Invented for tests.", "Another remark.")(root)
    edit("content/facts.yaml", "# Invented numbers for tests.", "# Another remark.\n\n")(root)
    assert built(root, out, *PAGES).out.startswith("nothing to make, 4 current")


def test_bytes_depend_on_nothing_but_the_workspace(tmp_path: Path) -> None:
    here, there = copy(tmp_path / "a"), copy(tmp_path / "b with a space")
    one, two = tmp_path / "one", tmp_path / "deeper" / "two"
    built(here, one, *PDFS, "--jobs", "1")
    built(there, two, *PDFS, "--jobs", "2")
    assert files(one) == files(two)
    assert sorted(Path(name).suffix for name in files(one)) == [".html", ".json", ".pdf", ".pdf", ".png", ".png"]
