"""The role table against the portal: every address of the URL configuration, every role, GET and POST."""

import copy
import logging
import os
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.http import HttpResponseForbidden
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp

from bulletin.accounts import two_step
from tests.makers import make_user
from tests.processes import PROJECT
from tests.roles import ADMIN, ROLES, TABLE, addresses, rendered, rule
from tests.world import BODY, build, located

pytestmark = pytest.mark.slow

PAGE = PROJECT / "docs" / "roles.md"
DATA_TYPES = ("application/ld+json", "application/json")  # no browser runs them


@pytest.fixture(autouse=True)
def refusals_in_short(monkeypatch):
    """A thousand are asked for: to draw the page of each, and to log each, takes longer than the asking."""
    short = lambda request, exception: HttpResponseForbidden()  # noqa: E731
    monkeypatch.setattr("bulletin.urls.handler403", short, raising=False)
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(reference_tables):
    return build()


@pytest.fixture
def clients(world):
    """A browser for each role: who holds it has the group that the migrations made, and nothing else."""
    clients = {role: Client() for role in ROLES}
    for role, client in clients.items():
        if role != "visitor":
            user = make_user(role, is_staff=role == "管理员")
            user.groups.set(Group.objects.filter(name=role))
            client.force_login(user)
    return clients


def test_every_address_has_a_row_and_every_row_an_address():
    keys = {key for key, _, _ in addresses()}
    missing = [f"{key}: /{route}" for key, route, _ in addresses() if rule(key) is None]
    assert not missing, "no row in tests/roles.py says who may use these addresses:\n" + "\n".join(missing)
    assert set(TABLE) - keys == {ADMIN}, "rows of addresses that are gone"


def test_the_page_of_the_table_is_current():
    if os.environ.get("UPDATE_ROLES") == "1":
        PAGE.write_text(rendered(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == rendered(), "UPDATE_ROLES=1 rewrites it"


@pytest.mark.django_db
def test_everybody_meets_what_the_table_says(world, clients):
    wrong = []
    for key, address in located(world):
        for method, role, wanted in rule(key).answers():
            if key.startswith(ADMIN) and role == "管理员":
                continue  # any of Django's statuses; that the administrator gets in is asked below
            if (met := answer(clients[role], method, address)) != wanted:
                wrong.append(f"{key} {method.upper()} {address}: {role} met {met}, the table says {wanted}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.django_db
def test_visitors_meet_what_the_setting_leaves_open(world, clients, settings):
    """A misspelt setting shuts everything. Who has a login sees all that is public."""
    wrong = []
    for settings.PORTAL_ACCESS in ("full-text", "login", "Everyone", ""):
        for key, address in located(world):
            if not (row := rule(key)).shut:
                continue
            if settings.PORTAL_ACCESS in ("Everyone", "") and key not in ("home", "issue_print", "api_issue"):
                continue
            wanted = row.shut.split()[settings.PORTAL_ACCESS != "full-text"]
            response = clients["visitor"].get(address)
            if (met := said(response, address)) != wanted or BODY in text(response):
                wrong.append(f"{settings.PORTAL_ACCESS!r} {key} {address}: {met}, the table says {wanted}")
            if (met := answer(clients["reader"], "get", address)) != row.get.split()[1]:
                wrong.append(f"{settings.PORTAL_ACCESS!r} {key} {address}: a reader met {met}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.django_db
def test_an_act_without_its_token_is_refused(world, clients):
    wrong = []
    for key, address in located(world):
        row = rule(key)
        # The theme changes only how one browser shows pages (see choose_theme).
        if "ok" not in row.post or key == "theme" or key.startswith(ADMIN):
            continue
        client = Client(enforce_csrf_checks=True)
        client.cookies = clients["管理员"].cookies
        if (status := client.post(address).status_code) != 403:
            wrong.append(f"{key} {address}: {status}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.django_db
def test_what_only_an_approver_may_can_ask_for_a_two_step_login(world, clients, settings):
    settings.REQUIRE_TOTP_FOR_APPROVERS = True
    approver = User.objects.get(username="终审")
    acts = [each for each in located(world) if rule(each[0]).post.split()[2:4] == ["403", "ok"]]
    unguarded = [key for key, address in acts if "需要两步验证" not in text(clients["终审"].post(address))]
    assert acts and not unguarded
    _, address = acts[0]
    two_step.confirm(approver, f"{totp(two_step.begin(approver).bin_key):06d}")
    assert "退出，重新登录" in text(clients["终审"].post(address)), "this login was before"
    session = clients["终审"].session
    session[DEVICE_ID_SESSION_KEY] = two_step.device_of(approver).persistent_id
    session.save()
    assert answer(clients["终审"], "post", address) == "ok"


@pytest.mark.django_db
def test_every_page_stands_under_the_policy_against_foreign_scripts(world, clients):
    """No inline script, handler or style in any page, so the policy can forbid them in all."""
    wrong = []
    for key, address in located(world):
        response = clients["管理员"].get(address)
        policy = response.get("Content-Security-Policy", "")
        if ("default-src 'self'" not in policy and "default-src 'none'" not in policy) or "unsafe" in policy:
            wrong.append(f"{key} {address}: {policy!r}")
        if response["Content-Type"].startswith("text/html") and (found := inline(text(response))):
            wrong.append(f"{key} {address}: {found}")
    assert not wrong, "\n" + "\n".join(wrong)


# --- The means ----------------------------------------------------------------------------------------------


def answer(client, method, address):
    """What a role meets, as the table words it; what it does is undone, a logout too."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        met = said(getattr(client, method)(address), address)
        transaction.set_rollback(True)
    client.cookies = cookies
    return met


def said(response, address):
    status = response.status_code
    if status == 302 and response["Location"] == f"/desk/login/?next={address}":
        return "login"
    return "ok" if status < 400 or status in (400, 409, 503) else str(status)


def text(response):
    return "" if response.streaming else response.content.decode(errors="replace")


class Inline(HTMLParser):
    """Scripts, handlers and styles that stand in the page itself; data that no browser runs may."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        is_script = tag == "script" and "src" not in attrs and attrs.get("type") not in DATA_TYPES
        is_handler = any(name.startswith("on") for name in attrs)
        if is_script or is_handler or tag == "style" or "style" in attrs:
            self.found.append(self.get_starttag_text())


def inline(html):
    parser = Inline()
    parser.feed(html)
    return parser.found
