"""Who may do what with an issue: 编辑 checks, 终审 approves, publishes and withdraws, 管理员 looks after accounts.

Somebody stays who can approve: whatever takes the last active member from 终审 is refused by the database. The
three groups can't be renamed or deleted, for the program knows them by name.
"""

from django.db import migrations

PERMISSIONS = {
    ("bulletin", "issue"): {
        "check_article": "可标为已校",
        "approve_issue": "可终审",
        "publish_issue": "可发布",
        "withdraw_issue": "可撤回",
        "view_issue": "Can view 期",
        "change_issue": "Can change 期",
    },
    ("bulletin", "article"): {"view_article": "Can view 篇", "change_article": "Can change 篇"},
    ("bulletin", "section"): {"view_section": "Can view 栏目", "change_section": "Can change 栏目"},
    ("bulletin", "upload"): {"view_upload": "Can view 交来的文件", "change_upload": "Can change 交来的文件"},
    ("bulletin", "doubt"): {"view_doubt": "Can view 存疑", "change_doubt": "Can change 存疑"},
    ("auth", "user"): {
        "add_user": "Can add user",
        "change_user": "Can change user",
        "delete_user": "Can delete user",
        "view_user": "Can view user",
    },
}
GROUPS = {
    "编辑": ["check_article"],
    "终审": ["check_article", "approve_issue", "publish_issue", "withdraw_issue"],
    "管理员": [
        *(name for model, names in PERMISSIONS.items() for name in names if model != ("bulletin", "issue")),
        "view_issue",
        "change_issue",
    ],
}


def add_roles(apps, schema_editor):
    content_types = apps.get_model("contenttypes", "ContentType")
    permissions = apps.get_model("auth", "Permission")
    held = {}
    for (app_label, model), names in PERMISSIONS.items():
        content_type, _ = content_types.objects.get_or_create(app_label=app_label, model=model)
        for codename, name in names.items():
            held[codename], _ = permissions.objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": name}
            )
    for name, codenames in GROUPS.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*[held[codename] for codename in codenames])


AN_APPROVER_STAYS = """
CREATE FUNCTION bulletin_an_approver_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'auth_user' THEN
        IF NOT EXISTS (
            SELECT FROM auth_user_groups AS member JOIN auth_group ON auth_group.id = member.group_id
            WHERE member.user_id = OLD.id AND auth_group.name = '终审'
        ) THEN RETURN NULL; END IF;
    ELSIF NOT EXISTS (SELECT FROM auth_group WHERE id = OLD.group_id AND name = '终审')
        OR NOT EXISTS (SELECT FROM auth_user WHERE id = OLD.user_id AND is_active) THEN
        RETURN NULL;
    END IF;
    -- One at a time: two who put each other out would each still see the other
    PERFORM pg_advisory_xact_lock(1279, 1);
    IF NOT EXISTS (
        SELECT FROM auth_user_groups AS member
        JOIN auth_group ON auth_group.id = member.group_id
        JOIN auth_user ON auth_user.id = member.user_id
        WHERE auth_group.name = '终审' AND auth_user.is_active
    ) THEN
        RAISE EXCEPTION '这是最后一个能用的“终审”账号。没有终审，就没有人能发布了：请先让另一个人进“终审”组。'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_approver_stays';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER an_approver_stays AFTER UPDATE OF is_active ON auth_user
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION bulletin_an_approver_stays();
CREATE TRIGGER an_approver_stays AFTER DELETE OR UPDATE ON auth_user_groups
    FOR EACH ROW EXECUTE FUNCTION bulletin_an_approver_stays();

CREATE FUNCTION bulletin_roles_keep_their_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.name IN ('编辑', '终审', '管理员') AND (TG_OP = 'DELETE' OR NEW.name <> OLD.name) THEN
        RAISE EXCEPTION '“编辑”“终审”“管理员”三个组不能改名或删除，程序按名字认它们。'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'roles_keep_their_names';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER roles_keep_their_names AFTER UPDATE OF name OR DELETE ON auth_group
    FOR EACH ROW EXECUTE FUNCTION bulletin_roles_keep_their_names();
"""
GONE = """
DROP TRIGGER roles_keep_their_names ON auth_group;
DROP FUNCTION bulletin_roles_keep_their_names();
DROP TRIGGER an_approver_stays ON auth_user_groups;
DROP TRIGGER an_approver_stays ON auth_user;
DROP FUNCTION bulletin_an_approver_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bulletin", "0012_publishing"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(add_roles, migrations.RunPython.noop),
        migrations.RunSQL(AN_APPROVER_STAYS, GONE),
    ]
