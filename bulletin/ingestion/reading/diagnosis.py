"""Why a PDF that the library refuses cannot be read: judged by its bytes, to tell an editor what to do."""

from __future__ import annotations

import re

from bulletin.ingestion.errors import DamagedPdf, NestedTooDeep, NoPages, TruncatedPdf, UnreadableFile

_END_WITHIN = 2048  # bytes; the standard wants %%EOF in the last 1024, some programs add more
# PDFium follows objects inside objects for 512 levels, far more than any program writes.
_DEEPEST_TREE = 1000  # branches in the tree of pages; a book of that many pages has some fifty
_BRANCH = re.compile(rb"/Type\s*/Pages\b")
_NO_PAGES = re.compile(rb"/Kids\s*\[\s*\]")
_DEEP = re.compile(rb"(?:\[\s*){300}|(?:<<\s*(?:/\w*\s*)?){300}")


def diagnosed(content: bytes, found: DamagedPdf | NoPages) -> UnreadableFile:
    """The clearest error for a PDF that could not be opened."""
    if _DEEP.search(content) or len(_BRANCH.findall(content)) > _DEEPEST_TREE:
        return NestedTooDeep()
    if b"%%EOF" not in content[-_END_WITHIN:]:
        return TruncatedPdf()
    if _NO_PAGES.search(content):
        return NoPages()
    return found
