"""From paragraphs to the issue: cover, masthead, contents, articles, back matter, and what is doubtful."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from bulletin.ingestion.characters import bare, narrow
from bulletin.ingestion.errors import NoArticles, NoDate, NoIssueNumber, NotThisBulletin
from bulletin.ingestion.forms import is_prose
from bulletin.ingestion.paragraphs import Paragraph, paragraphs
from bulletin.ingestion.seams import Usage
from bulletin.ingestion.shapes import Doubt, ParsedArticle, ParsedIssue, Place, Report, Source
from bulletin.ingestion.structure.articles import Draft, draft_articles, finish
from bulletin.ingestion.structure.assignments import Taken, assign
from bulletin.ingestion.structure.closings import Piece, Role, cut_off
from bulletin.ingestion.structure.contents import SECTIONS, Contents, read_contents, section_of
from bulletin.ingestion.structure.front import (
    PUBLICATION,
    Front,
    is_issue_line,
    names_publication,
    read_front,
)
from bulletin.ingestion.structure.titles import Run, find_titles

# 主编简介 and its like: what follows belongs to the issue.
_BACK_MATTER = re.compile(
    r"(?:(?:联合|执行)?主编|主办|主管|承办|编辑部|编委会|本刊|刊物|机构|单位|关于)(?:单位|方|机构|我们|本刊)?"
    r"(?:简介|介绍|信息|声明)?|版权(?:声明|所有|信息|页)?|免责声明|联系(?:我们|方式)"
    r"|(?:征稿|约稿|投稿|订阅)(?:启事|须知|方式|说明|函)?"
)
_FOLIO = re.compile(r"[\s\-—–·•|~《》<>]*(?:第\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?(?:\s*页)?[\s\-—–·•|~《》<>]*")
_FRONT_LONGEST = 60  # paragraphs in which the name is sought where no contents is found
_STRETCH_GAP = 8  # characters, mostly line ends, between two paragraphs of one stretch
_PAGES_AGREEING = 3  # articles whose pages must lie the same way before another is called out of step


def build_issue(source: Source, file: str, report: Report | None = None) -> ParsedIssue:
    """Read the issue out of the lines. Raises NotThisBulletin, NoIssueNumber, NoDate, NoArticles."""
    whole = paragraphs(source.lines)
    contents = read_contents(whole) or _without_contents(whole)
    before, listed, rest = (
        whole[: contents.start],
        whole[contents.start : contents.stop],
        whole[contents.stop :],
    )
    named = any(names_publication(p.text) for p in (before or whole)[:_FRONT_LONGEST])
    front = read_front(before, [entry.title for entry in contents.entries], rest)
    _check(front, named, contents)

    pieces = cut_off([Piece(role, p) for role, p in _roles(rest)], source.text)
    runs = find_titles(pieces, contents.entries)
    back = _back_matter_start(pieces, runs, front.masthead)
    runs = [run for run in runs if run.start < back]
    if not runs:
        raise NoArticles
    drafts, loose = draft_articles(pieces[:back], runs, contents.entries)
    articles = _finish_all(drafts, source, pieces[back:], report)
    doubts = [
        *(doubt for doubt in source.doubts if not _is_within(doubt, drafts)),
        *front.doubts,
        *_front_doubts(front, named, contents),
        *_entry_doubts(drafts, contents),
        *_loose_doubts(loose),
    ]
    return ParsedIssue(
        file=file,
        publication=PUBLICATION,
        date=front.date,
        number=front.number,
        total_number=front.total_number,
        cover_headline=front.cover_headline,
        masthead=front.masthead,
        toc=contents.entries,
        articles=tuple(_out_of_step(articles)),
        doubts=tuple(doubts),
        assignments=assign(
            source,
            [
                *(Taken("cover", p) for p in before[: front.masthead_from]),
                *(Taken("masthead", p) for p in before[front.masthead_from :]),
                *(Taken("contents", p) for p in listed),
                *_taken_by(drafts),
                *(Taken(_ASIDES.get(piece.role, "unassigned"), piece.paragraph) for piece in loose),
                *(Taken("back-matter", piece.paragraph) for piece in pieces[back:]),
            ],
        ),
        text=source.text,
    )


def _check(front: Front, named: bool, contents: Contents) -> None:
    if not named and not (front.total_number and contents.entries):
        raise NotThisBulletin
    if not front.total_number:
        raise NoIssueNumber
    if not front.date:
        raise NoDate


def _is_within(doubt: Doubt, drafts: Iterable[Draft]) -> bool:
    return any(_stands_in(doubt, draft) for draft in drafts)


def _stands_in(doubt: Doubt, draft: Draft) -> bool:
    """Whether a doubt of the reading is about a line of the article."""
    if doubt.place is None:
        return False
    paragraphs = [*draft.title, *(piece.paragraph for piece in draft.pieces)]
    return any(place.start <= doubt.place.start < place.end for p in paragraphs for place in p.places)


# ------------------------------------------------------------------------------- dividing


def _without_contents(whole: Sequence[Paragraph]) -> Contents:
    """No 本期要目: the front ends behind the last line that says nothing but name, date and numbers."""
    is_text = (is_prose(p.text) and not narrow(p.text).startswith("声明") for p in whole)
    prose = next((i for i, text in enumerate(is_text) if text), len(whole))
    marks = [i for i in range(prose) if is_issue_line(whole[i].text) or names_publication(whole[i].text)]
    stop = max(marks[-1] + 1, prose - 3) if marks else 0
    return Contents((), stop, stop)


def _roles(rest: Sequence[Paragraph]) -> Iterator[tuple[Role, Paragraph]]:
    """Pictures, page numbers, running heads and section names known for what they are. A section's name that
    comes again and again is a running head."""
    names = Counter(section_of(p.text) for p in rest if not p.cells)
    for paragraph in rest:
        text = narrow(paragraph.text).strip()
        section = "" if paragraph.cells else section_of(text)
        if not text or paragraph.picture:
            yield "picture", paragraph
        elif section:
            yield "section" if names[section] == 1 else "furniture", paragraph
        elif not paragraph.cells and (
            _FOLIO.fullmatch(text) or bare(text) == PUBLICATION or is_issue_line(text)
        ):
            yield "furniture", paragraph
        else:
            yield "text", paragraph


def _back_matter_start(
    pieces: Sequence[Piece], runs: Sequence[Run], masthead: dict[str, tuple[str, ...]]
) -> int:
    """Where the issue speaks of itself: a heading like 主编简介, or an editing body's name alone on a line,
    behind the last article that the contents lists."""
    last = max((run.stop for run in runs if run.by == "contents"), default=0)
    labels = [label for label in masthead if "主编" in label or "单位" in label]
    editors = {bare(name) for label in labels for name in masthead[label]}
    for i in range(last, len(pieces)):
        text = bare(pieces[i].text).strip("*#:·•【】[]-—")
        if pieces[i].role == "text" and (_BACK_MATTER.fullmatch(text) or text in editors):
            return i
    return len(pieces)


# ------------------------------------------------------------------------------ finishing


def _finish_all(
    drafts: Sequence[Draft], source: Source, tail: Sequence[Piece], report: Report | None
) -> list[ParsedArticle]:
    usage = Usage(line.text for line in source.lines)
    section = next(
        (draft.entry.section for draft in drafts if draft.entry and draft.entry.section), SECTIONS[0]
    )
    stop = tail[0].paragraph.start if tail else len(source.text) + 1
    articles = []
    for order, draft in enumerate(drafts, 1):
        section = (draft.entry.section if draft.entry else "") or draft.printed_section or section
        end = drafts[order].start if order < len(drafts) else stop
        # A code has no characters: it stands at the offset of what follows it.
        links = [link for link in source.links if draft.start < link.place.start <= end]
        article = finish(draft, order, section, usage, links)
        own = (doubt for doubt in source.doubts if _stands_in(doubt, draft))
        articles.append(replace(article, doubts=(*article.doubts, *own)))
        if report:
            report("articles", order, len(drafts), [articles[-1].title])
    return articles


_ASIDES = {"section": "section", "furniture": "furniture", "picture": "furniture"}
_IN_ARTICLE = {"text": "body", "picture": "body", "section": "furniture"}


def _taken_by(drafts: Sequence[Draft]) -> Iterator[Taken]:
    for order, draft in enumerate(drafts, 1):
        for paragraph in draft.title:
            yield Taken("title", paragraph, order)
        for piece in draft.pieces:
            yield Taken(_IN_ARTICLE.get(piece.role, piece.role), piece.paragraph, order)


# --------------------------------------------------------------------------------- doubts


def _front_doubts(front: Front, named: bool, contents: Contents) -> Iterator[Doubt]:
    if not named:
        yield Doubt("publication-not-named", "medium", "没有读到刊名，按期号和本期要目认作本刊。")
    if not front.number:
        yield Doubt("no-number", "high", "没有读到“第…期”，只有总期号。", field="number")
    if not contents.entries:
        yield Doubt("no-contents", "high", "没有读到本期要目，文章和栏目只按正文划分。", field="toc")


def _entry_doubts(drafts: Sequence[Draft], contents: Contents) -> Iterator[Doubt]:
    order = [contents.entries.index(draft.entry) for draft in drafts if draft.entry]
    for i, entry in enumerate(contents.entries):
        if i not in order:
            message = "本期要目列有这一篇，正文里没有找到。"
            yield Doubt("entry-without-article", "high", message, entry.title, entry.place, "toc")
    if order != sorted(order):
        first = next(b for a, b in pairwise(order) if b < a)
        entry = contents.entries[first]
        message = "本期要目的次序与正文不同，已按正文排列。"
        yield Doubt("contents-order-differs", "medium", message, entry.title, entry.place, "toc")


def _loose_doubts(loose: Sequence[Piece]) -> Iterator[Doubt]:
    """One for each stretch of text that belongs to no article."""
    held: list[Paragraph] = []
    for i, piece in enumerate(loose, 1):
        if piece.role not in _ASIDES and piece.text.strip():
            held.append(piece.paragraph)
        if held and (i == len(loose) or loose[i].paragraph.start - held[-1].places[-1].end > _STRETCH_GAP):
            place = replace(held[0].places[0], end=held[-1].places[-1].end)
            message = "这段文字不属于任何一篇，请指派或确认舍去。"
            yield Doubt("text-unassigned", "high", message, held[0].text[:80], place, "articles")
            held = []


def _out_of_step(articles: Sequence[ParsedArticle]) -> Iterator[ParsedArticle]:
    """The articles again, with a doubt on those whose section or page does not fit between its neighbours."""
    shifts = Counter(_shift(article) for article in articles if _shift(article) is not None)
    usual, count = shifts.most_common(1)[0] if shifts else (None, 0)
    section, page = 0, 0
    for article in articles:
        doubts: list[Doubt] = []
        place = next(iter(article.places.get("title", ())), None)
        rank = SECTIONS.index(article.section) if article.section in SECTIONS else section
        if rank < section:
            message = f"“{article.section}”排在“{SECTIONS[section]}”之后，与栏目的次序不合。"
            doubts.append(Doubt("section-out-of-order", "medium", message, article.section, place, "section"))
        if article.page is not None and article.page < page:
            message = f"页码比前一篇的 {page} 还小。"
            doubts.append(Doubt("page-out-of-order", "medium", message, str(article.page), place, "page"))
        elif count >= _PAGES_AGREEING and usual is not None and _shift(article) not in (None, usual):
            found = _page_in_file(place) - usual
            message = f"本期要目说在第 {article.page} 页，标题却印在第 {found} 页。"
            doubts.append(Doubt("page-differs", "low", message, str(article.page), place, "page", str(found)))
        section, page = max(section, rank), article.page if article.page is not None else page
        yield replace(article, doubts=(*article.doubts, *doubts)) if doubts else article


def _shift(article: ParsedArticle) -> int | None:
    """How many sheets the file counts before the printed page 1, going by this article's title."""
    place = next(iter(article.places.get("title", ())), None)
    return place.page - article.page if place and place.page and article.page is not None else None


def _page_in_file(place: Place | None) -> int:
    return place.page if place else 0
