"""Forms of the pages that take articles apart and put them together. They clean as the review screen does."""

from django import forms

from bulletin.editing import fields
from bulletin.models import Article, Section

INPUT = {"class": "input"}
REQUIRED = {"required": "标题不能空着。"}
SOURCES = [("before", "留给前一篇"), ("behind", "归后一篇"), ("both", "两篇都写")]


class ArticleForm(forms.Form):
    """Fields of an article, cleaned by the one rule for them."""

    def clean(self):
        for name in fields.PLAIN:
            if isinstance(self.cleaned_data.get(name), str):
                try:
                    self.cleaned_data[name] = fields.cleaned(name, self.cleaned_data[name])
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return self.cleaned_data


class SplitForm(ArticleForm):
    """What the second of two parts is to be."""

    title = forms.CharField(
        label="后一篇的标题", error_messages=REQUIRED, widget=forms.TextInput({**INPUT, "autofocus": True})
    )
    takes_title = forms.BooleanField(label="断开处的那一段就是标题，从正文里拿走", required=False)
    section = forms.ModelChoiceField(
        Section.objects.all(),
        label="后一篇的栏目",
        to_field_name="slug",
        empty_label=None,
        widget=forms.Select({"class": "select"}),
    )
    page = forms.CharField(
        label="后一篇的页码", required=False, widget=forms.TextInput({**INPUT, "inputmode": "numeric"})
    )
    source = forms.ChoiceField(
        label="来源和原文链接", choices=SOURCES, widget=forms.Select({"class": "select"})
    )


class MergeForm(ArticleForm):
    """What the whole of two articles is to be."""

    title = forms.CharField(
        label="合并后的标题", error_messages=REQUIRED, widget=forms.TextInput({**INPUT, "autofocus": True})
    )
    keeps_title = forms.BooleanField(label="后一篇的标题留在正文里，作小标题", required=False)
    source_names = forms.CharField(label="来源", required=False, widget=forms.TextInput(INPUT))
    source_url = forms.CharField(label="原文链接", required=False, widget=forms.TextInput(INPUT))
    summary = forms.CharField(
        label="提要", required=False, widget=forms.Textarea({"class": "area", "rows": 2})
    )


class AddArticleForm(ArticleForm):
    """A new article: its title, its section, and what it stands behind."""

    title = forms.CharField(
        label="标题", error_messages=REQUIRED, widget=forms.TextInput({**INPUT, "autofocus": True})
    )
    section = forms.ModelChoiceField(
        Section.objects.all(),
        label="栏目",
        to_field_name="slug",
        empty_label=None,
        widget=forms.Select({"class": "select"}),
    )
    behind = forms.ModelChoiceField(
        Article.objects.none(),
        label="放在哪一篇后面",
        required=False,
        empty_label="放在最前",
        widget=forms.Select({"class": "select"}),
        error_messages={"invalid_choice": "选的那一篇刚刚被删去或并走了，请再选一次。"},
    )

    def __init__(self, issue, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["behind"].queryset = issue.articles.order_by("order")
        self.fields["behind"].label_from_instance = lambda article: f"{article.order:02d} {article.title}"
        self.fields["behind"].initial = issue.articles.order_by("-order").first()
