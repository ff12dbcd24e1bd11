"""The articles: the text between two titles dealt out, and each finished with what is doubtful about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bulletin.ingestion.blocks import compose
from bulletin.ingestion.characters import bare, squeeze
from bulletin.ingestion.forms import is_caption, is_prose
from bulletin.ingestion.paragraphs import Paragraph
from bulletin.ingestion.seams import Usage
from bulletin.ingestion.shapes import Doubt, Entry, Link, ParsedArticle, Place, Severity
from bulletin.ingestion.structure.closings import Piece, is_bare_source, source_names
from bulletin.ingestion.structure.contents import alike, section_of
from bulletin.ingestion.structure.links import find_link
from bulletin.ingestion.structure.titles import Run, is_title_form, links_close, title_text

_CLOSING = ("source", "hint", "link")
_ASIDE = ("section", "furniture", "picture")
_CLOSE_ENOUGH = 0.8  # a title this like its entry differs in wording only


@dataclass(slots=True)
class Draft:
    """An article in the making. `title` is empty where the body has lost it."""

    title: list[Paragraph]
    entry: Entry | None
    by: str
    pieces: list[Piece] = field(default_factory=list)
    printed_section: str = ""  # over it in the body, where the issue prints sections there
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def start(self) -> int:
        return (self.title or [self.pieces[0].paragraph])[0].start


# ---------------------------------------------------------------------------- dealing out


def draft_articles(
    pieces: Sequence[Piece], runs: Sequence[Run], entries: Sequence[Entry]
) -> tuple[list[Draft], list[Piece]]:
    """Deal the pieces out to the articles; what belongs to none is returned apart."""
    drafts: list[Draft] = []
    loose = list(pieces[: runs[0].start])
    used = {run.entry for run in runs}
    closed_by_links = links_close(pieces, runs)
    for i, run in enumerate(runs, 1):
        following = runs[i] if i < len(runs) else None
        end = following.start if following else len(pieces)
        own = pieces[run.stop : end]
        first, *others = _segments(own) if closed_by_links else [list(own)]
        title = [piece.paragraph for piece in pieces[run.start : run.stop]]
        section = _section_before(pieces, run.start)
        drafts.append(Draft(title, _entry(entries, run.entry), run.by, first, section))
        for segment in others:
            free = _next_free(run, following, used, len(entries))
            if free is None or not any(piece.role in _CLOSING for piece in segment):
                loose += segment
                continue
            used.add(free)
            drafts.append(Draft([], entries[free], "lost", segment))
    for draft in drafts:
        _settle_sources(draft)
    return drafts, loose


def _entry(entries: Sequence[Entry], index: int | None) -> Entry | None:
    return None if index is None else entries[index]


def _section_before(pieces: Sequence[Piece], start: int) -> str:
    """The section's name printed right above a title."""
    for piece in reversed(pieces[:start]):
        if piece.role == "section":
            return section_of(piece.text)
        if piece.role not in _ASIDE:
            break
    return ""


def _segments(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Cut behind every end that a hint or link makes firm. What comes behind the first one has no title."""
    segments: list[list[Piece]] = [[]]
    firm = False
    for piece in pieces:
        if piece.role == "text" and firm:
            segments.append([])
            firm = False
        segments[-1].append(piece)
        firm = firm or piece.role in ("hint", "link")
    return segments


def _next_free(run: Run, following: Run | None, used: set[int | None], count: int) -> int | None:
    """The entry between the titles before and after that no title was found for."""
    start = -1 if run.entry is None else run.entry
    end = count if following is None or following.entry is None else following.entry
    return next((i for i in range(start + 1, end) if i not in used), None)


def _settle_sources(draft: Draft) -> None:
    """Of several closing sources the last one counts; one without brackets does where there is no other."""
    sources = [i for i, piece in enumerate(draft.pieces) if piece.role == "source"]
    for i in sources[:-1]:
        piece = draft.pieces[i]
        draft.pieces[i] = replace(piece, role="text")
        if not _is_under_figure(draft.pieces, i):
            draft.doubts.append(
                Doubt(
                    "source-inside",
                    "medium",
                    "文中另有一处来源，可能是两篇连在了一起。",
                    piece.text,
                    piece.paragraph.places[0],
                    "source",
                )
            )
    texts = [i for i, piece in enumerate(draft.pieces) if piece.role == "text"]
    if not sources and texts and is_bare_source(draft.pieces[texts[-1]].text):
        piece = draft.pieces[texts[-1]]
        draft.pieces[texts[-1]] = replace(piece, role="source")
        message = "来源没有括号，单独成行，已作为本篇来源。"
        draft.doubts.append(
            Doubt("source-without-brackets", "low", message, piece.text, piece.paragraph.places[0], "source")
        )
    draft.doubts += _two_in_one(draft)


def _is_under_figure(pieces: Sequence[Piece], i: int) -> bool:
    above = pieces[i - 1] if i else None
    return above is not None and (
        above.role == "picture" or bool(above.paragraph.cells) or is_caption(above.text)
    )


def _two_in_one(draft: Draft) -> Iterator[Doubt]:
    """来源：… without brackets, no figure above it and a heading below: another article may begin there."""
    for above, piece, below in zip(draft.pieces, draft.pieces[1:], draft.pieces[2:], strict=False):
        texts = {above.role, piece.role, below.role} == {"text"} and not above.paragraph.cells
        if texts and is_bare_source(piece.text) and is_prose(above.text) and is_title_form(below.paragraph):
            message = "这里的来源没有括号，下一行又像标题，可能从这里起是另一篇。"
            yield Doubt(
                "maybe-two-articles",
                "medium",
                message,
                f"{piece.text} ┃ {below.text}",
                below.paragraph.places[0],
                "body",
            )


# ------------------------------------------------------------------------------ finishing


def finish(draft: Draft, order: int, section: str, usage: Usage, links: Sequence[Link]) -> ParsedArticle:
    """links: those that stand between this title and the next, in no line."""
    title = (
        title_text(draft.title, draft.entry)
        if draft.title
        else squeeze(draft.entry.title if draft.entry else "")
    )
    closing = next((piece.paragraph for piece in draft.pieces if piece.role == "source"), None)
    names = source_names(closing) if closing else ()
    last = draft.pieces[-1].paragraph if draft.pieces else draft.title[-1]
    end = last.places[-1]
    begin = (draft.title or [draft.pieces[0].paragraph])[0].places[0]

    body, troubles = compose([p.paragraph for p in draft.pieces if p.role in ("text", "picture")], usage)
    link = find_link(
        [piece.paragraph for piece in draft.pieces if piece.role == "link"],
        [*(link for piece in draft.pieces for link in piece.paragraph.links), *links],
        promised=any(piece.role in ("hint", "link") for piece in draft.pieces),
        end=end,
    )
    doubts = [*_title_doubts(draft, title, begin), *draft.doubts, *troubles, *link.doubts]
    if not names:
        doubts.append(Doubt("no-source", "medium", "本篇没有读到来源。", "", end, "source"))
    if not body:
        doubts.append(Doubt("no-body", "high", "本篇只有标题，没有正文。", title, begin, "body"))
    if any("\ufffd" in text for text in (title, *names, *(block.text for block in body))):
        doubts.append(
            Doubt(
                "unreadable-character",
                "medium",
                "有的字在原件里已损坏，显示为“\ufffd”，请对照补上。",
                "",
                begin,
                "body",
            )
        )
    places = {
        "title": tuple(place for paragraph in draft.title for place in paragraph.places),
        "source": closing.places if closing else (),
        "source_url": link.places,
        "picture": tuple(
            place
            for piece in draft.pieces
            if piece.role == "picture"
            for place in piece.paragraph.places
            if place.box
        ),
    }
    return ParsedArticle(
        order=order,
        section=section,
        page=draft.entry.page if draft.entry else None,
        in_toc=draft.entry is not None,
        title=title,
        body=body,
        source=names,
        source_url=link.url,
        places={name: found for name, found in places.items() if found},
        doubts=tuple(doubts),
    )


def _title_doubts(draft: Draft, title: str, place: Place) -> Iterator[Doubt]:
    if draft.entry is None:
        sure = draft.by == "closing"
        how = "按前一篇的结尾断开" if sure else "只凭版式断开"
        message = f"本期要目里没有这一篇，{how}，栏目随前一篇。"
        yield Doubt("not-in-contents", "medium" if sure else "high", message, title, place, "title")
        return
    printed = squeeze(draft.entry.title)
    if not draft.title:
        yield Doubt(
            "title-missing",
            "high",
            "正文里没有找到标题，已按本期要目补上。",
            printed,
            place,
            "title",
            printed,
        )
    elif bare(title) != bare(printed):
        likeness = alike(title, printed)
        severity: Severity = "low" if likeness == 1 else "medium" if likeness >= _CLOSE_ENOUGH else "high"
        message = "标题与本期要目所列不同，已取正文的。"
        evidence = f"正文：{title}；要目：{printed}"
        yield Doubt("title-differs-from-contents", severity, message, evidence, place, "title", printed)
