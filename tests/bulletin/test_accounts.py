"""Coming in: the throttle of logins, passwords, the second step, who may enter Django's admin."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from bulletin import tasks
from bulletin.accounts import two_step
from tests.makers import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-password"
LOGIN = "/desk/login/"


def sign_in(client, name="bianji", password=PASSWORD, **options):
    return client.post(LOGIN, {"username": name, "password": password, "next": "/account/"}, **options)


def html(response):
    return response.content.decode()


def is_in(client):
    return client.get("/account/").status_code == 200


def code_of(user, later=0):
    """What the user's app shows now, or so many steps of 30 seconds later."""
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, t0=-30 * later):06d}"


@pytest.fixture
def user():
    return make_user("bianji", "view_draft", "edit_article")


@pytest.fixture
def member(client, user):
    client.force_login(user)
    return user


@pytest.fixture
def guarded(user):
    """The user with the second step on, and the recovery codes."""
    two_step.begin(user)
    two_step.confirm(user, code_of(user))
    user.codes = two_step.new_recovery_codes(user)
    TOTPDevice.objects.update(last_t=-1)  # as if it had been some time ago
    return user


# --- The throttle -------------------------------------------------------------------------------------------


def lock(client, times=5, **options):
    for _ in range(times):
        response = sign_in(client, password="wrong", **options)
    return response


def test_after_five_wrong_passwords_the_login_waits_and_says_until_when(client, user):
    said = html(lock(client, 4))
    assert "用户名或密码不对" in said and "暂停" not in said
    locked = sign_in(client, password="wrong")
    said = html(locked)
    until = timezone.localtime(timezone.now() + timedelta(minutes=15))
    assert locked.status_code == 429 and 890 <= int(locked["Retry-After"]) <= 900
    assert "暂停登录15分钟" in said and f"{until:%H:}" in said
    assert 'value="bianji"' in said and 'value="/account/"' in said and "wrong" not in said
    right = sign_in(client)
    assert right.status_code == 429 and not is_in(client), "not even the right password"
    assert int(right["Retry-After"]) <= int(locked["Retry-After"]), "asking again makes no wait longer"


def test_a_lock_is_of_one_account_from_one_address(client, user):
    make_user("zhubian")
    lock(client)
    assert sign_in(client, "zhubian").status_code == 302
    assert sign_in(Client(REMOTE_ADDR="10.0.0.7")).status_code == 302


def test_a_lock_ends_by_itself(client, user):
    lock(client)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in(client).status_code == 302 and is_in(client)
    assert not AccessAttempt.objects.exists(), "and counting begins anew"


def test_a_stranger_does_not_choose_the_address_that_is_counted(client, user, settings):
    for number in range(5):
        response = sign_in(client, password="wrong", headers={"x-forwarded-for": f"10.0.0.{number}"})
    assert response.status_code == 429, "without a proxy the header is nobody's word"

    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}  # BEHIND_TLS_PROXY
    for number in range(5):
        response = sign_in(
            client, password="wrong", headers={"x-forwarded-for": f"10.0.0.{number}, 10.9.9.9"}
        )
    assert response.status_code == 429, "behind ours, the last word is the proxy's"
    assert AccessAttempt.objects.filter(ip_address="10.9.9.9").exists()
    other = {"x-forwarded-for": "10.9.9.9, 10.1.1.1"}
    assert sign_in(client, headers=other).status_code == 302
    garbled = Client(REMOTE_ADDR="10.0.0.8")
    assert sign_in(garbled, password="wrong", headers={"x-forwarded-for": "?"}).status_code == 200
    assert AccessAttempt.objects.filter(ip_address="10.0.0.8").exists()


def test_a_password_is_throttled_wherever_it_is_asked(client, member):
    for _ in range(4):
        client.post("/account/password/", {"old_password": "wrong"})
    assert client.post("/account/two-step/begin/", {"password": "wrong"}).status_code == 429
    assert client.post("/account/two-step/begin/", {"password": PASSWORD}).status_code == 429
    assert not TOTPDevice.objects.exists()


def test_logins_are_kept_for_the_administrator_without_what_was_typed(client, user, admin_client):
    lock(client, 1, headers={"user-agent": "Firefox"})
    sign_in(client)
    assert AccessLog.objects.filter(username="bianji").exists()
    page = html(admin_client.get("/desk/admin/axes/accessfailurelog/"))
    assert "bianji" in page and "Firefox" in page
    AccessLog.objects.update(attempt_time=timezone.now() - timedelta(days=191))
    tasks.forget_old_logins()
    assert not AccessLog.objects.exists() and AccessFailureLog.objects.exists()


# --- Where a login leads ------------------------------------------------------------------------------------


def test_a_reader_comes_home_and_an_editor_to_the_desk(client, user):
    make_user("duzhe")
    for name, address in (("duzhe", "/"), ("bianji", "/desk/")):
        response = client.post(LOGIN, {"username": name, "password": PASSWORD})
        assert response["Location"] == address


def test_a_login_leads_to_no_other_site(client, guarded):
    response = client.post(
        LOGIN, {"username": "bianji", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert response["Location"] == "/desk/login/code/"
    response = client.post("/desk/login/code/", {"code": code_of(guarded), "next": "https://evil.example/"})
    assert response["Location"] == "/desk/"


# --- Passwords ----------------------------------------------------------------------------------------------

NEW = "墨香满室读书声声入耳来"  # eleven characters


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (NEW, "新密码太短，至少要12个字符。"),
        ("8642097531246", "不能全是数字"),
        ("bianji-2026-1", "和用户名或姓名太像"),
        ("administrator", "太常见"),
    ],
)
def test_a_weak_password_is_refused_in_words(client, member, new, said):
    typed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    response = client.post("/account/password/", typed)
    error = re.search(r'class="errmsg"[^>]*>([^<]+)', html(response))[1]
    assert said in error
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


def test_a_new_password_ends_every_other_login(client, member):
    elsewhere = Client()
    elsewhere.force_login(member)
    key = client.session.session_key
    typed = {"old_password": PASSWORD, "new_password1": NEW + "也", "new_password2": NEW + "也"}
    response = client.post("/account/password/", typed, follow=True)
    assert "密码已换" in html(response) and client.session.session_key != key
    assert not is_in(elsewhere) and is_in(client)
    assert sign_in(Client(), password=NEW + "也").status_code == 302


def test_a_session_ends_in_half_a_day_and_its_cookie_is_kept_from_scripts(client, user, settings):
    settings.SESSION_COOKIE_SECURE = True
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["max-age"] == 12 * 3600
    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax"


# --- The second step ----------------------------------------------------------------------------------------


def test_switching_on_signing_in_and_switching_off(client, member):
    assert "没有开启" in html(client.get("/account/"))
    assert "密码不对" in html(client.post("/account/two-step/begin/", {"password": "wrong"}))
    page = html(client.post("/account/two-step/begin/", {"password": PASSWORD}, follow=True))
    secret = two_step.secret_of(TOTPDevice.objects.get())
    assert 'role="img" aria-label="两步验证的二维码' in page and secret in page
    assert sign_in(Client())["Location"] == "/account/", "not before a code has shown that it works"

    response = client.post("/account/two-step/confirm/", {"code": code_of(member)})
    codes = re.findall(r"<code>(\w{5}-\w{5})</code>", html(response))
    assert len(set(codes)) == 10 and "no-store" in response["Cache-Control"]
    assert client.get("/account/two-step/confirm/").status_code == 302, "shown this once"
    assert "已开启" in html(client.get("/account/")) and "还没有填过验证码" not in html(
        client.get("/account/")
    )
    assert not StaticToken.objects.filter(token__in=[two_step.plain(code) for code in codes]).exists()

    fresh = Client()
    assert sign_in(fresh)["Location"] == "/desk/login/code/?next=%2Faccount%2F"
    assert not is_in(fresh), "the password alone opens nothing"
    code = code_of(member, later=1)
    typed = {"code": f" {code[:3]} {code[3:]}", "next": "/account/"}
    assert fresh.post("/desk/login/code/", typed)["Location"] == "/account/"
    assert is_in(fresh)

    typed = {"password": PASSWORD, "code": codes[0]}
    assert "两步验证已关闭" in html(client.post("/account/two-step/end/", typed, follow=True))
    assert sign_in(Client())["Location"] == "/account/"
    assert not TOTPDevice.objects.exists() and not StaticDevice.objects.exists()


def test_a_code_is_good_once(client, guarded):
    code = code_of(guarded)
    for client, enters in ((Client(), True), (Client(), False)):
        sign_in(client)
        page = html(client.post("/desk/login/code/", {"code": code}, follow=True))
        assert is_in(client) is enters
    assert "已经用过" in page


def test_a_recovery_code_is_good_once_in_any_writing(client, guarded):
    code = guarded.codes[0].upper().replace("-", " ")
    for client, enters in ((Client(), True), (Client(), False)):
        sign_in(client)
        page = html(client.post("/desk/login/code/?recovery=1", {"code": code}, follow=True))
        assert is_in(client) is enters
        if enters:
            assert "还剩9个" in page


def test_wrong_codes_wait_ever_longer_and_then_lock_the_login(client, guarded):
    sign_in(client)
    client.post("/desk/login/code/", {"code": "000000"})
    page = html(client.post("/desk/login/code/", {"code": code_of(guarded)}))
    assert re.search(r"请等\d+秒再填", page), "the right one too has to wait"
    for _ in range(3):
        response = client.post("/desk/login/code/", {"code": "000000"})
    assert response.status_code == 429 and "暂停登录" in html(response)
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert client.post("/desk/login/code/", {"code": code_of(guarded)}).status_code == 429
    assert sign_in(client).status_code == 429 and not is_in(client)


def test_the_second_step_waits_five_minutes(client, guarded):
    sign_in(client)
    session = client.session
    session["second_step"] |= {"until": 0}
    session.save()
    response = client.post("/desk/login/code/", {"code": code_of(guarded)}, follow=True)
    assert "请先输入用户名和密码" in html(response) and not is_in(client)


def test_switching_off_and_new_codes_want_password_and_code(client, guarded):
    client.force_login(guarded)
    for address in ("/account/two-step/end/", "/account/two-step/codes/"):
        page = html(client.post(address, {"password": "wrong", "code": guarded.codes[0]}))
        assert "密码不对" in page
        assert client.post(address, {"password": PASSWORD, "code": ""}).status_code == 400
    assert two_step.device_of(guarded) and two_step.codes_left(guarded) == 10, "none was used up"
    typed = {"password": PASSWORD, "code": guarded.codes[0]}
    assert html(client.post("/account/two-step/codes/", typed)).count("<code>") == 10
    with pytest.raises(two_step.CodeError):
        two_step.verify(guarded, guarded.codes[1])


def test_an_administrator_switches_anothers_off_and_it_is_noted(client, guarded, admin_client):
    chosen = {"action": "end_two_step", "_selected_action": [guarded.pk]}
    page = html(admin_client.post("/desk/admin/auth/user/", chosen, follow=True))
    assert "已关闭两步验证：bianji" in page and two_step.device_of(guarded) is None
    assert "关闭了两步验证" in html(admin_client.get(f"/desk/admin/auth/user/{guarded.pk}/history/"))


def test_the_command_switches_it_off_where_no_administrator_is_left(guarded, capsys):
    call_command("end_two_step", "bianji")
    assert "关闭了两步验证" in capsys.readouterr().out and two_step.device_of(guarded) is None


# --- Django's admin -----------------------------------------------------------------------------------------


@pytest.fixture
def administrator(client):
    user = make_user("guanli", is_staff=True)
    user.groups.set(Group.objects.filter(name="管理员"))
    client.force_login(user)
    return user


def test_an_administrator_sees_the_log_and_lifts_a_lock(client, administrator, user):
    stranger = Client()
    lock(stranger)
    attempt = AccessAttempt.objects.get()
    assert "bianji" in html(client.get("/desk/admin/axes/accessattempt/"))
    client.post(f"/desk/admin/axes/accessattempt/{attempt.pk}/delete/", {"post": "yes"})
    assert sign_in(stranger).status_code == 302


def test_an_administrator_makes_no_superuser_and_leaves_those_alone(client, administrator, user, admin_user):
    page = html(client.get(f"/desk/admin/auth/user/{user.pk}/change/"))
    assert 'name="groups"' in page and 'name="is_superuser"' not in page
    assert client.get(f"/desk/admin/auth/user/{admin_user.pk}/password/").status_code == 403
    client.post(f"/desk/admin/auth/user/{admin_user.pk}/delete/", {"post": "yes"})
    assert User.objects.filter(pk=admin_user.pk).exists()


def test_the_admin_has_no_login_of_its_own(client, user):
    assert client.get("/desk/admin/")["Location"] == "/desk/login/?next=/desk/admin/"
    response = client.post("/desk/admin/login/", {"username": "bianji", "password": PASSWORD})
    assert response.status_code == 302 and not is_in(client)
