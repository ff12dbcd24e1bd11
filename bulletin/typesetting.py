"""Where a Chinese title may break: between words, never inside one. Pure: characters in, phrases out."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rjieba import Jieba

# Words of the trade that a general dictionary cuts apart.
TRADE_WORDS = """
    信通院 中国信通院 数据局 国家数据局 国家网信办 网信办 大数据 座谈会 数博会 数谷 算力 智算
    若干措施 实施意见 征求意见稿 管理办法 行动方案 高质量 数据集团 数据交易 数据要素 数据标注
    数据资源 公共数据资源 最高法 最高检 省委 市委 经开区 高新区 贵安新区 贵阳贵安 省大数据局
    市大数据局 发展改革委 国家发展改革委 国资委 知识产权局
"""
OPENING = frozenset("《〈“‘（(【〔「『")
CLOSING = frozenset("》〉”’）)】〕」』，。、：；！？%,.:;!?…")
JOINING = frozenset("—－-–~～+＋/·×&_@")  # nothing breaks on either side
# A single character leans on the word before it, but these begin what follows.
NUMERALS = frozenset("一二三四五六七八九十百千两")
LEANING_FORWARD = frozenset(
    "可在将与和及以就为对从向由把被让使使并且或于至到向全各第再更最大小新老省市县国做以用"
)
# The gap between 汉字 and Latin or digits is set by `text-autospace`, not typed.
TYPED_GAP = re.compile(
    r"(?<=[\u3400-\u9fff《》（）“”、，]) +(?=[0-9A-Za-z])"
    r"|(?<=[0-9A-Za-z%]) +(?=[\u3400-\u9fff《》（）“”、，])"
)
MONTH = re.compile(r"\d月$")  # the day stays with it
KEPT_WHOLE = 14  # characters: a bracketed group up to this length is not broken at all


@cache
def _dictionary() -> "Jieba":
    """Read at the first title, not at every start: it takes long, and most commands show no title."""
    from rjieba import Jieba

    words = Jieba()
    for word in TRADE_WORDS.split():
        words.add_word(word, 100_000, "n")
    return words


def close_up(text: str) -> str:
    """Take out the typed spaces between 汉字 and Latin letters or digits."""
    return TYPED_GAP.sub("", text)


@lru_cache(maxsize=4096)
def phrases(title: str) -> tuple[str, ...]:
    """Cut a title into stretches between which a line may end. Joined they are the title again."""
    return tuple(_kept_whole(_leaning(cut(title))))


def cut(title: str) -> list[str]:
    """The words of a text, by a general dictionary and the words of the trade."""
    return [word for word in _dictionary().cut(title) if word]


def _leaning(words: Iterable[str]) -> list[str]:
    """Punctuation, numbers with their measure and single characters go with the word they belong to."""
    stretches: list[str] = []
    leaning_on_next = False  # what was last put down may not end a line
    for word in words:
        if stretches and (leaning_on_next or _leans_back(word, stretches[-1])):
            stretches[-1] += word
        else:
            stretches.append(word)
        leaning_on_next = _leans_forward(word)
    return stretches


def _leans_back(word: str, before: str) -> bool:
    if word[0] in CLOSING or word[0] in JOINING or word.isspace():
        return True
    if word in OPENING or before[-1].isspace():
        return False
    if _is_western(word[0]) and _is_western(before[-1]):
        return True
    if before[-1].isdigit() and not _is_western(word[0]):
        return True  # 2025年, 29条
    if word[0].isdigit() and MONTH.search(before):
        return True  # 8月1日
    return len(word) == 1 and not _is_western(word) and word not in LEANING_FORWARD


def _leans_forward(word: str) -> bool:
    if NUMERALS.issuperset(word):
        return True  # 十二部门
    return word[-1] in OPENING or word[-1] in JOINING or word in LEANING_FORWARD


def _is_western(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _kept_whole(stretches: list[str]) -> Iterator[str]:
    """Join a short bracketed group, as in （2024年） or “人工智能+科学”."""
    position = 0
    while position < len(stretches):
        stretch = stretches[position]
        end = position + 1
        if stretch[0] in "（(“‘":
            group = stretch
            while not _closed(group) and end < len(stretches) and len(group) <= KEPT_WHOLE:
                group += stretches[end]
                end += 1
            if _closed(group) and len(group) <= KEPT_WHOLE:
                stretch = group
            else:
                end = position + 1
        yield stretch
        position = end


def _closed(text: str) -> bool:
    return sum(text.count(mark) for mark in "（(“‘") <= sum(text.count(mark) for mark in "）)”’")
