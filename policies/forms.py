"""Forms of editors: progress of a target, the rule of a topic."""

import re

from django import forms

from policies.models import TargetNote, Topic

DATE_ERROR = "日期认不出来。请写成 2025-07-31 这样。"


class TargetNoteForm(forms.ModelForm):
    """One report of how far a target is reached."""

    source_url = forms.URLField(
        label="出处（网址，可不填）",
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput({"class": "input"}),
        error_messages={"invalid": "出处不是网址。请写完整，例如 https://www.gov.cn/。"},
    )

    class Meta:
        model = TargetNote
        fields = ["reported_on", "value", "text", "source_url"]
        labels = {"value": "数值（可不填）"}
        widgets = {
            "reported_on": forms.DateInput({"class": "input", "type": "date"}, format="%Y-%m-%d"),
            "value": forms.NumberInput({"class": "input", "step": "any"}),
            "text": forms.TextInput({"class": "input"}),
        }
        error_messages = {
            "reported_on": {"required": "日期不能空着。", "invalid": DATE_ERROR},
            "value": {"invalid": "数值认不出来。请只写数字，单位已在目标里。"},
            "text": {"required": "进展不能空着。请写一句话。"},
        }


class WordsField(forms.CharField):
    """Words parted by 、, commas or lines."""

    def to_python(self, value):
        words = re.split(r"[、，,；;\n]+", super().to_python(value))
        return list(dict.fromkeys(word.strip() for word in words if word.strip()))

    def prepare_value(self, value):
        return "、".join(value) if isinstance(value, list) else value

    def validate(self, value):
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"])
        if long := next((word for word in value if len(word) > 30), None):
            raise forms.ValidationError(f"“{long[:12]}…”太长，一个词语最多30个字。请用顿号把词语隔开。")


class TopicForm(forms.ModelForm):
    """A topic with its rule."""

    words = WordsField(
        label="词语",
        help_text="用顿号隔开；标题里有一个就算",
        error_messages={"required": "词语不能空着：没有词语就认不出这个主题。"},
        widget=forms.Textarea({"class": "area", "rows": 2}),
    )
    other_words = WordsField(
        label="不算的词语",
        required=False,
        help_text="含有上面词语、但说的是别的事的长词",
        widget=forms.Textarea({"class": "area", "rows": 2}),
    )

    class Meta:
        model = Topic
        fields = ["name", "slug", "words", "other_words", "mentions", "order"]
        help_texts = {
            "slug": "小写英文字母、数字和连字符；已有读者引用，轻易不改",
            "mentions": "标题里没有时，正文里出现多少处才算；0表示只看标题",
        }
        widgets = {
            "name": forms.TextInput({"class": "input"}),
            "slug": forms.TextInput({"class": "input"}),
            "mentions": forms.NumberInput({"class": "input", "min": 0}),
            "order": forms.NumberInput({"class": "input", "min": 0}),
        }
        error_messages = {
            "name": {"required": "名称不能空着。", "unique": "已经有这个主题。请改它，或换一个名称。"},
            "slug": {
                "required": "地址不能空着。",
                "unique": "这个地址已经给了别的主题。请换一个。",
                "invalid": "地址只能用英文字母、数字、连字符和下划线。",
            },
        }
