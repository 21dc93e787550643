"""The executor that outlives its workers: real processes, really killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from leaflets.workers import Died, TookTooLong, Workers


def ready(folder: Path | None = None) -> None:
    if folder is not None:
        (folder / str(os.getpid())).touch()


def square(number: int) -> int:
    return number * number


def pid() -> int:
    return os.getpid()


def kill_myself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fault() -> None:
    os.abort()  # as a fault in a native library ends a process


def fail() -> None:
    raise ValueError("no")


def unready() -> None:
    raise OSError("no fonts")


def cannot_be_sent() -> object:
    return lambda: 1


def runs(number: int) -> bool:
    """Whether a process still does something: where nobody reaps orphans, what has ended stays in the table as a zombie."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_answers_come_back_in_any_number() -> None:
    with Workers(2, ready) as workers:
        assert list(workers.map(square, range(200))) == [number * number for number in range(200)]


def test_an_error_is_an_error_of_its_task_alone() -> None:
    with Workers(1, ready) as workers:
        wrong, right = workers.submit(fail), workers.submit(square, 3)
        with pytest.raises(ValueError, match="no"):
            wrong.result()
        assert right.result() == 9
        with pytest.raises(RuntimeError):
            workers.submit(cannot_be_sent).result()
        with pytest.raises((AttributeError, TypeError, RuntimeError), match="pickle"):
            workers.submit(lambda: 1).result()
        assert workers.submit(square, 4).result() == 16


@pytest.mark.parametrize("end", [kill_myself, fault])
def test_a_worker_that_dies_takes_only_its_own_task_along(end) -> None:
    with Workers(2, ready) as workers:
        before = [workers.submit(square, number) for number in range(5)]
        dying = workers.submit(end)
        after = [workers.submit(square, number) for number in range(20)]
        with pytest.raises(Died, match="signal"):
            dying.result(timeout=60)
        assert [one.result(timeout=60) for one in (*before, *after)] == [number * number for number in (*range(5), *range(20))]


def test_a_worker_killed_from_outside(tmp_path: Path) -> None:
    with Workers(1, ready, (tmp_path,)) as workers:
        sleeping = workers.submit(time.sleep, 60)
        while not list(tmp_path.iterdir()):
            time.sleep(0.02)
        while not sleeping.running():
            time.sleep(0.02)
        os.kill(int(next(tmp_path.iterdir()).name), signal.SIGKILL)
        with pytest.raises(Died):
            sleeping.result(timeout=60)
        assert workers.submit(square, 5).result(timeout=60) == 25


def test_what_takes_too_long_is_ended_and_the_rest_done() -> None:
    with Workers(2, ready, limit=0.5) as workers:
        late = workers.submit(time.sleep, 60)
        rest = [workers.submit(square, number) for number in range(10)]
        with pytest.raises(TookTooLong, match=r"0\.5 seconds"):
            late.result(timeout=60)
        assert [one.result(timeout=60) for one in rest] == [number * number for number in range(10)]


def test_workers_that_never_get_ready_keep_nobody_waiting() -> None:
    with Workers(2, unready) as workers:
        for one in [workers.submit(square, number) for number in range(5)]:
            with pytest.raises(Died, match="exit status 1"):
                one.result(timeout=60)


def test_a_worker_is_replaced_after_its_share() -> None:
    with Workers(1, ready, tasks=3) as workers:
        seen = [workers.submit(pid).result() for _ in range(7)]
    assert len(set(seen)) == 3
    assert seen[0] == seen[2] != seen[3]


def test_shutdown_drops_what_was_not_begun() -> None:
    workers = Workers(1, ready)
    begun = workers.submit(time.sleep, 1)
    while not begun.running():
        time.sleep(0.02)
    waiting = [workers.submit(square, number) for number in range(50)]
    workers.shutdown(cancel_futures=True)
    assert begun.done()
    assert not begun.cancelled()
    assert all(one.cancelled() for one in waiting)
    with pytest.raises(RuntimeError):
        workers.submit(square, 1)


def test_cancelled_tasks_are_not_done() -> None:
    with Workers(1, ready) as workers:
        first = workers.submit(time.sleep, 0.5)
        second = workers.submit(square, 2)
        assert second.cancel()
        third = workers.submit(square, 3)
        assert third.result(timeout=60) == 9
        assert first.done()


def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    """Also where that was killed and could say nothing."""
    code = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from test_workers import Workers, ready, square
if __name__ == "__main__":
    workers = Workers(2, ready, (Path({str(tmp_path)!r}),))
    [one.result() for one in [workers.submit(square, number) for number in range(100)]]
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == -signal.SIGKILL
    started = [int(path.name) for path in tmp_path.iterdir()]
    assert started
    deadline = time.monotonic() + 20
    while any(runs(one) for one in started) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [one for one in started if runs(one)]


def nap_and_tell(kind: str, seconds: float = 0.03) -> tuple[str, int]:
    time.sleep(seconds)
    return kind, os.getpid()


def test_a_worker_goes_on_with_the_kind_it_is_at() -> None:
    """Two workers, two kinds in turn: each does one kind. A third kind waits for whoever is free first, and none is left over."""
    with Workers(2, ready, kind=lambda kind, *_: kind) as workers:
        for _ in workers.map(nap_and_tell, ["-"] * 8):  # both are there
            pass
        done = [future.result() for future in [workers.submit(nap_and_tell, kind) for kind in ["a", "b"] * 12 + ["c"]]]
    of_a, of_b = ([worker for kind, worker in done if kind == wanted] for wanted in "ab")
    assert len(set(of_a[:10])) == len(set(of_b[:10])) == 1
    assert of_a[0] != of_b[0]
    assert done[-1][0] == "c"


def test_without_kinds_tasks_are_done_in_their_order() -> None:
    with Workers(1, ready) as workers:
        started = [workers.submit(time.monotonic) for _ in range(20)]
        times = [future.result() for future in started]
    assert times == sorted(times)
