"""A real Chromium for tests, driven through its debugging pipe (Chrome DevTools Protocol), without Node: one process for many pages.

What a page is like for a reader is emulated as the developer tools do it: width, dark mode, forced colours, real keys. Each request a
page makes is noted, and none leaves the machine.
"""

import base64
import fcntl
import json
import os
import select
import shlex
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import axe

FLAGS = (
    *(flag for flag in axe.FLAGS if "virtual-time" not in flag),
    *("--remote-debugging-pipe", "--no-startup-window", "--host-resolver-rules=MAP * ~NOTFOUND", "--font-render-hinting=none"),
)
PROBES = Path(__file__).with_name("probes.js")
TIMEOUT = 120  # seconds, for one answer
KEYS = {"Tab": 9, "Enter": 13}
LIGHT: Mapping[str, str] = {"prefers-color-scheme": "light"}
DARK: Mapping[str, str] = {"prefers-color-scheme": "dark"}
FORCED: Mapping[str, str] = {"forced-colors": "active"}


class BrowserError(Exception):
    """Chromium did not answer, or a script of a test failed in it."""


class Browser:
    """Chromium with one page, which is opened again and again."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="leaflets-browser-", ignore_cleanup_errors=True)
        ours, its = os.pipe(), os.pipe()
        command = [axe._chromium(), *FLAGS, f"--user-data-dir={self._folder.name}"]
        # Chromium reads at 3 and writes at 4; the ends given to the shell have higher numbers, so that they are not in each other's way
        given = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (ours[0], its[1])]
        shell = f"exec {shlex.join(command)} 3<&{given[0]} 4>&{given[1]}"
        log = (Path(self._folder.name) / "log").open("wb")
        self._process = subprocess.Popen(["bash", "-c", shell], pass_fds=given, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        for end in (ours[0], its[1], *given):
            os.close(end)
        self._to, self._from = ours[1], its[0]
        self._rest, self._number = b"", 0
        self._events: list[dict[str, Any]] = []
        self._session, self._probed = "", False
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "DOM"):
            self.ask(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(TIMEOUT)
        os.close(self._to)
        os.close(self._from)
        self._folder.cleanup()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and return its answer; what happens meanwhile is kept as events."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params} | ({"sessionId": self._session} if self._session else {})
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + TIMEOUT
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], max(0, until - time.monotonic()))
            more = os.read(self._from, 1 << 20) if ready else b""
            if not more:
                raise BrowserError("Chromium does not answer" if not ready else f"Chromium ended with {self._process.wait(TIMEOUT)}")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message

    def open(
        self, path: Path, width: int, height: int = 900, features: Mapping[str, str] = LIGHT, media: str = "", scale: float = 1
    ) -> None:
        """Open a file in a window of this size, as a reader with these preferences sees it (CSS media features)."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)
        chosen = [{"name": name, "value": value} for name, value in features.items()]
        self.ask("Emulation.setEmulatedMedia", media=media, features=chosen)
        self.ask("Page.navigate", url="about:blank")
        self._events.clear()
        self._probed = False
        self.ask("Page.navigate", url=path.resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self._events):
            self._events.append(self._next())
        self.run("document.fonts.ready.then(() => 0)")

    @property
    def requests(self) -> list[str]:
        """What the page asked for since it was opened, and does not hold itself: the page first."""
        sent = (event["params"]["request"]["url"] for event in self._events if event.get("method") == "Network.requestWillBeSent")
        return [url.partition("#")[0] for url in sent if not url.startswith("data:")]

    def run(self, script: str) -> Any:
        """Return the value of an expression on the page, awaited."""
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"].get("exception", {}).get("description", answer["exceptionDetails"])))
        return answer["result"].get("value")

    def probe(self, name: str) -> Any:
        """Return what one of the probes in probes.js finds on the page that is open."""
        if not self._probed:
            self.run(f"{PROBES.read_text(encoding='utf-8')};globalThis.probes = probes; 0")
            self._probed = True
        return self.run(f"probes.{name}()")

    def said(self) -> list[tuple[str, str]]:
        """Return what a screen reader is told, in order: role and name of each node of the accessibility tree."""
        nodes = self.ask("Accessibility.getFullAXTree")["nodes"]
        return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]

    def press(self, key: str, shift: bool = False) -> None:
        """Press and release a key, as a person does."""
        told: dict[str, Any] = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key], "modifiers": 8 if shift else 0}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **told, **({"text": "\r"} if key == "Enter" else {}))
        self.ask("Input.dispatchKeyEvent", type="keyUp", **told)

    def picture(self, path: Path, whole: bool = True) -> None:
        """Write a PNG of the window, or of the whole page."""
        shot = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def printed(self) -> bytes:
        """Return the PDF that the browser prints, on A4."""
        sheet = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": False, "displayHeaderFooter": False}
        return base64.b64decode(self.ask("Page.printToPDF", **sheet)["data"])

    def violations(self, tags: Sequence[str] = axe.TAGS) -> list[str]:
        """Return what axe finds on the page that is open. Raises BrowserError where axe applied no rule."""
        self.run(axe.AXE.read_text(encoding="utf-8") + ";0")
        found = self.run(
            f"""axe.run(document, {{runOnly: {{type: "tag", values: {json.dumps(tags)}}}}}).then(found => ({{
              applied: found.passes.length + found.violations.length,
              violations: found.violations.map(({{id, help, nodes}}) =>
                ({{id, help, nodes: nodes.map(node => ({{target: String(node.target)}}))}}))
            }}))"""
        )
        if not found["applied"]:
            raise BrowserError("axe applied no rule")
        return [axe._line(rule) for rule in found["violations"]]
