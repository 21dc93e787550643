"""Text that looks like a language and means nothing: shows whether a layout holds before a translator is paid.

Every word becomes a longer one in letters of the language's script; braces, bold and figures stay, so every rule on translations holds.
"""

import re
import zlib
from collections.abc import Mapping
from types import MappingProxyType

from leaflets.facts import plural_rule
from leaflets.model import NOWHERE, Catalog, Entry, Unit

LONGER = 1.4
"""How much longer the text becomes: translations from English are up to 40% longer (W3C, Text size in translation)."""
_KEPT = re.compile(r"(\{[^{}]*\}|\*\*|\]\([^)]*\)|\\.|[^\W\d_]+)", re.DOTALL)
_INFLECTED = re.compile(r"(\{term [a-z0-9-]+)\|[^{}]*\}")
_LETTERS: dict[str, str] = {
    "Latn": "aáäåâbcčdeéêëfghiíîjklłmnñoóöôpqrřsšśtuúüûvwxyýzž",
    "Grek": "αάβγδεέζηήθιίκλμνξοόπρστυύφχψωώ",
    "Cyrl": "абвгдежзийклмнопрстуфхцчшщъыьэюяєіїґ",
    "Armn": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
    "Geor": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "Hebr": "אבגדהוזחטיכלמנסעפצקרשת",
    "Arab": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Aran": "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنوہھیے",
    "Ethi": "ሀለሐመሠረሰሸቀበተቸኀነኘአከኸወዐዘዠየደጀገጠጨጰጸፀፈፐ",
    "Deva": "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह",
    "Beng": "কখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহ",
    "Guru": "ਕਖਗਘਚਛਜਝਟਠਡਢਣਤਥਦਧਨਪਫਬਭਮਯਰਲਵਸਹ",
    "Gujr": "કખગઘચછજઝટઠડઢણતથદધનપફબભમયરલવશષસહ",
    "Orya": "କଖଗଘଚଛଜଝଟଠଡଢଣତଥଦଧନପଫବଭମଯରଲଶଷସହ",
    "Taml": "கஙசஞடணதநபமயரலவழளறன",
    "Telu": "కఖగఘచఛజఝటఠడఢణతథదధనపఫబభమయరలవశషసహ",
    "Knda": "ಕಖಗಘಚಛಜಝಟಠಡಢಣತಥದಧನಪಫಬಭಮಯರಲವಶಷಸಹ",
    "Mlym": "കഖഗഘചഛജഝടഠഡഢണതഥദധനപഫബഭമയരലവശഷസഹ",
    "Sinh": "කඛගඝචඡජඣටඨඩඪණතථදධනපඵබභමයරලවශෂසහ",
    "Thai": "กขคฆงจฉชซญดตถทธนบปผพฟภมยรลวศษสหอ",
    "Laoo": "ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮ",
    "Khmr": "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអ",
    "Mymr": "ကခဂဃငစဆဇဈညဋဌဍဎဏတထဒဓနပဖဗဘမယရလဝသဟဠအ",
    "Jpan": "あいうえおかきくけこさしすせそたちつてとなにぬねの日本語",
    "Kore": "가나다라마바사아자차카타파하거너더러머버서어저",
    "Hans": "的一是不了人我在有他这为之大来以个中上们",
    "Hant": "的一是不了人我在有他這為之大來以個中上們",
}
"""Common letters of each script."""
_BROKEN = {"Laoo", "Khmr", "Mymr"}
"""Scripts without spaces between words, in which lines break at U+200B only."""


def catalog(units: Mapping[tuple[str, str], Unit], language: str, script: str) -> Catalog:
    """Return a catalog in which every unit has a text that means nothing, in a script (ISO 15924). Raises KeyError for one unknown."""
    forms, rule = plural_rule(language)
    entries = {}
    for key, unit in units.items():
        said = speak(unit.text, script)
        entries[key] = Entry(unit.context, unit.text, unit.plural, (said,) * (forms if unit.plural else 1), False, None, NOWHERE)
    return Catalog(language, MappingProxyType(entries), forms, rule, "machine", MappingProxyType({}), NOWHERE)


def speak(text: str, script: str) -> str:
    """Return a text of the same shape in letters of a script, longer by `LONGER`."""
    parts = _KEPT.split(_INFLECTED.sub(r"\1}", text))
    joined = "".join(_word(part, script) if part[:1].isalpha() else part for part in parts)
    return joined.replace(" ", "\u200b") if script in _BROKEN else joined


def _word(word: str, script: str) -> str:
    letters = _LETTERS[script]
    seed = zlib.crc32(word.lower().encode())
    made = "".join(letters[(seed >> shift % 24) % len(letters)] for shift in range(round(len(word) * LONGER + 0.2)))
    return made.capitalize() if word[0].isupper() else made
