"""How far it is: a bar on a terminal, a line for each leaflet elsewhere, an event for each for programs; all on standard error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from leaflets.cli import common

if TYPE_CHECKING:
    from leaflets import build


class Progress:
    """Shows what becomes of so many leaflets."""

    def __init__(self, total: int, output: str) -> None:
        self.total, self.output, self.passed, self.made = total, output, 0, 0
        self.bar: Any = None

    def __enter__(self) -> Progress:
        """Begin."""
        if self.output == "json":
            self.event("asked", leaflets=self.total)
        elif common.on_terminal():
            self.bar = _bar()
            self.task = self.bar.add_task("Making leaflets", total=self.total, rate="")
            self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()

    def step(self, done: build.Done, others: int) -> None:
        """Show one leaflet; `others` is how many were met so far that need no work."""
        path = done.known.row["path"]
        how = "failed" if done.entry is None else "taken" if done.stored else "made"
        self.passed += 1
        if self.output == "json":
            pages = done.entry["pages"] if done.entry else 0
            self.event(how, path=path, pages=pages, problems=[problem.as_dict() for problem in done.problems])
        elif self.bar:
            self.bar.update(self.task, completed=self.passed + others, description=path, rate=self.rate())
        else:
            common.say(f"{how} {path}")

    def rate(self) -> str:
        """Return how many leaflets come in a second."""
        seconds = self.bar.tasks[0].elapsed or 0
        return f"{self.passed / seconds:.1f} a second" if seconds > 1 else ""

    def event(self, name: str, **told: Any) -> None:
        """Write one line of JSON."""
        click.echo(json.dumps({"event": name, **told}, ensure_ascii=False), err=True)


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    return Bar(*columns, console=Console(stderr=True), transient=True)
