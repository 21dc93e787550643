"""A cluster of machines as an executor: Dask's scheduler and workers. The only room for distributed.

Each worker is made ready once: it finds the fonts on its own machine and is given what all leaflets share. What then goes over the
network is the HTML of a leaflet one way, its PDF the other; files are written by whoever asked.
"""

import asyncio
import contextlib
import hashlib
from concurrent.futures import Executor
from typing import Any

from distributed import Client, Worker
from distributed.diagnostics.plugin import WorkerPlugin

from leaflets import build, disk, fonts
from leaflets.prepare import Tools

PLUGIN = "leaflets"
PATIENCE = 10
"""Seconds in which a scheduler must answer."""
RETRIES = 2
"""How often a leaflet is begun anew when its worker is lost."""
AHEAD = 4
"""Leaflets that wait for each thread of the cluster."""


class Cluster(Executor):
    """The workers of a Dask scheduler, each with fonts of the very bytes that `tools` names."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.executor = client.get_executor(pure=False, retries=RETRIES)

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Have it done anywhere on the cluster."""
        return self.executor.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of the cluster, which stays as it is."""
        self.executor.shutdown(wait=wait)
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            self.client.close()


class Ready(WorkerPlugin):  # type: ignore[misc]
    """Makes a worker ready to render, also one that joins later or takes the place of one that was lost."""

    name = PLUGIN

    def __init__(self, marks: dict[str, str], own: fonts.Own = fonts.NO_OWN) -> None:
        self.marks, self.own = marks, own

    def setup(self, worker: Worker) -> None:
        """Find the fonts on the worker's machine. Raises LookupError where one is not there or is another release."""
        places = disk.find_fonts(tuple(self.marks))
        for name, mark in self.marks.items():
            content = disk.read_bytes(places[name]) if name in places else None
            if content is None or hashlib.sha256(content).hexdigest()[: len(mark)] != mark:
                state = "not installed" if content is None else "another release"
                raise LookupError(f"the font {name} is {state} on the worker {worker.name}: the same text would look different there")
        build.start_worker(places, pooled=False, own=self.own)


def connect(address: str, tools: Tools) -> tuple[Cluster, int]:
    """Return the cluster behind a scheduler's address, and how many leaflets may wait there.

    Raises OSError where no scheduler answers, ValueError where the address is none or a worker cannot print what is wanted.
    """
    if not address:
        raise ValueError("it has no address")
    client = Client(address, timeout=PATIENCE, set_as_default=False)
    try:
        installed = {name: mark for name, mark in tools.marks.items() if name not in tools.own.files}
        client.register_plugin(Ready(installed, tools.own), name=PLUGIN)
    except LookupError as error:
        client.close()
        raise ValueError(str(error)) from error
    threads = sum(client.nthreads().values())
    if not threads:
        client.close()
        raise ValueError("it has no workers")
    return Cluster(client), AHEAD * threads
