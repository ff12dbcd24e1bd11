"""What is asked for, as SQL knows it: which tokens the index must find, which texts are then compared.

The index gives every article that has all tokens of the words; comparing the folded text makes it exact. A
pair of common characters needs no comparison.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bulletin.search.query import Query, Word
from bulletin.search.tokens import facet, is_exact, text_tokens, title_tokens

TELLING = 4  # tokens of a word that go to the index: its rarest
COMPARABLE = 5000  # articles whose texts can be compared in one go

Facets = Mapping[str, frozenset[int]]  # group → the values of which an article must have one


@dataclass
class Asked:
    """A query with its facets, and what the token counts say of it."""

    query: Query
    facets: Facets
    total: int
    counts: dict[int, int] = field(default_factory=dict)  # of the common tokens

    def articles_with(self, word: Word) -> int:
        """How many articles hold the word, at most."""
        return min((self.counts.get(token, 1) for token in tokens_of(word)), default=self.total)

    @property
    def expected(self) -> int:
        """How many articles can have all that is asked for, at most."""
        strict = [self.articles_with(word) for word in self.query.strict]
        if self.query.needed is not None:
            strict.append(sum(map(self.articles_with, self.without_which_too_few())))
        groups = [sum(self.counts.get(facet(g, v), 1) for v in values) for g, values in self.facets.items()]
        return min([*strict, *groups, self.total])

    def without_which_too_few(self) -> list[Word]:
        """The rarest of the loose words: an article without any of them cannot have as many as are needed."""
        loose = sorted(self.query.loose, key=self.articles_with)
        return loose[: len(loose) - (self.query.needed or len(loose)) + 1]

    def in_titles(self) -> "Asked":
        """The same with every word in the title."""
        return replace(self, query=in_titles(self.query))


@dataclass(frozen=True, slots=True)
class Where:
    """A condition with its values, in two parts: what an index finds, and texts that are compared then."""

    found: str = "TRUE"
    found_values: tuple[object, ...] = ()
    compared: str = "TRUE"
    compared_values: tuple[object, ...] = ()

    @property
    def sql(self) -> str:
        return f"{self.found} AND {self.compared}"

    @property
    def values(self) -> tuple[object, ...]:
        return (*self.found_values, *self.compared_values)

    def and_found(self, sql: str, *values: object) -> "Where":
        return replace(self, found=f"{self.found} AND {sql}", found_values=(*self.found_values, *values))

    def and_compared(self, sql: str, *values: object) -> "Where":
        compared = f"{self.compared} AND {sql}"
        return replace(self, compared=compared, compared_values=(*self.compared_values, *values))

    def within(self, bound: tuple[int, bool] | None) -> "Where":
        """Only articles older, or newer, than a newness."""
        if bound is None:
            return self
        return self.and_found(f"newness {'<' if bound[1] else '>'} %s", bound[0])


def by_index(asked: Asked, more: Collection[int] = (), few: bool = False) -> Where:
    """What the index can find; then the words compared where their tokens do not say all.

    few: it is known that few articles remain, however many have the words. Where those are many, the index
    takes from them the ones with an excluded word, so that no text of theirs is read.
    """
    query = asked.query
    where = _with_tokens(asked, more)
    if few and query.excluded and asked.expected > COMPARABLE:
        where = _without_excluded(where, query)
        query = replace(query, excluded=())
    return _compared(where, query, [word for word in query.strict if not _is_exact(word)])


def by_row(asked: Asked) -> Where:
    """The same asked of each row on its own, without the index."""
    where = Where()
    for group, values in asked.facets.items():
        where = where.and_found("facets && %s::int4[]", [facet(group, value) for value in values])
    return _compared(where, asked.query, asked.query.strict)


def tokens_of(word: Word) -> set[int]:
    return title_tokens(word.text) if word.field == "title" else text_tokens(word.text)


def _is_exact(word: Word) -> bool:
    """Whether the index alone says who has it: of sources it has no tokens of their own."""
    return word.field != "source" and is_exact(word.text)


def in_titles(query: Query) -> Query:
    words = tuple(word if word.field else replace(word, field="title") for word in query.words)
    return replace(query, words=words, needed=None)


def _with_tokens(asked: Asked, more: Collection[int]) -> Where:
    required = {*more}
    for word in asked.query.strict:
        required.update(sorted(tokens_of(word), key=lambda token: asked.counts.get(token, 0))[:TELLING])
    where = Where()
    for group, values in asked.facets.items():
        if len(values) == 1:
            required.update(facet(group, value) for value in values)
        else:
            where = where.and_found("tokens && %s::int4[]", [facet(group, value) for value in values])
    if required:
        where = where.and_found("tokens @> %s::int4[]", sorted(required))
    if asked.query.needed is not None:
        rare = [sorted(tokens_of(word)) for word in asked.without_which_too_few()]
        where = where.and_found(f"({' OR '.join(['tokens @> %s::int4[]'] * len(rare))})", *rare)
    return where


def _without_excluded(where: Where, query: Query) -> Where:
    # Conditions are written here, values are parameters.
    entries = f"SELECT article_id FROM bulletin_searchentry WHERE {where.found}"  # noqa: S608
    sql, values = entries, [*where.found_values]
    for word in query.excluded:
        sql += f" EXCEPT {entries} AND tokens @> %s::int4[]"
        values += [*where.found_values, sorted(tokens_of(word))]
        if not _is_exact(word):
            sql += f" AND strpos({word.field or 'text'}, %s) > 0"
            values.append(word.text)
    return Where(f"article_id IN ({sql})", tuple(values))


def _compared(where: Where, query: Query, words: Iterable[Word]) -> Where:
    for word in words:
        where = where.and_compared(f"strpos({word.field or 'text'}, %s) > 0", word.text)
    if query.needed is not None:
        each = " + ".join(["(strpos(text, %s) > 0)::int"] * len(query.loose))
        where = where.and_compared(f"{each} >= %s", *(word.text for word in query.loose), query.needed)
    for word in query.excluded:
        where = where.and_compared(f"strpos({word.field or 'text'}, %s) = 0", word.text)
    return where
