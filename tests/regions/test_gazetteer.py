"""The tables of places and the names that follow from them."""

import pytest

from regions.gazetteer import NATION, Place, load_gazetteer, own_names

GAZETTEER = load_gazetteer()


def test_every_place_lies_in_a_known_one():
    strays = [
        place for place in GAZETTEER.places.values() if place.parent and place.parent not in GAZETTEER.places
    ]
    assert strays == []


def test_all_provinces_and_the_whole_world_are_there():
    levels = [place.level for place in GAZETTEER.places.values()]
    assert levels.count("province") == 34
    assert levels.count("prefecture") == 333
    assert levels.count("state") == 51
    assert levels.count("country") > 240
    assert GAZETTEER.name("520100") == "贵阳市"
    assert GAZETTEER.name("FR") == "法国"


def test_every_name_stands_for_a_known_place():
    assert all(code in GAZETTEER.places for name in GAZETTEER.names.values() for code in name.codes)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("贵州", ("520000",)),
        ("黔东南", ("522600",)),
        ("黔东南州", ("522600",)),
        ("玉屏县", ("520622",)),
        ("延边", ("222400",)),
        ("吉林", ("220000", "220200")),
        ("吉林市", ("220200",)),
        ("朝阳区", ("110105", "220104")),
        ("中国数谷", ("520100",)),
        ("贵安新区", ("520100",)),
        ("襄樊", ("420600",)),
        ("京津冀", ("110000", "120000", "130000")),
        ("加州", ("US-CA",)),
        ("印度尼西亚", ("ID",)),
    ],
)
def test_a_name_leads_to_its_places(name, codes):
    assert GAZETTEER.names[name].codes == codes


def test_a_development_zone_belongs_to_its_city_and_is_no_county():
    assert GAZETTEER.names["两江新区"].codes == ("500000",)
    assert GAZETTEER.names["合肥高新技术产业开发区"].codes == ("340100",)
    assert not [place for place in GAZETTEER.places.values() if place.name.endswith("产业开发区")]


def test_only_the_most_specific_places_stay():
    assert GAZETTEER.specific([NATION, "520000", "520100", "US", "US-TX"]) == ["520100", "US-TX"]
    assert GAZETTEER.specific(["320000", "330000", "320000"]) == ["320000", "330000"]


def test_lineage_leads_from_the_county_to_the_nation():
    assert list(GAZETTEER.lineage("440305")) == ["440305", "440300", "440000", NATION]
    assert GAZETTEER.prefecture("440305") == "440300"
    assert GAZETTEER.prefecture("110105") == "110000"
    assert GAZETTEER.province("US-TX") == ""


def test_short_names_follow_from_official_ones():
    place = Place("522600", "黔东南苗族侗族自治州", "prefecture", "520000")
    assert {name for _, name, _ in own_names(place)} == {"黔东南苗族侗族自治州", "黔东南州", "黔东南"}


def test_the_longest_name_wins_and_the_leftmost_first():
    found = [name.text for _, name in GAZETTEER.find("云南通信管理局，新墨西哥州与印度尼西亚")]
    assert found == ["云南", "新墨西哥州", "印度尼西亚"]
