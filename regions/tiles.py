"""The tile map: where each of the 34 divisions stands, and how deep its colour is. Pure."""

from __future__ import annotations

from collections.abc import Iterable

# Seven columns, nine rows; the class of each place is in components.css (`.t-gz`). By code of GB/T 2260.
TILES = {
    "110000": "bj", "120000": "tj", "130000": "he", "140000": "sx", "150000": "nm", "210000": "ln",
    "220000": "jl", "230000": "hlj", "310000": "sh", "320000": "js", "330000": "zj", "340000": "ah",
    "350000": "fj", "360000": "jx", "370000": "sd", "410000": "ha", "420000": "hb", "430000": "hn",
    "440000": "gd", "450000": "gx", "460000": "hi", "500000": "cq", "510000": "sc", "520000": "gz",
    "530000": "yn", "540000": "xz", "610000": "sn", "620000": "gs", "630000": "qh", "640000": "nx",
    "650000": "xj", "710000": "tw", "810000": "hk", "820000": "mo",
}  # fmt: skip
# The least of each of the six classes. Fixed, so that two filters compare; a finer scale where all is little.
CLASSES = (0, 1, 3, 6, 10, 20)
FINE_CLASSES = (0, 1, 2, 3, 4, 6)
FINE_BELOW = 10


def classes_for(counts: Iterable[int]) -> tuple[int, ...]:
    """The scale for these counts."""
    return FINE_CLASSES if max(counts, default=0) < FINE_BELOW else CLASSES


def depth(count: int, classes: tuple[int, ...]) -> int:
    """The class of a count, 0 to 5."""
    return sum(count >= least for least in classes) - 1


def labels(classes: tuple[int, ...]) -> list[str]:
    """How the legend names the classes: 0, 1—2, …, 20+."""
    ends = [least - 1 for least in classes[1:]]
    ranges = [
        str(least) if least == end else f"{least}—{end}" for least, end in zip(classes, ends, strict=False)
    ]
    return [*ranges, f"{classes[-1]}+"]
