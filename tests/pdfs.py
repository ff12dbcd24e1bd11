"""PDFs made by hand: whole issues in a plain setting, and files that nobody should have to read."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterable

A4 = (595, 842)
LEFT, TOP, SIZE, LEADING = 70, 760, 10.5, 18
LINE_LENGTH = 40  # characters
LINES_A_PAGE = 36
HANGING = tuple("，。）")  # never begin a line
SECTIONS = ("国策要论", "地方新政", "产业前沿", "数谷动态")
# What the articles of a made issue are put together from: real places, titles that hardly come twice, and
# sentences of words at random between ordinary verbs, so that no two issues tell the same news.
PLACES = (
    "遵义市",
    "苏州市",
    "成都市",
    "深圳市",
    "青岛市",
    "兰州市",
    "长沙市",
    "南宁市",
    "合肥市",
    "大连市",
    "昆明市",
)
THEMES = ("数据标注", "算力调度", "公共数据授权", "可信数据空间", "人工智能应用", "数字乡村", "智能制造")
KINDS = ("管理办法", "行动方案", "实施细则", "若干措施", "工作指引")
VERBS = ("提出", "部署", "完善", "推动", "鼓励", "建设", "明确", "支持", "形成", "公布")
COMMON_HAN = bytes(byte for at in range(3755) for byte in (0xB0 + at // 94, 0xA1 + at % 94)).decode(
    "gb2312"
)  # the first level of GB 2312


def file(objects: Iterable[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of the objects, numbered from 1; the first is its catalogue."""
    out, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(offsets) + 1,
        trailer,
        start,
    )
    return bytes(out)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode%b>>stream\n%b\nendstream" % (len(packed), entries, packed)


def pages(
    contents: Iterable[bytes], size: tuple[int, int] = A4, catalogue: bytes = b"", page: bytes = b""
) -> bytes:
    """A PDF with a page for each content stream. Its text is set in a Chinese font that every reader has."""
    contents = list(contents)
    first = 6
    kids = b" ".join(b"%d 0 R" % (first + 2 * index) for index in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%b>>" % catalogue,
        b"<</Type/Pages/Count %d/Kids[%b]/MediaBox[0 0 %d %d]/Resources<</Font<</F 3 0 R>>>>>>"
        % (len(contents), kids, *size),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 5 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/Ascent 880/Descent -120/CapHeight 700"
        b"/ItalicAngle 0/StemV 90/FontBBox[0 -120 1000 880]>>",
    ]
    for index, content in enumerate(contents):
        objects.append(b"<</Type/Page/Parent 2 0 R/Contents %d 0 R%b>>" % (first + 2 * index + 1, page))
        objects.append(stream(content))
    return file(objects)


def line(text: str, x: float, y: float, size: float = SIZE) -> bytes:
    """One line of text at a place. Points from the page's bottom left."""
    return b"BT /F %g Tf 1 0 0 1 %g %g Tm <%b> Tj ET\n" % (
        size,
        x,
        y,
        text.encode("utf-16-be").hex().encode(),
    )


def issue(total_number: int, *, articles: int = 14, paragraphs: int = 11, first_title: str = "") -> bytes:
    """An issue in one column: cover, masthead, contents, articles. With 14 articles some 30 pages."""
    number, month = total_number % 24 + 1, total_number % 12 + 1
    issued = f"2025年{month}月{total_number % 27 + 1}日"
    titled = f"{issued}　第{number}期　总第{total_number}期"
    texts = [_article(total_number, order, articles, paragraphs, first_title) for order in range(articles)]
    starts, sheets, page = [], [], 1
    for text in texts:
        set_pages = _set(text)
        starts.append(page)
        sheets += set_pages
        page += len(set_pages)
    cover = [("大数据发展动态", 34, 640), (titled, 12, 590), (texts[0]["title"], 22, 400)]
    masthead = [
        ("大数据发展动态", 30, 700),
        (titled, 12, 660),
        ("主　　编：张三丰", 10.5, 620),
        ("编　　辑：李四光", 10.5, 600),
    ]
    front = [b"".join(line(text, LEFT, y, size) for text, size, y in lines) for lines in (cover, masthead)]
    contents, y, section = [line("本期要目", 250, 780, 18)], 740, ""
    for text, start in zip(texts, starts, strict=True):
        if text["section"] != section:
            section = text["section"]
            contents.append(line(section, LEFT, y, 13))
            y -= 24
        dots = "…" * max(3, (LINE_LENGTH - 4 - len(text["title"])))
        contents.append(line(f"{text['title']}{dots}{start:02}", LEFT, y))
        y -= LEADING
    return pages(
        [
            *front,
            b"".join(contents),
            *(content + line(f"— {n} —", 285, 40, 9) for n, content in enumerate(sheets, 1)),
        ]
    )


def text(total_number: int, *, articles: int = 4, paragraphs: int = 3) -> str:
    """The same issue as a text."""
    number, month = total_number % 24 + 1, total_number % 12 + 1
    issued = f"2025年{month}月{total_number % 27 + 1}日"
    made = [_article(total_number, order, articles, paragraphs, "") for order in range(articles)]
    lines = ["大数据发展动态", f"{issued} 第{number}期 总第{total_number}期", made[0]["title"], "本期要目"]
    for section in SECTIONS:
        lines.append(section)
        lines += [
            f"{each['title']}……{page:02}" for page, each in enumerate(made, 1) if each["section"] == section
        ]
    for each in made:
        lines += ["", each["title"], *each["body"], "扫描二维码查看原文", f"原文链接：{each['link']}"]
    return "\n".join(lines)


def _article(total_number: int, order: int, articles: int, paragraphs: int, first_title: str) -> dict:
    luck = random.Random(total_number * 1000 + order)  # noqa: S311  to be repeated
    place, theme, kind = luck.choice(PLACES), luck.choice(THEMES), luck.choice(KINDS)
    name = f"{place}{_words(luck, 2)}{theme}{kind}"
    if order % 3 == 2:  # news without a document
        title, opening = f"{place}{theme}推进会召开", f"近日，{place}召开{theme}推进会。"
    else:
        title, opening = f"{place}印发《{name}》", f"近日，{place}人民政府印发《{name}》。"
    if order % 4 == 0:
        opening += f"根据《中华人民共和国{theme}促进法》，"
    body = [
        opening + "".join(_sentence(luck) for _ in range(5))
        if index == 0
        else "".join(_sentence(luck) for _ in range(6))
        for index in range(paragraphs)
    ]
    body[-1] += f"（来源：{place}数据局）"
    link = f"https://www.example.gov.cn/{total_number}/{order + 1}.html"
    return {
        "section": SECTIONS[order * len(SECTIONS) // articles],
        "title": first_title if first_title and order == 0 else title,
        "body": body,
        "link": link,
    }


def _sentence(luck: random.Random) -> str:
    """Some thirty characters of no sense."""
    parts = [_words(luck, 2) + luck.choice(VERBS) + _words(luck, luck.randint(2, 4)) for _ in range(2)]
    return "，".join(parts) + "。"


def _words(luck: random.Random, count: int) -> str:
    return "".join(luck.choices(COMMON_HAN, k=2 * count))


def _set(article: dict) -> list[bytes]:
    """The article's pages."""
    lines = []
    for paragraph in article["body"]:
        text = "　　" + paragraph
        while text:
            end = LINE_LENGTH + (text[LINE_LENGTH : LINE_LENGTH + 1] in HANGING)
            lines.append(text[:end])
            text = text[end:]
    head = line(article["title"], 120, TOP, 18)
    sheets, room, y, content = [], LINES_A_PAGE - 3, TOP - 3 * LEADING, head
    for text in [*lines, "扫描二维码查看原文", f"原文链接：{article['link']}"]:
        if room == 0:
            sheets.append(content)
            room, y, content = LINES_A_PAGE, TOP, b""
        spaces = len(text) - len(text.lstrip("　"))
        content += line(text[spaces:], LEFT + spaces * SIZE, y)
        room, y = room - 1, y - LEADING
    return [*sheets, content]


# ------------------------------------------------------------------------------- that should not be


def encrypted() -> bytes:
    """Opens only with a password that nobody has."""
    lock = b"<</Filter/Standard/V 1/R 2/P -4/O<%b>/U<%b>>>" % (b"5a" * 32, b"a5" * 32)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>", lock]
    return file(objects, b"/Encrypt 3 0 R/ID[<00><00>]")


def without_pages() -> bytes:
    return file([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"])


def with_pages(count: int) -> bytes:
    return pages([b""] * count)


def nested(depth: int = 20_000) -> bytes:
    """An array in an array in an array, where the list of pages should be."""
    return file([b"<</Type/Catalog/Pages 2 0 R>>", b"[" * depth + b"]" * depth])


def page_tree(depth: int = 3000) -> bytes:
    """Every branch of the tree of pages holds one branch."""
    branches = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 3) for number in range(depth)]
    leaf = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]>>" % (depth + 1)
    return file([b"<</Type/Catalog/Pages 2 0 R>>", *branches, leaf])


def bomb(megabytes: int = 600) -> bytes:
    """A page whose content is small in the file, and hundreds of megabytes of strings once unpacked."""
    packer, packed = zlib.compressobj(9), []
    piece = b"(" + b"a" * 30_000 + b") Tj " * 1
    for _ in range(megabytes * (1 << 20) // len(piece)):
        packed.append(packer.compress(piece))
    packed.append(packer.flush())
    content = b"".join(packed)
    head = b"<</Length %d/Filter/FlateDecode>>stream\n" % len(content)
    return file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</Font<</F 5 0 R>>>>>>",
            head + content + b"\nendstream",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )


def loop() -> bytes:
    """Pages that hold themselves, contents that refer to themselves, a form that draws itself."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
    return file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 9/Kids[2 0 R 3 0 R]/Parent 2 0 R>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</XObject<</X 5 0 R>>>>>>",
            b"<</Length 4 0 R>>stream\n/X Do\nendstream",
            stream(b"/X Do /X Do", form),
        ]
    )


def with_actions(address: str) -> bytes:
    """Opens an address, starts a program, runs a script, carries a file; says so on the page too."""
    annotation = (
        b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 595 842]/A<</S/URI/URI(%b)>>>>"
        b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(/bin/sh)>>>>]"
        b"/AA<</O<</S/URI/URI(%b)>>>>" % (address.encode(), address.encode())
    )
    script = f"app.launchURL('{address}'); this.submitForm('{address}')".encode()
    catalogue = (
        b"/OpenAction<</S/JavaScript/JS(%b)>>/AcroForm<</XFA(%b)/Fields[]>>"
        b"/Names<</EmbeddedFiles<</Names[(a.exe)<</Type/Filespec/F(a.exe)/FS/URL>>]>>>>"
        % (script, address.encode())
    )
    return pages([line("没有刊名的一页", LEFT, TOP)], catalogue=catalogue, page=annotation)
