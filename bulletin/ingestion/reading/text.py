"""A text file as lines: its encoding found, its markup taken off and kept as hints."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import replace

from bulletin.ingestion.errors import BinaryFile, EmptyFile, UnknownEncoding
from bulletin.ingestion.reading.wrapping import with_wraps
from bulletin.ingestion.shapes import Line, Link, Place, Source

# ------------------------------------------------------------------------------- encoding

_MARKS = (  # byte order marks, the longer first: UTF-32 LE begins like UTF-16 LE
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Of the Han characters in a simplified Chinese text some 99 % are among the 3755 of GB 2312's first level;
# of a text decoded by the wrong table less than half.
_COMMON_SHARE = 0.85
_BROKEN_SHARE = 0.002  # of the characters: a text with a few broken bytes is still read, and they are shown
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_SHARE = 0.01


def decode(content: bytes) -> str:
    """The bytes as text. Raises EmptyFile, BinaryFile, UnknownEncoding."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            text = content[len(mark) :].decode(encoding, errors="replace")
            break
    else:
        text = _decode_unmarked(content)
    if not text.strip("\ufeff \t\r\n\f\u3000"):
        raise EmptyFile
    if len(_CONTROL.findall(text)) > _CONTROL_SHARE * len(text):
        raise BinaryFile
    if text.count("\ufffd") > _BROKEN_SHARE * len(text) + 2:
        raise UnknownEncoding
    return text


def _decode_unmarked(content: bytes) -> str:
    if b"\x00" in content:
        for encoding in ("utf-16-le", "utf-16-be"):
            text = content.decode(encoding, errors="replace")
            if _is_chinese(text):
                return text
        raise BinaryFile
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for encoding, errors in (("gb18030", "strict"), ("utf-8", "replace"), ("gb18030", "replace")):
        try:
            text = content.decode(encoding, errors=errors)
        except UnicodeDecodeError:
            continue
        if _is_chinese(text):
            return text
    if len(content.translate(None, bytes(range(0x80, 0x100)))) < len(content) / 2 and not _CONTROL.search(
        content.decode("latin-1")
    ):
        raise UnknownEncoding
    raise BinaryFile if _CONTROL.search(content.decode("latin-1")) else UnknownEncoding


def _is_chinese(text: str) -> bool:
    """Whether the text, so decoded, reads as simplified Chinese."""
    han = [c for c in text if "\u3400" <= c <= "\u9fff"]
    if not han or text.count("\ufffd") > _BROKEN_SHARE * len(text) + 2:
        return False
    common = sum(b"\xb0" <= c.encode("gb2312", errors="ignore")[:1] <= b"\xd7" for c in han)
    return common >= _COMMON_SHARE * len(han)


# --------------------------------------------------------------------------------- markup

_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad\ue000-\uf8ff]")
_HTML_TABLE = re.compile(r"<table\b.*?</table\s*>", re.IGNORECASE | re.DOTALL)
_HTML_ROW = re.compile(r"<tr\b[^>]*>(.*?)(?:</tr\s*>|(?=<tr\b)|(?=</table))", re.IGNORECASE | re.DOTALL)
_HTML_CELL = re.compile(r"<t[dh]\b([^>]*)>(.*?)(?:</t[dh]\s*>|(?=<t[dh]\b)|$)", re.IGNORECASE | re.DOTALL)
_COLSPAN = re.compile(r"colspan\s*=\s*[\"']?(\d{1,2})", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# Lines that are markup alone: thematic breaks, code fences, the rule under a table's head, closing tags.
_MARKUP_ALONE = re.compile(
    r"(?:[-*_=~](?:\s*[-*_=~]){2,}|`{3,}\w*|\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?|(?:</?(?!https?:|www)[a-zA-Z][^>]*>\s*)+)"
)
_SETEXT = re.compile(r"(=+|-{2,})\s*")
_SETEXT_WIDEST = 60  # characters: what is underlined as a heading is no paragraph
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)|<img\b[^>]*>", re.IGNORECASE)
_HEADING = re.compile(r"(#{1,6})(?!#)\s*(?=\S)")
_HTML_HEADING = re.compile(r"<h([1-6])\b", re.IGNORECASE)
_QUOTE = re.compile(r"(?:>\s?)+(?=\S)")
_BULLET = re.compile(r"(?:[-*+•●○■◆▪►▶◇□➢❖\ue000-\uf8ff]|·(?=\s))\s+(?=\S)|[•●■◆▪►▶➢❖\ue000-\uf8ff](?=\S)")
_FOLIO = re.compile(r"[-—–·•|]\s*\d{1,3}\s*[-—–·•|]?")  # a page number in its marks is no item of a list
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_AUTOLINK = re.compile(r"<((?:https?://|www\.)[^<>\s]+)>", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>（）()\[\]【】“”\"，。；、]+", re.IGNORECASE)
_ESCAPE = re.compile(r"\\+([\\`*_{}\[\]()#+\-.!|<>~$&^=:/])")
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*|\*\*|(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)")
_EMPHASIS = re.compile(r"(?<![*\d])\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?![*\d])")
_ALL_STRONG = re.compile(r"(?:\*\*(?:(?!\*\*).)+\*\*|__(?:(?!__).)+__|<(b|strong)\b[^>]*>.*</\1>)[:：]?")
_SUPERSCRIPT = re.compile(r"<sup\b[^>]*>(.*?)</sup>", re.IGNORECASE)
_LOOSE_SCRIPT = re.compile(r"\s+(?=<su[bp]\b)|(?<=</sub>)\s+(?=[)）])|(?<=</sup>)\s+(?=[)）])", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|center|code|div|em|figcaption|figure|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|"
    r"s|section|small|span|strong|sub|sup|u|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_MATH = re.compile(r"\$(?=\S)([^$\n\u3000-\uffef]{1,60}?)(?<=\S)\$(?!\d)")
_MATH_SIGN = re.compile(r"[\\_^]|^[A-Za-z]$")
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ",
    "lambda": "λ",
    "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "omega": "ω", "times": "×",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "sim": "~", "approx": "≈", "pm": "±", "cdot": "·",
}  # fmt: skip
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_INDENT = re.compile(r"(?:\u3000{1,4}| {2,8}|\t)(?=\S)")


def read_text(content: bytes) -> Source:
    """A text file of either flavour, plain or marked up. A line may be a whole paragraph."""
    text = decode(content)
    lines: list[Line] = []
    furniture: list[Place] = []
    tables = [match.span() for match in _HTML_TABLE.finditer(text)]
    comments = [match.span() for match in _COMMENT.finditer(text)]
    for start, end, page in _raw_lines(text, tables + comments):
        raw = text[start:end]
        if not raw.strip():
            continue
        place = _trimmed(text, start, end, page)
        if (start, end) in comments:
            furniture.append(place)
        elif (start, end) in tables:
            lines.extend(_table_rows(text, start, end, page))
        elif lines and _SETEXT.fullmatch(raw.strip()) and _is_under(text, lines[-1], start):
            level = 1 if raw.strip().startswith("=") else 2
            lines[-1] = replace(lines[-1], heading=level)
            furniture.append(place)
        elif _MARKUP_ALONE.fullmatch(raw.strip()) and not _IMAGE.search(raw):
            furniture.append(place)
        else:
            lines.append(_read_line(raw, place))
    pages = text.count("\f") + 1 if "\f" in text.strip() else 0
    return Source(
        text=text,
        lines=tuple(with_wraps(list(_with_tables(lines)), text)),
        furniture=tuple(furniture),
        pages=pages,
    )


def _raw_lines(text: str, wholes: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """(start, end, page) of every line; a stretch of `wholes` is one, whatever line ends it holds."""
    at, page = 0, 1 if "\f" in text.strip() else 0
    bounds = sorted(wholes)
    while at < len(text):
        if bounds and bounds[0][0] < at:
            bounds.pop(0)
            continue
        match = _LINE_END.search(text, at)
        end, after = match.span() if match else (len(text), len(text))
        if bounds and bounds[0][0] < end:
            start, stop = bounds.pop(0)
            yield at, start, page
            yield start, stop, page
            at = stop
            continue
        yield at, end, page
        page += bool(page and match and match.group() == "\f")
        at = after


def _trimmed(text: str, start: int, end: int, page: int) -> Place:
    raw = text[start:end]
    return Place(start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip()), page)


def _is_under(text: str, line: Line, start: int) -> bool:
    """Whether a rule that begins at `start` underlines the line: directly below, and the line short."""
    between = text[line.place.end : start]
    return len(line.text) <= _SETEXT_WIDEST and not between.strip() and len(_LINE_END.findall(between)) == 1


def _read_line(raw: str, place: Place) -> Line:
    begins = True if _INDENT.match(raw) else None
    rest = raw.strip().lstrip("\ufeff")
    if not _IMAGE.sub("", rest).strip():
        return Line("", place, picture=True)
    rest = _QUOTE.sub("", rest, count=1) if _QUOTE.match(rest) else rest
    heading = 0
    if match := _HEADING.match(rest):
        heading, rest = len(match.group(1)), rest[match.end() :].rstrip("# ") or rest
    elif match := _HTML_HEADING.match(rest):
        heading = int(match.group(1))
    bullet = False
    if not heading and not _FOLIO.fullmatch(rest) and (match := _BULLET.match(rest)):
        bullet, begins, rest = True, True, rest[match.end() :]
    cells = tuple(_clean(cell)[0] for cell in _split_cells(raw, rest))
    text, urls = _clean(rest)
    return Line(
        text=" ".join(cell for cell in cells if cell) if cells else text,
        place=place,
        bold=bool(_ALL_STRONG.fullmatch(rest.strip())),
        heading=heading,
        begins=begins,
        bullet=bullet,
        cells=cells,
        links=tuple(Link(url, "print", place) for url in urls),
    )


def _split_cells(raw: str, rest: str) -> list[str]:
    if rest.startswith("|") and rest.count("|") > 1:
        return [cell.replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", rest.strip().strip("|"))]
    # A tab before the text is an indent, several are cells, and the outer ones may be empty.
    return raw.split("\t") if "\t" in rest or raw.count("\t") > 1 else []


def _with_tables(lines: list[Line]) -> Iterator[Line]:
    """A single tab is a gap, not a table: a row has three cells, or a neighbour with cells."""
    for i, line in enumerate(lines):
        alone = not any(near.cells for near in (*lines[max(i - 1, 0) : i], *lines[i + 1 : i + 2]))
        yield replace(line, cells=()) if line.cells and alone and len(line.cells) < 3 else line


def _table_rows(text: str, start: int, end: int, page: int) -> Iterator[Line]:
    rows = list(_HTML_ROW.finditer(text, start, end))
    for i, row in enumerate(rows):
        cells: list[str] = []
        for attributes, content in _HTML_CELL.findall(row.group(1)):
            cells.append(" ".join(_clean(re.sub(r"<br\s*/?>|[\r\n]+", " ", content))[0].split()))
            span = _COLSPAN.search(attributes)
            cells.extend([""] * (int(span.group(1)) - 1 if span else 0))
        place = Place(
            start if i == 0 else row.start(), end if i == len(rows) - 1 else rows[i + 1].start(), page
        )
        yield Line(" ".join(cell for cell in cells if cell), place, cells=tuple(cells))


def _clean(raw: str) -> tuple[str, list[str]]:
    """The text without its inline markup, and the targets of its links."""
    urls = [_unescape_address(url) for _, url in _LINK.findall(raw)]
    text = _LINK.sub(lambda m: _unescape_address(m[1]) if _ADDRESS.match(m[1]) else m[1], raw)
    text = _AUTOLINK.sub(r"\1", text)
    text = _IMAGE.sub("", text)
    pieces, at = [], 0
    for match in _ADDRESS.finditer(text):
        pieces += [_clean_words(text[at : match.start()]), _unescape_address(match.group())]
        at = match.end()
    text = "".join([*pieces, _clean_words(text[at:])])
    return _INVISIBLE.sub("", text).replace("\t", " ").strip(), urls


def _clean_words(text: str) -> str:
    text = _STRONG.sub(lambda m: m[1] or m[2] or "", text)
    text = _EMPHASIS.sub(r"\1", text)
    text = _MATH.sub(lambda m: _untex(m[1]) if _MATH_SIGN.search(m[1]) else m[0], text)
    text = _LOOSE_SCRIPT.sub("", text)
    text = _SUPERSCRIPT.sub(lambda m: m[1].translate(_RAISED), text)
    return html.unescape(_ESCAPE.sub(r"\1", _TAG.sub("", text)))


def _untex(math: str) -> str:
    math = re.sub(r"\\(?:text|mathrm|mathbf)\s*", "", math)
    math = re.sub(r"\^\{?([0-9+\-n]+)\}?", lambda m: m[1].translate(_RAISED), math)
    math = re.sub(r"\\([a-zA-Z]+)", lambda m: _GREEK.get(m[1], m[1]), math)
    return re.sub(r"[_^{}\\]", "", math)


def _unescape_address(url: str) -> str:
    return html.unescape(re.sub(r"\\+", "", url))
