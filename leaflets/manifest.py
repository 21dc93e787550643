"""The manifest of an output folder: what was made, from what, in which version."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leaflets import disk

MANIFEST = "manifest.json"
INDEX = "index.html"
ORDER = (
    *("leaflet", "profile", "language", "edition", "path", "title", "pages", "bytes", "sha256"),
    *("fingerprint", "state", "version", "review_due", "sections", "facts", "sources"),
)
"""The keys of a leaflet's row, in the order they are written."""
_KINDS: dict[str, type] = dict.fromkeys(ORDER, str) | {"pages": int, "bytes": int, "sections": list, "facts": list, "sources": list}


def read(out: Path) -> dict[str, Mapping[str, Any]]:
    """Return the rows of an output folder's manifest by path; none where there is none that can be read."""
    content = disk.read_bytes(out / MANIFEST)
    try:
        rows = json.loads(content or b"{}").get("leaflets", [])
        return {row["path"]: row for row in rows if _is_row(row)}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return {}


def _is_row(row: Any) -> bool:
    """Whether a row of a manifest is one that we wrote: every key of its kind, and a path within the folder."""
    if not isinstance(row, dict) or not all(isinstance(row.get(key), kind) for key, kind in _KINDS.items()):
        return False
    path = row["path"]
    return not path.startswith("/") and ".." not in Path(path).parts and "\0" not in path
