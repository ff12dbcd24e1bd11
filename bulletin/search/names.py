"""Regions, bodies, policies and issues by what is typed: suggestions, the exact one, near misses."""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from bulletin.facts import Telling
from bulletin.models import Article, Issue
from bulletin.search import finder
from bulletin.search.entries import SearchEntry, TokenCount
from bulletin.search.fold import fold
from bulletin.search.query import Query
from bulletin.search.tokens import facet
from bulletin.typesetting import cut
from policies.models import IssuingBody, Policy
from policies.recognition.titles import linking_key
from regions.models import Region
from regions.paths import syllables

KEPT_SECONDS = 300  # the names are read again after that
OF_EACH = 3  # suggestions of a kind
TITLES = 3000  # newest, whose words are known words
LONGEST = 8  # characters of a word that may be mistyped
_ISSUE = re.compile(r"\s*(?:总?第?\s*)?(\d{1,6})\s*期?\s*")
_NUMBER = re.compile(r"\s*(\D{1,12})[〔\[【(（﹝]?\s*((?:19|20)\d\d)\s*[〕\]】)）﹞]?\s*第?\s*(\d+)\s*号\s*")


@dataclass(frozen=True, slots=True)
class Name:
    """Something that can be gone to: its kind for people, its name, its address."""

    kind: str
    label: str
    address: str
    note: str = ""
    depth: int = 9  # of a place in the tree: provinces come before counties
    token: int = 0  # under which the index has it

    @property
    def articles(self) -> int:
        """How many articles are about it."""
        return _articles_under(this_period()).get(self.token, 0)


@dataclass(slots=True)
class Directory:
    """All regions and bodies by their folded names, sounds and initials."""

    by_name: dict[str, list[Name]] = field(default_factory=lambda: defaultdict(list))
    by_sound: dict[str, list[Name]] = field(default_factory=lambda: defaultdict(list))
    by_initials: dict[str, list[Name]] = field(default_factory=lambda: defaultdict(list))
    places: list[Name] = field(default_factory=list)


def suggestions(typed: str) -> list[Name]:
    """What somebody who typed this much may want, the likeliest kinds first."""
    wanted = fold(typed).strip()
    if not wanted or len(wanted) > 60:
        return []
    found = list(_issues(typed))
    found += _places_and_bodies(wanted)
    if len(wanted) > 1 and not (wanted.isascii() and wanted.isalpha() and len(wanted) < 3):
        found += _policies(typed.strip(" 《》\x00"))
        found += _articles(typed)
    return found


def exact(typed: str) -> Name | None:
    """The one thing that the query names: an issue, a region, a body, a policy by title or number."""
    wanted = fold(typed).strip()
    if not wanted:
        return None
    issue = next(_issues(typed, whole=True), None)
    named = issue or next(
        iter(sorted(directory().by_name.get(wanted, []), key=lambda each: -each.articles)), None
    )
    return named or _policy_named(typed)


def near(query: Query) -> list[str]:
    """Other queries that may have been meant: words that sound alike, differ by a character, or 拼音."""
    typed = " ".join(word.text.strip() for word in query.words)
    if not typed or len(typed) > 40:
        return []
    found = [name.label for name in _by_letters(typed.replace(" ", ""))]
    known = vocabulary()
    sounds = syllables(typed, errors=list)
    if len(sounds) == len(typed):
        for size in range(min(LONGEST, len(typed)), 1, -1):
            for at in range(len(typed) - size + 1):
                piece = typed[at : at + size]
                meant = known.by_sound.get("".join(sounds[at : at + size]))
                if meant and piece not in known.words and meant != piece:
                    found.append(typed[:at] + meant + typed[at + size :])
    for piece in typed.split():
        if 3 <= len(piece) <= LONGEST * 2 and piece not in known.words:
            close = process.extract(
                piece, known.words.keys(), scorer=Levenshtein.distance, score_cutoff=1, limit=2
            )
            found += [typed.replace(piece, word) for word, _, _ in close]
    return [each for each in dict.fromkeys(found) if each != typed][:OF_EACH]


# --- Regions and bodies, kept in memory ---------------------------------------------------------------------


def this_period() -> int:
    return int(time.monotonic() // KEPT_SECONDS)


@lru_cache(maxsize=1)
def _articles_under(_period: int) -> dict[int, int]:
    facets = TokenCount.objects.filter(token__range=(-(1 << 30), -1))
    return dict(facets.values_list("token", "articles"))


def directory() -> Directory:
    """Made anew only when a name has changed: that takes half a second, and somebody is typing."""
    return _directory(*_known_names(this_period()))


@lru_cache(maxsize=1)
def _known_names(_period: int) -> tuple[tuple, ...]:
    regions = Region.objects.values_list("pk", "short_name", "name", "path", "lineage__len")
    bodies = IssuingBody.objects.known().values_list("pk", "name", "short_names", "former_names")
    return tuple(regions), tuple((pk, name, *short, *former) for pk, name, short, former in bodies)


@lru_cache(maxsize=1)
def _directory(regions: tuple[tuple, ...], bodies: tuple[tuple, ...]) -> Directory:
    found = Directory()
    for pk, short_name, whole_name, path, depth in regions:
        name = Name(
            "地区", short_name, reverse("region", args=[path]), depth=depth, token=facet("region", pk)
        )
        found.places.append(name)
        _enter(found, name, [short_name, whole_name])
    for pk, *spellings in bodies:
        name = Name("机构", spellings[0], reverse("body", args=[pk]), token=facet("body", pk))
        _enter(found, name, spellings)
    return found


@lru_cache(maxsize=50_000)
def _sounds(text: str) -> tuple[str, ...]:
    return tuple(syllables(text))


def _enter(found: Directory, name: Name, spellings: list[str]) -> None:
    for spelling in dict.fromkeys(spellings):
        found.by_name[fold(spelling).strip()].append(name)
    sounds = _sounds(name.label)
    found.by_sound["".join(sounds)].append(name)
    found.by_initials["".join(sound[:1] for sound in sounds)].append(name)


def _places_and_bodies(wanted: str) -> list[Name]:
    letters = _by_letters(wanted)
    if letters:
        return letters
    ranks: dict[Name, tuple] = {}
    for spelling, names in directory().by_name.items():
        at = spelling.find(wanted)
        if at < 0:
            continue
        for name in names:
            rank = (at > 0, -name.articles, name.depth, len(spelling))
            ranks[name] = min(rank, ranks.get(name, rank))
    ordered = sorted(ranks, key=ranks.__getitem__)
    return [n for n in ordered if n.kind == "地区"][:OF_EACH] + [n for n in ordered if n.kind == "机构"][
        :OF_EACH
    ]


def _by_letters(wanted: str) -> list[Name]:
    """gz, guiz → 贵州, and 贵阳 after it: what lies in the likeliest place and is told of most."""
    if not (wanted.isascii() and wanted.isalpha() and len(wanted) > 1):
        return []
    known = directory()
    found: dict[Name, int] = {}
    for index, places in ((known.by_initials, 2), (known.by_sound, 4)):
        for letters, names in index.items():
            if letters == wanted or (len(wanted) >= places and letters.startswith(wanted)):
                for name in names:
                    found[name] = min(found.get(name, 9), letters != wanted)
    ordered = sorted(found, key=lambda n: (found[n], n.kind != "地区", -n.articles, n.depth, len(n.label)))
    inside = _most_told_in(ordered[0]) if ordered else None
    if inside:
        ordered.insert(1, inside)
    return ordered[: 2 * OF_EACH]


def _most_told_in(name: Name) -> Name | None:
    inside = (
        place
        for place in directory().places
        if place.depth == name.depth + 1 and place.address.startswith(name.address) and place.articles
    )
    return max(inside, key=lambda place: place.articles, default=None)


# --- Issues, policies, articles, asked of the database ------------------------------------------------------


def _issues(typed: str, whole: bool = False) -> Iterator[Name]:
    match = _ISSUE.fullmatch(typed)
    if match is None or (whole and "期" not in typed):
        return
    number = int(match[1])
    for issue in Issue.objects.published().filter(total_number=number):
        yield Name("期", f"{issue}", issue.get_absolute_url(), note=f"{issue.issued_on:%Y年%-m月%-d日}")


def _public_policies():
    told = Telling.objects.filter(policy=OuterRef("pk"), article__search_entry__isnull=False)
    return Policy.objects.standing().filter(Exists(told))


def _policies(typed: str) -> list[Name]:
    found = _public_policies().filter(Q(title__contains=typed) | Q(number__startswith=typed))
    return [_policy(policy) for policy in found.order_by("-pk")[:OF_EACH]]


def _policy_named(typed: str) -> Name | None:
    typed = typed.replace("\x00", "").strip(" 《》")
    number = _NUMBER.fullmatch(typed)
    wanted = Q(number=f"{number[1].strip()}〔{number[2]}〕{number[3]}号") if number else None
    if wanted is None:
        if len(typed) < 4:
            return None
        wanted = Q(key=linking_key(typed)) & ~Q(key="")
    policy = _public_policies().filter(wanted).order_by("-pk").first()
    return policy and _policy(policy)


def _policy(policy: Policy) -> Name:
    return Name("政策", policy.title, policy.get_absolute_url(), note=policy.number)


def _articles(typed: str) -> list[Name]:
    keys = finder.titled(fold(typed), OF_EACH)
    rows = (
        Article.objects.published()
        .select_related("issue")
        .only("title", "number", "issue__total_number")
        .in_bulk(keys)
    )
    return [
        Name("文章", rows[key].title, rows[key].get_absolute_url(), note=f"{rows[key].issue.total_number}期")
        for key in keys
        if key in rows
    ]


# --- Known words, for near misses ---------------------------------------------------------------------------


@dataclass(slots=True)
class Vocabulary:
    """Names and the words of titles, how often each, and by sound the commonest."""

    words: Counter[str]
    by_sound: dict[str, str]


def vocabulary() -> Vocabulary:
    return _vocabulary(this_period())


@lru_cache(maxsize=1)
def _vocabulary(_period: int) -> Vocabulary:
    words: Counter[str] = Counter()
    for title in SearchEntry.objects.order_by("-newness").values_list("title", flat=True)[:TITLES]:
        words.update(word for run in title.split() for word in cut(run) if len(word) > 1)
    for name, bearers in directory().by_name.items():
        if 1 < len(name) <= 2 * LONGEST:
            words[name] += 1 + max(bearer.articles for bearer in bearers)
    by_sound = {"".join(_sounds(word)): word for word, _ in reversed(words.most_common())}
    return Vocabulary(words, by_sound)


def forget() -> None:
    """Read all names again at the next use."""
    for kept in (_articles_under, _known_names, _directory, _vocabulary):
        kept.cache_clear()
