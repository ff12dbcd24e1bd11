"""Pages and pictures of originals, rendered when first asked for and kept under MEDIA_ROOT."""

import threading
from pathlib import Path

from django.conf import settings

from bulletin.ingestion import sandbox

WIDTHS = (800, 1600)  # pixels: a page on a screen, and on a fine one or enlarged
FIGURE_WIDTHS = (720, 1440)
# Rendering takes a processor and some 100 MB; the rest of the web server's threads have other things to do.
_turns = threading.BoundedSemaphore(2)


def page_picture(upload, page, width):
    """The path of a page as WebP, `width` one of WIDTHS. Raises UnreadableFile."""
    return _kept(upload, f"p{page}-{width}", page, width)


def cut_picture(upload, place, width):
    """The path of the part of a page that a place is about, as WebP. Raises UnreadableFile."""
    box = tuple(place["box"][side] for side in ("left", "top", "right", "bottom"))
    name = "-".join(str(round(side)) for side in box)
    return _kept(upload, f"p{place['page']}-{name}-{width}", place["page"], width, box)


def _kept(upload, name, page, width, box=()):
    sha256 = upload.sha256
    path = Path(settings.MEDIA_ROOT) / "pictures" / sha256[:2] / sha256 / f"{name}.webp"
    if path.is_file():
        return path
    with _turns:
        if path.is_file():  # somebody asked for the same
            return path
        content = sandbox.render(Path(upload.original.path), page, width, settings.READING_LIMITS, box)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{threading.get_ident()}")
    half.write_bytes(content)
    half.replace(path)
    return path
