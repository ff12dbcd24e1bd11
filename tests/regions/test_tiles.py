"""The tile map's scale and places."""

from regions import tiles
from regions.gazetteer import load_gazetteer


def test_every_division_has_a_tile_of_its_own():
    gazetteer = load_gazetteer()
    provinces = {code for code, place in gazetteer.places.items() if place.level == "province"}
    assert set(tiles.TILES) == provinces and len(set(tiles.TILES.values())) == 34


def test_classes_are_fixed_and_finer_where_all_is_little():
    assert tiles.classes_for([0, 41]) == tiles.CLASSES
    assert tiles.classes_for([9, 2]) == tiles.FINE_CLASSES
    assert tiles.classes_for([]) == tiles.FINE_CLASSES
    assert [tiles.depth(count, tiles.CLASSES) for count in (0, 1, 2, 3, 9, 10, 20, 99)] == [
        0,
        1,
        1,
        2,
        3,
        4,
        5,
        5,
    ]


def test_the_legend_names_each_class():
    assert tiles.labels(tiles.CLASSES) == ["0", "1—2", "3—5", "6—9", "10—19", "20+"]
    assert tiles.labels(tiles.FINE_CLASSES) == ["0", "1", "2", "3", "4—5", "6+"]
