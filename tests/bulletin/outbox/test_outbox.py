"""Messages to receivers: written with the act, sent after it, each to each once; a real server receives."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from bulletin.outbox import delivering
from bulletin.outbox.delivering import deliver_outbox
from bulletin.outbox.queueing import enqueue
from bulletin.outbox.records import CLAIM, PAUSES, Delivery, Kind, OutboxMessage, Webhook
from bulletin.outgoing.guarding import Refused, guard_address, look_up
from tests.processes import PATIENCE_SECONDS, database_url, environment, run, started, wait_for

pytestmark = pytest.mark.django_db
State = Delivery.State


class Receiver(ThreadingHTTPServer):
    """A stranger's server: keeps what it gets, answers with `status`."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Taking)
        self.got, self.status = [], 204
        self.answers = threading.Event()  # while it is not set, whoever calls waits
        self.answers.set()
        self.url = f"http://127.0.0.1:{self.server_port}/hook?to=us"

    @property
    def ids(self):
        return [headers["Idempotency-Key"] for _, headers, _ in self.got]


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, self.headers, body))
        self.server.answers.wait(PATIENCE_SECONDS)
        self.send_response(self.server.status)
        self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield server
        server.answers.set()
        server.shutdown()


@pytest.fixture
def webhook(receiver):
    return Webhook.objects.create(name="市数据局", url=receiver.url, secret="一把钥匙")


def tell(key="issue.published/1/first", **more):
    return enqueue(Kind.PUBLISHED, key, "总第237期发布", "/issues/237/", issue=237, **more)


def test_a_webhook_gets_a_signed_call_once(receiver, webhook, settings):
    settings.PUBLIC_URL = "https://bulletin.example.cn"
    assert tell() is True
    assert tell() is False  # the same act
    deliver_outbox()
    deliver_outbox()
    [(path, headers, body)] = receiver.got
    told = json.loads(body)
    assert path == "/hook?to=us"
    assert (told["kind"], told["issue"], told["page"]) == (
        "issue.published",
        237,
        "https://bulletin.example.cn/issues/237/",
    )
    assert headers["Idempotency-Key"] == headers["X-Bulletin-Id"] == told["id"]
    signed = f"{headers['X-Bulletin-Timestamp']}.".encode() + body
    wanted = hmac.new("一把钥匙".encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Bulletin-Signature"] == f"sha256={wanted}"
    assert Delivery.objects.get().state == State.SENT


def test_an_act_that_is_undone_tells_nobody(receiver, webhook):
    with pytest.raises(RuntimeError), transaction.atomic():
        tell()
        raise RuntimeError
    deliver_outbox()
    assert not receiver.got and not OutboxMessage.objects.exists()


def test_beat_asks_for_what_was_left_behind(settings):
    assert settings.CELERY_BEAT_SCHEDULE["deliver-outbox"]["task"] == deliver_outbox.name


def test_only_who_wants_a_kind_is_told(receiver, webhook):
    Webhook.objects.create(name="只要勘误", url=receiver.url, kinds=[Kind.CORRECTED])
    Webhook.objects.create(name="停用", url=receiver.url, active=False)
    tell()
    assert list(Delivery.objects.values_list("receiver", flat=True)) == ["市数据局"]


def test_one_who_fails_holds_up_no_other_and_is_tried_again_with_the_same_words(receiver, webhook, settings):
    settings.NOTIFY_EMAILS = ["bianji@example.cn", "bianji@example.cn"]
    receiver.status = 503
    tell(note="说明一句")
    deliver_outbox()
    failing, mailed = Delivery.objects.order_by("pk")
    assert (mailed.state, failing.state, failing.last_error) == (State.SENT, State.WAITING, "对方答 503。")
    [letter] = mail.outbox
    assert letter.to == ["bianji@example.cn"] and "说明一句" in letter.body
    assert str(mailed.message_id) in letter.message()["Message-ID"]
    deliver_outbox()
    assert len(receiver.got) == 1  # its time has not come
    for _ in PAUSES:
        Delivery.objects.filter(state=State.WAITING).update(next_try_at=timezone.now())
        deliver_outbox()
    failing.refresh_from_db()
    assert (failing.state, len(receiver.got)) == (State.DEAD, 1 + len(PAUSES))
    receiver.status = 200
    assert delivering.ask_again(failing.pk)
    deliver_outbox()
    failing.refresh_from_db()
    assert (failing.state, failing.last_error, delivering.ask_again(failing.pk)) == (State.SENT, "", False)
    assert len(set(receiver.ids)) == len({body for _, _, body in receiver.got}) == 1
    assert len(mail.outbox) == 1


def test_a_sender_killed_on_the_way_is_followed_by_another(receiver, webhook):
    tell()
    assert delivering.claim() is not None  # and then its process is gone
    deliver_outbox()
    assert not receiver.got
    Delivery.objects.update(claimed_at=timezone.now() - CLAIM - timedelta(seconds=1))
    late = Delivery.objects.get()
    deliver_outbox()
    late.fail("太晚了")  # the first one wakes up: its word no longer counts
    assert len(receiver.got) == 1 and Delivery.objects.get().state == State.SENT


def test_a_sender_killed_every_time_is_given_up_in_the_end_and_holds_up_nobody(receiver, webhook):
    Webhook.objects.create(name="另一处", url=receiver.url)
    tell()
    deadly, other = Delivery.objects.order_by("pk")
    long_ago = timezone.now() - CLAIM - timedelta(seconds=1)
    for _ in range(3 * len(PAUSES)):
        taken = delivering.claim()
        if taken and taken.pk == other.pk:
            delivering.deliver(taken)  # by the next sender; that of the first one is gone
        moving = Delivery.objects.filter(pk=deadly.pk, state__in=[State.WAITING, State.SENDING])
        moving.update(claimed_at=long_ago, next_try_at=long_ago)
    deadly.refresh_from_db()
    other.refresh_from_db()
    assert (deadly.state, deadly.last_error) == (State.DEAD, delivering.KILLED)
    assert deadly.attempts == 1 + len(PAUSES)
    assert (other.state, len(receiver.got)) == (State.SENT, 1)


SEND = (
    "import django; django.setup(); from bulletin.outbox.delivering import deliver_outbox; deliver_outbox()"
)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_process_killed_in_the_middle_of_a_call_is_followed_with_the_same_id(receiver, webhook, tmp_path):
    tell()
    variables = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "bulletin.settings"}
    env = environment(tmp_path, WEBHOOK_ALLOW_PRIVATE="true", **variables)
    receiver.answers.clear()
    with started("-c", SEND, env=env, log=tmp_path / "log") as sender:
        wait_for(lambda: receiver.got, "the call")
        sender.kill()  # the receiver has the message, and nobody knows
        sender.wait()
    receiver.answers.set()
    deliver_outbox()
    assert len(receiver.got) == 1 and Delivery.objects.get().state == State.SENDING  # its claim still holds
    Delivery.objects.update(claimed_at=timezone.now() - CLAIM - timedelta(seconds=1))
    assert run("-c", SEND, env=env).returncode == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_error) == (State.SENT, 2, "")
    [(_, _, first), (_, _, second)] = receiver.got
    assert first == second and len(set(receiver.ids)) == 1


def test_a_redirect_is_not_followed_and_a_closed_door_is_told(receiver, webhook):
    receiver.status = 302
    tell()
    deliver_outbox()
    assert len(receiver.got) == 1 and "302" in Delivery.objects.get().last_error
    Webhook.objects.update(url="http://127.0.0.1:9/")
    Delivery.objects.update(next_try_at=timezone.now())
    deliver_outbox()
    assert Delivery.objects.get().last_error == "连不上对方，或对方中途断开。"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "https:///path",
        "https://user:word@example.com/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.1.1/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://localhost:8000/",
    ],
)
def test_addresses_inside_are_refused(url):
    with pytest.raises(Refused):
        look_up(guard_address(url))


def test_the_form_of_a_webhook_says_why_an_address_is_refused(settings):
    settings.WEBHOOK_ALLOW_PRIVATE = False
    with pytest.raises(ValidationError, match="内网"):
        Webhook(name="内", url="http://10.0.0.8/").full_clean()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_senders_at_once_send_each_message_once(receiver, webhook):
    for number in range(12):
        tell(f"issue.published/{number}/first")
    start = threading.Barrier(3)

    def send():
        start.wait()
        deliver_outbox()
        connection.close()

    senders = [threading.Thread(target=send) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(receiver.ids) == sorted(map(str, OutboxMessage.objects.values_list("pk", flat=True)))
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
