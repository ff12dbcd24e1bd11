"""Opening one address, as a reader's browser would, and what that tells. No database.

HEAD comes first; GET where HEAD is not answered properly, and for a web page, whose title may say that the
page is gone though the server says 200. Of a page at most `MOST_READ` bytes are fetched, of anything else
none. Every address that a redirect leads to is guarded and looked up anew.
"""

import re
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

from django.db.models import TextChoices

from bulletin.outgoing.asking import Answer, NotConnected, NotHttp, ask
from bulletin.outgoing.guarding import Inside, Refused, Unknown, guard_address, look_up

SECONDS_IN_ALL = 15.0  # for one address with all its redirects
HEAD_SECONDS = 6.0  # of that: some servers never answer HEAD
MOST_REDIRECTS = 5
MOST_READ = 16 * 1024
PAUSE_SECONDS = 1.0  # between two requests to one host
LONGEST_REST = 24 * 3600  # that a host's Retry-After is heeded

# A title that says so, whatever the status says. Short ones only: a policy's title may hold such words.
GONE_TITLE = re.compile(
    r"^\W*404(?![\w号]|\W*号)|(?<!\d)404\s*(?:-|页面?|错误|error|not found)|not found|"
    r"(?:页面?|网页|网址|内容|文章|信息|资源|栏目)(?:已经?|可能)?.{0,3}(?:不存在|未找到|找不到|没有找到|被删除|已删除)|"
    r"(?:找不到|没有找到|未找到)(?:该|此|您|你|这个|相关|所).{0,8}(?:页|网址|内容|信息)",
    re.IGNORECASE,
)
LONGEST_GONE_TITLE = 40
TITLE = re.compile(r"<title\b[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]{3,20})", re.IGNORECASE)
FRONT_PAGE = re.compile(r"/?(?:(?:index|default|main)\.\w{2,5})?", re.IGNORECASE)

REDIRECTS = (301, 302, 303, 307, 308)
GONE_STATUS = (404, 410)
FINAL_FOR_HEAD = (401, 407, 429)  # asking again by GET would only be a nuisance
# The certificate's issuer isn't known here, nor sent along: browsers often find it, so nothing is proven
INCOMPLETE_CHAIN = (20, 21)

WHY = {
    401: "要登录才能看",
    403: "不让机器看",
    405: "不让机器看",
    407: "要经过代理",
    429: "嫌查得太勤",
    451: "因法律原因不给看",
    500: "对方的服务器出错",
    502: "对方的服务器出错",
    503: "对方暂停服务",
    504: "对方的服务器没有及时回答",
}


class Verdict(TextChoices):
    WORKS = "works", "打得开"
    MOVED = "moved", "换了地址"
    GONE = "gone", "网页没有了"
    REFUSED = "refused", "说不准"
    UNREACHABLE = "unreachable", "连不上"
    INSIDE = "inside", "在内网"


OPENS = (Verdict.WORKS, Verdict.MOVED)
FAILS = (Verdict.GONE, Verdict.UNREACHABLE, Verdict.INSIDE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of opening an address."""

    verdict: Verdict
    said: str  # what happened, a Chinese sentence
    status: int | None = None
    moved_to: str = ""
    doubt: str = ""  # it opens, and yet something says that the text is not there any more
    reached: bool = True  # whether somebody out there answered at all
    rest_seconds: int = 0  # for which the host wants to be left alone


@dataclass
class Turns:
    """Whose turn it is: one request to a host at a time, with a pause before the next."""

    pause: float  # in seconds
    _locks: defaultdict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    _free_at: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def at(self, host: str) -> Iterator[None]:
        with self._locks[host]:
            time.sleep(max(0.0, self._free_at.get(host, 0.0) - time.monotonic()))
            try:
                yield
            finally:
                self._free_at[host] = time.monotonic() + self.pause


class _Spent(Exception):  # noqa: N818  a turn of events
    """The time for one address is over."""


def open_address(address: str, *, agent: str, allow_private: bool = False, turns: Turns) -> Outcome:
    """Open an address, through at most five redirects. Never raises for what a stranger's server does.

    agent: who we say we are. allow_private: whether addresses inside one's own network may be asked.
    """
    return _Opening(address, agent, allow_private, turns).outcome()


class _Opening:
    """One address on its way: where it is now, where it has been, how much time is left."""

    def __init__(self, address: str, agent: str, allow_private: bool, turns: Turns) -> None:
        self.address = self.here = address
        self.allow_private, self.turns = allow_private, turns
        self.headers = {
            "User-Agent": agent,
            "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        self.been = [address]
        self.left = SECONDS_IN_ALL  # seconds of asking; waiting for one's turn is not counted
        self.connected = False

    def outcome(self) -> Outcome:
        try:
            return self._follow()
        except Inside as inside:
            return self._failed(Verdict.INSIDE, f"{inside}，读者打不开，也没有去打开")
        except Unknown as unknown:
            return self._failed(Verdict.UNREACHABLE, str(unknown).rstrip("。"))
        except Refused as refused:
            verdict = Verdict.REFUSED if len(self.been) > 1 else Verdict.UNREACHABLE
            return self._failed(verdict, str(refused).rstrip("。"))
        except (_Spent, TimeoutError):
            return self._failed(Verdict.UNREACHABLE, f"{SECONDS_IN_ALL:.0f}秒里没有打开")
        except ssl.SSLCertVerificationError as error:
            if error.verify_code in INCOMPLETE_CHAIN:
                return self._failed(Verdict.REFUSED, "网站的证书缺少签发者，查不实，浏览器里也许打得开")
            return self._failed(Verdict.UNREACHABLE, "网站的证书不对（过期、自签或不是这个域名的）")
        except ssl.SSLError:
            return self._failed(Verdict.UNREACHABLE, "加密连接（https）建不起来")
        except NotHttp:
            return self._failed(Verdict.UNREACHABLE, "对方的回答不是网页")
        except NotConnected:
            return self._failed(Verdict.UNREACHABLE, "连不上对方的服务器")
        except OSError:
            return self._failed(Verdict.UNREACHABLE, "对方中途断开")

    def _follow(self) -> Outcome:
        while True:
            parts, answer = self._ask_here()
            location = _location(answer)
            if answer.status not in REDIRECTS or not location:
                return self._judged(parts, answer)
            onward = urldefrag(urljoin(self.here, location)).url
            if onward in self.been:
                return self._failed(Verdict.REFUSED, "在几个地址之间转来转去，停不下来", answer.status)
            if len(self.been) > MOST_REDIRECTS:
                return self._failed(Verdict.REFUSED, f"转了{MOST_REDIRECTS}次还没有到", answer.status)
            self.been.append(onward)
            self.here = onward

    def _ask_here(self) -> tuple[SplitResult, Answer]:
        """What answers where we are: by HEAD, or by GET where that says more."""
        parts = guard_address(self.here, allow_private=self.allow_private)
        began = time.monotonic()
        ips, port = look_up(parts, allow_private=self.allow_private, seconds=min(self.left, SECONDS_IN_ALL))
        self.left -= time.monotonic() - began
        try:
            answer = self._ask("HEAD", parts, ips, port)
        except NotConnected:
            raise
        except (NotHttp, TimeoutError, ConnectionError):  # it may do so to HEAD alone
            return parts, self._ask("GET", parts, ips, port)
        fine = answer.status < 400 and not (answer.status < 300 and _is_page(answer))
        if fine or answer.status in FINAL_FOR_HEAD:
            return parts, answer
        with suppress(NotHttp, OSError, _Spent):
            answer = self._ask("GET", parts, ips, port)
        return parts, answer

    def _ask(self, method: str, parts: SplitResult, ips: list[str], port: int) -> Answer:
        with self.turns.at(parts.netloc.lower()):
            if self.left <= 0:
                raise _Spent
            began = time.monotonic()
            self.connected = True
            try:
                return ask(
                    method,
                    parts,
                    ips,
                    port,
                    headers=self.headers,
                    read=MOST_READ if method == "GET" else 0,
                    seconds=min(self.left, HEAD_SECONDS) if method == "HEAD" else self.left,
                    context=_lenient() if parts.scheme == "https" else None,
                )
            except NotConnected:
                self.connected = False
                raise
            finally:
                self.left -= time.monotonic() - began

    def _judged(self, parts: SplitResult, answer: Answer) -> Outcome:
        status, moved = answer.status, self.here if len(self.been) > 1 else ""
        there = "，那里" if moved else "对方"
        to = f"转到 {moved}" if moved else ""
        if 200 <= status < 300:
            verdict = Verdict.MOVED if moved else Verdict.WORKS
            said = f"{to}，打得开。" if moved else "打得开。"
            return Outcome(verdict, said, status, moved, self._doubt(parts, answer))
        if status in GONE_STATUS:
            return Outcome(Verdict.GONE, f"{to}{there}答{status}：没有这个网页。", status, moved)
        why = WHY.get(status, "对方的服务器出错" if status >= 500 else "看不懂是什么意思")
        said = f"{to}{there}答{status}：{why}，浏览器里也许打得开。"
        return Outcome(Verdict.REFUSED, said, status, moved, rest_seconds=_rest(answer))

    def _doubt(self, parts: SplitResult, answer: Answer) -> str:
        if (title := title_of(answer)) and len(title) <= LONGEST_GONE_TITLE and GONE_TITLE.search(title):
            return f"网页标题是“{title}”，原文可能已经不在了"
        was = urlsplit(self.address)
        if len(self.been) > 1 and _is_front_page(parts) and not _is_front_page(was):
            return "转到了网站首页，原文可能已经不在了"
        return ""

    def _failed(self, verdict: Verdict, what: str, status: int | None = None) -> Outcome:
        moved = self.here if len(self.been) > 1 else ""
        said = f"转到 {moved}，{what}。" if moved else f"{what}。"
        reached = self.connected or len(self.been) > 1
        return Outcome(verdict, said, status, moved, reached=reached)


def title_of(answer: Answer) -> str:
    """The title of a web page, from the beginning of it; empty where there is none."""
    if not answer.body or not _is_page(answer):
        return ""
    told = CHARSET.search(answer.headers.get("Content-Type", "").encode()) or CHARSET.search(
        answer.body[:2048]
    )
    name = told[1].decode().lower() if told else "utf-8"
    try:
        text = answer.body.decode("gb18030" if name.startswith("gb") else name, errors="replace")
    except LookupError:
        text = answer.body.decode(errors="replace")
    found = TITLE.search(text)
    return " ".join(unescape(found[1]).split()) if found else ""


def _location(answer: Answer) -> str:
    """Where a redirect leads; some servers write it in raw UTF-8, which headers are not read as."""
    told = answer.headers.get("Location", "").strip()
    try:
        return told.encode("latin-1").decode()
    except UnicodeError:
        return told


def _is_front_page(parts: SplitResult) -> bool:
    return bool(FRONT_PAGE.fullmatch(parts.path)) and not parts.query


def _is_page(answer: Answer) -> bool:
    return "html" in answer.headers.get("Content-Type", "text/html").lower()


def _rest(answer: Answer) -> int:
    """For how long a host that has enough says it wants no more."""
    told = answer.headers.get("Retry-After", "").strip()
    if told.isdecimal():
        return min(int(told), LONGEST_REST)
    return 3600 if answer.status == 429 else 0


@cache
def _lenient() -> ssl.SSLContext:
    """Certificates are checked as ever; old ways of shaking hands, which browsers still take, pass too."""
    context = ssl.create_default_context()
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    context.set_ciphers("DEFAULT:@SECLEVEL=1")
    return context
