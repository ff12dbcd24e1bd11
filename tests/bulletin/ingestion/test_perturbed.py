"""The same issue come in another way is read the same, or what is uncertain about it is said."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.ingestion.characters import is_han
from bulletin.ingestion.shapes import ParsedArticle, ParsedIssue

from . import perturbations as other
from .conftest import GOLDEN, SAMPLES

pytestmark = pytest.mark.no_cover  # hundreds of whole readings, of stages that other tests measure
SHARED = Path(__file__).resolve().parents[4] / "shared" / "bulletins"
OWN = [*sorted(GOLDEN.glob("*.txt")), *sorted(SAMPLES.glob("*.txt"))]
TEXTS = [*OWN, *(SHARED / f"{name}.txt" for name in ("215", "219", "237"))]


def each_text_but(*names: str) -> pytest.MarkDecorator:
    paths = [path for path in TEXTS if path.stem not in names]
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)


each_text = each_text_but()
chances = st.randoms(use_true_random=True)
few = settings(max_examples=4, deadline=None, derandomize=True, database=None)


@cache
def text_of(path: Path) -> str:
    if not path.is_file():
        pytest.skip(f"{path.name} is not here")
    return path.read_text(encoding="utf-8")


@cache
def reading_of(path: Path) -> ParsedIssue:
    return other.read(text_of(path))


def titles(issue: ParsedIssue) -> list[str]:
    return [other.folded(article.title) for article in issue.articles]


def assert_same(
    path: Path, changed: str, *, kinds: bool = True, placed: bool = True, encoding: str = "utf-8"
) -> ParsedIssue:
    expected, found = reading_of(path), other.read(changed, encoding)
    assert titles(found) == titles(expected)
    for before, after in zip(expected.articles, found.articles, strict=True):
        assert other.reading(after, kinds=kinds) == other.reading(before, kinds=kinds)
        if placed:
            assert other.placed(after) == other.placed(before)
    assert (found.date, found.number, found.total_number) == (
        expected.date,
        expected.number,
        expected.total_number,
    )
    assert_every_character_is_assigned(found)
    return found


def assert_every_character_is_assigned(issue: ParsedIssue) -> None:
    at = 0
    for one in issue.assignments:
        assert one.start == at
        assert one.end > one.start
        at = one.end
    assert at == len(issue.text)


# ------------------------------------------------------------------ how the file was made


@each_text
def test_every_character_is_assigned_once(path):
    assert_every_character_is_assigned(reading_of(path))


@each_text_but("902")  # its tables and pictures are markup: nothing would be left of them
def test_markup_taken_off(path):
    assert_same(path, other.without_markup(text_of(path)))


@each_text
@given(chance=chances)
@few
def test_markup_put_in(path, chance):
    assert_same(path, other.with_markup(text_of(path), chance))


@each_text
def test_other_widths(path):
    assert_same(path, other.in_other_width(text_of(path)))


@each_text
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings(path, encoding):
    assert_same(path, text_of(path), encoding=encoding)


@each_text
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_other_line_ends(path, line_end):
    assert_same(path, text_of(path).replace("\n", line_end))


@each_text
def test_blank_lines_doubled(path):
    assert_same(path, re.sub(r"\n\n+", "\n\n\n\n", text_of(path)))


@each_text_but("902")  # its underlined headings would underline the line above
def test_blank_lines_dropped(path):
    assert_same(path, re.sub(r"\n{2,}", "\n", text_of(path)))


@each_text_but("901", "902", "215", "237")  # they are wrapped, or have marks that a wrap would tear
def test_lines_wrapped(path):
    assert_same(path, other.wrapped(text_of(path), 84))


# ------------------------------------------------------------------------------ page cuts


@each_text
@given(chance=chances, doubled=st.booleans(), folio=st.sampled_from(["", "12\n\n", "— 12 —\n\n", "· 7 ·\n"]))
@settings(max_examples=12, deadline=None, derandomize=True, database=None)
def test_a_paragraph_cut_anywhere_is_joined_or_doubted(path, chance, doubled, folio):
    text = text_of(path)
    at = chance.choice(other.cut_places(text))
    doubled = doubled and is_han(text[at - 1])
    expected, found = (
        reading_of(path),
        other.read(other.with_page_cut(text, at, doubled=doubled, folio=folio)),
    )
    assert len(found.articles) == len(expected.articles)
    for before, after in zip(expected.articles, found.articles, strict=True):
        new = {(d.rule, d.evidence) for d in after.doubts} - {(d.rule, d.evidence) for d in before.doubts}
        if other.reading(after) != other.reading(before):
            assert new, "another reading and no doubt about it"
        assert (after.source, after.source_url) == (before.source, before.source_url)


@each_text
@given(chance=chances)
@few
def test_a_page_may_end_in_mid_word_with_its_last_character_doubled(path, chance):
    text = text_of(path)
    places = [i for i in other.cut_places(text) if is_han(text[i - 1]) and other.is_inside_prose(text, i)]
    at = chance.choice(places)
    expected, found = reading_of(path), other.read(other.with_page_cut(text, at, doubled=True))
    [(before, after)] = [
        (b, a)
        for b, a in zip(expected.articles, found.articles, strict=True)
        if other.reading(b) != other.reading(a)
    ]
    assert len(after.body) == len(before.body)
    assert other.length(after) == other.length(before) + 1  # as printed
    assert any(d.rule == "character-doubled-at-cut" for d in after.doubts)


# --------------------------------------------------------------------------- the contents


@each_text
@given(chance=chances)
@few
def test_an_entry_misspelt(path, chance):
    text, issue = text_of(path), reading_of(path)
    entry = chance.choice(issue.toc)
    place = entry.place
    line = text[place.start : place.end]
    changed = line.replace(entry.title, other.misspelt(entry.title, chance))
    assert_same(path, text[: place.start] + changed + text[place.end :])


@each_text
@given(chance=chances)
@few
def test_an_entry_removed(path, chance):
    text, issue = text_of(path), reading_of(path)
    index = chance.randrange(len(issue.toc))
    start, end = other.contents_lines(text, issue)[index]
    found = other.read(text[:start] + text[end + 1 :])
    titles = [other.folded(a.title) for a in issue.articles]
    if [other.folded(a.title) for a in found.articles] != titles:
        # What stands before has no end that would show, so that nothing but the entry told of the article.
        assert any(
            d.rule in ("maybe-two-articles", "heading-by-form") for a in found.articles for d in a.doubts
        )
        return
    pairs = zip(found.articles, issue.articles, strict=True)
    [lost] = [after for after, before in pairs if before.in_toc and not after.in_toc]
    assert lost.page is None
    assert any(d.rule == "not-in-contents" for d in lost.doubts)


@each_text
@given(chance=chances)
@few
def test_entries_in_another_order(path, chance):
    text, issue = text_of(path), reading_of(path)
    lines = other.contents_lines(text, issue)
    pairs = [i for i in range(len(lines) - 1) if issue.toc[i].section == issue.toc[i + 1].section]
    i = chance.choice(pairs)
    (a, b), (c, d) = lines[i], lines[i + 1]
    changed = text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
    found = assert_same(path, changed)
    assert any(doubt.rule == "contents-order-differs" for doubt in found.doubts)


def _entry(
    section: Callable[[str], str], entry: Callable[[int, str], str]
) -> Callable[[int | None, str], str]:
    return lambda page, text: section(text) if page is None else entry(page, text)


CONTENTS = {
    "page first": _entry("{}".format, lambda p, t: f"{p:02d} {t}"),
    "page first, P": _entry("## {}".format, lambda p, t: f"* P{p} {t}"),
    "page first, bar": _entry("{}".format, lambda p, t: f"{p:02d} | {t}"),
    "page first, tab": _entry("{}".format, lambda p, t: f"{p}\t{t}"),
    "page named": _entry("{}".format, lambda p, t: f"第{p}页 {t}"),
    "page last, leaders": _entry("【{}】".format, lambda p, t: f"{t}……………………{p}"),
    "page last, dots": _entry("◆ {}".format, lambda p, t: f"{t} ............ {p:02d}"),
    "page last, space": _entry("{}".format, lambda p, t: f"{t} {p}"),
    "page last, brackets": _entry("{}".format, lambda p, t: f"{t}（{p}）"),
    "table": _entry("| {} | |".format, lambda p, t: f"| {t} | {p} |"),
    "page on a line before": _entry("{}".format, lambda p, t: f"{p:02d}\n{t}"),
    "page on a line behind": _entry("{}".format, lambda p, t: f"{t}\n{p:02d}"),
    "broken over lines": _entry("{}".format, lambda p, t: f"{p:02d} {t[:18]}\n{t[18:]}".rstrip()),
    "spread": _entry(" ".join, lambda p, t: f"{p:02d} {' '.join(t)}"),
}


@each_text
@pytest.mark.parametrize("form", CONTENTS)
def test_contents_set_otherwise(path, form):
    changed = other.with_contents(text_of(path), reading_of(path), CONTENTS[form])
    found = assert_same(path, changed)
    expected = [(e.section, e.page, other.folded(e.title)) for e in reading_of(path).toc]
    assert [(e.section, e.page, other.folded(e.title)) for e in found.toc] == expected


@each_text
def test_contents_without_page_numbers(path):
    changed = other.with_contents(text_of(path), reading_of(path), lambda page, text: text)
    found = assert_same(path, changed, placed=False)
    assert {article.page for article in found.articles} == {None}


@each_text
def test_no_contents_at_all_is_said(path):
    changed = other.with_contents(text_of(path), reading_of(path), None)
    found = other.read(changed)
    assert any(doubt.rule == "no-contents" and doubt.severity == "high" for doubt in found.doubts)
    assert_every_character_is_assigned(found)


# --------------------------------------------------------------------------- the articles


@each_text
@given(chance=chances)
@few
def test_an_article_more(path, chance):
    text, issue = text_of(path), reading_of(path)
    index = chance.randrange(1, len(issue.articles))
    start = text.rfind("\n", 0, issue.articles[index].places["title"][0].start) + 1
    found = other.read(text[:start] + other.EXTRA + text[start:])
    extra = other.folded(other.EXTRA.split("\n", 1)[0])
    if extra in titles(found):
        assert titles(found) == [*titles(issue)[:index], extra, *titles(issue)[index:]]
        assert any(doubt.rule == "not-in-contents" for doubt in found.articles[index].doubts)
        near = issue.articles[index - 1 : index + 1]  # the section's name may be printed before it
        assert found.articles[index].section in {article.section for article in near}
    else:  # nothing shows where the article before it ends
        doubts = {doubt.rule for doubt in found.articles[index - 1].doubts}
        assert doubts & {"heading-by-form", "maybe-two-articles"}


@each_text
@given(chance=chances)
@few
def test_an_article_without_source(path, chance):
    text, issue = text_of(path), reading_of(path)
    sourced = [article for article in issue.articles if article.source]
    article = chance.choice(sourced)
    places = article.places["source"]
    found = other.read(text[: places[0].start] + text[places[-1].end :])
    assert titles(found) == titles(issue)
    after: ParsedArticle = found.articles[article.order - 1]
    assert any(doubt.field == "source" for doubt in after.doubts)
    assert [other.folded(b.text) for b in after.body][:-1] == [other.folded(b.text) for b in article.body][
        : len(after.body) - 1
    ]


CLOSINGS = {
    "half-width": lambda text: text.replace("（来源：", "(来源:"),
    "lenticular": lambda text: re.sub(r"（来源：([^）\n]*)）", r"【来源：\1】", text),
    "on a line by itself": lambda text: re.sub(r"(?<!\n)（来源：", "\n\n（来源：", text),
    "another word": lambda text: text.replace("（来源：", "（信息来源："),
    "no hints": lambda text: re.sub(r"(?m)^.*二维码.*\n", "", text),
    "another hint": lambda text: re.sub(r"(?m)^.*扫描二维码.*$", "扫码查看原文", text),
    "原文网址": lambda text: text.replace("原文链接", "原文网址"),
    "阅读原文": lambda text: re.sub(r"原文链接\s*[：:]\s*", "阅读原文：", text),
    "no label": lambda text: re.sub(r"原文链接\s*[：:]\s*", "", text),
    "address on the next line": lambda text: re.sub(r"(原文链接\s*[：:])\s*", r"\1\n", text),
    "address over two lines": lambda text: re.sub(
        r"(?m)^(原文链接：https?://[^\s\[\]<>()]{30})([^\s\[\]<>()]{4,})$", r"\1\n\2", text
    ),
    "no back matter": lambda text: (
        text[: text.rfind("主编简介")].rstrip("# \n") if "主编简介" in text else text
    ),
}


@each_text
@pytest.mark.parametrize("form", CLOSINGS)
def test_closings_set_otherwise(path, form):
    assert_same(path, CLOSINGS[form](text_of(path)))


@each_text
def test_sections_printed_over_their_articles(path):
    text, issue = text_of(path), reading_of(path)
    parts, at, section = [], 0, ""
    for article in issue.articles:
        start = text.rfind("\n", 0, article.places["title"][0].start) + 1
        printed = article.section in text[at:start] and at > 0
        if article.section != section and article.in_toc and not printed:
            parts += [text[at:start], f"{article.section}\n\n"]
            at, section = start, article.section
    assert_same(path, "".join(parts) + text[at:])


@each_text
def test_running_heads_and_page_numbers_within_the_text(path):
    pages = iter(range(1, 500))
    changed = re.sub(
        r"(?m)(。\n\n)(?=[^\n|*#]{80})",
        lambda m: f"{m[1]}大数据发展动态 2025年第2期\n\n· {next(pages)} ·\n\n",
        text_of(path),
    )
    assert_same(path, changed)


DATES = {
    "spaced": r"\1 年 \2 月 \3 日\n第 \4 期（总第 \5 期）",
    "numbers first": r"总第\5期  \1年第\4期  \1.\2.\3",
    "dashes": r"\1-\2-\3\n第\4期 总第\5期",
}


@each_text
@pytest.mark.parametrize("form", DATES)
def test_date_and_numbers_set_otherwise(path, form):
    pattern = r"(?m)^(20\d\d)年(\d+)月(\d+)日\s*第(\d+)期\s*总第(\d+)期"
    changed = re.sub(pattern, DATES[form], text_of(path))
    found = assert_same(path, changed)
    assert found.cover_headline == reading_of(path).cover_headline
