"""Candidates in the order a reader wants: title over body, exact over scattered, recent first."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bulletin.search.query import Word

TITLE, LEAD, PHRASE_IN_TITLE, PHRASE = 4.0, 1.2, 2.5, 1.0
LEAD_CHARACTERS = 140  # after the title
K1, B, USUAL_LENGTH = 1.2, 0.5, 900  # BM25; an article has some 900 characters
RECENCY, HALF_LIFE_DAYS = 0.6, 548  # 18 months


@dataclass(frozen=True, slots=True)
class Candidate:
    """One article that has the words. `text` is the folded title, then the folded blocks, a line each."""

    pk: int
    newness: int  # sorts as the publication does
    issued_on: date
    text: str
    facets: Sequence[int] = ()


def idf(articles: int, total: int) -> float:
    """How telling a word is that this many of all articles hold."""
    return math.log(1 + (total - min(articles, total) + 0.5) / (articles + 0.5))


def ranked(
    candidates: Sequence[Candidate],
    words: Sequence[Word],
    weights: Mapping[Word, float],
    phrase: str,
    newest: date,
) -> list[tuple[float, Candidate]]:
    """The candidates with their scores, best first; among equals the newest."""
    scored = [(score(each, words, weights, phrase, newest), each) for each in candidates]
    return sorted(scored, key=lambda pair: (-pair[0], -pair[1].newness))


def score(
    candidate: Candidate, words: Sequence[Word], weights: Mapping[Word, float], phrase: str, newest: date
) -> float:
    """`phrase` is the whole query as typed, folded; `newest` the date that recency counts from."""
    title_end = candidate.text.find("\n")
    title, text = candidate.text[:title_end], candidate.text
    lead = text[title_end : title_end + LEAD_CHARACTERS]
    room = K1 * (1 - B + B * len(text) / USUAL_LENGTH)
    total = 0.0
    for word in words:
        times = text.count(word.text)
        telling = (
            TITLE * (word.text in title) + LEAD * (word.text in lead) + times * (K1 + 1) / (times + room)
        )
        total += weights.get(word, 1.0) * telling
    if phrase:
        strongest = max(weights.values(), default=1.0)
        total += strongest * (PHRASE_IN_TITLE * (phrase in title) + PHRASE * (phrase in text))
    age = max(0, (newest - candidate.issued_on).days)
    return round(total + RECENCY * math.exp2(-age / HALF_LIFE_DAYS), 6)
