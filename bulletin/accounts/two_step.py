"""The second step of a login: six digits from an app (TOTP, RFC 6238), or a recovery code.

Kept by django-otp: a code is taken once, and each wrong one doubles the wait of its device. Why so:
docs/decisions/0014.
"""

import logging
import math
import re
import secrets
import unicodedata
from base64 import b32encode

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10
RECOVERY_BYTES = 6  # 48 bits: ten characters of base32
TRY_NEXT = {
    TOTPDevice: "这个码不对，或者已经用过。等验证器换了下一个码再填。",
    StaticDevice: "这个备用码不对，或者已经用过。请核对，或换一个。",
}
log = logging.getLogger(__name__)


class CodeError(Exception):
    """A code was not taken; the message says what to do."""


def device_of(user) -> TOTPDevice | None:
    """The app that the account asks for at every login; None where the second step is off."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def unconfirmed_device_of(user) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def begin(user) -> TOTPDevice:
    """A new secret, which counts only when a code has shown that an app holds it."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user, confirmed=False).delete()
        return TOTPDevice.objects.create(user=user, name="验证器", confirmed=False)


def secret_of(device: TOTPDevice) -> str:
    """The secret as it is typed into an app: base32 in groups of four."""
    secret = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(re.findall(".{1,4}", secret))


def confirm(user, typed: str) -> TOTPDevice:
    """Switch the second step on. Raises CodeError if the code is not the app's."""
    with transaction.atomic():
        device, why = _tried(TOTPDevice.objects.filter(user=user, confirmed=False), plain(typed))
        if device:
            TOTPDevice.objects.filter(user=user, confirmed=True).delete()
            device.confirmed = True
            device.save(update_fields=["confirmed"])
    if not device:
        raise CodeError(why)
    log.info("two-step login on: user=%s", user.pk)
    return device


def verify(user, typed: str) -> TOTPDevice | StaticDevice:
    """What accepts the code, which it does once. Raises CodeError otherwise."""
    code = plain(typed)
    if re.fullmatch(r"[0-9]{6}", code):
        devices = TOTPDevice.objects.filter(user=user, confirmed=True)
    else:
        devices, code = StaticDevice.objects.filter(user=user), _digest(code)
    with transaction.atomic():
        device, why = _tried(devices, code)
    if not device:
        raise CodeError(why)
    if isinstance(device, StaticDevice):
        log.info("recovery code used: user=%s left=%s", user.pk, codes_left(user))
    return device


def new_recovery_codes(user) -> list[str]:
    """Ten fresh codes, to be shown this once: only their digests are kept. Earlier ones are void."""
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="备用码")
        for code in codes:
            device.token_set.create(token=_digest(plain(code)))
    return codes


def codes_left(user) -> int:
    return sum(device.token_set.count() for device in StaticDevice.objects.filter(user=user))


def end(user) -> bool:
    """Switch the second step off, whoever asks; whether it was on."""
    with transaction.atomic():
        was_on = device_of(user) is not None
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
    if was_on:
        log.info("two-step login off: user=%s", user.pk)
    return was_on


def plain(typed: str) -> str:
    """A code as it was meant: full-width digits, spaces, hyphens and capitals make no difference."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).lower()


def _tried(devices, code):
    """The device if it takes the code, else the reason why not. Call it in a transaction, and don't raise
    there: a failure must stay counted."""
    device = devices.select_for_update().first()
    if device is None:
        return None, "这个码不对。请核对后再填。"
    allowed, why = device.verify_is_allowed()
    if not allowed:
        seconds = math.ceil((why["locked_until"] - timezone.now()).total_seconds())
        return None, f"刚才输错了，请等{max(1, seconds)}秒再填。"
    if device.verify_token(code):
        return device, ""
    return None, TRY_NEXT[type(device)]


def _recovery_code() -> str:
    code = b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().rstrip("=").lower()
    return f"{code[:5]}-{code[5:]}"


def _digest(code: str) -> str:
    """What is kept of a recovery code: of no use to who reads the database without SECRET_KEY."""
    return salted_hmac("bulletin.accounts.two_step", code, algorithm="sha256").hexdigest()[:16]
