"""What a reader typed → what to look for. Whatever is typed, the answer is small."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bulletin.search.fold import HAN, fold

MOST_CHARACTERS = 200  # of a query; the rest is left out, and the page says so
MOST_WORDS = 12
MOST_EXCLUDED = 6
CUT_FROM = 5  # units: a shorter word is not cut

TEXT_FIELDS = {
    "title": ("标题", "题目", "title"),
    "source": ("来源", "source"),
    "number": ("文号",),
}
FACET_FIELDS = {
    "region": ("地区", "地方", "region"),
    "body": ("机构", "发文机关", "body"),
    "section": ("栏目", "section"),
    "stage": ("阶段", "stage"),
    "topic": ("主题", "topic"),
    "kind": ("文种", "kind"),
    "year": ("年份", "年", "year"),
    "issue": ("期号", "总期号", "期", "issue"),
}
_FIELDS = {
    word: name for fields in (TEXT_FIELDS, FACET_FIELDS) for name, words in fields.items() for word in words
}
_QUOTES = str.maketrans(dict.fromkeys("“”„‟＂「」『』«»", '"') | {"－": "-", "：": ":"})
_BREAK = re.compile(r"[\s，、；。！？;!?|]|,(?!\d{3})|(?<!\d),")
_TERM = re.compile(
    rf"(?P<minus>-)?(?:(?P<field>{'|'.join(sorted(_FIELDS, key=len, reverse=True))}):\s*)?"
    r'(?:"(?P<quoted>[^"]*)"|(?P<plain>[^"\s]+))',
    re.IGNORECASE,
)
# Words that ask and tell nothing of what is asked for.
_ASKING = """
    " 哪些 哪个 哪里 哪家 哪几 什么 怎么 怎样 怎么样 如何 为什么 为何 多少 几 是否 有没有 能否 可以 能 谁
    吗 呢 吧 啊 请问 我 我们 想 要 知道 查 查询 找 看 看看 一下 关于 有关 相关 方面 有 是 的 地 得 了 着
    过 和 与 及 或 以及 等 在 对 对于 从 向 被 把 将 由 为 给 让 到 上 下 里 中 于 之 其 这 那 这些 那些
    该 都 也 还 最近 目前 现在
"""
ASKING = frozenset(_ASKING.split())
# 湘政办发2025 4号, as it is folded: nobody means half of it.
_DOCUMENT_NUMBER = re.compile(rf"[{HAN}]{{1,12}} (?:19|20)\d\d (?:第 )?\d+ 号")
_UNITS = re.compile(rf"[{HAN}]|[^\s{HAN}]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that must be there, folded. A quoted one is never cut."""

    text: str
    field: str = ""  # title, source; empty: anywhere
    quoted: bool = False

    @property
    def units(self) -> int:
        """Chinese characters, and Latin words or numbers."""
        return len(_UNITS.findall(self.text))

    @property
    def is_lone(self) -> bool:
        """A single Chinese character: the index has those of titles only."""
        return len(self.text) == 1


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: every word, none of the excluded, each of the named facets."""

    typed: str = ""
    words: tuple[Word, ...] = ()
    excluded: tuple[Word, ...] = ()
    facets: tuple[tuple[str, str], ...] = ()  # ("region", "贵州")
    shortened: bool = False  # more was typed than is looked for
    needed: int | None = None  # how many of the loose words an article must have; None: all

    @property
    def asks_nothing(self) -> bool:
        return not (self.words or self.excluded or self.facets)

    @property
    def loose(self) -> tuple[Word, ...]:
        """The words that may be missing if need be: not those quoted or meant for one field."""
        return tuple(word for word in self.words if not word.quoted and not word.field)

    @property
    def strict(self) -> tuple[Word, ...]:
        """The words that every hit has."""
        return self.words if self.needed is None else tuple(w for w in self.words if w not in self.loose)

    @property
    def can_be_cut(self) -> bool:
        return any(not word.quoted and word.units >= CUT_FROM for word in self.words)


def parse(typed: str) -> Query:
    """Read `"phrase"`, `-not`, `标题:word` and plain words. What is unbalanced or empty is passed over."""
    text = typed.replace("\x00", " ").strip()
    shortened = len(text) > MOST_CHARACTERS
    text = text[:MOST_CHARACTERS].translate(_QUOTES)
    if text.count('"') % 2:
        text = " ".join(text.rsplit('"', 1))
    words: dict[Word, None] = {}
    excluded: dict[Word, None] = {}
    facets: dict[tuple[str, str], None] = {}
    position = 0
    while term := _TERM.search(text, position):
        position = term.end()
        field = _FIELDS.get((term["field"] or "").lower(), "")
        quoted = term["quoted"] is not None
        for part in [term["quoted"]] if quoted else filter(None, _BREAK.split(term["plain"])):
            folded = _meant(part)
            if not folded:
                continue
            if field in FACET_FIELDS and not term["minus"]:
                facets[field, part] = None
                continue
            whole = quoted or field == "number" or bool(_DOCUMENT_NUMBER.fullmatch(folded))
            word = Word(folded, field if field in ("title", "source") else "", whole)
            (excluded if term["minus"] else words)[word] = None
    if all(word.is_lone for word in words):
        words = {replace(word, field=word.field or "title"): None for word in words}
    shortened = shortened or len(words) > MOST_WORDS or len(excluded) > MOST_EXCLUDED
    return Query(
        typed,
        tuple(words)[:MOST_WORDS],
        tuple(excluded)[:MOST_EXCLUDED],
        tuple(facets)[:MOST_WORDS],
        shortened,
    )


def cut_up(query: Query, cut: Callable[[str], Iterable[str]]) -> Query:
    """The same query with its long words cut into those that tell something. `cut` is a dictionary's."""
    words: dict[Word, None] = {}
    for word in query.words:
        if word.quoted or word.units < CUT_FROM:
            words[word] = None
            continue
        parts = [fold(part) for run in word.text.split() for part in cut(run)]
        telling = [part for part in parts if part and part not in ASKING]
        longer = [part for part in telling if len(part) > 1]  # a lone character tells little
        words.update(dict.fromkeys(Word(part, word.field) for part in longer or telling or [word.text]))
    return replace(query, words=tuple(words)[:MOST_WORDS])


def _meant(part: str) -> str:
    """The folded part; nothing where it holds no letter, digit or character."""
    folded = fold(part)
    return folded if any(character.isalnum() for character in folded) else ""
