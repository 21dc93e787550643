"""Every code a problem can carry: how grave it is, what it stops, and which rule it comes from.

The letters C, S, R, N, L, A, G and T are the ids of the leaflet standard (docs/standard.md); the others are ours:
F files, Y YAML, K keys, M Markdown, X references, V vocabulary and conditions, P print, B build, D tables of recipients.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How grave a problem is. An error makes the exit status 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Stops(StrEnum):
    """What a problem keeps from happening."""

    BUILD = "build"  # a leaflet that has it is not built at all
    FINAL = "final"  # a leaflet that has it is built as a draft only
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem."""

    id: str
    severity: Severity
    stops: Stops
    title: str
    rule: str = ""


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE
_B, _F, _0 = Stops.BUILD, Stops.FINAL, Stops.NOTHING

_TABLE = (
    # files
    Code("F01", _E, _B, "The workspace folder is missing or cannot be read"),
    Code("F02", _E, _B, "A text file is not UTF-8"),
    Code("F03", _W, _0, "A text file starts with a byte order mark"),
    Code("F04", _E, _B, "A text file holds a NUL byte or another control character"),
    Code("F05", _W, _0, "A text file has Windows line ends (CR LF)"),
    Code("F06", _E, _B, "A file is too large"),
    Code("F07", _E, _B, "A link leads out of the workspace"),
    Code("F08", _E, _B, "A file cannot be read"),
    Code("F09", _W, _0, "A file is not used by any rule of the workspace"),
    Code("F10", _E, _B, "A file name is not usable as a name"),
    Code("F11", _E, _B, "Two files or records have one name"),
    Code("F12", _E, _B, "A picture or font cannot be used"),
    # YAML
    Code("Y01", _E, _B, "A YAML text cannot be read"),
    Code("Y02", _E, _B, "A YAML text is indented with a tab"),
    Code("Y03", _E, _B, "A key stands twice"),
    Code("Y04", _E, _B, "A YAML anchor, alias or tag is used"),
    Code("Y05", _E, _B, "A file is empty"),
    Code("Y06", _E, _B, "A YAML text is nested too deep"),
    # keys
    Code("K01", _E, _B, "A key is unknown"),
    Code("K02", _E, _B, "A key is missing"),
    Code("K03", _E, _B, "A value is not of the right kind"),
    Code("K04", _E, _B, "A value is not in its closed list"),
    Code("K05", _E, _B, "An id is not written as ids are"),
    # Markdown
    Code("M01", _E, _B, "A section's header is missing or not closed"),
    Code("M02", _E, _B, "HTML in a text"),
    Code("M03", _E, _B, "Code in a text"),
    Code("M04", _E, _B, "Italics in a text", "L2"),
    Code("M05", _E, _B, "A heading's level is wrong", "S1"),
    Code("M06", _E, _B, "A block's name is unknown"),
    Code("M07", _E, _B, "A block is not closed, or closed without being open"),
    Code("M08", _E, _B, "A block's arguments or content are wrong"),
    Code("M09", _E, _B, "Braces hold nothing known"),
    Code("M10", _E, _B, "A picture has no words", "A2"),
    Code("M11", _E, _B, "A Markdown construct that leaflets do not use"),
    Code("M12", _E, _B, "A fact has no such form"),
    Code("M13", _E, _B, "A section has no text"),
    Code("M14", _E, _B, "A table has an empty header cell or uneven rows", "S5"),
    # references
    Code("X01", _E, _B, "No such fact"),
    Code("X02", _E, _B, "No such word in the glossary"),
    Code("X03", _E, _B, "No such source"),
    Code("X04", _E, _B, "No such section"),
    Code("X05", _E, _B, "No such profile"),
    Code("X06", _E, _B, "No such leaflet"),
    Code("X07", _E, _B, "A detail of the clinic or country is asked for that nobody gave"),
    Code("X08", _E, _B, "No such picture or font"),
    Code("X09", _E, _B, "Sections include one another in a circle"),
    Code("X10", _W, _0, "A section that nobody uses"),
    Code("X11", _N, _0, "A fact, source or word that nobody uses"),
    Code("X12", _E, _B, "No such edition"),
    Code("X13", _E, _B, "No such country"),
    Code("X14", _E, _B, "A section stands twice in a leaflet"),
    Code("X15", _E, _B, "An address cannot be used"),
    Code("X16", _E, _B, "A phrase for letters and its slots do not fit"),
    Code("X17", _E, _B, "A leaflet has no such text, or no edition prints it"),
    # vocabulary and conditions
    Code("V01", _E, _B, "A condition cannot be read"),
    Code("V02", _E, _B, "No such trait"),
    Code("V03", _E, _B, "No such value of a trait"),
    Code("V04", _W, _0, "A condition that no reader can meet"),
    Code("V05", _E, _B, "A reader loses something a leaflet must show"),
    Code("V06", _E, _B, "A leaflet must show something it does not hold"),
    Code("V07", _E, _B, "A proof would have to go through too many readers"),
    # content, by the standard
    Code("C1", _E, _F, "One main message of 1 to 3 sentences, near the start", "C1"),
    Code("C2", _E, _F, "At least one call to action", "C2"),
    Code("C3", _E, _F, "Aim, who it is for, who it is not for", "C3"),
    Code("C4", _E, _F, "Options, benefits and harms; no change among at least three options", "C4"),
    Code("C5", _E, _F, "What is uncertain", "C5"),
    Code("C6", _W, _F, "Benefits and harms get equal room: word ratio 0.67 to 1.5", "C6"),
    Code("C7", _E, _F, "Questions, room for notes, contact and urgent help", "C7"),
    Code("C8", _W, _F, "Sections in the order of a treatment leaflet", "the order of the kinds"),
    Code("C13", _E, _F, "Words that promise", "C13"),
    Code("S1", _E, _F, "No skipped heading level; headings that tell something", "S1"),
    Code("S2", _W, _F, "At most 150 words under one heading", "S2"),
    Code("S3", _W, _F, "At most 7 items in a list", "S3"),
    Code("R1", _E, _F, "Flesch-Kincaid grade: above 8 fails, above 6 is noted", "R1"),
    Code("R1a", _N, _0, "Flesch-Kincaid grade above the 6 aimed at", "R1"),
    Code("R2", _W, _F, "Sentences of 15 words on average, none above 25", "R2"),
    Code("R3", _W, _F, "Paragraphs of at most 3 sentences", "R3"),
    Code("R4", _W, _F, "Passive sentences below 10 percent", "R4"),
    Code("R5", _E, _F, "Abbreviations spelt out", "R5"),
    Code("R6", _W, _F, "The reader is spoken to", "R6"),
    Code("R7", _W, _F, "One term for one concept", "R7"),
    Code("N1", _E, _F, "One denominator in a table", "N1"),
    Code("N1a", _W, _F, "Denominators of 100 or 1,000, or the study's own small number", "N1"),
    Code("N2", _E, _F, "The number for every arm", "N2"),
    Code("N3", _E, _F, "The time is given", "N3"),
    Code("N4", _E, _F, "Both sides of a number are shown", "N4"),
    Code("N5", _W, _F, "Words such as common or rare only beside the number", "N5"),
    Code("N7", _E, _F, "A relative figure without the absolute numbers", "N2"),
    Code("N10", _E, _F, "A digit typed where a fact belongs", "one source for every number"),
    Code("N11", _E, _B, "A fact's numbers contradict one another", "N4"),
    Code("N12", _W, _F, "A fact's number is not among those its source reports", "one source for every number"),
    Code("L2", _W, _F, "Words in capitals", "L2"),
    Code("L6", _E, _F, "Contrast of the colours: 7:1 for running text, 4.5:1 for other text, 3:1 for lines", "L6"),
    Code("L6a", _W, _F, "A colour that a printer without colour makes too light or too dark", "L6"),
    Code("L8", _E, _B, "A letter that no font of the edition has", "L8"),
    Code("G1", _W, _F, "Version and dates: published, evidence searched, review due", "G1"),
    Code("G1a", _E, _F, "The date for review has passed", "G1"),
    Code("G2", _W, _F, "Authors, reviewers, funding, conflicts, licence", "G2"),
    Code("G3", _E, _B, "A fact without a source, or a source that cannot be found again", "G3"),
    Code("G4", _W, _F, "The way to give feedback; other formats", "G4"),
    Code("G5", _W, _F, "Nobody signed this text, or it changed since", "G5"),
    Code("G6", _W, _F, "The clinic's details are an example's", "G2"),
    Code("G7", _W, _F, "Text of a starter still stands"),
    # translation
    Code("T1", _E, _B, "A text has no translation", "T1"),
    Code("T2", _E, _B, "A translation has other facts, numbers or braces than its text", "T2"),
    Code("T2a", _E, _F, "A translation has other typed figures than its text", "T2"),
    Code("T4", _W, _F, "A translation that no translator has checked", "T4"),
    Code("T5", _E, _F, "A translation is older than its text, a fact or a word of the glossary", "T5"),
    Code("T7", _W, _F, "A denial of the text is not found in its translation"),
    Code("T8", _W, _F, "A word of the glossary is translated in another way", "R7"),
    Code("T9", _W, _F, "A translation is much longer or shorter than its text"),
    Code("T10", _W, _F, "Punctuation, quotation marks or digits of another language"),
    Code("T11", _E, _F, "A translation is left in the language of its text"),
    Code("T12", _W, _0, "A language without its list of words that promise or deny"),
    Code("T13", _E, _B, "A catalog or a language's file cannot be used"),
    Code("T14", _E, _B, "A language whose script this program does not know"),
    Code("R8", _W, _0, "Readability by the language's own formula", "R8"),
    Code("R8a", _N, _0, "No readability formula for the language", "R8"),
    # print
    Code("P02", _E, _B, "The renderer reported something"),
    Code("P05", _E, _B, "The renderer was asked for a file or address outside the workspace"),
    Code("P06", _E, _B, "A font outside the edition's list got into a PDF", "L8"),
    Code("P07", _E, _B, "A leaflet could not be rendered"),
    Code("P08", _E, _B, "A template cannot be used"),
    Code("P09", _E, _B, "A font or library that rendering needs is not installed"),
    Code("P10", _E, _B, "A style sheet cannot be used"),
    Code("P11", _E, _B, "A leaflet has more pages than its edition allows"),
    Code("P12", _E, _B, "An edition for a print shop lacks what its press needs"),
    # build
    Code("B01", _E, _B, "An output file cannot be written"),
    Code("B02", _E, _B, "A leaflet was asked for as final and is not"),
    Code("B03", _E, _B, "Two outputs would have one name"),
    # tables of recipients
    Code("D01", _E, _B, "A table of recipients cannot be read"),
    Code("D02", _W, _0, "How a table of recipients was read: its encoding was found out, not told"),
    Code("D03", _E, _B, "A column of a table of recipients is unknown, stands twice or is missing"),
    Code("D04", _E, _B, "A cell names what the workspace does not have"),
    Code("D05", _E, _B, "A cell that is needed is empty"),
    Code("D06", _E, _B, "A date, time or number cannot be read without guessing"),
    Code("D07", _E, _B, "A cell holds what no letter can print"),
    Code("D08", _W, _0, "A date that has passed, or a cell that no phrase prints"),
    Code("D09", _E, _B, "A letter could not be made"),
)

CODES: dict[str, Code] = {code.id: code for code in _TABLE}
