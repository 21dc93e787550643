"""What kills a batch does not kill its leaflets: real processes, really killed, really out of room."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from leaflets import build, disk, parse, prepare
from leaflets.model import Edition, Result

from knee import AS_OF, KNEE, copy, run

NAMES = ("--as-of", "2026-11-23", "--out", "dist", "--jobs", "2")


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "leaflets", "build", *words]


# ---------------------------------------------------------------- a leaflet that ends or holds up its worker


def begun(tries: Path) -> int:
    """How often the leaflet was begun, this time counted."""
    (tries / str(time.monotonic_ns())).touch()
    return len(list(tries.iterdir()))


def killed(tries: Path, edition: Edition) -> Result:
    if edition.request.profile == "walker":
        begun(tries)
        os.kill(os.getpid(), signal.SIGKILL)
    return Result(edition.request, b"%PDF", 1)


def fault(tries: Path, edition: Edition) -> Result:
    if edition.request.profile == "walker":
        begun(tries)
        os.abort()
    return Result(edition.request, b"%PDF", 1)


def hangs(tries: Path, edition: Edition) -> Result:
    if edition.request.profile == "walker":
        begun(tries)
        time.sleep(600)
    return Result(edition.request, b"%PDF", 1)


def killed_once(tries: Path, edition: Edition) -> Result:
    if edition.request.profile == "walker" and begun(tries) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return Result(edition.request, b"%PDF", 1)


def greedy(tries: Path, edition: Edition) -> Result:
    if edition.request.profile == "walker":
        return Result(edition.request, bytes(4 * 2**30), 1)
    return Result(edition.request, b"%PDF", 1)


def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, render: Callable[[Path, Edition], Result], limit: float = 60) -> tuple[list, int]:
    """What becomes of both leaflets for both readers with such a renderer, and how often the bad one was begun."""
    tries = tmp_path / "tries"
    tries.mkdir()
    monkeypatch.setattr(build, "render_edition", partial(render, tries))
    workspace = parse.parse(disk.read(KNEE)).value
    tools = prepare.tools()
    finder = build.Finder(prepare.Preparer(workspace, tools, AS_OF), [])
    requests = [build.Request("knee-rest", profile, "en", "a4") for profile in ("walker", "player-helper")]
    requests += [build.Request("knee-injection", "player-helper", "en", edition) for edition in ("a4", "letter", "large-print")]
    with build.Pool(build.executor(tools, 2, limit)) as pool:
        done = list(build.execute(finder.find(requests), build.Plan(tmp_path / "dist"), pool, finder.composed))
    return done, len(list(tries.iterdir()))


@pytest.mark.parametrize(("render", "told"), [(killed, "signal 9"), (fault, "signal 6"), (hangs, "within 2 seconds")])
def test_what_ends_or_holds_up_its_worker_is_told_and_the_rest_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, render: Callable[[Path, Edition], Result], told: str
) -> None:
    done, tries = made(tmp_path, monkeypatch, render, limit=2)
    wrong = [one for one in done if one.entry is None]
    assert [one.known.request.profile for one in wrong] == ["walker"]
    assert [problem.code for problem in wrong[0].problems] == ["P07"]
    assert told in wrong[0].problems[0].message
    assert len(done) == 5
    assert tries == 2, "tried once more, alone"


def test_what_was_lost_is_tried_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, tries = made(tmp_path, monkeypatch, killed_once)
    assert all(one.entry for one in done)
    assert len(done) == 5
    assert tries == 2


@pytest.mark.skipif(sys.platform != "linux", reason="the bound is Linux's")
def test_a_leaflet_that_wants_all_the_memory_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, _ = made(tmp_path, monkeypatch, greedy)
    wrong = [one for one in done if one.entry is None]
    assert ["MemoryError" in problem.message for one in wrong for problem in one.problems] == [True]
    assert len(done) == 5


# ---------------------------------------------------------------- the whole command, killed


def test_killed_at_any_moment_it_ends_with_the_files_of_an_undisturbed_run(tmp_path: Path) -> None:
    """Twenty times, each at a random moment of the run; what was finished before is not made again."""
    root = copy(tmp_path)
    whole = root / "whole"
    started = time.monotonic()
    subprocess.run(
        [*command("-e", "page", "-e", "a4"), *NAMES[:2], "--out", str(whole), "--store", "none"], cwd=root, check=True, capture_output=True
    )
    duration = time.monotonic() - started
    truth = files(whole)
    rng, killed, continued = random.Random(7), 0, 0
    for number in range(20):
        out, store = root / f"out{number}", root / f"store{number}"
        words = [*command("-e", "page", "-e", "a4"), *NAMES[:2], "--out", str(out), "--store", str(store), "--format", "json"]
        process = subprocess.Popen(words, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(timeout=rng.uniform(0.2, duration * 1.1))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL) if number % 2 else process.kill()
            killed += process.wait() == -signal.SIGKILL
        before = {name for name in files(out) if not Path(name).name.startswith(".")} if out.exists() else set()
        for name in before:
            assert name in ("index.html", "manifest.json") or name.startswith("pictures/") or files(out)[name] == truth[name], (
                f"half a file: {name}"
            )
        done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        continued += told["stored"] + told["current"]
        assert told["rendered"] + told["stored"] + told["current"] == told["asked"]
        assert files(out) == truth, f"killed for the {number}. time"
    assert killed >= 10
    assert continued > 0


def test_asked_to_end_it_ends_as_with_an_interrupt(tmp_path: Path) -> None:
    root = copy(tmp_path)
    process = subprocess.Popen(
        [*command("--all"), *NAMES], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    os.killpg(process.pid, signal.SIGTERM)  # as a service manager does: to every process of the group
    _, err = process.communicate(timeout=60)
    assert first.startswith("made ")
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert all(content.rstrip().endswith(b"%%EOF") for name, content in files(root / "dist").items() if name.endswith(".pdf"))
    assert not [name for name in files(root / "dist") if name.endswith(".part")]


def test_what_a_killed_process_left_half_written_is_removed_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    root = copy(tmp_path)
    folder = root / "dist" / "en"
    folder.mkdir(parents=True)
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    mine, theirs = folder / f".leaflets-{os.getpid()}-abc.part", folder / f".leaflets-{ended.pid}-abc.part"
    others = folder / ".something.part"
    for path in (mine, theirs, others):
        path.write_text("half")
    assert run("build", "knee-rest", "-e", "page", *NAMES, cwd=root).status == 0
    assert mine.exists()
    assert others.exists()
    assert not theirs.exists()


def test_a_file_that_cannot_grow_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    """The kernel refuses to write on, as it does on a full disk or beyond a quota."""
    root = copy(tmp_path)
    assert run("build", "knee-rest", "-e", "page", *NAMES, cwd=root).status == 0
    before = files(root / "dist")
    section = root / "content/sections/rest-harms.md"
    section.write_text(section.read_text().replace("weak", "tired"))

    def little() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))

    words = [*command("knee-rest", "-e", "page"), *NAMES[:4], "--jobs", "1", "--store", "none"]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False, preexec_fn=little)
    assert done.returncode == 1, done.stderr
    assert "B01" in done.stderr
    assert "Traceback" not in done.stderr
    after = files(root / "dist")
    assert sorted(after) == sorted(before)
    assert [name for name in after if after[name] != before[name]] in ([], ["manifest.json"])
