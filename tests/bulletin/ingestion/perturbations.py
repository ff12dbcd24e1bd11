"""Other ways in which the same issue could have come: each changes a text and leaves its reading as it is."""

import random
import re
import unicodedata
from collections.abc import Callable

from bulletin.ingestion.characters import columns
from bulletin.ingestion.reading.text import read_text
from bulletin.ingestion.shapes import ParsedArticle, ParsedIssue
from bulletin.ingestion.structure import build_issue

Form = Callable[[int | None, str], str]

SENTENCE_ENDS = "。！？；：，、…"


def read(text: str, encoding: str = "utf-8") -> ParsedIssue:
    return build_issue(read_text(text.encode(encoding)), "text")


def without_markup(text: str) -> str:
    text = re.sub(r"\[[^\]\n]*\]\((\S+?)\)", r"\1", text)
    text = re.sub(r"(?m)^(?:#{1,6} +|> |- (?=\d\d ))", "", text)
    text = re.sub(r"<(https?://[^>\s]+)>", r"\1", text)
    text = text.replace("\\lambda", "λ")
    text = re.sub(r"\$([^$\n]+)\$", lambda m: m[1].replace("_", ""), text)
    return text.replace("**", "").replace("\\", "")


def with_markup(text: str, chance: random.Random) -> str:
    """Headings and bold where they don't belong, links and underlines escaped, as converters leave them."""
    lines = []
    for line in text.split("\n"):
        if "原文链接" in line and "[" not in line and "<" not in line:
            line = re.sub(r"https?://\S+", lambda m: m[0].replace("_", "\\_"), line)
        elif line.endswith("。") and "\t" not in line and not line.startswith(("#", "*", "-", "|")):
            dice = chance.random()
            line = (
                f"{'#' * chance.randint(1, 6)} {line}"
                if dice < 0.1
                else f"**{line}**"
                if dice < 0.15
                else line
            )
        elif line.startswith("# ") and chance.random() < 0.5:
            line = "#" * chance.randint(1, 3) + line[1:]
        lines.append(line)
    return "\n".join(lines)


def in_other_width(text: str) -> str:
    """Brackets, colons and commas in half width, the figures outside of addresses in full width."""
    halves = dict(zip("（）：；，", "():;,", strict=True))
    wide = {str(n): chr(0xFF10 + n) for n in range(10)}
    parts = re.split(
        r"((?:https?://|www\.)[^\s<>()（）]+|\]\([^)]*\)|!\[[^\]]*\]|<[^>\n]*>|\$[^$\n]*\$|\|[-: |]+\|)", text
    )
    for i in range(0, len(parts), 2):
        parts[i] = "".join(halves.get(c) or wide.get(c) or c for c in parts[i])
    return "".join(parts)


def cut_places(text: str) -> list[int]:
    """Where a page could end within a paragraph: not behind a mark that would end it, nor inside markup."""
    places = []
    for match in re.finditer(r"(?m)^(?!#|\||<|!|[-*] |原文|声明|\s*图|\s*表)[^\t\n<>$|]{50,}$", text):
        for i in range(match.start() + 20, match.end() - 12):
            around = text[i - 3 : i + 3]
            if (
                text[i - 1] not in SENTENCE_ENDS
                and "*" not in around
                and " " not in around
                and "\\" not in around
            ):
                places.append(i)
    return places


def with_page_cut(text: str, at: int, *, doubled: bool = False, folio: str = "") -> str:
    return f"{text[:at]}\n\n{folio}{text[at - doubled :]}"


def contents_lines(text: str, issue: ParsedIssue) -> list[tuple[int, int]]:
    """(start, end) in the text of each entry's line."""
    return [
        (text.rfind("\n", 0, entry.place.start) + 1, text.find("\n", entry.place.end)) for entry in issue.toc
    ]


def misspelt(title: str, chance: random.Random) -> str:
    """One character wrong, one missing."""
    wrong, missing = sorted(chance.sample(range(2, len(title) - 1), 2))
    return title[:wrong] + "某" + title[wrong + 1 : missing] + title[missing + 1 :]


EXTRA = """己县试行数据经纪人持证上岗

己县从本月起试行数据经纪人持证上岗，首批二十六人通过考试，考试内容包括合同、计价和个人信息保护三科，证书两年一换。

经纪人每促成一笔交易都要在三日内备案，备案材料由县数据中心保存十年，交易双方随时可以查阅。（来源：己县数据中心）

扫描二维码可阅读全文

原文链接：https://example.org/ji/2025/0901.html

"""


def folded(text: str) -> str:
    """For comparing: of one width, without spaces and dashes' and brackets' variants."""
    return re.sub(r"[\s•·]", "", unicodedata.normalize("NFKC", text)).replace("“", '"').replace("”", '"')


def reading(article: ParsedArticle, *, kinds: bool = True) -> tuple[object, ...]:
    """What an editor would compare."""
    return (
        folded(article.title),
        [folded(name) for name in article.source],
        article.source_url,
        [(block.kind if kinds else "", folded(block.text)) for block in article.body],
    )


def placed(article: ParsedArticle) -> tuple[object, ...]:
    return (article.section, article.page, article.in_toc)


def length(article: ParsedArticle) -> int:
    return sum(len(folded(block.text)) for block in article.body)


def is_inside_prose(text: str, at: int) -> bool:
    """Whether the part before the place is, within its line, certainly a sentence or more."""
    return "。" in text[text.rfind("\n", 0, at) + 1 : at]


def with_contents(text: str, issue: ParsedIssue, form: Form | None) -> str:
    """The contents set in another form: form(None, section) and form(page, title) are its lines."""
    lines = contents_lines(text, issue)
    heading = re.search(r"(?m)^[^\n]*(?:本\s*期\s*要\s*目|目\s*录)[^\n]*$", text)
    assert heading
    made, section = ["本期要目"], ""
    for entry in issue.toc if form else ():
        if entry.section != section:
            section = entry.section
            made.append(f"\n{form(None, section)}\n")
        made.append(form(entry.page, entry.title))
    shown = "\n".join(made) if form else ""
    return f"{text[: heading.start()]}{shown}\n\n{text[lines[-1][1] + 1 :]}"


def wrapped(text: str, measure: int) -> str:
    """Every paragraph set in lines of so many columns, a Chinese character taking two."""
    lines = []
    for line in text.split("\n"):
        if "://" in line or line.startswith(("#", "|", "<", "!", "- ")):
            lines.append(line)
            continue
        at = 0
        while at < len(line):
            width = end = 0
            while end + at < len(line) and width + columns(line[at + end]) <= measure:
                width += columns(line[at + end])
                end += 1
            while at + end < len(line) and line[at + end] in "，。；：、）》”！？" and end > 1:
                end -= 1
            lines.append(line[at : at + end])
            at += end
        lines += [""] if not line else []
    return "\n".join(lines)
