"""Document numbers (文号) and what else stands for them: orders (令) and the codes of foreign papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CHINESE = "[一二三四五六七八九十百千〇零]"
# 国发〔2024〕12号: agency, year in hexagonal brackets, serial number. Form laid down in GB/T 9704—2012;
# printed with round or square brackets, and with 第, as often. The agency is an
# abbreviation and holds no particles.
_NUMBER = re.compile(
    r"(?P<agency>(?:数据|(?![了据照按依将为和及与的以对由《》])[\u4e00-\u9fff]){1,14}?(?:（[\u4e00-\u9fff]{1,4}）)?)"
    r"[〔（](?P<year>(?:19|20)\d{2})年?[〕）]第?(?P<serial>\d{1,5})号"
)
_AGENCY_LEAD = re.compile(
    r"^.*(?:印发|文件|通知|公布|发布|执行|关于|文号为?|发文字号为?|编号为?)(?=[\u4e00-\u9fff]{1,8}$)"
)
_ORDER_LEAD = re.compile(r"^.*(?:公布|发布|签署|颁布|根据|依据)(?=.{1,12}令)")
_ORDER = re.compile(
    rf"(?:(?P<body>中华人民共和国国务院|国务院|中华人民共和国主席"
    r"|(?:(?![了据照按以由《》])[\u4e00-\u9fff]){0,14}?(?:部|局|委员会|委|会|总署|署|办公室|网信办|政府|银行|厅))?令"
    rf"[（]?(?:(?P<year>(?:19|20)\d{{2}})年)?第(?:\d{{1,4}}|{_CHINESE}{{1,6}})号"
    rf"|第(?:\d{{1,4}}|{_CHINESE}{{1,6}})号(?:国务院|主席|总理|政府|省政府|市政府)令)"
)
# （NSM-22）, （编号SB 1047）, 指令（BOD）25-01: letters and a number. Codes of standards are no 文号.
_CODE = re.compile(
    r"(?:编号为?|No\.?)?"
    r"(?P<code>[A-Z][A-Za-z.]{0,8}[ \-—][A-Z]{0,3}[\-—]?\d{1,5}(?:[\-—]\d{1,4})?|[A-Z]{1,4}\.?\d{2,5})"
)
# 备忘录M-24-18《…》: a code that belongs to the kind of paper named before it.
_CODE_BEFORE = re.compile(
    r"(?:备忘录|指令|指示|通告|公告|命令|法案|法令)第?"
    r"(?P<code>[A-Z]{1,4}[ .\-—]?\d{1,4}(?:[\-—]\d{1,3})?)号?[：，]?$"
)
_STANDARD = re.compile(
    r"^(?:GB|YD|DB|ISO|IEC|IEEE|TC|T/|ITU|Q/|JR|GA|GM|SJ|HJ|DL|NB|WS|CSA|RFC|FIPS|AI|IPv|5G|6G|ML|SLH|CVE|COVID)",
    re.I,
)
_ANNOUNCEMENT = re.compile(r"(?P<year>20\d{2})年第(?P<serial>\d{1,4})号")


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A document number. Places count in the folded text."""

    start: int
    end: int
    kind: str  # 文号, 令, 编号 or 公告


def find_numbers(text: str, start: int = 0, end: int | None = None) -> Iterator[FoundNumber]:
    """All document numbers in a folded text."""
    limit = len(text) if end is None else end
    taken: list[tuple[int, int]] = []
    for match in _NUMBER.finditer(text, start, limit):
        lead = _AGENCY_LEAD.match(match["agency"])
        first = match.start() + (lead.end() if lead else 0)
        if re.search(r"公告|标准", match["agency"]):
            continue
        taken.append((first, match.end()))
        yield FoundNumber(first, match.end(), "文号")
    for match in _ORDER.finditer(text, start, limit):
        lead = _ORDER_LEAD.match(match.group())
        first = match.start() + (lead.end() if lead else 0)
        taken.append((first, match.end()))
        yield FoundNumber(first, match.end(), "令")
    for match in _ANNOUNCEMENT.finditer(text, start, limit):
        if not any(a <= match.start() < b for a, b in taken):
            yield FoundNumber(match.start(), match.end(), "公告")


def code_beside(text: str, start: int, end: int) -> tuple[int, int, str] | None:
    """The code of a foreign paper directly behind its title (（NSM-22）) or before it (（BOD）25-01《…》)."""
    behind = re.compile(r"（([^（）《》]{3,24})）").match(text, end)
    if behind:
        code = _CODE.fullmatch(behind[1].strip())
        if code and not _STANDARD.match(code["code"]):
            return behind.start(1) + code.start("code"), behind.start(1) + code.end("code"), code["code"]
    before = re.compile(r"（([A-Z]{2,6})）(\d{1,4}(?:[\-—]\d{1,4})?)：?$").search(
        text, max(0, start - 24), start
    )
    if before:
        return before.start(), before.end(), f"{before[1]} {before[2].replace('—', '-')}"
    named = _CODE_BEFORE.search(text, max(0, start - 24), start)
    if named:
        return named.start("code"), named.end("code"), named["code"].replace("—", "-")
    return None
