"""Pages look as somebody approved: drawn anew, and held against the pictures in tests/approved/. `make approve` approves what changed."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

import approved

pytestmark = pytest.mark.xdist_group("approved")
NAMES = [one.name for one in approved.PAGES]


@pytest.fixture(scope="module")
def now() -> dict[str, Image.Image]:
    """Every page of the set as it is drawn now."""
    return approved.drawn(approved.PAGES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_looks_as_approved(now: dict, name: str, tmp_path: Path) -> None:
    """Where it does not, a picture of before, now and the difference lies in the folder that is named."""
    told = approved.compare({name: now[name]}, tmp_path)
    assert not told, told[name]


def test_the_set_is_whole() -> None:
    """No page twice, no picture of a page that is not in the set, none heavier together than a repository should carry."""
    assert len(set(NAMES)) == len(NAMES)
    files = {path.name: path.stat().st_size for path in approved.TARGET.glob("*")}
    assert files.keys() == set(NAMES)
    assert sum(files.values()) <= approved.LIMIT


# ---------------------------------------------------------------- what the measure sees, and what it does not


@pytest.fixture(scope="module")
def page(now: dict) -> Image.Image:
    """A page with headings, text and a table."""
    return now["knee-injection--walker--en--a4--2.png"]


def moved(page: Image.Image, box: tuple[int, int, int, int], across: int, down: int) -> Image.Image:
    """Return a page with a part of it moved, white where it was."""
    changed = page.copy()
    part = page.crop(box)
    changed.paste((255, 255, 255), box)
    changed.paste(part, (box[0] + across, box[1] + down))
    return changed


def ink(page: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return the part of a box that has something dark in it."""
    found = page.crop(box).convert("L").point(lambda value: 255 * (value < 128)).getbbox()
    assert found
    return box[0] + found[0], box[1] + found[1], box[0] + found[2], box[1] + found[3]


def seen(before: Image.Image, after: Image.Image) -> bool:
    """Whether a change counts, the page before having gone through a PNG as approved pictures do."""
    return approved.differs(*approved.difference(before, after)[:2])


@pytest.fixture(scope="module")
def kept(page: Image.Image, tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    """The page as an approved picture keeps it."""
    path = tmp_path_factory.mktemp("kept") / "page.png"
    path.write_bytes(approved.png(page))
    with Image.open(path) as image:
        return image.copy()


def test_the_same_page_is_the_same(page: Image.Image, kept: Image.Image) -> None:
    assert not seen(kept, page)


def test_a_word_that_moved_by_a_dot_is_seen(page: Image.Image, kept: Image.Image) -> None:
    """Across and down: a third of a millimetre."""
    head = ink(page, (40, 20, 160, 50))  # DRAFT, NOT REVIEWED
    word = ink(page, (head[0], head[1], head[0] + 24, head[3]))
    for across, down in ((1, 0), (0, 1)):
        assert seen(kept, moved(page, word, across, down))


def test_a_line_that_moved_is_seen(page: Image.Image, kept: Image.Image) -> None:
    assert seen(kept, moved(page, (0, 200, page.width, 420), 0, 1))


def test_a_changed_colour_is_seen(page: Image.Image, kept: Image.Image) -> None:
    """A tint that became a little darker, far below what counts for a dot; a rule that became grey."""
    darker = page.point(lambda value: value - 4 if 225 <= value < 250 else value)
    assert ImageChops.difference(page, darker).getbbox()
    assert seen(kept, darker)
    ruled = page.copy()
    ImageDraw.Draw(ruled).line((40, 660, 160, 660), fill=(170, 170, 170))
    assert seen(kept, ruled)


def test_noise_of_one_step_is_not_seen(page: Image.Image, kept: Image.Image) -> None:
    """What two machines may round differently: every other dot by one step of 255; a few edges of letters by more."""
    grain = Image.effect_noise(page.size, 40).point(lambda value: value > 128).convert("RGB")
    noisy = ImageChops.add(page, grain) if page.getextrema()[0][0] else ImageChops.subtract(page, grain)
    assert ImageChops.difference(page, noisy).getbbox()
    assert not seen(kept, noisy)
    word = ink(page, (40, 20, 160, 50))
    softened = page.copy()
    softened.putpixel((word[0], word[1]), (150, 150, 150))
    softened.putpixel((word[0], word[3] - 1), (150, 150, 150))
    assert not seen(kept, softened)


def test_a_difference_is_shown_and_told(page: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before, now and the difference beside each other, and how to approve it; a page that nobody has approved is told, too."""
    monkeypatch.setattr(approved, "TARGET", tmp_path / "approved")
    name = NAMES[0]
    told = approved.compare({name: page}, tmp_path / "look")
    assert "nobody has approved it" in told[name]
    assert approved.approve({name: page})[0] == [name]
    assert approved.compare({name: page}, tmp_path / "none") == {}
    changed = moved(page, (0, 200, page.width, 420), 0, 3)
    told = approved.compare({name: changed}, tmp_path / "look")
    assert "make approve" in told[name]
    with Image.open(tmp_path / "look" / name) as image:
        assert image.width > 3 * page.width
    (tmp_path / "approved" / "gone.png").write_bytes(b"")
    assert approved.approve({name: changed}) == ([name], ["gone.png"])
    assert approved.compare({name: changed}, tmp_path / "none") == {}


def test_pictures_that_weigh_too_much_are_refused(page: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approved, "TARGET", tmp_path)
    monkeypatch.setattr(approved, "LIMIT", 1_000)
    with pytest.raises(ValueError, match="1,000 are allowed"):
        approved.approve({NAMES[0]: page})
    assert not list(tmp_path.iterdir())
