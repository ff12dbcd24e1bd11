"""What is to be told to others, and to whom; dated corrections; the note of a withdrawal."""

import bulletin.outbox.records
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models

# What 管理员 may do in the admin; permissions come after all migrations otherwise
PERMISSIONS = {
    "webhook": ["view", "add", "change", "delete"],
    "delivery": ["view"],
    "correction": ["view"],
}


def let_administrators(apps, schema_editor):
    administrators, _ = apps.get_model("auth", "Group").objects.get_or_create(name="管理员")
    for model, verbs in PERMISSIONS.items():
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="bulletin", model=model
        )
        for verb in verbs:
            name = apps.get_model("bulletin", model)._meta.verbose_name
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type,
                codename=f"{verb}_{model}",
                defaults={"name": f"Can {verb} {name}"},
            )
            administrators.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("bulletin", "0016_login_log"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("issue.published", "期发布"),
                            ("issue.withdrawn", "期撤回"),
                            ("correction.added", "勘误"),
                            ("article.taken_down", "篇撤下"),
                            ("article.restored", "篇恢复"),
                        ],
                        max_length=30,
                        verbose_name="事由",
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("payload", models.JSONField(verbose_name="内容")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
            ],
            options={
                "verbose_name": "通知",
                "verbose_name_plural": "通知",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="名称")),
                (
                    "url",
                    models.URLField(
                        help_text="http 或 https；不能是本机或内网的地址。",
                        max_length=500,
                        verbose_name="地址",
                    ),
                ),
                (
                    "secret",
                    models.CharField(
                        default=bulletin.outbox.records.new_secret,
                        help_text="请求用它签名，把它告诉接收方，别告诉别人。",
                        max_length=100,
                        verbose_name="密钥",
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("issue.published", "期发布"),
                                ("issue.withdrawn", "期撤回"),
                                ("correction.added", "勘误"),
                                ("article.taken_down", "篇撤下"),
                                ("article.restored", "篇恢复"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        help_text="留空时都通知。",
                        size=None,
                        verbose_name="要通知的事",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="启用")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立")),
            ],
            options={
                "verbose_name": "通知地址（webhook）",
                "verbose_name_plural": "通知地址（webhook）",
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="issue",
            name="republished_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="重新发布"),
        ),
        migrations.AddField(
            model_name="issue",
            name="withdrawal_note",
            field=models.CharField(blank=True, max_length=300, verbose_name="撤回说明"),
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("noted_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="日期")),
                ("text", models.CharField(max_length=500, verbose_name="说明")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记")),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="corrections",
                        to="bulletin.article",
                        verbose_name="篇",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经手",
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="bulletin.issue",
                        verbose_name="期",
                    ),
                ),
            ],
            options={
                "verbose_name": "勘误",
                "verbose_name_plural": "勘误",
                "ordering": ["noted_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="邮箱")),
                ("receiver", models.CharField(max_length=254, verbose_name="接收方")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待发送"),
                            ("sending", "发送中"),
                            ("sent", "已送达"),
                            ("dead", "已放弃"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="次数")),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="下次")),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="送达")),
                ("last_error", models.CharField(blank=True, max_length=300, verbose_name="原因")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="bulletin.outboxmessage",
                        verbose_name="通知",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deliveries",
                        to="bulletin.webhook",
                        verbose_name="通知地址",
                    ),
                ),
            ],
            options={
                "verbose_name": "送达",
                "verbose_name_plural": "送达",
                "ordering": ["-message__created_at", "pk"],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correction",
            trigger=pgtrigger.compiler.Trigger(
                name="correction_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."issue_id" IS DISTINCT FROM (NEW."issue_id") OR OLD."noted_on" IS DISTINCT FROM (NEW."noted_on") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="a41f89c2c3120572278795d50c42f738c1b75de2",
                    operation="UPDATE",
                    pgid="pgtrigger_correction_stays_e8768",
                    table="bulletin_correction",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "sending"])),
                fields=["next_try_at"],
                name="deliveries_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("message", "receiver"), name="each_receiver_once"),
        ),
        migrations.RunPython(let_administrators, migrations.RunPython.noop),
    ]
