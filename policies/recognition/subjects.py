"""Which documents an article is about, from the surest sign to the weakest; all others are cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from policies.recognition.announcements import AMENDED_BY_ANOTHER, Run, is_old
from policies.recognition.numerals import read_numeral
from policies.recognition.passages import Sentence
from policies.recognition.titles import Mention, Named, bare_name, compared, kind_of

# An article's subject is told in its headline and at its beginning.
LEDE_PARAGRAPHS = 3
_ALSO = re.compile(
    r"(?:还|同时|同日|一并|另外|此外|同期|随同|配套)，?[^，。；《》]{0,12}(?:发布|印发|公布|出台|推出|公开)"
)
# 就3项标准征求意见, 公布三部规章: how many documents the news is about.
_COUNTED = re.compile(
    r"(?P<count>[两二三四五六七八九十]|\d{1,2})(?P<unit>[项份部个件])(?!方面|部门|环节|阶段)[^，。；《》]{0,14}?(?:标准|文件|法规|规章|制度|法案|指南|政策|规范|办法|规定|条例|法律|新规|细则|方案|报告)"
)


def find_subjects(
    groups: tuple[Named, ...], runs: Sequence[Run], headline: str, written_on: date | None
) -> tuple[Named, ...]:
    """Those documents that the article is about; the others are cited."""
    search = _Search(groups, runs, headline, written_on)
    chosen = search.of_headline() or search.of_lede() or search.of_later_text() or search.unissued()
    chosen = chosen or search.planned() or search.lone() or search.repealed()
    chosen += search.counted(chosen)
    chosen = [group for group in chosen if not search.is_superseded(group, chosen)]
    place = {id(m): number for number, group in enumerate(groups) for m in group.mentions}
    return tuple(sorted(chosen, key=lambda group: min(place[id(m)] for m in group.mentions)))


class _Search:
    """Looks for the subjects of one article, from the surest sign to the weakest."""

    def __init__(
        self, groups: tuple[Named, ...], runs: Sequence[Run], headline: str, written_on: date | None
    ) -> None:
        self.groups = groups
        self.runs = runs
        self.headline = headline
        self.written_on = written_on
        self.run_of = {id(mention): run for run in runs for mention in run.mentions}

    def of_headline(self) -> list[Named]:
        """Those that the headline names, with what is issued together with them."""
        chosen = [group for group in self.groups if self.headline_names(group)]
        if not chosen:
            return []
        unexplained = [group for group in chosen if all(m.in_headline for m in group.mentions)]
        issued = [group for group in self.groups if group not in chosen and self.issued(group)]
        if unexplained and len(unexplained) == len(chosen) and issued:
            # The text words the titles of the headline otherwise, and more fully.
            told = [group for group in issued if self.issued_together(group, issued[0])]
            pairs = zip(told, (*unexplained, *[None] * len(told)), strict=False)
            return [_joined(full, short) if short else full for full, short in pairs]
        indexes = {m.sentence.index for group in chosen for m in group.mentions}
        for group in issued:
            mention = self.issued(group)
            if mention is None:
                continue
            run = self.run_of[id(mention)]
            beside = any(m in other.mentions for other in chosen for m in run.mentions)
            near = any(abs(mention.sentence.index - index) <= 1 for index in indexes)
            if beside or (near and self.issued_besides(mention)):
                chosen.append(group)
        return chosen

    def of_lede(self) -> list[Named]:
        """Those that the beginning of the text says are issued, in one sentence or besides."""
        chosen: list[Named] = []
        first: Sentence | None = None
        for group in self.groups:
            mention = self.issued(group)
            if mention is None:
                continue
            if (
                mention.sentence.passage.paragraph > 0
                and not mention.short_name
                and not self.shares_words(group)
            ):
                continue
            if (
                first is None
                or mention.sentence.index == first.index
                or self.issued_besides(mention)
                or mention.short_name
            ):
                first = first or mention.sentence
                chosen.append(group)
        return chosen

    def of_later_text(self) -> list[Named]:
        """The first that is issued further down, if the headline speaks of it in other words."""
        for group in self.groups:
            if self.issued(group, paragraphs=None) and self.shares_words(group):
                return [group]
        return []

    def unissued(self) -> list[Named]:
        """No verb of issuing: a title that says it is a draft, or has a short name, or opens a sentence."""
        free = [
            group
            for group in self.groups
            if (first := group.mentions[0]).sentence.passage.paragraph < LEDE_PARAGRAPHS
            and self.run_of[id(first)].relation is None
            and not is_old(first, self.written_on)
            and kind_of(group.title)
        ]
        drafts = [group for group in free if self.is_marked_draft(group) and self.shares_words(group)]
        named = [group for group in free if any(mention.short_name for mention in group.mentions)]
        acting = [group for group in free if self.acts(group.mentions[0]) and self.shares_words(group)]
        return (drafts or named or acting)[:1]

    def planned(self) -> list[Named]:
        """What is announced, if the headline speaks of it."""
        return [
            group
            for group in self.groups
            if (first := group.mentions[0]).sentence.passage.paragraph == 0
            and self.run_of[id(first)].planned
            and self.shares_words(group)
        ]

    def lone(self) -> list[Named]:
        """The only title of the first sentence, where nothing else is found and nothing says it is cited."""
        first = [
            g for g in self.groups if (m := g.mentions[0]).sentence.start == m.sentence.passage.paragraph == 0
        ]
        if len(first) != 1 or not kind_of(first[0].title):
            return []
        mention = first[0].mentions[0]
        run = self.run_of[id(mention)]
        free = run.relation is None and not is_old(mention, self.written_on)
        return first if free and self.shares_words(first[0]) else []

    def repealed(self) -> list[Named]:
        """What the beginning of the text says is repealed, if that is the headline's news."""
        if not re.search(r"废止|撤销|失效|撤回", self.headline):
            return []
        return [
            group
            for group in self.groups
            if (first := group.mentions[0]).sentence.passage.paragraph < LEDE_PARAGRAPHS
            and self.run_of[id(first)].relation == "废止"
        ]

    def counted(self, chosen: Sequence[Named]) -> list[Named]:
        """What is missing of 3项标准: titles neither cited nor old, if the count comes out.

        Of 15项国家标准 a text names a few: then those that stand behind the code of a standard.
        """
        lede = [run.sentence for run in self.runs if 0 <= run.sentence.passage.paragraph < LEDE_PARAGRAPHS]
        said = without_titles(self.headline + (lede[0].passage.text if lede else ""))
        match = _COUNTED.search(said)
        if match is None:
            return []
        count = read_numeral(match["count"])
        others = [
            group
            for group in self.groups
            if group not in chosen
            and 0 <= (first := group.mentions[0]).sentence.passage.paragraph < LEDE_PARAGRAPHS
            and self.run_of[id(first)].relation is None
            and not is_old(first, self.written_on)
        ]
        if len(chosen) + len(others) == count:
            return others
        coded = [group for group in others if self.has_standard_code(group.mentions[0])]
        return coded if len(chosen) + len(coded) <= count else []

    def has_standard_code(self, mention: Mention) -> bool:
        """GB/T 37728—2025《甲》."""
        before = mention.sentence.passage.text[max(0, mention.start - 24) : mention.start]
        return bool(re.search(r"[A-Z]{2,4}(?:/[A-Z]{1,3})?\s?[\d.]+[—-]\d{4}$", before))

    def headline_names(self, group: Named) -> bool:
        own = [m for m in group.mentions if m.in_headline]
        if own:
            return any(
                self.run_of[id(m)].relation in (None, "修订") or self.run_of[id(m)].issued for m in own
            )
        name = compared(group.title)
        return len(name) >= 8 and name in compared(self.headline)

    def issued(self, group: Named, paragraphs: int | None = LEDE_PARAGRAPHS) -> Mention | None:
        """The mention that says it is issued, in the first paragraphs or anywhere."""
        for mention in group.mentions:
            inside = paragraphs is None or mention.sentence.passage.paragraph < paragraphs
            if (
                not mention.in_headline
                and inside
                and self.run_of[id(mention)].issued
                and not is_old(mention, self.written_on)
            ):
                return mention
        return None

    def issued_together(self, group: Named, first: Named) -> bool:
        """In one sentence with the first, or said to be issued besides."""
        mention, other = self.issued(group), self.issued(first)
        if mention is None or other is None:
            return False
        return mention.sentence.index == other.sentence.index or self.issued_besides(mention)

    def issued_besides(self, mention: Mention) -> bool:
        """该局还公布了《乙》."""
        before = mention.sentence.text[: mention.start - mention.sentence.start]
        return bool(_ALSO.search(before[-40:]))

    def is_marked_draft(self, group: Named) -> bool:
        return any(bare_name(mention.title) != mention.title or mention.tail for mention in group.mentions)

    def acts(self, mention: Mention) -> bool:
        """《甲》提出…: the title opens a sentence and does something."""
        text = mention.sentence.passage.text
        return mention.start == mention.sentence.start and bool(
            re.match(
                r"(?:（[^（）]*）)*(?:共|提出|明确|围绕|聚焦|指出|从|包括|分为|旨在|规定|要求|强调|以|坚持|由)",
                text[mention.end :],
            )
        )

    def shares_words(self, group: Named) -> bool:
        return any(_shares_words(title, self.headline) for title in {m.title for m in group.mentions})

    def is_superseded(self, group: Named, chosen: list[Named]) -> bool:
        """对《甲》进行修订，形成了《乙》: the news is 乙, which takes the place of 甲 among the chosen."""
        for mention in group.mentions:
            text = mention.sentence.passage.text
            if mention.in_headline or not AMENDED_BY_ANOTHER.search(text[mention.end : mention.end + 80]):
                continue
            later = [
                other
                for other in self.groups
                if other is not group
                and any(
                    m.sentence.index == mention.sentence.index and m.start > mention.end
                    for m in other.mentions
                )
            ]
            chosen.extend(other for other in later if other not in chosen)
            if later:
                return True
        return False


def without_titles(text: str) -> str:
    return re.sub(r"《[^《》]*》?", "《》", text)


def _joined(full: Named, short: Named) -> Named:
    mentions = sorted((*full.mentions, *short.mentions), key=lambda m: (m.sentence.index, m.start))
    return Named(full.title, tuple(mentions))


def _shares_words(title: str, headline: str) -> bool:
    """A headline without 《》 may speak of the document all the same: in words that not all titles share."""
    name, head = compared(title), compared(headline)
    pairs = {name[i : i + 2] for i in range(len(name) - 1)} & {head[i : i + 2] for i in range(len(head) - 1)}
    return len(pairs - {"数据", "发展", "管理", "建设", "工作", "产业", "经济", "发布", "公布"}) >= 3
