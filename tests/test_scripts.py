"""Every script on paper: the fonts, the letters, the sides, the sizes, by the real style sheets.

Each check was broken once by hand to see it fail.
"""

import html
import io
import re
import subprocess
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

import pytest
from fontTools.ttLib import TTFont
from leaflets import bidi, disk, figures, fonts, parse, prepare, theme
from leaflets.model import Edition, IconArray, Person, Request, Workspace
from leaflets.render import Renderer
from pypdf import PdfReader
from pypdf.generic import ContentStream

import verapdf
from conftest import AS_OF, ROOT

BASE = 13
SOURCE = "Burt RK. Effect of HSCT. JAMA 2019;321:165-174."
FURNITURE = 2  # points by which small print may be smaller than running text (L1)


@dataclass(frozen=True)
class Sample:
    """A leaflet in little: real words, an acronym and a number in the paragraph."""

    heading: str
    text: str
    steps: tuple[str, ...]
    table: tuple[tuple[str, str], ...]
    box: tuple[str, str]
    boxes_to_tick: tuple[str, ...]
    page: tuple[str, str]
    numbering: str = "latn"


SAMPLES = {
    "en": Sample(
        "Stem cell treatment",
        "This leaflet is for people with <strong>multiple sclerosis</strong> (MS). Of 100 people, 82 had no relapse after five years.",
        ("Talk to your doctor.", "Ask about the risks.", "Take your time."),
        (("Benefit", "82 of 100"), ("Harm", "3 of 100")),
        ("Call 999 now if you", "have trouble breathing, or pain in your chest."),
        ("How long will I stay in hospital?", "Who can I call?"),
        ("Page", "of"),
    ),
    "es": Sample(
        "Tratamiento con células madre",
        "Este folleto es para personas con <strong>esclerosis múltiple</strong> (MS). "
        "De 100 personas, 82 no tuvieron ningún brote en cinco años.",
        ("Hable con su médico.", "Pregunte por los riesgos.", "Tómese su tiempo."),
        (("Beneficio", "82 de 100"), ("Daño", "3 de 100")),
        ("Llame al 112 ahora si", "le cuesta respirar o tiene dolor en el pecho. ¿Tiene fiebre? ¡Avísenos!"),
        ("¿Cuánto tiempo estaré en el hospital?", "¿A quién puedo llamar?"),
        ("Página", "de"),
    ),
    "fr": Sample(
        "Traitement par cellules souches",
        "Cette brochure s’adresse aux personnes atteintes de <strong>sclérose en plaques</strong> (MS). "
        "Sur 100 personnes, 82 n’ont eu aucune poussée.",
        ("Parlez-en à votre médecin.", "Demandez quels sont les risques.", "Prenez le temps qu’il faut."),
        (("Bénéfice", "82 sur 100"), ("Effet indésirable", "3 sur 100")),
        ("Appelez le 15 tout de suite", "si vous avez du mal à respirer ou mal à la poitrine\u202f: c’est urgent\u202f! Œdème."),
        ("Combien de temps resterai-je à l’hôpital\u202f?", "Qui puis-je appeler\u202f?"),
        ("Page", "sur"),
    ),
    "de": Sample(
        "Behandlung mit Stammzellen",
        "Dieses Heft ist für Menschen mit <strong>Multipler Sklerose</strong> (MS). "
        "Von 100 Menschen hatten 82 in fünf Jahren keinen Schub.",
        ("Sprechen Sie mit Ihrer Ärztin.", "Fragen Sie nach den Risiken.", "Lassen Sie sich Zeit für größere Entscheidungen."),
        (("Nutzen", "82 von 100"), ("Schaden", "3 von 100")),
        ("Rufen Sie sofort 112 an,", "wenn Sie schwer Luft bekommen oder Schmerzen in der Brust haben."),
        ("Wie lange bin ich im Krankenhaus?", "Wen kann ich anrufen?"),
        ("Seite", "von"),
    ),
    "it": Sample(
        "Trattamento con cellule staminali",
        "Questo opuscolo è per le persone con <strong>sclerosi multipla</strong> (MS). "
        "Su 100 persone, 82 non hanno avuto ricadute perché curate.",
        ("Parli con il suo medico.", "Chieda quali sono i rischi.", "Si prenda il tempo che serve."),
        (("Beneficio", "82 su 100"), ("Danno", "3 su 100")),
        ("Chiami subito il 112 se", "ha difficoltà a respirare o dolore al petto."),
        ("Quanto tempo resterò in ospedale?", "Chi posso chiamare?"),
        ("Pagina", "di"),
    ),
    "pt": Sample(
        "Tratamento com células estaminais",
        "Este folheto é para pessoas com <strong>esclerose múltipla</strong> (MS). "
        "Em 100 pessoas, 82 não tiveram surtos durante cinco anos.",
        ("Fale com o seu médico.", "Pergunte quais são os riscos.", "Leve o tempo de que precisar; não há pressa."),
        (("Benefício", "82 em 100"), ("Dano", "3 em 100")),
        ("Ligue já para o 112 se", "tiver dificuldade em respirar ou dor no peito. Atenção à infeção."),
        ("Quanto tempo ficarei no hospital?", "A quem posso telefonar?"),
        ("Página", "de"),
    ),
    "pl": Sample(
        "Leczenie komórkami macierzystymi",
        "Ta ulotka jest dla osób chorych na <strong>stwardnienie rozsiane</strong> (MS). "
        "Na 100 osób 82 nie miały rzutu przez pięć lat. Zażółć gęślą jaźń.",
        ("Porozmawiaj z lekarzem.", "Zapytaj o ryzyko.", "Nie śpiesz się."),
        (("Korzyść", "82 na 100"), ("Szkoda", "3 na 100")),
        ("Zadzwoń od razu pod 112, jeśli", "trudno Ci oddychać lub czujesz ból w klatce piersiowej."),
        ("Jak długo będę w szpitalu?", "Do kogo mogę zadzwonić?"),
        ("Strona", "z"),
    ),
    "tr": Sample(
        "Kök hücre tedavisi",
        "Bu broşür <strong>multipl skleroz</strong> (MS) hastaları içindir. "
        "100 kişiden 82’si beş yıl boyunca atak geçirmedi. İğne, ışık, ağrı.",
        ("Doktorunuzla konuşun.", "Riskleri sorun.", "Acele etmeyin, düşünün."),
        (("Yarar", "100 kişide 82"), ("Zarar", "100 kişide 3")),
        ("Hemen 112’yi arayın:", "nefes almakta güçlük veya göğsünüzde ağrı varsa."),
        ("Hastanede ne kadar kalacağım?", "Kimi arayabilirim?"),
        ("Sayfa", "/"),
    ),
    "ru": Sample(
        "Лечение стволовыми клетками",
        "Эта брошюра для людей с <strong>рассеянным склерозом</strong> (MS). Из 100 человек у 82 не было обострений в течение пяти лет.",
        ("Поговорите с врачом.", "Спросите о рисках.", "Не спешите, подумайте ещё."),
        (("Польза", "82 из 100"), ("Вред", "3 из 100")),
        ("Звоните 112 сейчас, если", "Вам трудно дышать или болит в груди."),
        ("Как долго я пробуду в больнице?", "Кому я могу позвонить?"),
        ("Страница", "из"),
    ),
    "uk": Sample(
        "Лікування стовбуровими клітинами",
        "Ця брошура для людей із <strong>розсіяним склерозом</strong> (MS). "
        "Зі 100 людей у 82 не було загострень протягом п’яти років. Ґанок, її, є.",
        ("Порадьтеся з лікарем.", "Запитайте про ризики.", "Не поспішайте."),
        (("Користь", "82 зі 100"), ("Шкода", "3 зі 100")),
        ("Телефонуйте 112 негайно, якщо", "Вам важко дихати або болить у грудях."),
        ("Як довго я буду в лікарні?", "Кому я можу зателефонувати?"),
        ("Сторінка", "з"),
    ),
    "ar": Sample(
        "العلاج بالخلايا الجذعية",
        "هذا الكتيب للأشخاص المصابين <strong>بالتصلب المتعدد</strong> (MS). من بين كل ١٠٠ شخص، لم يُصب ٨٢ منهم بانتكاسة خلال خمس سنوات.",
        ("تحدث إلى طبيبك.", "اسأل عن المخاطر.", "خذ وقتك في التفكير."),
        (("الفائدة", "٨٢ من ١٠٠"), ("الضرر", "٣ من ١٠٠")),
        ("اتصل بالإسعاف فورًا إذا", "كنت تعاني من صعوبة في التنفس أو ألم في الصدر. الهاتف 020 8438 0700."),
        ("كم من الوقت سأبقى في المستشفى؟", "بمن يمكنني الاتصال؟"),
        ("صفحة", "من"),
        "arab",
    ),
    "fa": Sample(
        "درمان با سلول‌های بنیادی",
        "این دفترچه برای افراد مبتلا به <strong>مولتیپل اسکلروزیس</strong> (MS) است. "
        "از هر ۱۰۰ نفر، ۸۲ نفر تا پنج سال عود نداشتند. می‌توانید بپرسید.",
        ("با پزشک خود گفت‌وگو کنید.", "درباره خطرها بپرسید.", "عجله نکنید."),
        (("فایده", "۸۲ نفر از ۱۰۰ نفر"), ("زیان", "۳ نفر از ۱۰۰ نفر")),
        ("فوری با ۱۱۵ تماس بگیرید اگر", "به سختی نفس می‌کشید یا درد قفسه سینه دارید. تلفن 020 8438 0700."),
        ("چه مدت در بیمارستان می‌مانم؟", "با چه کسی تماس بگیرم؟"),
        ("صفحه", "از"),
        "arabext",
    ),
    "he": Sample(
        "טיפול בתאי גזע",
        "העלון הזה מיועד לאנשים עם <strong>טרשת נפוצה</strong> (MS). מתוך 100 אנשים, ל־82 לא היה התקף במשך חמש שנים.",
        ("שוחחו עם הרופא שלכם.", "שאלו על הסיכונים.", "קחו את הזמן."),
        (("תועלת", "82 מתוך 100"), ("נזק", "3 מתוך 100")),
        ("התקשרו מיד ל־101 אם", "קשה לכם לנשום או כואב לכם בחזה. טלפון 020 8438 0700."),
        ("כמה זמן אהיה בבית החולים?", "למי אפשר להתקשר?"),
        ("עמוד", "מתוך"),
    ),
    "hi": Sample(
        "स्टेम सेल से इलाज",
        "यह पुस्तिका <strong>मल्टीपल स्क्लेरोसिस</strong> (MS) से पीड़ित लोगों के लिए है। 100 में से 82 लोगों को पाँच वर्षों तक कोई दौरा नहीं पड़ा।",
        ("अपने डॉक्टर से बात करें।", "जोखिमों के बारे में पूछें।", "सोचने के लिए समय लें।"),
        (("लाभ", "100 में से 82"), ("हानि", "100 में से 3")),
        ("तुरंत 112 पर फ़ोन करें, यदि", "आपको साँस लेने में कठिनाई हो या छाती में दर्द हो। रक्त, क्षेत्र, स्त्री, ज्ञान।"),
        ("मैं अस्पताल में कितने दिन रहूँगा?", "मैं किसे फ़ोन कर सकता हूँ?"),
        ("पृष्ठ", "कुल"),
    ),
    "bn": Sample(
        "স্টেম সেল চিকিৎসা",
        "এই পুস্তিকাটি <strong>মাল্টিপল স্ক্লেরোসিস</strong> (MS) আক্রান্ত ব্যক্তিদের জন্য। প্রতি ১০০ জনের মধ্যে ৮২ জনের পাঁচ বছরে রোগ ফিরে আসেনি।",
        ("আপনার ডাক্তারের সঙ্গে কথা বলুন।", "ঝুঁকি সম্পর্কে জিজ্ঞাসা করুন।", "সময় নিয়ে ভাবুন।"),
        (("উপকার", "১০০ জনে ৮২ জন"), ("ক্ষতি", "১০০ জনে ৩ জন")),
        ("এখনই ৯৯৯ নম্বরে ফোন করুন, যদি", "আপনার শ্বাস নিতে কষ্ট হয় বা বুকে ব্যথা হয়। রক্ত, ক্ষেত্র, স্ত্রী।"),
        ("আমি কত দিন হাসপাতালে থাকব?", "আমি কাকে ফোন করতে পারি?"),
        ("পৃষ্ঠা", "মোট"),
        "beng",
    ),
    "zh-Hans": Sample(
        "干细胞治疗",
        "本手册适用于<strong>多发性硬化</strong>（MS）患者。每100人中，有82人五年内没有复发。骨髓、直接、海边、“化疗”、角度、与您的医生讨论。",
        ("请与您的医生讨论。", "请询问有哪些风险。", "请慢慢考虑。"),
        (("益处", "100人中82人"), ("害处", "100人中3人")),
        ("出现以下情况，请立即拨打120：", "呼吸困难，或者胸口疼痛。"),
        ("我要住院多久？", "我可以给谁打电话？"),
        ("第", "共"),
    ),
    "ja": Sample(
        "幹細胞による治療",
        "この冊子は<strong>多発性硬化症</strong>（MS）の方のためのものです。100人のうち82人は、5年間再発がありませんでした。骨髄、直接、海辺、「化学療法」、角度。",
        ("医師と相談してください。", "リスクについて尋ねてください。", "ゆっくり考えてください。"),
        (("利益", "100人中82人"), ("害", "100人中3人")),
        ("次のときは、すぐに119番に電話してください", "息が苦しいとき、または胸が痛いとき。"),
        ("入院はどのくらいですか。", "誰に電話すればよいですか。"),
        ("ページ", "全"),
    ),
}

RIGHT_TO_LEFT = [language for language in SAMPLES if fonts.script(language).direction == "rtl"]
NARROWER = {"ar": 2.5}  # millimetres by which a page of A4 is set narrower than others at either side: styles/a4.css
LATER = ["ur", "zh-Hant", "ko", "th", "lo", "km", "my", "ta", "te", "gu", "pa", "si", "ml", "kn", "am", "ka", "hy", "el", "ne", "mr"]


def styles(language: str, edition: str = "a4.css", numbering: str = "latn") -> tuple[tuple[str, str], ...]:
    """The real style sheets behind the theme, then the rule of the language."""
    names = ("tokens.css", "leaflet.css", "paper.css", edition)
    base = 18 if edition == "large-print.css" else BASE
    rules = ("type.css", fonts.type_css(language, base, numbering))
    return (look(), *((name, (ROOT / "styles" / name).read_text()) for name in names), rules)


@cache
def look() -> tuple[str, str]:
    """The theme as the first style sheet of an edition on paper."""
    workspace = parse.parse(disk.read(ROOT)).value
    return theme.SHEET, theme.css(workspace.theme, workspace.editions["a4"])


def body(language: str, sample: Sample) -> str:
    """The parts that make scripts go wrong, with the classes of the templates."""
    rtl = fonts.script(language).direction == "rtl"
    steps = "".join(f"<li>{step}</li>" for step in sample.steps)
    rows = "".join(f'<tr><th scope="row">{left}</th><td>{right}</td></tr>' for left, right in sample.table)
    ticks = "".join(f"<li>{tick}</li>" for tick in sample.boxes_to_tick)
    array = figures.icon_array(IconArray("f", 82, 100, "", "82", *sample.table[0], sample.heading), rtl=rtl)
    whole = f"""<div class="page-head">{sample.heading}</div>
<div class="page-foot"><div>{sample.heading} · <span lang="en" dir="ltr">HSCT for MS</span></div><div>x / y / a4 · 0.1</div></div>
<main><h1>{sample.heading}</h1>
<nav class="contents"><h2>{sample.heading}</h2><ul><li><a href="#a">{sample.boxes_to_tick[0]}</a></li></ul></nav>
<section id="a"><h2>{sample.boxes_to_tick[0]}</h2><p class="body">{sample.text}</p><ol class="steps">{steps}</ol><ul>{steps}</ul>
<div class="table"><table><thead><tr><th scope="col">{sample.heading}</th><th scope="col">MS</th></tr></thead>
<tbody>{rows}</tbody></table></div>
<div class="box box-key"><h3>{sample.box[0]}</h3><p>{sample.box[1]}</p></div>
<div class="icon-arrays"><div class="arrays"><div class="array"><div class="drawing">{array}</div>
<p class="key"><span class="sign sign-marked"></span>{sample.table[0][0]}</p></div><div class="array"><p>{sample.text}</p></div></div></div>
<ul class="checklist">{ticks}</ul><p class="small">{sample.text}</p></section>
<section class="sources"><ol><li><span lang="en" dir="ltr">{SOURCE}</span></li></ol></section></main>"""
    return bidi.in_html(whole, bidi.isolate) if rtl else whole


def edition(language: str, inside: str, sheets: tuple[tuple[str, str], ...], page: tuple[str, str] = ("", "/")) -> Edition:
    """A page in a language."""
    number = f'"{page[0]} " counter(page, var(--digits, decimal)) " {page[1]} " counter(pages, var(--digits, decimal))'
    head = f"<meta charset='utf-8'><title>{html.escape(language)}</title><style>:root {{ --page-number: {number} }}</style>"
    root = f'<html lang="{language}" dir="{fonts.script(language).direction}">'
    whole = f"<!DOCTYPE html>{root}<head>{head}</head><body>{inside}</body></html>"
    return Edition(Request("x", "y", language, "a4"), "T", whole, sheets, {}, "0" * 16, "draft", "pdf")


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """One renderer for all languages, as a worker has it."""
    paths = disk.find_fonts(tuple(face.file for language in fonts.LANGUAGES for face in fonts.faces(language)))
    return Renderer(lambda address: fonts.font_bytes(address, lambda file: paths[file].read_bytes()), fonts.font_css, fonts.allowed)


@pytest.fixture(scope="module")
def pages(renderer: Renderer, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Each language's page: rendered once, one after another, by one renderer."""
    folder, made = tmp_path_factory.mktemp("scripts"), {}
    for language, sample in SAMPLES.items():
        result = renderer.render(edition(language, body(language, sample), styles(language, numbering=sample.numbering), sample.page))
        assert not result.problems, [f"{problem.code} {problem.message}" for problem in result.problems]
        made[language] = folder / f"{language}.pdf"
        made[language].write_bytes(result.content)
    return made


def words(path) -> list[tuple[str, float, float, float, float, int]]:
    """The words of a PDF with their places, in points, and the page."""
    found = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True).stdout
    rows, number = [], 0
    for line in found.splitlines():
        number += "<page " in line
        if match := re.search(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)</word>', line):
            rows.append((re.sub("[\u202a-\u202e]", "", html.unescape(match[5])).strip(), *map(float, match.groups()[:4]), number))
    return rows


def letters(text: str) -> str:
    """The letters of a text alone: no spaces, no marks for layout, one form of each."""
    plain = unicodedata.normalize("NFKC", re.sub("<[^>]*>", "", text))
    return "".join(letter for letter in plain if not letter.isspace() and ord(letter) not in fonts.IGNORABLE)


def elements(path) -> list[tuple[str, str]]:
    """The structure elements of a PDF in the order of reading: the language each says, and its text by the tags."""
    reader = PdfReader(path)
    texts = [marked(page) for page in reader.pages]
    at = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}
    found: list[tuple[str, str]] = []

    def walk(element) -> str:
        place, text = len(found), ""
        found.append(("", ""))
        for kid in element.get("/K", ()):
            kid = kid.get_object()
            if isinstance(kid, int):
                text += texts[at[element.raw_get("/Pg").idnum]].get(kid, "")
            elif "/S" in kid:
                text += walk(kid)
        text = element.get("/ActualText", text)
        found[place] = str(element.get("/Lang", "")), text
        return text

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"][0].get_object())
    return found


def spoken(path, language: str) -> str:
    """All of a PDF as a screen reader hears it."""
    return elements(path)[0][1]


def marked(page) -> dict[int, str]:
    """The text of each marked part of a page, by its number: glyphs as their font maps them."""
    maps = {name: to_unicode(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    parts: dict[int, str] = {}
    number, font = -1, ""
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator == b"BDC":
            number = operands[1].get("/MCID", -1) if hasattr(operands[1], "get") else -1
        elif operator == b"EMC":
            number = -1
        elif operator == b"Tf":
            font = operands[0]
        elif operator in (b"TJ", b"Tj"):
            for string in operands[0] if operator == b"TJ" else operands:
                if hasattr(string, "original_bytes"):
                    codes = string.original_bytes
                    text = "".join(maps[font].get(codes[at : at + 2].hex(), "") for at in range(0, len(codes), 2))
                    parts[number] = parts.get(number, "") + text
    return parts


def to_unicode(font) -> dict[str, str]:
    """Glyph to text, as the font of a PDF says."""
    rows = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]*)>", font["/ToUnicode"].get_object().get_data().split(b"endcodespacerange")[1])
    return {code.decode(): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in rows}


def sizes(path) -> list[float]:
    """The size of each piece of text as drawn, in points."""
    found = []
    for page in PdfReader(path).pages:
        size, scale, stack = 0.0, 1.0, []
        for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
            if operator == b"q":
                stack.append(scale)
            elif operator == b"Q":
                scale = stack.pop()
            elif operator == b"cm":
                scale *= abs(float(operands[3]))
            elif operator == b"Tf":
                size = float(operands[1])
            elif operator == b"Tm":
                tall = abs(float(operands[3]))
            elif operator in (b"TJ", b"Tj"):
                found.append(size * tall * scale)
    return found


def rules(path, language: str) -> tuple[float, float]:
    """How thick the left and the right rule of the box are, in points, as drawn on the page."""
    image = subprocess.run(["pdftoppm", "-r", "144", "-gray", "-f", "1", "-l", "1", path], capture_output=True, check=True).stdout
    width, height = map(int, re.match(rb"P5\s(\d+)\s(\d+)\s255\s", image).groups())
    pixels = image[-width * height :]
    margin = round((22 + NARROWER.get(language, 0)) / 25.4 * 144)
    found = Counter[tuple[int, int]]()
    for row in range(height):
        line = pixels[row * width : (row + 1) * width]
        left = next((at for at in range(40) if line[margin + at] > 90), 40)
        right = next((at for at in range(40) if line[width - margin - 1 - at] > 90), 40)
        if 8 < max(left, right) < 40 and not min(left, right):  # a letter begins so thick in a row or two, a rule in each of its box's
            found[left, right] += 1
    left, right = found.most_common(1)[0][0]
    return left / 2, right / 2


# ---------------------------------------------------------------- tables


def test_every_language_has_fonts_that_are_installed() -> None:
    """No row names a file that no package brings, and every face has the family name it says."""
    faces = {face for language in fonts.LANGUAGES for face in fonts.faces(language)}
    paths = disk.find_fonts(tuple(face.file for face in faces))
    assert {face.file for face in faces} == paths.keys()
    for face in faces:
        with TTFont(paths[face.file], lazy=True, fontNumber=face.index) as font:
            assert face.family in (font["name"].getDebugName(16), font["name"].getDebugName(1))
            assert ("Bold" in f"{font['name'].getDebugName(4)} {font['name'].getDebugName(2)}") is (face.weight == 700)
            assert "fvar" not in font, "the bytes of a PDF with a variable font are not the same each time"


def test_a_language_without_a_row_is_refused() -> None:
    """Nothing stands in for it: not its parent, not English."""
    for language in ("xx", "zh", "en-GB", ""):
        with pytest.raises(KeyError):
            fonts.faces(language)


def test_sizes_keep_their_proportion_and_never_fall_below_the_least() -> None:
    """13 pt of Latin is 15.17 pt of Arabic; of 10 pt nothing becomes smaller than its script allows."""
    for language in fonts.LANGUAGES:
        script, latin = fonts.script(language), fonts.SCRIPTS["Latn"]
        for base in (10, 13, 18):
            css = fonts.type_css(language, base)
            size = float(re.search(r"font-size: ([\d.]+)pt", css)[1])
            height = float(re.search(r"line-height: ([\d.]+)", css)[1])
            assert size == pytest.approx(max(script.size, base * script.size / latin.size), abs=0.01)
            assert height == script.line_height >= fonts.LEADING


def test_a_letter_of_one_weight_only_is_not_covered() -> None:
    """In every weight of one family; marks for layout are never missing."""
    paths = disk.find_fonts(tuple(face.file for face in fonts.faces("fa")))
    covered = fonts.covered("fa", lambda file: paths[file].read_bytes())
    assert {ord(letter) for letter in "پچژگMS۰۱09–«»"} | fonts.IGNORABLE <= covered
    assert not {ord(letter) for letter in "骨কก"} & covered


def test_the_same_character_is_drawn_as_its_readers_learnt_it() -> None:
    """Unicode has one code for 骨 and 直, a Chinese and a Japanese form for each."""
    found = {}
    for language in ("zh-Hans", "ja"):
        face = fonts.faces(language)[0]
        paths = disk.find_fonts((face.file,))
        content = fonts.font_bytes(face.address, lambda file, at=paths: at[file].read_bytes())
        with TTFont(io.BytesIO(content), lazy=True) as font:
            assert font["name"].getDebugName(1) == face.family
            found[language] = [font.getBestCmap()[ord(letter)] for letter in "骨直一"]
    chinese, japanese = found["zh-Hans"], found["ja"]
    assert chinese[0] != japanese[0]
    assert chinese[1] != japanese[1]
    assert chinese[2] == japanese[2], "the test itself: one that is the same in both"


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("language", SAMPLES)
def test_only_fonts_of_the_language_get_in(pages: dict, language: str) -> None:
    """Embedded, and by the names of its own families; the acronym brings Latin along where its own fonts have none."""
    names = set()
    for page in PdfReader(pages[language]).pages:
        for font in page["/Resources"]["/Font"].values():
            base = font.get_object()["/BaseFont"]
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & descriptor.keys(), base
            names.add(base.split("+")[1].replace("-Bold", "").replace("-", " "))
    assert fonts.families(language)[0] in names
    assert names <= set(fonts.families(language))


@pytest.mark.parametrize("language", SAMPLES)
def test_the_letters_come_out_in_the_order_of_reading(pages: dict, language: str) -> None:
    """As a reader that goes by the tags hears them: heading, paragraph and the steps, letter by letter."""
    sample = SAMPLES[language]
    heard = letters(spoken(pages[language], language))
    assert letters(sample.heading) in heard
    assert letters(sample.text) in heard
    for step in sample.steps:
        assert letters(step) in heard
    assert letters(SOURCE) in heard


@pytest.mark.parametrize("language", SAMPLES)
def test_pdftotext_gives_the_words(pages: dict, language: str) -> None:
    """As a search finds them: each word of the paragraph, whatever way round the line is told."""
    found = subprocess.run(["pdftotext", pages[language], "-"], capture_output=True, text=True, check=True).stdout
    held = letters(found)
    for word in re.findall(r"\w[\w\u0300-\u036f\u0900-\u0dff]*", re.sub("<[^>]*>", " ", SAMPLES[language].text).replace("\u200c", " ")):
        assert letters(word) in held, word


@pytest.mark.parametrize("language", SAMPLES)
def test_sides(pages: dict, language: str) -> None:
    """The page number at the end of the foot, the contents' numbers at the end, text and thick rule at the beginning."""
    sample, rtl = SAMPLES[language], language in RIGHT_TO_LEFT
    middle = 595 / 2
    found = words(pages[language])
    foot = [word for word in found if word[2] > 841 - 71 and word[5] == 1]
    english = [word for word in foot if word[0] in ("HSCT", "a4")]
    number = [word for word in foot if sorted(letters(word[0])) == sorted(letters(sample.page[0]))]  # RTL words are told backwards
    assert english
    assert number
    assert all((word[1] > middle) is rtl for word in english)
    assert all((word[3] < middle) is rtl for word in number)
    heads = [word for word in found if word[2] < 60 and word[5] == 1]
    assert any(word[3] > 595 - 64 for word in heads) is rtl
    assert any(word[1] < 64 for word in heads) is not rtl
    left, right = rules(pages[language], language)
    assert (right > left) is rtl
    assert max(left, right) == pytest.approx(6, abs=0.6)


@pytest.mark.parametrize("language", SAMPLES)
def test_no_text_is_too_small(pages: dict, language: str) -> None:
    """Running text at the script's least or above, small print at most two points below (L1)."""
    script = fonts.script(language)
    drawn = sizes(pages[language])
    assert min(drawn) >= script.size - FURNITURE
    assert max(drawn, key=drawn.count) >= script.size, "most of it is running text"


@pytest.mark.parametrize("language", ["en", "fa", "zh-Hans"])
def test_an_edition_of_large_print_is_larger_in_every_script(renderer: Renderer, language: str, tmp_path) -> None:
    """18 points of Latin, the others in proportion; furniture too."""
    sample = SAMPLES[language]
    result = renderer.render(edition(language, body(language, sample), styles(language, "large-print.css", sample.numbering), sample.page))
    assert not result.problems
    path = tmp_path / "large.pdf"
    path.write_bytes(result.content)
    assert min(sizes(path)) >= 15.9 * fonts.script(language).size / 12


def test_numbers_of_lists_and_pages_are_in_the_digits_of_the_language(pages: dict) -> None:
    """Persian, Arabic and Bengali have their own by default; Hindi and Hebrew count as English does."""
    for language, digits in (("fa", "۱۲۳"), ("ar", "١٢٣"), ("bn", "১২৩"), ("hi", "123"), ("he", "123")):
        heard = spoken(pages[language], language)
        assert all(f"{digit}." in heard for digit in digits), language


def test_an_icon_array_fills_from_where_reading_begins() -> None:
    """The first figure is at the left, with `rtl` at the right."""
    array = IconArray("f", 1, 10, "", "1", "a", "b", "c")
    first = [float(re.search(r'd="M(\d+)', figures.icon_array(array, rtl=rtl))[1]) for rtl in (False, True)]
    assert first == [5, 95]
    assert figures.icon_array(array) != figures.icon_array(array, rtl=True)


def test_parts_in_another_language_say_so(pages: dict) -> None:
    """A screen reader changes its voice at the English source in a Persian leaflet, and stays where nothing is said."""
    for language in ("fa", "ja", "en"):
        said = [lang for lang, text in elements(pages[language]) if lang and "Burt RK" in text]
        assert said == ["en"], language
    assert {lang for lang, _ in elements(pages["fa"]) if lang} == {"en"}


def test_every_script_is_pdf_ua(pages: dict) -> None:
    """One file per script, by veraPDF."""
    assert verapdf.failures([pages[language] for language in ("ru", "fa", "he", "hi", "bn", "zh-Hans", "ja")]) == {
        pages[language]: [] for language in ("ru", "fa", "he", "hi", "bn", "zh-Hans", "ja")
    }


def test_the_same_bytes_whatever_was_rendered_before(renderer: Renderer, pages: dict) -> None:
    """One renderer after seventeen languages, and English first."""
    for language in ("en", "fa"):
        sample = SAMPLES[language]
        again = renderer.render(edition(language, body(language, sample), styles(language, numbering=sample.numbering), sample.page))
        assert again.content == pages[language].read_bytes()


@pytest.mark.parametrize(("language", "text"), [("fa", "骨"), ("zh-Hans", "ک"), ("hi", "ก"), ("en", "ع")])
def test_a_letter_of_another_script_is_told(renderer: Renderer, language: str, text: str) -> None:
    """No other installed font steps in unseen, though this renderer has loaded one that could."""
    result = renderer.render(edition(language, f"<p>{text}</p>", styles(language)))
    assert {problem.code for problem in result.problems} & {"P06", "L8"}
    assert not result.content


def test_marks_for_layout_are_not_missing_letters(renderer: Renderer) -> None:
    """Isolates, joiners, spaces without width and soft hyphens draw nothing and call no other font."""
    marks = "\u200b\u200c\u200d\u2060\u2066\u2067\u2068\u2069\u200e\u200f\u00ad"
    for language in (*SAMPLES, *LATER):
        result = renderer.render(edition(language, f"<p>1{marks}2</p>", styles(language)))
        assert [problem.message for problem in result.problems] == [], language


@pytest.mark.parametrize(("language", "lower", "higher"), [("th", "นี", "นี้"), ("lo", "ນີ", "ນີ້"), ("he", "ש", "שׁ"), ("ar", "ب", "بَّ")])
def test_a_mark_stands_above_a_mark(renderer: Renderer, language: str, lower: str, higher: str) -> None:
    """A tone is drawn above the vowel, not on it: with it the letter is taller."""
    assert height(renderer, language, higher) > height(renderer, language, lower) + 3


@pytest.mark.parametrize("digit", "۴۶۷")
def test_persian_digits_are_not_those_of_urdu(renderer: Renderer, digit: str) -> None:
    """Noto Naskh Arabic 2.004 draws 4, 6 and 7 of every language in the forms of Urdu; the text behind them stays right."""
    sheets = styles("fa", numbering="arabext")
    urdu = ("urdu.css", 'p { font-feature-settings: "locl" 1 }')
    assert dots(renderer, "fa", digit, sheets) != dots(renderer, "fa", digit, (*sheets, urdu))
    assert dots(renderer, "fa", "۵", sheets) == dots(renderer, "fa", "۵", (*sheets, urdu)), "the test itself: one that is the same"


def test_a_decimal_point_among_arabic_letters_stands_on_the_line(renderer: Renderer) -> None:
    """What mends Persian digits must not take the full stop of Latin digits, which Arabic leaflets are set in, or of an address."""
    plain = ("plain.css", "p { font-feature-settings: normal }")
    assert dots(renderer, "ar", "0.1", styles("ar")) == dots(renderer, "ar", "0.1", (*styles("ar"), plain))
    sheets, address = styles("fa", numbering="arabext"), '<span dir="ltr">example.org</span>'
    assert dots(renderer, "fa", address, sheets) == dots(renderer, "fa", address, (*sheets, plain))
    assert dots(renderer, "fa", "example.org", sheets) != dots(renderer, "fa", address, sheets), "the test itself: one without"


def dots(renderer: Renderer, language: str, text: str, sheets: tuple[tuple[str, str], ...]) -> bytes:
    """Return what a word looks like, in dots."""
    bare = ("bare.css", "@page { @bottom-left { content: none } @bottom-right { content: none } } p { font-size: 80pt }")
    content = renderer.render(edition(language, f"<p>{text}</p>", (*sheets, bare))).content
    return subprocess.run(["pdftoppm", "-r", "72", "-gray", "-"], input=content, capture_output=True, check=True).stdout


def height(renderer: Renderer, language: str, text: str) -> int:
    """How many rows of dots a word has ink in."""
    image = dots(renderer, language, text, styles(language))
    width, rows = map(int, re.match(rb"P5\s(\d+)\s(\d+)\s255\s", image).groups())
    pixels = image[-width * rows :]
    return sum(min(pixels[row * width : (row + 1) * width]) < 128 for row in range(rows))


# ---------------------------------------------------------------- lines


@pytest.mark.parametrize("language", ["zh-Hans", "ja"])
def test_no_line_begins_with_a_closing_mark(renderer: Renderer, language: str, tmp_path) -> None:
    """Kinsoku, at every width: neither a full stop nor a closing bracket at a line's start, no opening one at its end."""
    text = SAMPLES[language].text * 3
    sheets = styles(language)
    for width in range(60, 100, 3):
        size = ("size.css", f"@page {{ size: {width}mm 297mm }}")
        path = tmp_path / "lines.pdf"
        result = renderer.render(edition(language, f"<p>{text}</p>", (*sheets, size)))
        assert not result.problems
        path.write_bytes(result.content)
        found = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
        lines = [line.strip() for line in found.splitlines() if line.strip()]
        assert not [line for line in lines if line[0] in "。、，」）”：" or line[-1] in "「（“"], width


def test_korean_words_stay_whole(renderer: Renderer) -> None:
    """With word joiners between syllables; without them WeasyPrint breaks inside words."""
    text = "이 안내문은 다발성 경화증 환자를 위한 것입니다. 치료를 결정하기 전에 의료진과 상의하십시오."
    broken = []
    for kept, shown in enumerate((text, bidi.keep_words(text))):
        for width in range(70, 110, 3):
            css = (*styles("ko"), ("size.css", f"@page {{ size: {width}mm 297mm; @bottom-right {{ content: none }} }}"))
            content = renderer.render(edition("ko", f"<p>{shown}</p>", css)).content
            found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
            parts = found.replace(bidi.JOINER, "").split()
            if parts != text.split():
                broken.append(kept)
    assert set(broken) == {0}


ISOLATES = [
    ("مرکز MS Society در تلفن 020 8438 0700 پاسخ", "مرکز ⟦MS Society⟧ در تلفن ⟦020 8438 0700⟧ پاسخ"),
    ("+44 (0)20 8438 0700", "⟦+44 (0)20 8438 0700⟧"),
    ("3 of 100 نفر", "⟦3 of 100⟧ نفر"),
    ("MIST 50–82 درصد", "⟦MIST⟧ 50–82 درصد"),
    ("داروی MS (RRMS) باشد. (MS)", "داروی ⟦MS (RRMS)⟧ باشد. (⟦MS⟧)"),
    ("doi:10.1001/jama.2018.18743. متن", "⟦doi:10.1001/jama.2018.18743⟧. متن"),
    ("https://www.mssociety.org.uk/about-ms/ را", "⟦https://www.mssociety.org.uk/about-ms/⟧ را"),
    ("سال 2019-2024 و 12/05/2026", "سال 2019-2024 و 12/05/2026"),
    ("אחרי HSCT של 100 אנשים, 50–82.", "אחרי ⟦HSCT⟧ של 100 אנשים, 50–82."),
    ("۵۰–۸۲ و ۳ از ۱۰۰", "۵۰–۸۲ و ۳ از ۱۰۰"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), ISOLATES)
def test_isolate(text: str, expected: str) -> None:
    """What falls apart in a right-to-left line is held together; done twice it is as done once; no letter is lost."""
    done = bidi.isolate(text)
    assert done.replace("\u2066", "⟦").replace("\u2069", "⟧") == expected
    assert bidi.isolate(done) == done
    assert done.replace("\u2066", "").replace("\u2069", "") == text


def test_text_nodes_alone_are_changed() -> None:
    """Not the head, not an attribute, not a drawing; entities stay what they are."""
    page = '<head><title>MS</title></head><p class="MS">של MS &amp; R &lt; 3<svg><title>MS</title></svg> MS&nbsp;X</p>\n'
    done = bidi.in_html(page, bidi.isolate).replace("\u2066", "⟦").replace("\u2069", "⟧")
    assert done == page.replace("MS &amp; R", "⟦MS &amp; R⟧").replace(" MS&nbsp;X", " ⟦MS\u00a0X⟧")
    assert bidi.in_html(page, str) == page.replace("&nbsp;", "\u00a0")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ar", "A. Person ({0}) وB. Person ({0})"),
        ("en", "A. Person ({0}) and B. Person ({0})"),
        ("zh-Hans", "A. Person ({0})和B. Person ({0})"),
    ],
)
def test_people_are_listed_as_the_language_lists_them(pack: Workspace, language: str, said: str) -> None:
    """Two authors and two reviewers: an Arabic list has no Latin comma (CLDR's list patterns)."""
    recipe = pack.leaflets["ipsc"]
    people = tuple(Person(name, recipe.authors[0].role) for name in ("A. Person", "B. Person"))
    changed = replace(pack, leaflets={**pack.leaflets, "ipsc": replace(recipe, authors=people, reviewers=people)})
    preparer = prepare.Preparer(changed, prepare.tools(("en", language)), AS_OF)
    made = preparer.prepare(Request("ipsc", recipe.default_profile, language, "a4")).edition
    assert made
    role = (
        recipe.authors[0].role if language == "en" else preparer.language(language).book.find("role of a person", recipe.authors[0].role)[0]
    )
    cells = [html.unescape(re.sub("[\u2066\u2069]", "", cell)) for cell in re.findall(r"<td>(.*?)</td>", made.html)]
    assert cells.count(said.format(role)) == 2, [cell for cell in cells if "Person" in cell]


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
def test_a_telephone_number_is_drawn_in_order(pages: dict, language: str) -> None:
    """From left to right: 020, then 8438, then 0700."""
    row = {word[0].strip("."): word[1] for word in words(pages[language])}
    assert row["020"] < row["8438"] < row["0700"]
