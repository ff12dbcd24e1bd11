"""Tests with real transactions and tests without share one database; neither finds it emptied."""

import pytest
from django.contrib.auth.models import Group, Permission

from bulletin.models import Section


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_reference_data_outlives_a_test_with_real_transactions(turn):
    assert Section.objects.count() == 4
    assert Permission.objects.filter(group__in=Group.objects.all()).exists()
    Section.objects.create(name="第五栏", slug="fifth", seal="五", order=5)


def test_one_that_counts_from_one_again(django_db_reset_sequences):
    assert Section.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_leaves_the_next_its_numbers():
    Section.objects.create(name="第五栏", slug="fifth", seal="五", order=5)
