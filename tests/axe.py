"""Opens pages in a real Chromium, without Node, and lets axe judge them. `make test-setup` installs both.

The page stands in a frame of the width asked for: a window of Chromium is never narrower than 500 pixels. A copy of the page is
opened, with axe and a probe of ours written into it, and under a policy that forbids everything the page does not hold itself; what
the policy stopped is reported.
"""

import html
import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AXE = Path(__file__).resolve().parent.parent / ".tools" / "axe" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--hide-scrollbars", "--virtual-time-budget=60000"),
)
TIMEOUT = 180  # seconds, for one page
MOST = 4  # elements named for one rule

FRAME = """<!DOCTYPE html><html lang="en"><title>Frame</title><style>body{margin:0}iframe{border:0;display:block}</style>
<iframe width="%(width)d" height="%(height)d" src="page.html"></iframe><pre id="said"></pre>
<script>addEventListener("message",event=>{document.getElementById("said").textContent=JSON.stringify(event.data)})</script>"""

POLICY = """<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'nonce-%(nonce)s'">
<script nonce="%(nonce)s">window.stopped=[];
document.addEventListener("securitypolicyviolation",event=>stopped.push(event.violatedDirective+" "+event.blockedURI))</script>"""

PROBE = """<script nonce="%(nonce)s">%(axe)s</script>
<script nonce="%(nonce)s">addEventListener("load",async()=>{
const box=element=>{const {left,top,right,bottom}=element.getBoundingClientRect();return {left,top,right,bottom}};
const name=element=>element.tagName.toLowerCase()+(element.id?"#"+element.id:"")+[...element.classList].map(one=>"."+one).join("");
const page=document.documentElement,said={};
try{
 const found=await axe.run(document,{runOnly:{type:"tag",values:%(tags)s}});
 said.applied=found.passes.length+found.violations.length;
 for(const kind of ["violations","incomplete"])said[kind]=found[kind].map(({id,help,nodes})=>({id,help,
  nodes:nodes.map(node=>({target:String(node.target),why:node.failureSummary}))}));
 Object.assign(said,{innerWidth,scrollWidth:page.scrollWidth});
 said.wide=[...document.body.querySelectorAll("*")].filter(element=>box(element).right>innerWidth+1).map(name);
 const skip=document.querySelector("a[href]"),target=skip&&document.querySelector(skip.getAttribute("href"));
 if(target){
  said.hidden=box(skip);skip.focus();said.shown=box(skip);skip.click();
  await new Promise(after=>setTimeout(after,200));
  said.hash=location.hash;said.target=box(target);
  said.padding=parseFloat(getComputedStyle(page).scrollPaddingTop)||0;
 }
}catch(error){said.error=String(error)}
said.stopped=stopped;
parent.postMessage(said,"*");
})</script>"""


class AxeError(Exception):
    """Chromium or axe is not installed, or did not report on the page."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What Chromium saw of a page at one width, in CSS pixels."""

    width: int
    violations: list[str]
    doubtful: list[str]
    """What axe could not decide."""
    scroll_width: int
    wide: list[str]
    """Elements that reach over the right edge, be it of a region that scrolls by itself."""
    stopped: list[str]
    """What the page asked for and does not hold."""
    said: dict[str, Any]

    @property
    def skip_link(self) -> str:
        """What is wrong with the first link as a skip link, or nothing."""
        if "hash" not in self.said:
            return "the first link leads to nothing on the page"
        hidden, shown, target = self.said["hidden"], self.said["shown"], self.said["target"]
        if hidden["right"] > 0 and hidden["bottom"] > 0:
            return "it is in sight without the focus"
        if not (shown["left"] >= 0 and shown["top"] >= 0 and shown["right"] <= self.width and shown["bottom"] > shown["top"]):
            return f"it is out of sight with the focus: {shown}"
        padding = self.said.get("padding", 0)  # what a bar at the top covers
        if not self.said["hash"] or not -1 <= target["top"] <= padding + 1:
            return f"it does not bring its target to the top: {self.said['hash']} {target}"
        return ""


def violations(path: Path, width: int) -> list[str]:
    """Return each rule of WCAG 2.2 AA, and of axe's own good practice, that a page breaks, with the elements that break it.

    An empty list means that the page was opened and axe applied rules to it; whatever stands in the way of that is an exception.
    """
    return look(path, width).violations


def look(path: Path, width: int, height: int = 900) -> Seen:
    """Open a page in a frame of this size, with axe. Raises AxeError where the report is not to be had whole."""
    said = _said(_dump(_copy(path.read_text(encoding="utf-8")), width, height))
    if "error" in said:
        raise AxeError(f"axe stopped: {said['error']}")
    if not said.get("applied"):
        raise AxeError("axe applied no rule")
    if said["innerWidth"] != width:
        raise AxeError(f"the page was {said['innerWidth']} pixels wide, not {width}")
    return Seen(
        width,
        [_line(rule) for rule in said["violations"]],
        [_line(rule) for rule in said["incomplete"]],
        said["scrollWidth"],
        list(dict.fromkeys(said["wide"])),
        said["stopped"],
        said,
    )


def _copy(page: str) -> str:
    """Return a page with the policy in its head, axe and the probe at its end."""
    try:
        axe = AXE.read_text(encoding="utf-8")
    except OSError as error:
        raise AxeError(f"axe is not installed ({error.strerror}); run: make test-setup") from error
    values = {"nonce": secrets.token_hex(8), "axe": axe.replace("</script", "<\\/script"), "tags": json.dumps(TAGS)}
    head = re.search(r"<head[^>]*>", page) or re.search(r"<html[^>]*>", page)
    if not head:
        raise AxeError("this is no page: it has neither <head> nor <html>")
    body, end, rest = page[head.end() :].rpartition("</body>")
    if not end:
        body, rest = rest, ""
    return page[: head.end()] + POLICY % values + body + PROBE % values + end + rest


def _chromium() -> str:
    wanted = (os.environ["CHROMIUM"],) if os.environ.get("CHROMIUM") else CHROMIUM
    for name in wanted:
        if found := shutil.which(name):
            return found
    raise AxeError(f"no Chromium is installed ({', '.join(wanted)}); run: make test-setup")


def _dump(page: str, width: int, height: int) -> str:
    """Return what Chromium makes of the frame with a page in it, as HTML."""
    with tempfile.TemporaryDirectory(prefix="leaflets-axe-", ignore_cleanup_errors=True) as folder:
        frame = Path(folder) / "frame.html"
        frame.write_text(FRAME % {"width": width, "height": height}, encoding="utf-8")
        frame.with_name("page.html").write_text(page, encoding="utf-8")
        size = f"--window-size={max(width, 500)},{height}"
        command: Sequence[str] = (_chromium(), *FLAGS, f"--user-data-dir={folder}/profile", size, "--dump-dom", frame.as_uri())
        try:
            done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise AxeError(f"Chromium could not be run: {error}") from error
    if done.returncode:
        raise AxeError(f"Chromium ended with {done.returncode}: {done.stderr.decode(errors='replace')[-800:].strip()}")
    return done.stdout.decode(errors="replace")


def _said(dump: str) -> dict[str, Any]:
    found = re.search(r'<pre id="said">(.+?)</pre>', dump, re.DOTALL)
    if not found:
        raise AxeError("axe did not report")
    said: dict[str, Any] = json.loads(html.unescape(found[1]))
    return said


def _line(rule: dict[str, Any]) -> str:
    named = ", ".join(node["target"] for node in rule["nodes"][:MOST])
    more = f" and {len(rule['nodes']) - MOST} more" if len(rule["nodes"]) > MOST else ""
    return f"{rule['id']}: {rule['help']}: {named}{more}"
