"""A body's paragraphs taken apart, joined, moved: pure functions on the blocks as an article keeps them.

A paragraph keeps its number through all of it, for that is its address; a new one gets a number never used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bulletin.ingestion.characters import is_wide

Block = dict[str, Any]
KINDS = {"p": "段落", "li": "列表项", "h": "小标题", "figure": "图注", "table": "表格"}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPACES = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u3000]+")


class NoSuchBlock(LookupError):  # noqa: N818  a turn of events
    """The paragraph is not there (any more)."""


def clean_lines(text: str) -> list[str]:
    """What was typed or pasted, a paragraph each: without what another program leaves behind."""
    plain = _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    lines = (_SPACES.sub(" ", line).strip() for line in plain.split("\n"))
    return [line for line in lines if line]


def clean(text: str) -> str:
    """The same on one line."""
    return _joined(clean_lines(text))


def kind_of(block: Block) -> str:
    """Its kind as an editor chooses it: an item of a list is one of its own."""
    return "li" if block["kind"] == "p" and block.get("bullet") else str(block["kind"])


def with_kind(block: Block, kind: str) -> Block:
    return {**block, "kind": "p" if kind == "li" else kind, "bullet": kind == "li"}


def index_of(body: Sequence[Block], number: int) -> int:
    """Where the paragraph stands, from 0. Raises NoSuchBlock."""
    for index, block in enumerate(body):
        if block["id"] == number:
            return index
    raise NoSuchBlock


def with_text(body: Sequence[Block], number: int, text: str, last: int) -> tuple[list[Block], int]:
    """The body with another text for one paragraph; several lines become several paragraphs.

    last: the last number given so far; answered anew beside the body.
    """
    index = index_of(body, number)
    lines = clean_lines(text) or [""]
    rest = []
    for line in lines[1:]:
        last += 1
        rest.append({**body[index], "id": last, "text": line, "rows": [], "alt": ""})
    return [*body[:index], {**body[index], "text": lines[0]}, *rest, *body[index + 1 :]], last


def split(body: Sequence[Block], number: int, at: int, last: int) -> tuple[list[Block], int]:
    """Cut a paragraph before the character `at`; nothing happens at either end."""
    text = body[index_of(body, number)]["text"]
    if not 0 < at < len(text):
        return list(body), last
    return with_text(body, number, f"{text[:at]}\n{text[at:]}", last)


def merge(body: Sequence[Block], number: int) -> list[Block]:
    """Join a paragraph to the one before it, which takes over its place in the source too."""
    index = index_of(body, number) - 1
    if index < 0:
        return list(body)
    one, other = body[index], body[index + 1]
    joined = {
        **one,
        "text": _joined([one["text"], other["text"]]),
        "rows": [*(one.get("rows") or []), *(other.get("rows") or [])],
        "places": [*(one.get("places") or []), *(other.get("places") or [])],
        "alt": _joined([one.get("alt", ""), other.get("alt", "")]),
    }
    return [*body[:index], joined, *body[index + 2 :]]


def paste(
    body: Sequence[Block], number: int, span: tuple[int, int], pasted: Sequence[Block], last: int
) -> tuple[list[Block], int]:
    """Put blocks into a paragraph in the place of what is selected there; span: of characters, from 0.

    What stands before and behind it goes on as text of the first and the last of them, where those are
    paragraphs as it is.
    """
    index = index_of(body, number)
    if not pasted:
        return list(body), last
    block = body[index]
    head, tail = block["text"][: span[0]].strip(), block["text"][max(span) :].strip()
    new = [{**block, "rows": [], "places": [], "alt": "", **each} for each in pasted]
    alike = (block["kind"], bool(block.get("bullet")))
    if head and (new[0]["kind"], new[0]["bullet"]) == alike:
        new[0]["text"], head = _joined([head, new[0]["text"]]), ""
    if tail and (new[-1]["kind"], new[-1]["bullet"]) == alike:
        new[-1]["text"], tail = _joined([new[-1]["text"], tail]), ""
    around = [{**block, "text": text, "rows": []} for text in (head, tail)]
    new = [*around[: bool(head)], *new, *around[1 : 1 + bool(tail)]]
    new[0] = {**new[0], "id": number, "places": block.get("places") or []}
    for last, each in enumerate(new[1:], last + 1):  # noqa: B020  counts on
        each["id"] = last
    return [*body[:index], *new, *body[index + 1 :]], last


def move(body: Sequence[Block], number: int, step: int) -> list[Block]:
    """Move a paragraph by so many places, as far as the body goes."""
    index = index_of(body, number)
    rest = [*body[:index], *body[index + 1 :]]
    target = max(0, min(len(rest), index + step))
    return [*rest[:target], body[index], *rest[target:]]


def delete(body: Sequence[Block], number: int) -> list[Block]:
    index = index_of(body, number)
    return [*body[:index], *body[index + 1 :]]


def add_behind(body: Sequence[Block], number: int, last: int) -> tuple[list[Block], int]:
    """An empty paragraph behind this one; number 0: at the beginning."""
    index = index_of(body, number) + 1 if number else 0
    new = {"id": last + 1, "kind": "p", "text": "", "rows": [], "bullet": False, "places": []}
    return [*body[:index], new, *body[index:]], last + 1


def _joined(texts: Sequence[str]) -> str:
    """Texts end to end, with a space only between two Latin words."""
    whole = ""
    for text in filter(None, texts):
        gap = " " if whole and not is_wide(whole[-1]) and not is_wide(text[0]) else ""
        whole += gap + text
    return whole
