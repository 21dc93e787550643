"""Approves how pages look now: draws the fixed set of pages of tests/approved.py and keeps their pictures in tests/approved/.

make approve                                  what changed, every page
make approve ARGS="knee-injection--walker--ar"   only pages whose name holds this; several names: each of them
make approve ARGS="--look folder"             nothing is approved: before, now and difference of what changed, to look at
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import approved


def main() -> int:
    """Draw, compare, write; return the exit status."""
    parser = argparse.ArgumentParser(prog="make approve", description="Approve how pages look now.")
    parser.add_argument("names", nargs="*", help="only pages whose name holds one of these")
    parser.add_argument("--look", type=Path, metavar="FOLDER", help="approve nothing; put before, now and difference there")
    given = parser.parse_args()
    chosen = [one for one in approved.PAGES if not given.names or any(name in one.name for name in given.names)]
    if not chosen:
        print("no page is called so; the names:", *(one.name for one in approved.PAGES), sep="\n  ", file=sys.stderr)
        return 2
    pictures = approved.drawn(chosen)
    if given.look:
        told = approved.compare(pictures, given.look)
        print(*told.values(), f"{len(told)} of {len(pictures)} pages differ", sep="\n")
        return 0
    try:
        written, gone = approved.approve(pictures)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    for name in written:
        print(f"approved {approved.TARGET / name}")
    for name in gone:
        print(f"removed {approved.TARGET / name}, of no page any more")
    print(f"{len(written)} of {len(pictures)} pages had changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
