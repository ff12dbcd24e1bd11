"""The address of every place: guizhou, guizhou/guiyang, eu, us/tx. Pure; addresses are kept for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from regions.gazetteer import Gazetteer, Place, display_name

# Where the usual spelling is not the bare pinyin, where two provinces would share it, and where a character's
# commoner reading is the wrong one.
SPELT = {
    "中国": "national",
    "陕西": "shaanxi",
    "香港": "hongkong",
    "澳门": "macao",
    "朝阳": "chaoyang",
    "长治": "changzhi",
    "漯河": "luohe",
    "昌都": "changdu",
    "克孜勒苏": "kezilesu",
}


def paths(gazetteer: Gazetteer) -> Iterator[tuple[Place, str]]:
    """Every place with its address, those around it first. A name taken in its province gets its code."""
    taken: set[str] = set()
    depth = {code: len(list(gazetteer.lineage(code))) for code in gazetteer.places}
    for place in sorted(gazetteer.places.values(), key=lambda place: (depth[place.code], place.code)):
        path = _path(place, gazetteer)
        if path in taken:
            path = f"{path}-{place.code}"
        taken.add(path)
        yield place, path


def spell(place: Place) -> str:
    """The name in pinyin, one word."""
    name = display_name(place)
    return SPELT.get(name) or "".join(syllables(name))


def syllables(text: str, errors: Callable[[str], list[str]] | None = None) -> list[str]:
    """The sound of each character: 贵阳 → gui, yang. `errors` says what is made of what has none."""
    # Here and not above: its dictionary takes long to read, and few commands spell anything.
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text, errors=errors or "default")


def _path(place: Place, gazetteer: Gazetteer) -> str:
    if not gazetteer.is_chinese(place.code):
        return place.code.lower().replace("-", "/")
    province = gazetteer.province(place.code)
    within = f"{spell(gazetteer.places[province])}/" if province not in ("", place.code) else ""
    return within + spell(place)
