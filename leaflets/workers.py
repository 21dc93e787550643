"""Processes that work side by side, each on one thing at a time: an executor that outlives its workers.

`concurrent.futures.ProcessPoolExecutor` gives up all that waits as soon as one worker dies, and knows no limit of time. Here each worker
has a pipe of its own, no lock is shared, and whoever dies or takes too long loses only what it was at; another process takes its place.
"""

import contextlib
import multiprocessing
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

STRIKES = 3
"""How many workers in a row may die before they are ready, until it is clear that none will be."""
SEEN = 64
"""How many waiting tasks are looked at for one that suits a worker: what comes first is the longest, and should not wait for ever."""
PATIENCE = 60.0
"""Seconds a worker has to become ready."""


class Died(RuntimeError):  # noqa: N818 - what happened, as the message says it
    """The worker ended while it was at this, killed by the system or by a fault of its own."""

    def __init__(self, status: int | None) -> None:
        how = f"signal {-status}" if status is not None and status < 0 else f"exit status {status}"
        super().__init__(f"the process that rendered it ended ({how}); it may have run out of memory")


class TookTooLong(RuntimeError):  # noqa: N818
    """The worker was ended because it was at this for longer than it may be."""

    def __init__(self, limit: float) -> None:
        super().__init__(f"it was not finished within {limit:g} seconds")


@dataclass(slots=True)
class _Task:
    future: Future[Any]
    call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
    kind: Hashable


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    until: float
    ready: bool = False
    task: _Task | None = None
    done: int = 0
    kind: Hashable = None
    """Of what kind its last task was."""


@dataclass(slots=True)
class _State:
    """What submitting threads and the managing thread share, under one lock."""

    waiting: deque[_Task] = field(default_factory=deque)
    closing: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class Workers(Executor):
    """So many processes, each made ready by `start(*given)` before its first task.

    `limit`: seconds a task may take; then its worker is ended and the future raises TookTooLong. A worker that ends by itself makes
    it raise Died. After `tasks` tasks a worker is replaced, so that none grows without bound. Processes come from a fork server
    on Linux, elsewhere they are spawned: forking a process with threads is unsafe.

    `kind` tells from what is given to a task of what kind it is, None for of none. A worker is given a task of the kind it did last,
    where one waits, else one of a kind that no other worker is at: it remembers what tasks of a kind have in common
    (leaflets/lines.py).
    """

    def __init__(
        self,
        count: int,
        start: Callable[..., None],
        given: Sequence[Any] = (),
        limit: float | None = None,
        tasks: int = 400,
        kind: Callable[..., Hashable] | None = None,
    ) -> None:
        self.count, self.start, self.given, self.limit, self.tasks = count, start, tuple(given), limit, tasks
        self.kind = kind or (lambda *_: None)
        self.context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
        self.state = _State()
        self.workers: list[_Worker] = []
        self.strikes = 0
        self.bell, self.ear = multiprocessing.Pipe()
        self.manager = threading.Thread(target=self._manage, name="leaflets workers", daemon=True)
        self.manager.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have it done by the next worker that is free. Raises RuntimeError after `shutdown`."""
        task = _Task(Future(), (fn, args, kwargs), self.kind(*args))
        with self.state.lock:
            if self.state.closing:
                raise RuntimeError("no task is taken after shutdown")
            self.state.waiting.append(task)
        self._ring()
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more; end the workers when all is done, or what was begun with `cancel_futures`."""
        with self.state.lock:
            self.state.closing = True
            if cancel_futures:
                for task in self.state.waiting:
                    task.future.cancel()
        self._ring()
        if wait:
            self.manager.join()

    def _ring(self) -> None:
        with contextlib.suppress(OSError):  # closed: the manager is gone, and there is nothing left to do
            self.bell.send_bytes(b"!")

    # ---- the managing thread

    def _manage(self) -> None:
        while self._go_on():
            self._fill()
            self._hand_out()
            pipes = [worker.pipe for worker in self.workers]
            for ready in wait([self.ear, *pipes], self._pause()):
                if ready is self.ear:
                    self.ear.recv_bytes()
                else:
                    self._hear(next(worker for worker in self.workers if worker.pipe is ready))
            self._end_late()
        for worker in self.workers:
            self._dismiss(worker)
        for worker in self.workers:
            worker.process.join()
        self.ear.close()

    def _go_on(self) -> bool:
        """Whether there is something to do, or something may come. What was cancelled is dropped."""
        with self.state.lock:
            while self.state.waiting and self.state.waiting[0].future.cancelled():
                self.state.waiting.popleft().future.set_running_or_notify_cancel()
            return not self.state.closing or bool(self.state.waiting) or any(worker.task for worker in self.workers)

    def _fill(self) -> None:
        """Start as many workers as there is work for."""
        with self.state.lock:
            wanted = min(self.count, len(self.state.waiting) + sum(worker.task is not None for worker in self.workers))
        while len(self.workers) < wanted:
            ours, theirs = self.context.Pipe()
            process = self.context.Process(target=_serve, args=(theirs, self.start, self.given), daemon=True)  # type: ignore[attr-defined]
            process.start()
            theirs.close()
            self.workers.append(_Worker(process, ours, time.monotonic() + PATIENCE))

    def _hand_out(self) -> None:
        for worker in list(self.workers):
            if not worker.ready or worker.task is not None:
                continue
            task = self._next(worker)
            if task is None:
                return
            worker.kind = task.kind
            worker.task, worker.until = task, time.monotonic() + (self.limit or float("inf"))
            try:
                worker.pipe.send(task.call)
            except OSError:
                self._bury(worker)
            except Exception as error:  # it cannot be sent to another process
                worker.task = None
                task.future.set_exception(error)

    def _next(self, worker: _Worker | None = None) -> _Task | None:
        """Take the next task that nobody has cancelled: for this worker, of its kind if there is one."""
        with self.state.lock:
            while self.state.waiting:
                at = self._best(worker) if worker else 0
                task = self.state.waiting[at]
                del self.state.waiting[at]
                if task.future.set_running_or_notify_cancel():
                    return task
        return None

    def _best(self, worker: _Worker) -> int:
        """Return which of the waiting tasks suits a worker best; the first of those that suit it as well."""
        others = {one.kind for one in self.workers if one is not worker and one.task is not None}

        def suits(task: _Task) -> int:
            return 1 if task.kind is None else 0 if task.kind == worker.kind else 2 if task.kind in others else 1

        found = [suits(task) for task in islice(self.state.waiting, SEEN)]
        return found.index(min(found))

    def _hear(self, worker: _Worker) -> None:
        """Take what a worker says: that it is ready, what came of its task, or nothing any more."""
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        if not worker.ready:
            worker.ready, worker.until, self.strikes = True, float("inf"), 0
            return
        task, worker.task = worker.task, None
        worker.until, worker.done = float("inf"), worker.done + 1
        if worker.done >= self.tasks:
            self._dismiss(worker)
            self.workers.remove(worker)
        if task is not None:
            value, error = said
            task.future.set_exception(error) if error is not None else task.future.set_result(value)

    def _bury(self, worker: _Worker) -> None:
        """Remove a worker that ended, and tell what it was at. Where no worker ever gets ready, tell all that waits."""
        self.workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        error = Died(worker.process.exitcode)
        if worker.task is not None:
            worker.task.future.set_exception(error)
        self.strikes += not worker.ready
        while self.strikes >= STRIKES and (task := self._next()) is not None:
            task.future.set_exception(error)

    def _end_late(self) -> None:
        """End every worker that takes longer than it may."""
        now = time.monotonic()
        for worker in [worker for worker in self.workers if worker.until < now]:
            task, worker.task = worker.task, None
            self._bury(worker)
            if task is not None:
                task.future.set_exception(TookTooLong(self.limit or 0))

    def _dismiss(self, worker: _Worker) -> None:
        """Let a worker end by itself: it hears that nobody speaks to it any more."""
        worker.pipe.close()

    def _pause(self) -> float | None:
        """Return for how many seconds nothing can be late."""
        soonest = min((worker.until for worker in self.workers), default=float("inf"))
        return None if soonest == float("inf") else max(0.0, soonest - time.monotonic()) + 0.01


def _serve(pipe: Connection, start: Callable[..., None], given: Sequence[Any]) -> None:
    """In a worker: make ready, then do one task after another, until whoever gave them is gone."""
    start(*given)
    with contextlib.suppress(EOFError, OSError):
        pipe.send(None)
        while True:
            call, args, kwargs = pipe.recv()
            try:
                answer: tuple[Any, Exception | None] = (call(*args, **kwargs), None)
            except Exception as error:
                answer = (None, error)
            _send(pipe, answer)


def _send(pipe: Connection, answer: tuple[Any, Exception | None]) -> None:
    """Send what came of a task; an answer that cannot be sent is an error that can."""
    try:
        pipe.send(answer)
    except OSError:
        raise
    except Exception as error:
        pipe.send((None, RuntimeError(f"{type(error).__name__}: {error}")))
