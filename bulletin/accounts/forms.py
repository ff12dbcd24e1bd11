"""What is typed to come in, and to change how one comes in."""

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.signals import user_login_failed

from bulletin.accounts import two_step

WRONG_PASSWORD = "密码不对，什么都没有改。请再输一次。"  # noqa: S105


class CodeForm(forms.Form):
    """A code from the app or a recovery code, which `check` takes: a function that may raise CodeError."""

    code = forms.CharField(
        label="验证码",
        max_length=32,
        error_messages={"required": "请填验证码。"},
        widget=forms.TextInput(
            {"class": "input input--code", "autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )

    def __init__(self, request, user, check, *args, recovery=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.user, self.check, self.device = request, user, check, None
        if recovery:
            field = self.fields["code"]
            field.label, field.error_messages["required"] = "备用码", "请填一个备用码。"
            field.widget.attrs |= {"inputmode": "text", "autocomplete": "off", "autocapitalize": "none"}

    def clean_code(self):
        code = self.cleaned_data["code"]
        try:
            self.device = self.check(self.user, code)
        except two_step.CodeError as error:
            user_login_failed.send(
                sender=__name__, credentials={"username": self.user.get_username()}, request=self.request
            )
            raise forms.ValidationError(str(error)) from error
        return code


class PasswordAsked:
    """Asks for one's own password again, under the same throttle as the login: a session may be stolen."""

    def is_own_password(self, password):
        return authenticate(self.request, username=self.user.get_username(), password=password) == self.user


class OwnPasswordForm(PasswordAsked, forms.Form):
    """One's own password again, before something that a borrowed session must not do."""

    password = forms.CharField(
        label="密码",
        strip=False,
        error_messages={"required": "请填现在的密码。"},
        widget=forms.PasswordInput({"class": "input", "autocomplete": "current-password"}),
    )

    def __init__(self, request, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_password(self):
        password = self.cleaned_data["password"]
        if not self.is_own_password(password):
            raise forms.ValidationError(WRONG_PASSWORD)
        return password


class PasswordAndCodeForm(OwnPasswordForm):
    """Both steps again. The code is tried only if the password is right: a code is good only once."""

    code = forms.CharField(
        label="验证码",
        max_length=32,
        help_text="验证器上的六位数字，或者一个备用码",
        error_messages={"required": "请填验证码。"},
        widget=forms.TextInput({"class": "input input--code", "autocomplete": "one-time-code"}),
    )
    field_order = ("password", "code")

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            try:
                two_step.verify(self.user, cleaned["code"])
            except two_step.CodeError as error:
                self.add_error("code", str(error))
                user_login_failed.send(
                    sender=__name__, credentials={"username": self.user.get_username()}, request=self.request
                )
        return cleaned


class NewPasswordForm(PasswordAsked, PasswordChangeForm):
    """A new password, after the old one."""

    error_messages = {
        "password_mismatch": "两次输入的新密码不一样，请再输一次。",
        "password_incorrect": WRONG_PASSWORD,
    }

    def __init__(self, request, user, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        self.request = request
        labels = {"old_password": "现在的密码", "new_password1": "新密码", "new_password2": "再输一次新密码"}
        for name, label in labels.items():
            field = self.fields[name]
            field.label = label
            field.error_messages["required"] = "请再输一次新密码。" if "2" in name else f"请填{label}。"
            field.widget.attrs["class"] = "input"
        self.fields[
            "new_password1"
        ].help_text = (
            f"至少{settings.PASSWORD_LENGTH}个字符。不要全是数字，不要用常见的密码，也不要和用户名相似。"
        )
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self):
        password = self.cleaned_data["old_password"]
        if not self.is_own_password(password):
            raise forms.ValidationError(self.error_messages["password_incorrect"])
        return password
