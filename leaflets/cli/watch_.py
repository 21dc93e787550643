"""`leaflets watch`: build, look, write, build again."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click
from watchfiles import watch

from leaflets import disk
from leaflets.cli import common
from leaflets.cli.build_ import Builder

RELOAD = b"""<script>
(function(){let seen=null;setInterval(async()=>{try{const now=await(await fetch("/.changed")).text();
if(seen!==null&&now!==seen)location.reload();seen=now}catch(e){}},700)})()
</script>"""
"""What makes a page shown by the watcher load again after a build. It is never written into a file."""
SUFFIXES = (".md", ".yaml", ".css", ".html", ".svg", ".png", ".jpg", ".jpeg")
"""What a workspace is made of; an editor's own files are passed over."""
EXAMPLES = """\b
Examples:
  leaflets watch                               the page of every leaflet, for its default reader
  leaflets watch hsct -p ppms-deciding -e a4   one PDF
"""


@click.command("watch", epilog=EXAMPLES)
@click.argument("leaflets", nargs=-1, type=common.Name("leaflets"), metavar="[LEAFLET]...")
@click.option("--profile", "-p", "profiles", multiple=True, type=common.Name("profiles"), metavar="PROFILE", help="Reader. Repeatable.")
@click.option("--edition", "-e", "editions", multiple=True, default=("page",), show_default=True, metavar="EDITION", help="Repeatable.")
@click.option("--out", "-o", type=click.Path(path_type=Path, file_okay=False), default=Path("dist"), show_default=True, help="Where to.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Port of the preview on this machine; 0: any.",
)
@common.workspace_option
@common.as_of_option
def command(port: int, **options: Any) -> int:
    """Make leaflets anew each time a file is saved, and show them in the browser, which loads them again by itself.

    Ends with Ctrl-C. The preview answers on this machine only (127.0.0.1).
    """
    root: Path = options["workspace"]
    state = {"changed": 0}
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(Preview, state, directory=str(options["out"])))
    except OSError as error:
        raise click.UsageError(f"port {port} cannot be used: {error.strerror}; give another with --port") from error
    rebuild(options, state)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    common.say(f"Look at http://127.0.0.1:{server.server_port}/ … waiting for changes, Ctrl-C ends it.", bold=True)
    try:
        for names in changes(root):
            common.say(f"\nchanged: {', '.join(sorted(names))}")
            rebuild(options, state)
    finally:
        server.shutdown()
    return 0


def rebuild(options: dict[str, Any], state: dict[str, int]) -> None:
    """Build once; a mistake in the command ends the watcher, a mistake in a text does not."""
    fixed: dict[str, Any] = {"languages": (), "traits": (), "jobs": 1, "everything": False, "dry_run": False, "final": False}
    Builder(**options, **fixed, force=False, prune=False, output="text").run()
    state["changed"] += 1


def changes(root: Path) -> Iterator[set[str]]:
    """Yield the names of files of the workspace that changed, each time some did."""
    folders = [root / folder for folder in disk.FOLDERS if (root / folder).is_dir()]
    for seen in watch(*folders, raise_interrupt=True):
        names = {Path(path).name for _, path in seen if Path(path).suffix in SUFFIXES}
        if names:
            yield names


class Preview(SimpleHTTPRequestHandler):
    """Shows the output folder, with the script that loads a page again."""

    def __init__(self, state: dict[str, int], *args: Any, **options: Any) -> None:
        self.state = state
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        """Answer with a file, or with the number of builds so far."""
        name = self.path.split("?")[0]
        path = Path(self.translate_path(name))
        path = path / "index.html" if path.is_dir() else path
        if name == "/.changed":
            self.answer(str(self.state["changed"]).encode(), "text/plain")
        elif path.suffix == ".html" and path.is_file():
            self.answer(path.read_bytes().replace(b"</body>", RELOAD + b"</body>"), "text/html; charset=utf-8")
        else:
            super().do_GET()

    def answer(self, content: bytes, kind: str) -> None:
        """Send a body."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""
