"""How texts are set on a page: titles that break between words, folios, QR codes."""

from collections.abc import Callable, Iterable
from itertools import groupby

import segno
from django import template
from django.utils.encoding import iri_to_uri
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from segno import DataOverflowError

from bulletin.search.snippet import Stretch
from bulletin.typesetting import CLOSING, JOINING, KEPT_WHOLE, OPENING, close_up, phrases

register = template.Library()

_MARK, _MARK_END = SafeString("<mark>"), SafeString("</mark>")


@register.filter
def wb(title: str) -> SafeString:
    """A title that breaks between words only: `<wbr>` between them, none inside (`.kp`)."""
    text = close_up(str(title))
    return _broken_between_words(text, lambda start, end: escape(text[start:end]))


@register.filter
def wb_marked(stretches: Iterable[Stretch]) -> SafeString:
    """The same of a title in marked and unmarked stretches. A mark goes on over a `<wbr>`."""
    stretches = list(stretches)
    text = "".join(each.text for each in stretches)
    marked = [each.marked for each in stretches for _ in each.text]

    def dressed(start: int, end: int) -> SafeString:
        runs = groupby(range(start, end), marked.__getitem__)
        pieces = ((is_marked, "".join(text[at] for at in places)) for is_marked, places in runs)
        return format_html_join(
            "",
            "{}{}{}",
            ((_MARK, piece, _MARK_END) if is_marked else ("", piece, "") for is_marked, piece in pieces),
        )

    whole = _broken_between_words(text, dressed)
    return mark_safe(whole.replace(f"{_MARK_END}<wbr>{_MARK}", "<wbr>"))  # noqa: S308  safe before, safe after


def _broken_between_words(text: str, dressed: Callable[[int, int], SafeString]) -> SafeString:
    """dressed: the markup of the text from one place to another."""
    stretches, start = [], 0
    for phrase in phrases(text):
        stretches.append(_unbroken(phrase, lambda a, b, start=start: dressed(start + a, start + b)))
        start += len(phrase)
    whole = mark_safe("<wbr>").join(stretches)
    return mark_safe(f'<span class="kp">{whole}</span>')  # noqa: S308  each stretch is escaped by `dressed`


def _unbroken(stretch: str, dressed: Callable[[int, int], SafeString]) -> SafeString:
    """A stretch in which a browser would break all the same, at a plus or a dash, is told not to."""
    end = len(stretch)
    if JOINING.isdisjoint(stretch) or end > KEPT_WHOLE or not any(map(str.isalnum, stretch)):
        return dressed(0, end)
    marks = "".join(OPENING | CLOSING)
    inner, outer = end - len(stretch.lstrip(marks)), len(stretch.rstrip(marks))
    # The marks stay outside: only there does a browser trim them at the edge of a line.
    return format_html(
        '{}<span class="nobr">{}</span>{}', dressed(0, inner), dressed(inner, outer), dressed(outer, end)
    )


@register.filter
def folio(page: int | None) -> str:
    """A page number as the bulletin prints it: 04. Nothing where no page is known."""
    return "" if page is None else f"{page:02d}"


@register.simple_tag
def qr(url: str, label: str = "原文链接的二维码") -> SafeString:
    """The address as a QR code in inline SVG; nothing where it is too long for one."""
    try:
        code = segno.make(iri_to_uri(url), micro=False)
    except DataOverflowError:
        return SafeString()
    drawing = code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    # Segno draws from digits alone: nothing of the address stands in the markup.
    named = drawing.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)
    return mark_safe(named)  # noqa: S308
