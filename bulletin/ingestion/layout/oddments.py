"""What stands between or over the lines without being one: ruby, and initials that reach over several
lines.
"""

from __future__ import annotations

import re
import unicodedata

from bulletin.ingestion.layout.fragments import Fragment, is_ideographic

RUBY_SIZE = 0.67  # of the size of the text below it; half is usual
RUBY_GAP = 0.6  # ems of the text below, between it and the ruby
RUBY = re.compile(r"^[A-Za-zÀ-ɏ\u3040-\u30ff\u3100-\u312f\u31a0-\u31bfˊˇˋ˙\s]+$")
INITIAL_SIZE = 1.6  # of the body's size: an initial is at least two lines high
# A letter, with the quotation mark or bracket before it.
INITIAL = re.compile(r"^[《“‘（「『\"(]?\w$")
INITIAL_GAP = 1.2  # ems of the body, between the initial and its line


def without_ruby(fragments: list[Fragment]) -> tuple[list[Fragment], list[Fragment]]:
    """Split off readings printed over Chinese characters: pinyin, zhuyin or kana."""
    text: list[Fragment] = []
    ruby: list[Fragment] = []
    for fragment in fragments:
        (ruby if _is_ruby(fragment, fragments) else text).append(fragment)
    return text, ruby


def _is_ruby(fragment: Fragment, fragments: list[Fragment]) -> bool:
    if not RUBY.match(fragment.text):
        return False
    return any(
        fragment.size <= RUBY_SIZE * below.size
        and -0.3 * below.size <= below.top - fragment.bottom <= RUBY_GAP * below.size
        and fragment.left >= below.left - below.size
        and fragment.right <= below.right + below.size
        and any(is_ideographic(char) and unicodedata.category(char) == "Lo" for char in below.text)
        for below in fragments
        if below is not fragment
    )


def with_initials(fragments: list[Fragment], body_size: float) -> list[Fragment]:
    """Put each drop cap back in front of the line that it begins; its line then begins where the cap does."""
    initials = [
        item for item in fragments if item.size >= INITIAL_SIZE * body_size and INITIAL.match(item.text)
    ]
    if not initials:
        return fragments
    kept = [item for item in fragments if item not in initials]
    for initial in initials:
        beside = [
            item
            for item in kept
            if item.size < initial.size / 1.3
            and -0.6 * body_size <= item.left - initial.right <= INITIAL_GAP * body_size + 0.2 * initial.size
            and item.bottom > initial.top
            and item.top < initial.bottom - 0.3 * body_size
        ]
        if len(beside) < 2:
            kept.append(initial)
            continue
        first = min(beside, key=lambda item: item.base)
        first.text = initial.text + first.text
        first.runs = [*initial.runs, *first.runs]
        first.left = initial.left
        first.initial = True
        for item in beside:
            item.beside_initial = True
    return kept
