"""Files are written whole or not at all, and what is read is of the workspace."""

import os
from pathlib import Path

import pytest
from leaflets import disk


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    disk.write(tmp_path / "a" / "b.txt", b"new")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"new"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]
    assert (tmp_path / "a" / "b.txt").stat().st_mode & 0o777 == 0o666 & ~disk._umask()


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")

    def fail(_: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(type(error)):
        disk.write(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_removing_takes_the_folders_it_leaves_empty(tmp_path: Path) -> None:
    for name in ("en/deep/a.pdf", "en/b.pdf"):
        disk.write(tmp_path / name, b"x")
    disk.remove(tmp_path / "en/deep/a.pdf", tmp_path)
    assert [path.name for path in (tmp_path / "en").iterdir()] == ["b.pdf"]
    disk.remove(tmp_path / "en/b.pdf", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    files = disk.read(tmp_path / "nowhere")
    assert [problem.code for problem in files.problems] == ["F01"]
    assert not files.contents


def test_own_files_replace_built_in_ones_path_by_path(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/clinic.yaml").write_text("name: Mine\n")
    files = disk.read(tmp_path)
    assert files.contents["content/clinic.yaml"] == b"name: Mine\n"
    assert "content/clinic.yaml" not in files.builtin
    assert {"content/vocabulary.yaml", "templates/leaflet.html", "styles/a4.css"} <= files.builtin
    (tmp_path / "content/workspace.yaml").write_text("base: none\n")
    assert {path for path in disk.read(tmp_path).contents if path.startswith("content/")} == {
        "content/clinic.yaml",
        "content/workspace.yaml",
    }


def test_hidden_and_machine_files_are_not_read(tmp_path: Path) -> None:
    for name in ("content/.secret.yaml", "content/.git/config", "content/__pycache__/a.pyc", "content/Thumbs.db", "content/workspace.yaml"):
        disk.write(tmp_path / name, b"x")
    own = {path for path in disk.read(tmp_path).contents if path.startswith("content/")}
    assert own == {"content/workspace.yaml"}


def test_a_link_inside_the_workspace_is_read(tmp_path: Path) -> None:
    disk.write(tmp_path / "content/a.yaml", b"a: 1")
    (tmp_path / "content/workspace.yaml").symlink_to("a.yaml")
    files = disk.read(tmp_path)
    assert files.contents["content/workspace.yaml"] == b"a: 1"
    assert not files.problems


def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    disk.write(tmp_path / "content/workspace.yaml", b"a: 1")
    (tmp_path / "content/workspace.yaml").chmod(0)
    assert [problem.code for problem in disk.read(tmp_path).problems] == ["F08"]
