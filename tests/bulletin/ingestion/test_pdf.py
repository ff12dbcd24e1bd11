"""PDFs as files: what cannot be read says so, what can be read knows where it stands."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import segno
from PIL import Image
from weasyprint import HTML

from bulletin.ingestion.errors import (
    DamagedPdf,
    EncryptedPdf,
    HugePage,
    NeedsOcr,
    NoPages,
    TooManyPages,
)
from bulletin.ingestion.reading import ocr
from bulletin.ingestion.reading.pdf import read_pdf, render, sheets_of

ADDRESS = "https://www.example.cn/policy/202501/t20250101_1.html"
PAGE = """<style>@page { size: A5; margin: 20mm } p { text-indent: 2em; font-size: 10pt }
img { width: 20mm; display: block }</style>
<h1>一篇为测试而写的文章</h1><p>这里是正文的第一段，写得足够长，好让它至少占满两行，这样才看得出段落的首行缩进，
也看得出第二行是顶格接着写下来的。</p><p>第二段只有一行。</p>
<p><a href='{address}'>原文链接：{address}</a></p><img src='{code}'>"""


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    path = tmp_path / "printed.pdf"
    code = segno.make(ADDRESS).png_data_uri(scale=4, border=2)
    HTML(string=PAGE.replace("{address}", ADDRESS).replace("{code}", code)).write_pdf(path)
    return path


def blank(path: Path, pages: int = 1, width: float = 300, height: float = 400) -> Path:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(width, height)
    document.save(path)
    document.close()
    return path


def test_links_are_found_in_print_in_annotations_and_in_codes(printed: Path) -> None:
    source = read_pdf(printed)
    assert ADDRESS in source.text.replace("\n", "")
    assert {link.url for line in source.lines for link in line.links} == {ADDRESS}
    [code] = source.links
    assert (code.url, code.found_in, code.place.page) == (ADDRESS, "qr", 1)
    assert code.place.box is not None
    assert 50 < code.place.box.right - code.place.box.left < 60  # 20 mm are 57 points


def test_every_line_lies_where_the_text_and_the_page_have_it(printed: Path) -> None:
    source = read_pdf(printed)
    for line in source.lines:
        assert source.text[line.place.start : line.place.end].endswith(line.text)
        box = line.place.box
        assert box is not None
        assert 0 <= box.left < box.right <= 420
        assert 0 <= box.top < box.bottom <= 596


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_reads_the_same_however_it_is_turned_and_cropped(
    printed: Path, tmp_path: Path, turn: int
) -> None:
    """Text is laid on the page so that it is upright when shown; only the file's coordinates differ."""
    straight = read_pdf(printed)
    document = pypdfium2.PdfDocument(printed)
    page = document[0]
    width, height = page.get_size()
    matrix = {
        0: (1, 0, 0, 1, 30, 40),
        90: (0, 1, -1, 0, height + 30, 40),
        180: (-1, 0, 0, -1, width + 30, height + 40),
        270: (0, -1, 1, 0, 30, width + 40),
    }[turn]
    clip = pdfium.FS_RECTF(-1000, 3000, 3000, -1000)
    pdfium.FPDFPage_TransFormWithClip(page.raw, pdfium.FS_MATRIX(*matrix), clip)
    across, down = (height, width) if turn % 180 else (width, height)
    page.set_mediabox(0, 0, across + 60, down + 80)
    page.set_cropbox(30, 40, 30 + across, 40 + down)
    page.set_rotation(turn)
    turned = tmp_path / "turned.pdf"
    document.save(turned)
    document.close()

    source = read_pdf(turned)

    assert [line.text for line in source.lines if not line.picture] == [
        line.text for line in straight.lines if not line.picture
    ]
    for line, expected in zip(source.lines, straight.lines, strict=True):
        assert line.place.box is not None
        assert expected.place.box is not None
        assert abs(line.place.box.left - expected.place.box.left) < 1
        assert abs(line.place.box.top - expected.place.box.top) < 1


def test_a_page_or_a_part_of_it_is_shown_as_an_image(printed: Path) -> None:
    whole = Image.open(io.BytesIO(render(printed, 1, 600)))
    assert (whole.format, whole.width) == ("WEBP", 600)
    [code] = read_pdf(printed).links
    part = Image.open(io.BytesIO(render(printed, 1, 300, code.place.box)))
    assert abs(part.width - part.height) <= 6
    with pytest.raises(IndexError):
        render(printed, 2, 600)


def test_a_damaged_file_says_so(printed: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(printed.read_bytes()[:400])
    with pytest.raises(DamagedPdf):
        read_pdf(cut)


def test_a_password_is_asked_for_in_words(tmp_path: Path) -> None:
    # Made with RC4 and the password “x”: what a reader without it sees.
    path = tmp_path / "locked.pdf"
    path.write_bytes(LOCKED)
    with pytest.raises(EncryptedPdf, match="密码"):
        read_pdf(path)


LOCKED = (
    b"%PDF-1.4\n"
    b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<" + b"11" * 32 + b">/U<" + b"22" * 32 + b">>>endobj\n"
    b"trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<" + b"33" * 16 + b"><" + b"33" * 16 + b">]/Size 5>>\n%%EOF"
)


def test_files_without_pages_or_with_too_many_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NoPages):
        read_pdf(blank(tmp_path / "none.pdf", pages=0))
    with pytest.raises(TooManyPages, match="7 页"):
        read_pdf(blank(tmp_path / "many.pdf", pages=7), max_pages=6)


def test_a_page_of_thirty_metres_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HugePage, match="厘米"):
        read_pdf(blank(tmp_path / "huge.pdf", width=85_000))


def scanned(path: Path, printed: Path) -> Path:
    """The same pages as images only."""
    document = pypdfium2.PdfDocument(printed)
    images = [page.render(scale=2).to_pil().convert("RGB") for page in document]
    document.close()
    images[0].save(path, save_all=True, append_images=images[1:])
    return path


def test_a_scan_without_the_extra_says_what_to_install(
    printed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    with pytest.raises(NeedsOcr, match=r"requirements-ocr\.txt"):
        read_pdf(scanned(tmp_path / "scan.pdf", printed))


@pytest.mark.slow
@pytest.mark.skipif(not ocr.is_available(), reason="the extra in requirements-ocr.txt is not installed")
def test_a_scan_is_read_from_its_image(printed: Path, tmp_path: Path) -> None:
    [sheet] = sheets_of(scanned(tmp_path / "scan.pdf", printed))
    assert sheet.recognised
    text = "".join(run.text for run in sheet.runs)
    assert "一篇为测试而写的文章" in text
    assert "第二段只有一行" in text
    assert [code.url for code in sheet.codes] == [ADDRESS]
