"""What we are measured against: WeasyPrint's own command, a warm Chromium, Typst; `scripts/setup.sh bench` installs them."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from benchmarks.common import ROOT, VARIANT

FOLDER = ROOT / ".tools" / "bench"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--remote-debugging-pipe"),
)
PATIENCE = 60
"""Seconds a peer may take for one leaflet, or to start."""

PRINT = {
    "printBackground": True,
    "preferCSSPageSize": True,
    "generateTaggedPDF": True,
    "generateDocumentOutline": False,
    "transferMode": "ReturnAsBase64",
}


class PeerError(Exception):
    """A peer that cannot be had here, or that did not do what it was asked."""


def install() -> None:
    """Install what is not there yet. What cannot be installed is missed, and told, when it is wanted."""
    done = subprocess.run(["bash", str(ROOT / "scripts" / "setup.sh"), "bench"], check=False)
    if done.returncode:
        print("bench: not every peer could be installed; those that are missing are left out", file=sys.stderr)


def tool(name: str) -> Path:
    """Return a program of the peers' own environment. Raises PeerError where it is not installed."""
    path = FOLDER / "bin" / name
    if not path.exists():
        raise PeerError(f"{name} is not installed in {FOLDER.relative_to(ROOT)} (scripts/setup.sh bench installs it)")
    return path


# ---------------------------------------------------------------- WeasyPrint


def weasyprint(page: Path, sheets: Sequence[Path], out: Path) -> list[Any]:
    """Return the command that makes the PDF of a page as anyone would: a process, the page, its style sheets."""
    return [tool("weasyprint"), "--quiet", "--pdf-variant", VARIANT, *(word for sheet in sheets for word in ("-s", sheet)), page, out]


# ---------------------------------------------------------------- Typst

ONCE = """import sys, typst
fonts, source, out = sys.argv[1:]
typst.compile(source, output=out, font_paths=[fonts], ignore_system_fonts=True, pdf_standards=["ua-1"])"""
WARM = """import sys, time, typst
fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[sys.argv[1]])
compiler = typst.Compiler(font_paths=fonts)
print(flush=True)
for line in sys.stdin:
    started, used = time.perf_counter(), time.process_time()
    text = open(line.strip(), "rb").read()
    made = compiler.compile(text, format="pdf", pdf_standards=["ua-1"])
    print(time.perf_counter() - started, time.process_time() - used, len(made), flush=True)"""


def typst(fonts: Path, source: Path, out: Path) -> list[Any]:
    """Return the command that compiles one text in a process of its own, with no more fonts to look through than it needs."""
    return [tool("python"), "-c", ONCE, fonts, source, out]


@dataclass(frozen=True)
class Made:
    """What a warm peer took for one leaflet: seconds on the clock and of processor time (0 where it cannot tell), bytes."""

    clock: float
    processor: float
    size: int


def typst_warm(fonts: Path, sources: Sequence[Path]) -> list[Made]:
    """Compile texts one after another in one process that keeps its fonts. Raises PeerError where one cannot be compiled."""
    words = [str(tool("python")), "-c", WARM, str(fonts)]
    done = subprocess.run(words, input="".join(f"{one}\n" for one in sources), capture_output=True, text=True, check=False)
    told = [line.split() for line in done.stdout.splitlines() if line]
    if done.returncode or len(told) != len(sources):
        raise PeerError(f"Typst stopped: {done.stderr.strip()[-600:]}")
    return [Made(float(clock), float(used), int(size)) for clock, used, size in told]


# ---------------------------------------------------------------- Chromium


def chromium() -> str:
    """Return the browser. Raises PeerError where there is none."""
    wanted = (os.environ["CHROMIUM"],) if os.environ.get("CHROMIUM") else CHROMIUM
    for name in wanted:
        if found := shutil.which(name):
            return found
    raise PeerError("no Chromium is installed (on Debian: apt-get install chromium)")


class Browser:
    """A warm Chromium that prints pages, spoken to by the DevTools protocol over a pipe: no port, no package."""

    def __init__(self, asks: IO[bytes], answers: IO[bytes]) -> None:
        self.asks, self.answers, self.heard = asks, answers, b""
        self.number, self.session = 0, ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")

    def print(self, page: Path, out: Path | None = None) -> Made:
        """Open a page and print it to PDF with tags; the time is that of both."""
        started = time.perf_counter()
        self.call("Page.navigate", url=page.as_uri())
        while self.message().get("method") != "Page.loadEventFired":
            pass
        content = base64.b64decode(self.call("Page.printToPDF", **PRINT)["data"])
        taken = time.perf_counter() - started
        if out:
            out.write_bytes(content)
        return Made(taken, 0, len(content))

    def call(self, method: str, **given: Any) -> dict[str, Any]:
        """Ask for something and return the answer. Raises PeerError where the browser refuses or has gone."""
        self.number += 1
        asked = {"id": self.number, "method": method, "params": given} | ({"sessionId": self.session} if self.session else {})
        self.asks.write(json.dumps(asked).encode() + b"\0")
        self.asks.flush()
        while (said := self.message()).get("id") != self.number:
            pass
        if "error" in said:
            raise PeerError(f"Chromium refused {method}: {said['error'].get('message')}")
        result: dict[str, Any] = said["result"]
        return result

    def message(self) -> dict[str, Any]:
        """Return the next thing the browser says. Raises PeerError where it has ended, or says nothing for a long time."""
        while b"\0" not in self.heard:
            ready, _, _ = select.select([self.answers], [], [], PATIENCE)
            more = os.read(self.answers.fileno(), 1 << 20) if ready else b""
            if not more:
                raise PeerError("Chromium has ended" if ready else f"Chromium has said nothing for {PATIENCE} seconds")
            self.heard += more
        one, _, self.heard = self.heard.partition(b"\0")
        said: dict[str, Any] = json.loads(one)
        return said


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser that has started. It reads from its file 3 and writes to its file 4; a shell puts our ends of two pipes there."""
    program = chromium()
    (read, ask), (hear, write) = os.pipe(), os.pipe()
    theirs = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (read, write)]  # away from 3 and 4, which they will become
    os.close(read), os.close(write)
    with tempfile.TemporaryDirectory(prefix="leaflets-bench-chromium-", ignore_cleanup_errors=True) as profile:
        script = f'exec "$0" "$@" 3<&{theirs[0]} 4>&{theirs[1]}'
        words = ["bash", "-c", script, program, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(words, pass_fds=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for end in theirs:
            os.close(end)
        with os.fdopen(ask, "wb") as asks, os.fdopen(hear, "rb") as answers:
            try:
                yield Browser(asks, answers)
            finally:
                process.terminate()
                process.wait(PATIENCE)
