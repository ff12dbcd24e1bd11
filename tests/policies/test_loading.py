"""Reference data: loaded whole, again without change, over an editor's decisions."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from policies.models import IssuingBody
from regions.models import Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    Region.objects.load()
    return IssuingBody.objects.load()


def test_bodies_come_with_region_parent_and_names(loaded):
    ministry = IssuingBody.objects.get(name="工业和信息化部")
    assert ministry.state == IssuingBody.State.KNOWN and "工信部" in ministry.short_names
    assert IssuingBody.objects.get(name="中共中央政治局").parent.name == "中国共产党中央委员会"
    local = IssuingBody.objects.get(name="北京市经济和信息化局")
    assert local.region.short_name == "北京"
    assert loaded["created"] == IssuingBody.objects.count() and loaded["updated"] == loaded["unchanged"] == 0


def test_loading_again_changes_nothing(loaded, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        counts = IssuingBody.objects.load()
    assert (counts["created"], counts["updated"]) == (0, 0)
    assert counts["unchanged"] == IssuingBody.objects.count()


def test_what_editors_decided_stands(loaded):
    ministry, other = IssuingBody.objects.filter(name__in=["工业和信息化部", "国家数据局"]).order_by("name")
    ministry.short_names = [*ministry.short_names, "新叫法"]
    ministry.save()
    other.state, other.decided_at = IssuingBody.State.REFUSED, timezone.now()
    other.save()
    IssuingBody.objects.load()
    ministry.refresh_from_db()
    other.refresh_from_db()
    assert "新叫法" in ministry.short_names
    assert other.state == IssuingBody.State.REFUSED


def test_a_name_of_the_inbox_that_the_file_has_now_is_known():
    Region.objects.load()
    IssuingBody.objects.create(name="国家数据局")
    IssuingBody.objects.load()
    assert IssuingBody.objects.get(name="国家数据局").state == IssuingBody.State.KNOWN


def test_a_body_that_was_renamed_stays_one(loaded):
    body = IssuingBody.objects.get(name="中国气象局")
    IssuingBody.objects.filter(pk=body.pk).update(name="国家气象局", former_names=[])
    assert IssuingBody.objects.load()["updated"] == 1
    body.refresh_from_db()
    assert (body.name, body.former_names) == ("中国气象局", ["国家气象局"])
    assert not IssuingBody.objects.filter(name="国家气象局").exists()


def test_regions_are_loaded_again_without_change(django_assert_max_num_queries):
    counts = Region.objects.load()
    assert counts["created"] == Region.objects.count() > 3000
    Region.objects.filter(code="520100").update(short_name="旧名")
    with django_assert_max_num_queries(40):
        counts = Region.objects.load()
    assert (counts["created"], counts["updated"]) == (0, 1)
    assert Region.objects.get(code="520100").short_name == "贵阳"
    assert Region.objects.get(code="520100").parent.code == "520000"


def test_bodies_without_regions_are_refused_with_a_way_out():
    with pytest.raises(CommandError, match="load_regions"):
        call_command("load_bodies", stdout=StringIO())
