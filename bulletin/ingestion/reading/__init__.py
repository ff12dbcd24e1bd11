"""From a file to its lines: the only place that knows what kind of file it was."""

from __future__ import annotations

from pathlib import Path

from bulletin.ingestion.errors import BinaryFile, DamagedPdf, EmptyFile, NoPages, TooLarge
from bulletin.ingestion.reading.diagnosis import diagnosed
from bulletin.ingestion.reading.pdf import read_pdf
from bulletin.ingestion.reading.text import read_text
from bulletin.ingestion.shapes import Report, Source

DEFAULT_LIMIT = 200 * 1024 * 1024  # bytes

# The first bytes of what editors hand in by mistake. Judged by content, for a name may lie.
_SIGNATURES = (
    (b"PK\x03\x04", "Word、WPS 或压缩文件"),
    (b"\xd0\xcf\x11\xe0", "旧版 Word 或 WPS 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"Rar!", "压缩文件"),
    (b"7z\xbc\xaf", "压缩文件"),
    (b"\x1f\x8b", "压缩文件"),
    (b"{\\rtf", "RTF 文件"),
)
PDF_MARK = b"%PDF-"
PDF_MARK_WITHIN = 1024  # bytes; the standard lets a few come before it


def read_source(path: Path, limit: int = DEFAULT_LIMIT, report: Report | None = None) -> Source:
    """Read a file, its kind known by its bytes. Raises UnreadableFile.

    limit: the greatest size in bytes. report: see `pipeline.parse`; told of each page.
    """
    size = path.stat().st_size
    if size > limit:
        megabytes = limit / 1024 / 1024
        raise TooLarge(
            f"文件有 {size / 1024 / 1024:.1f} MB，超过了 {megabytes:g} MB 的上限，"
            "请压缩图片或只交正文后重试。"
        )
    content = path.read_bytes()
    if not content.strip():
        raise EmptyFile
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            raise BinaryFile(f"这是{kind}，不是 PDF 或纯文本，请另存为 PDF 或 TXT 后再交。")
    if PDF_MARK in content[:PDF_MARK_WITHIN]:
        try:
            return read_pdf(path, report=report)
        except (DamagedPdf, NoPages) as error:
            raise diagnosed(content, error) from error
    return read_text(content)
