"""For repairs by the administrator; the desk is where the work is done."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db import IntegrityError, models
from django.shortcuts import redirect
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from bulletin.accounts import two_step
from bulletin.corrections import Correction
from bulletin.models import Article, Issue, Section
from bulletin.outbox.records import Delivery, Kind, Webhook
from bulletin.uploads import Doubt, Upload


@admin.register(Section)
class SectionAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "order"]


class KeptOncePublic(admin.ModelAdmin):
    """What was public is not deleted, alone or with others: its address must go on to lead somewhere."""

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and _issue_of(obj).published_at)

    def delete_view(self, request, object_id, extra_context=None):
        found = self.get_object(request, unquote(object_id))
        if found is not None and _issue_of(found).published_at:
            way = "撤回" if isinstance(found, Issue) else "撤下"
            said = f"“{found}”发布过，地址要一直有用，没有删去。请到编辑台用“{way}”，原处会留下说明。"
            self.message_user(request, said, messages.ERROR)
            return redirect("..")
        return super().delete_view(request, object_id, extra_context)


def _issue_of(row):
    return row if isinstance(row, Issue) else row.issue


@admin.register(Issue)
class IssueAdmin(KeptOncePublic):
    list_display = ["total_number", "number", "issued_on", "state", "published_at"]
    list_filter = ["state"]
    search_fields = ["total_number", "cover_headline"]
    # The way of an issue to its readers is at the desk: it asks, and it is logged
    readonly_fields = ["state", "published_at", "publish_at", "withdrawn_at", "reading", "read_from"]


@admin.register(Article)
class ArticleAdmin(KeptOncePublic):
    list_display = ["title", "issue", "order", "section", "taken_down_at"]
    list_filter = ["section"]
    list_select_related = ["issue", "section"]
    search_fields = ["title"]
    raw_id_fields = ["issue"]
    readonly_fields = ["checked_at", "checked_by", "reading", "places", "last_block_id"]


@admin.register(Upload)
class UploadAdmin(admin.ModelAdmin):
    list_display = ["name", "state", "issue", "error", "uploaded_by", "uploaded_at"]
    list_filter = ["state", "error"]
    list_select_related = ["issue", "uploaded_by"]
    search_fields = ["name", "sha256"]
    raw_id_fields = ["issue"]
    readonly_fields = ["original", "sha256", "size", "attempt", "losses"]
    exclude = ["text", "reading", "progress"]


@admin.register(Doubt)
class DoubtAdmin(admin.ModelAdmin):
    list_display = ["message", "severity", "rule", "issue", "settled_at"]
    list_filter = ["severity", "rule"]
    list_select_related = ["issue"]
    raw_id_fields = ["upload", "issue", "article"]


# Secrets are nobody's to look at or to hand out; what an administrator does is switch the second step off.
admin.site.unregister([User, TOTPDevice, StaticDevice])


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts and their groups. Who is no superuser makes none, and leaves those there are alone.

    The database keeps one who can approve; what it refuses is said on the page that asked.
    """

    list_display = [
        "username",
        "last_name",
        "first_name",
        "is_active",
        "is_staff",
        "last_login",
        "has_two_step",
    ]
    actions = ["end_two_step"]

    @admin.display(description="两步验证", boolean=True)
    def has_two_step(self, user):
        return two_step.device_of(user) is not None

    @admin.action(description="关闭所选账号的两步验证（本人丢了手机和备用码时）", permissions=["change"])
    def end_two_step(self, request, queryset):
        """Each is noted in the account's history. They can switch it on again with a new phone."""
        changed = [
            user for user in queryset if self.has_change_permission(request, user) and two_step.end(user)
        ]
        for user in changed:
            self.log_change(request, user, "关闭了两步验证。")
        if changed:
            names = "、".join(user.get_username() for user in changed)
            self.message_user(request, f"已关闭两步验证：{names}。下次登录只要密码。", messages.SUCCESS)
        else:
            self.message_user(request, "所选的账号都没有开启两步验证，什么都没有改。", messages.WARNING)

    def changeform_view(self, request, *args, **kwargs):
        return self._unless_the_last(super().changeform_view, request, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        return self._unless_the_last(super().delete_view, request, *args, **kwargs)

    def changelist_view(self, request, *args, **kwargs):
        return self._unless_the_last(super().changelist_view, request, *args, **kwargs)

    def _unless_the_last(self, view, request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except IntegrityError as error:
            refusal = error.__cause__.diag
            if refusal.constraint_name != "an_approver_stays":
                raise
            self.message_user(request, f"没有保存。{refusal.message_primary}", messages.ERROR)
            return redirect(request.get_full_path())

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "is_superuser", "user_permissions"]

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and _may_touch(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and _may_touch(request.user, obj)


def _may_touch(user, account):
    return user.is_superuser or account is None or not account.is_superuser


class ChosenKinds(forms.ModelForm):
    """The kinds of messages as boxes to tick."""

    kinds = forms.MultipleChoiceField(
        label="要通知的事",
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不选时，什么都通知。",
    )


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin):
    form = ChosenKinds
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ["name", "url", "active", "created_at"]
    list_filter = ["active"]


class ReadOnlyAdmin(admin.ModelAdmin):
    """To be looked at: what stands here was sent, or was told to readers."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["message", "receiver", "state", "attempts", "last_error", "sent_at"]
    list_filter = ["state", "receiver"]
    list_select_related = ["message"]


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = ["noted_on", "issue", "article", "text", "by"]
    list_select_related = ["issue", "article", "by"]
