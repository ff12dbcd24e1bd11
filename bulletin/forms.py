"""What editors may type and hand in, checked."""

from pathlib import PurePath

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from policies.models import Stage

SUFFIXES = (".txt", ".md", ".pdf")


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Files in the order they were chosen. What is inside them is the reader's business, not the form's."""

    widget = ManyFilesInput

    def clean(self, value, initial=None):
        return [super(ManyFilesField, self).clean(file, initial) for file in value or [None]]


class UploadForm(forms.Form):
    """Files to be read. Those that can't be are left out, each with its reason; the others go on."""

    files = ManyFilesField(
        label="选择文件",
        allow_empty_file=True,
        max_length=255,
        error_messages={
            "required": "还没有选文件。选好一份或几份，再按“上传”。",
            "max_length": "文件名太长，请改短后再交。",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["files"].widget.attrs.update(accept=",".join(SUFFIXES), multiple=True)
        self.refused = []
        self.max_mb = settings.MAX_UPLOAD_MB

    def clean_files(self):
        accepted = []
        for file in self.cleaned_data["files"]:
            if reason := _refusal(file):
                self.refused.append((file.name, reason))
            else:
                accepted.append(file)
        return accepted


def _refusal(file):
    """Why a file can't be taken at all; empty if it can."""
    if PurePath(file.name).suffix.lower() not in SUFFIXES:
        return "只收 PDF 和文本（.pdf、.txt、.md）。请另存为其中一种再交。"
    if file.size > settings.MAX_UPLOAD_MB * 1024 * 1024:
        return (
            f"有{filesizeformat(file.size)}，超过了{settings.MAX_UPLOAD_MB} MB 的上限。"
            "请压缩或拆开后再交，或请管理员调高上限。"
        )
    return ""


class TakedownForm(forms.Form):
    """Why an article is no longer shown: readers will see it."""

    note = forms.CharField(
        label="撤下说明",
        help_text="读者会在这一篇的位置看到这句话。",
        max_length=300,
        widget=forms.Textarea(attrs={"class": "area", "rows": 3, "required": True}),
        error_messages={
            "required": "请写一句撤下的原因，读者会看到它。",
            "max_length": "说明最多300字，现在有%(show_value)s字。",
        },
    )


class PublishForm(forms.Form):
    """Whether an issue is to be public now, at a moment, or only approved."""

    WHEN = [("publish", "现在发布"), ("schedule", "定时发布"), ("approve", "先不发布，只终审")]
    when = forms.ChoiceField(
        choices=WHEN,
        initial="publish",
        widget=forms.RadioSelect,
        error_messages={"required": "请选什么时候发布。"},
    )
    publish_at = forms.DateTimeField(
        label="发布时间",
        required=False,
        error_messages={"invalid": "时间认不出来。请写成 2025-07-31T09:00 这样。"},
        widget=forms.DateTimeInput({"class": "input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("when") != "schedule" or "publish_at" in self.errors:
            return cleaned
        moment = cleaned.get("publish_at")
        if moment is None:
            self.add_error("publish_at", "请填定时发布的日期和时间。")
        elif moment <= timezone.now():
            self.add_error("publish_at", "这个时间已经过去。请填现在以后的时间，或选“现在发布”。")
        return cleaned


class WithdrawForm(forms.Form):
    """Why a published issue is withdrawn: for the desk's record, and in words for readers."""

    reason = forms.CharField(
        label="撤回理由",
        help_text="记在发布记录里，只有编辑看得到。",
        max_length=300,
        widget=forms.Textarea(attrs={"class": "area", "rows": 3, "required": True}),
        error_messages={
            "required": "请写一句撤回的理由，几个字就行。",
            "max_length": "理由最多300字，现在有%(show_value)s字。",
        },
    )
    note = forms.CharField(
        label="给读者的说明",
        help_text="读者在原来的地址会看到它，重新发布后也留在本期页上。可以不写。",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"class": "area", "rows": 3}),
        error_messages={"max_length": "说明最多300字，现在有%(show_value)s字。"},
    )


class LoginForm(AuthenticationForm):
    """Name and password, in the words of the desk."""

    error_messages = {
        "invalid_login": "用户名或密码不对。密码区分大小写；忘了密码请找管理员重设。",
        "inactive": "这个账号已停用，请找管理员。",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
            field.error_messages["required"] = f"请填{field.label}。"


class BodyForm(forms.Form):
    """An issuing body as it enters the authority file."""

    LEVELS = [
        ("", "未写明"),
        ("party", "党的机构"),
        ("ministry", "国家部委"),
        ("bureau", "国家局、部属单位"),
        ("local", "地方机构"),
        ("legislature", "立法机关"),
        ("institution", "事业单位、研究机构"),
        ("association", "协会、联盟"),
        ("company", "企业"),
        ("government", "外国政府"),
        ("international", "国际组织"),
    ]
    name = forms.CharField(
        label="正式名称",
        max_length=200,
        error_messages={"required": "正式名称不能空着。"},
        widget=forms.TextInput({"class": "input"}),
    )
    level = forms.ChoiceField(
        label="类别", choices=LEVELS, required=False, widget=forms.Select({"class": "select"})
    )


class StageForm(forms.Form):
    """One stage of a policy's life."""

    kind = forms.ChoiceField(
        label="阶段", choices=Stage.Kind.choices, widget=forms.Select({"class": "select"})
    )
    happened_on = forms.DateField(
        label="日期",
        required=False,
        help_text="没有写明就留空",
        error_messages={"invalid": "日期认不出来。请写成 2025-07-31 这样。"},
        widget=forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )
    until_on = forms.DateField(
        label="意见截止",
        required=False,
        help_text="只用于征求意见",
        error_messages={"invalid": "日期认不出来。请写成 2025-07-31 这样。"},
        widget=forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self):
        cleaned = super().clean()
        start, until = cleaned.get("happened_on"), cleaned.get("until_on")
        if start and until and until < start:
            self.add_error("until_on", "意见截止早于开始的日期。请核对两个日期。")
        return cleaned


class TargetForm(forms.Form):
    """A target that a document sets: 数据产业规模 达到 500 亿元, by a year."""

    indicator = forms.CharField(
        label="指标",
        max_length=200,
        error_messages={"required": "请写明是什么的目标。"},
        widget=forms.TextInput({"class": "input", "placeholder": "数据产业规模"}),
    )
    comparator = forms.CharField(
        label="说法",
        max_length=20,
        required=False,
        widget=forms.TextInput({"class": "input", "placeholder": "达到"}),
    )
    value = forms.CharField(
        label="数值",
        max_length=40,
        error_messages={"required": "请写数值，照原文，如 500 或 3—5。"},
        widget=forms.TextInput({"class": "input", "placeholder": "500"}),
    )
    unit = forms.CharField(
        label="单位",
        max_length=20,
        required=False,
        widget=forms.TextInput({"class": "input", "placeholder": "亿元"}),
    )
    due_year = forms.IntegerField(
        label="年份",
        required=False,
        min_value=1990,
        max_value=2100,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "年份写成四位数字，如 2027。"),
        widget=forms.TextInput({"class": "input", "inputmode": "numeric", "placeholder": "2027"}),
    )

    def clean_value(self):
        value = self.cleaned_data["value"].strip()
        if not any(character.isdigit() for character in value):
            raise forms.ValidationError("数值里要有数字，照原文，如 500 或 3—5。")
        return value
