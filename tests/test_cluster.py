"""A real Dask scheduler with two worker processes on this machine: the same files as one process makes, whoever dies."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from knee import copy, run

pytest.importorskip("distributed")
ROOT = Path(__file__).resolve().parent.parent
NAMED = ("--as-of", "2026-11-23", "--store", "none")
LETTERS = ("batch", "table.csv", "--jobs", "1", *NAMED)
BUILD = ("build", "-p", "walker", "-p", "player-helper", "-e", "a4", "-e", "large-print", *NAMED)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The scheduler's address and the two worker processes."""
    told = tmp_path / "scheduler.json"
    log = (tmp_path / "log").open("wb")
    dask = [sys.executable, "-m", "distributed.cli.dask_"]
    started = [
        subprocess.Popen(
            [*dask[:2], f"{dask[2]}scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)],
            stdout=log,
            stderr=log,
            cwd=tmp_path,
        )
    ]
    try:
        deadline = time.monotonic() + 60
        while not told.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        address = json.loads(told.read_text())["address"]
        worker = [
            *dask[:2],
            f"{dask[2]}worker",
            address,
            "--no-nanny",
            "--nthreads",
            "1",
            "--no-dashboard",
            "--local-directory",
            str(tmp_path),
        ]
        workers = [subprocess.Popen(worker, stdout=log, stderr=log, cwd=tmp_path) for _ in range(2)]
        started += workers
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address, workers
    finally:
        for process in started:
            process.kill()
            process.wait()
        log.close()


def pdfs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*.pdf"))}


def table(root: Path) -> Path:
    """A table of 18 letters of nine leaflets; those without tags are laid out one by one."""
    shutil.copy(ROOT / "content" / "phrases.yaml", root / "content" / "phrases.yaml")
    kinds = itertools.product(("knee-rest", "knee-injection"), ("walker", "player-helper"), ("a4", "large-print"))
    rows = [",".join((*kind, name, name.lower())) for kind in (*kinds, ("knee-rest", "walker", "booklet")) for name in ("Ida", "Eva")]
    lines = (f"{row}-{number}" for number, row in enumerate(rows))
    (root / "table.csv").write_text("leaflet,profile,edition,name,reference\n" + "\n".join(lines))
    return root


def test_the_same_bytes_as_one_process(tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]) -> None:
    root = copy(tmp_path)
    assert run(*BUILD, "--jobs", "1", "--out", "one", cwd=root).status == 0
    ran = run(*BUILD, "--cluster", cluster[0], "--out", "many", cwd=root)
    assert ran.status == 0, ran.err
    one = pdfs(root / "one")
    assert len(one) == 8
    assert pdfs(root / "many") == one


def test_also_when_a_worker_is_killed_half_way(tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]) -> None:
    root = copy(tmp_path)
    assert run(*BUILD, "--jobs", "1", "--out", "one", cwd=root).status == 0
    address, workers = cluster
    words = [sys.executable, "-m", "leaflets", *BUILD, "--cluster", address, "--out", "many"]
    process = subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    lines = [process.stderr.readline() for _ in range(2)]
    assert all(line.startswith("made ") for line in lines), lines
    os.kill(workers[0].pid, signal.SIGKILL)
    _, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    assert pdfs(root / "many") == pdfs(root / "one")
    assert workers[0].wait() == -signal.SIGKILL


def test_the_same_letters_as_one_process(tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]) -> None:
    """Also when a worker is killed half-way; all that names somebody is done here."""
    root = table(copy(tmp_path))
    assert run(*LETTERS, "--out", "one", cwd=root).status == 0
    address, workers = cluster
    words = [sys.executable, "-m", "leaflets", *LETTERS, "--cluster", address, "--out", "many"]
    process = subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("made row ")
    os.kill(workers[0].pid, signal.SIGKILL)
    _, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    one = pdfs(root / "one")
    assert len(one) == 18
    assert pdfs(root / "many") == one
    assert (root / "many/letters.json").read_bytes() == (root / "one/letters.json").read_bytes()
    assert workers[0].wait() == -signal.SIGKILL


def test_a_cluster_that_is_not_there_is_told_in_a_line(tmp_path: Path) -> None:
    root = table(copy(tmp_path))
    for words, address in itertools.product((BUILD, LETTERS), ("tcp://127.0.0.1:1", "nonsense://x", "")):
        ran = run(*words, "--cluster", address, "--out", "many", cwd=root)
        assert ran.status == 2, address
        assert "Traceback" not in ran.err
        assert "the cluster at" in ran.err
        assert not list(root.glob("many/.letters"))


def test_a_dry_run_asks_no_cluster(tmp_path: Path) -> None:
    root = table(copy(tmp_path))
    for words in (BUILD, LETTERS):
        assert run(*words, "--cluster", "tcp://127.0.0.1:1", "--dry-run", "--out", "many", cwd=root).status == 0


def test_a_worker_with_other_fonts_is_not_used(cluster: tuple[str, list[subprocess.Popen[bytes]]]) -> None:
    """The same text would look different there, or hold boxes."""
    from leaflets import cluster as clusters
    from leaflets import prepare

    given = prepare.tools(("en",))
    for marks in ({**given.marks, "NoSuchFont.ttf": "0" * 16}, dict.fromkeys(given.marks, "0" * 16)):
        with pytest.raises(ValueError, match="the font"):
            clusters.connect(cluster[0], prepare.Tools(given.places, given.programs, marks))
