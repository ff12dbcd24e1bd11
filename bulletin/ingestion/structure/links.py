"""The link of an article: as printed, in an annotation, in the QR code; and whether these agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from bulletin.ingestion.paragraphs import Paragraph
from bulletin.ingestion.shapes import Doubt, Link, Place
from bulletin.ingestion.structure.closings import address_in

# Two addresses as like as this are one that the print has damaged: a hyphen lost at a line's end, a letter
# misread.
_DAMAGED = 0.9


@dataclass(frozen=True, slots=True)
class Found:
    """The article's link, None where it has none, and where it stands."""

    url: str | None
    places: tuple[Place, ...]
    doubts: tuple[Doubt, ...]


def find_link(lines: Sequence[Paragraph], links: Sequence[Link], *, promised: bool, end: Place) -> Found:
    """Choose among the lines of link and the links found otherwise within the article.

    promised: a hint at a QR code or a label stands there, so that a link is to be expected.
    end: the article's last place, where a missing link is shown.
    """
    printed = [
        (address, mended or len(line.lines) > 1, line)
        for line in lines
        for address, mended in [address_in(line.text)]
        if address
    ]
    codes = [link for kind in ("qr", "annotation", "print") for link in links if link.found_in == kind]
    if not printed:
        return _without_print(codes, promised, end)
    url, mended, line = printed[0]
    doubts: list[Doubt] = []
    confirmed = any(_same(code.url, url) for code in codes)
    damaged = next((code for code in codes if not confirmed and _likeness(code.url, url) >= _DAMAGED), None)
    if damaged:
        message = "印出的网址与二维码或链接里的略有出入，已取后者。"
        doubts.append(
            Doubt(
                "link-mended",
                "low",
                message,
                f"印出：{url}；取用：{damaged.url}",
                line.places[0],
                "source_url",
                url,
            )
        )
        url = damaged.url
    elif mended and not confirmed:
        doubts.append(
            Doubt(
                "link-broken",
                "low",
                "原文链接断成几截，已接上。",
                line.text,
                line.places[0],
                "source_url",
                url,
            )
        )
    if not url.lower().startswith("http"):
        url = f"http://{url}"
        doubts.append(
            Doubt(
                "link-completed",
                "low",
                "印出的网址没有 http，已补上。",
                line.text,
                line.places[0],
                "source_url",
                url,
            )
        )
    others = [address for address, _, _ in printed[1:]] + [
        code.url for code in codes if not confirmed and not damaged
    ]
    for other in dict.fromkeys(other for other in others if not _same(other, url)):
        message = "本篇不止一个链接，彼此不同，已取印出的第一个。"
        doubts.append(
            Doubt("link-differs", "medium", message, f"{url}；{other}", line.places[0], "source_url", other)
        )
    return Found(url, line.places, tuple(doubts))


def _without_print(codes: Sequence[Link], promised: bool, end: Place) -> Found:
    if not codes and promised:
        doubt = Doubt("no-link", "medium", "有扫码提示或链接字样，却没有读到网址。", "", end, "source_url")
        return Found(None, (), (doubt,))
    if not codes:
        return Found(None, (), (Doubt("no-link", "low", "本篇没有原文链接。", "", end, "source_url"),))
    best = codes[0].found_in
    chosen = [code for code in codes if code.found_in == best][-1]  # the closing one is the last
    if best == "print":
        return Found(chosen.url, (chosen.place,), ())
    name = "二维码" if best == "qr" else "链接"
    doubt = Doubt(
        "link-from-code", "low", f"没有印出网址，取自{name}。", chosen.url, chosen.place, "source_url"
    )
    return Found(chosen.url, (chosen.place,), (doubt,))


def _same(left: str, right: str) -> bool:
    return _bare(left) == _bare(right)


def _likeness(left: str, right: str) -> float:
    return Levenshtein.normalized_similarity(_bare(left), _bare(right))


def _bare(url: str) -> str:
    return url.split("://", 1)[-1].rstrip("/").casefold()
