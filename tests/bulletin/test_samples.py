"""What the sample issues promise: a visitor sees them first, and the reader of files is tried on them."""

import ctypes
import json
import re
from collections import defaultdict

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
import pytest
import zxingcpp

from samples.press.editions import EDITIONS, SAMPLES
from samples.press.issue import FRONT_PAGES, SAMPLE_MARK, SECTIONS, SOURCES, load
from samples.press.reading import agreed_reading
from samples.press.reading import as_text as reading_as_text
from samples.press.text import as_text

SHARED = SAMPLES.parents[1] / "shared"
BY_NUMBER = {edition.total_number: edition for edition in EDITIONS}
NUMBERS = sorted(BY_NUMBER)
RUN = 26  # so many characters in a row, outside titles and addresses, are no accident

each_issue = pytest.mark.parametrize("number", NUMBERS)


def read(number):
    return json.loads((SAMPLES / f"{number}.json").read_text(encoding="utf-8"))


def text_path(number):
    return BY_NUMBER[number].text_path


def pages_of(number):
    """Text of each sheet of the PDF without white space, in the file's order."""
    with pdfium.PdfDocument(SAMPLES / f"{number}.pdf") as document:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]


def in_body(reading, pattern):
    return any(re.search(pattern, block["text"]) for a in reading["articles"] for block in a["body"])


def test_there_are_four_issues_and_two_of_them_are_texts():
    assert len(list(SAMPLES.glob("*.pdf"))) == 4
    assert sorted(path.stem for path in SAMPLES.glob("*.txt")) == ["222", "228"]
    assert (SAMPLES / "228.txt").read_text(encoding="utf-8").count("\n#") > 10  # Markdown
    assert "\n#" not in (SAMPLES / "222.txt").read_text(encoding="utf-8")


@each_issue
def test_text_and_reading_are_made_from_the_source(number):
    issue = load(SOURCES / f"{number}.yaml")
    reading = read(number)
    pages = printed_pages(number, issue)
    assert reading_as_text(agreed_reading(issue, pages)) == (SAMPLES / f"{number}.json").read_text("utf-8")
    assert as_text(issue, pages, BY_NUMBER[number].flavour) == text_path(number).read_text(encoding="utf-8")
    assert [article["order"] for article in reading["articles"]] == list(range(1, len(issue.articles) + 1))


def printed_pages(number, issue):
    """The printed page of each article, by its order, as the PDF's own outline has it."""
    with pdfium.PdfDocument(SAMPLES / f"{number}.pdf") as document:
        outline = {
            re.sub(r"\s", "", entry.get_title()): entry.get_dest().get_index() + 1
            for entry in document.get_toc()
        }
    sheets = {article.order: outline[re.sub(r"\s", "", article.title)] for article in issue.articles}
    assert all(re.sub(r"\s", "", a.title) in pages_of(number)[sheets[a.order] - 1] for a in issue.articles)
    return {order: sheet - FRONT_PAGES for order, sheet in sheets.items()}


@each_issue
def test_an_issue_has_eight_articles_in_all_four_sections(number):
    reading = read(number)
    assert len(reading["articles"]) >= 8
    sections = [article["section"] for article in reading["articles"]]
    assert list(dict.fromkeys(sections)) == list(SECTIONS)
    assert all(len(article["body"]) >= 3 for article in reading["articles"])


@each_issue
def test_an_issue_is_marked_as_a_sample(number):
    cover, masthead, _, *pages = pages_of(number)
    assert re.sub(r"\s", "", SAMPLE_MARK) in cover
    assert "示例" in masthead
    assert all("示例" in page for page in pages)
    cover_of_text = text_path(number).read_text(encoding="utf-8").partition("本期要目")[0]
    assert SAMPLE_MARK in cover_of_text


@each_issue
def test_numbers_are_in_step_with_the_real_ones_and_hit_none(number):
    reading = read(number)
    assert reading["total_number"] == number == reading["number"] + 213
    assert number not in {215, 219, 237}
    assert reading["date"].startswith("2025-")


def test_later_issues_bear_later_dates():
    dates = [read(number)["date"] for number in NUMBERS]
    assert dates == sorted(set(dates))


def test_two_policies_at_least_pass_through_stages_over_several_issues():
    stages = defaultdict(list)
    for number in NUMBERS:
        for article in read(number)["articles"]:
            for document in article["documents"]:
                stages[document["title"].removesuffix("（草案）")].append((number, document["stage"]))
    assert stages["政务数据共享条例"] == [(228, "草案"), (231, "发布"), (241, "施行")]
    assert stages["人工智能生成合成内容标识办法"] == [(222, "发布"), (241, "施行")]


def test_one_piece_of_news_is_told_twice_under_different_titles():
    told = [
        (number, article["title"])
        for number in NUMBERS
        for article in read(number)["articles"]
        if "41.06泽字节" in article["title"]
    ]
    assert [number for number, _ in told] == [228, 231]
    assert len({title for _, title in told}) == 2


def test_together_they_hold_the_cases_that_occur():
    readings = [read(number) for number in NUMBERS]
    articles = [article for reading in readings for article in reading["articles"]]
    toc_titles = {entry["title"] for reading in readings for entry in reading["toc"]}
    kinds = {block["kind"] for article in articles for block in article["body"]}
    assert kinds == {"p", "h", "figure", "table"}
    assert any(not article["source"] for article in articles)
    assert any(not article["source_url"] for article in articles)
    assert any(not article["in_toc"] for article in articles)
    assert any(article["in_toc"] and article["title"] not in toc_titles for article in articles)
    assert any(len(article["source"]) == 2 for article in articles)
    assert any(in_body(reading, r"^图 ?1") for reading in readings)
    assert any(target["by"] == 2027 for article in articles for target in article["targets"])


@each_issue
def test_codes_and_link_annotations_of_the_pdf_are_the_articles_links(number):
    links = [article["source_url"] for article in read(number)["articles"] if article["source_url"]]
    codes, annotations = [], []
    with pdfium.PdfDocument(SAMPLES / f"{number}.pdf") as document:
        for page in list(document)[FRONT_PAGES:]:
            picture = page.render(scale=150 / 72, grayscale=True).to_pil()
            found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
            codes += [code.text for code in found]
            annotations += link_annotations(document, page)
    assert sorted(codes) == sorted(links)
    assert set(annotations) == set(links)


def link_annotations(document, page):
    """Addresses that the page's annotations open; an address over two lines comes twice."""
    position, link, found = ctypes.c_int(0), pdfium_raw.FPDF_LINK(), []
    while pdfium_raw.FPDFLink_Enumerate(page.raw, ctypes.byref(position), ctypes.byref(link)):
        action = pdfium_raw.FPDFLink_GetAction(link)
        length = pdfium_raw.FPDFAction_GetURIPath(document.raw, action, None, 0)
        if length:
            address = ctypes.create_string_buffer(length)
            pdfium_raw.FPDFAction_GetURIPath(document.raw, action, address, length)
            found.append(address.value.decode())
    return found


@each_issue
def test_a_pdf_is_small_and_prints_the_contents_of_the_reading(number):
    assert (SAMPLES / f"{number}.pdf").stat().st_size < 1_500_000
    contents = pages_of(number)[2]
    for entry in read(number)["toc"]:
        assert re.sub(r"\s", "", entry["title"]) in contents
        assert f"{entry['page']:02d}" in contents


@each_issue
def test_every_sheet_behind_the_contents_bears_its_own_number(number):
    for page, sheet in enumerate(pages_of(number)[FRONT_PAGES:], start=1):
        numbers = {f"·{page}·", f"第{page}页", f"|{page:02d}", f"{page:02d}|"}
        assert any(printed in sheet for printed in numbers), f"第 {page} 页没有页码"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real issues are not at hand")
def test_nothing_is_copied_from_the_real_issues():
    real = "".join(path.read_text(encoding="utf-8") for path in sorted((SHARED / "bulletins").glob("*.txt")))
    real = re.sub(r"\s", "", real)
    runs = {real[start : start + RUN] for start in range(len(real) - RUN + 1)}
    for path in sorted(SOURCES.glob("*.yaml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            ours = re.sub(r"https?://\S+|《[^》]*》|\{title: [^,]+,|\s", "", line)
            pieces = (ours[start : start + RUN] for start in range(len(ours)))
            copied = [piece for piece in pieces if piece in runs]
            assert not copied, f"{path.name}: {copied[0]}"


def test_the_sources_are_the_only_other_files():
    made = {f"{number}{ending}" for number in NUMBERS for ending in (".pdf", ".json")}
    made |= {path.name for path in map(text_path, NUMBERS) if path.parent == SAMPLES}
    assert {path.name for path in SAMPLES.iterdir() if path.is_file()} == made | {"README.md"}
