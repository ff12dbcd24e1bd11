"""A record for each address that articles name, and each article's way to it, kept by a trigger."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# Its trigger does the work. Constraints at once: else the table couldn't be altered in this transaction
REGISTER_ALL = """
    SET CONSTRAINTS ALL IMMEDIATE;
    UPDATE bulletin_article SET link_id = NULL WHERE source_url <> '';
    SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bulletin', '0022_tallies'),
    ]

    operations = [
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(unique=True, verbose_name='地址')),
                ('entered_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='登记')),
                ('next_look_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='下次')),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='最近查过')),
                ('verdict', models.CharField(blank=True, choices=[('works', '打得开'), ('moved', '换了地址'), ('gone', '网页没有了'), ('refused', '说不准'), ('unreachable', '连不上'), ('inside', '在内网')], db_default='', max_length=12, verbose_name='结论')),
                ('verdict_since', models.DateTimeField(blank=True, null=True, verbose_name='这样已自')),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='HTTP状态')),
                ('said', models.CharField(blank=True, db_default='', verbose_name='情况')),
                ('moved_to', models.CharField(blank=True, db_default='', verbose_name='转到')),
                ('doubt', models.CharField(blank=True, db_default='', verbose_name='存疑')),
                ('worked_at', models.DateTimeField(blank=True, null=True, verbose_name='最近打得开')),
                ('failing_since', models.DateTimeField(blank=True, null=True, verbose_name='打不开已自')),
                ('failures', models.PositiveIntegerField(db_default=0, verbose_name='连续次数')),
            ],
            options={
                'verbose_name': '原文链接',
                'verbose_name_plural': '原文链接',
            },
        ),
        migrations.CreateModel(
            name='LinkHost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(unique=True, verbose_name='主机')),
                ('free_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('claims', models.PositiveIntegerField(db_default=0)),
            ],
            options={
                'verbose_name': '原文链接的主机',
                'verbose_name_plural': '原文链接的主机',
            },
        ),
        migrations.CreateModel(
            name='LinkPatrol',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('ran_at', models.DateTimeField(blank=True, null=True, verbose_name='最近一次')),
                ('reached_at', models.DateTimeField(blank=True, null=True, verbose_name='最近连上过')),
                ('cut_off_since', models.DateTimeField(blank=True, null=True, verbose_name='连不上外网已自')),
                ('retry_at', models.DateTimeField(blank=True, null=True)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': '链接检查',
                'verbose_name_plural': '链接检查',
            },
        ),
        migrations.AddField(
            model_name='article',
            name='link',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='articles', to='bulletin.link'),
        ),
        migrations.AddField(
            model_name='link',
            name='host',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='bulletin.linkhost', verbose_name='主机'),
        ),
        migrations.AddConstraint(
            model_name='linkpatrol',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_link_patrol'),
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(fields=['host', 'next_look_at'], name='link_due'),
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(condition=models.Q(('verdict__in', ['gone', 'refused', 'unreachable', 'inside']), models.Q(('doubt', ''), _negated=True), _connector='OR'), fields=['verdict'], name='link_in_trouble'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='article',
            trigger=pgtrigger.compiler.Trigger(name='register_link', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE parts text[]; scheme text; place text; written text;', func="\n    IF TG_OP = 'UPDATE' AND NEW.source_url IS NOT DISTINCT FROM OLD.source_url\n        AND NEW.link_id IS NOT DISTINCT FROM OLD.link_id AND NEW.link_id IS NOT NULL THEN\n        RETURN NEW;\n    END IF;\n    NEW.link_id := NULL;\n    parts := regexp_match(\n        btrim(NEW.source_url), '^(https?)://([^/?#@\\s]+)((?:[/?][^#\\s]*)?)(?:#\\S*)?$', 'i'\n    );\n    IF parts IS NULL OR octet_length(NEW.source_url) > 2000 THEN\n        RETURN NEW;\n    END IF;\n    scheme := lower(parts[1]);\n    place := regexp_replace(lower(parts[2]), CASE scheme WHEN 'http' THEN ':80$' ELSE ':443$' END, '');\n    written := scheme || '://' || place || CASE WHEN parts[3] LIKE '/%' THEN '' ELSE '/' END || parts[3];\n    SELECT id INTO NEW.link_id FROM bulletin_link WHERE address = written;\n    IF NOT FOUND THEN\n        INSERT INTO bulletin_linkhost (name) VALUES (place) ON CONFLICT (name) DO NOTHING;\n        INSERT INTO bulletin_link (address, host_id)\n            SELECT written, id FROM bulletin_linkhost WHERE name = place\n            ON CONFLICT (address) DO NOTHING;\n        SELECT id INTO NEW.link_id FROM bulletin_link WHERE address = written;\n    END IF;\n    RETURN NEW;\n", hash='7ad77384a69063adf1a7629fe7114aa5f5129741', operation='INSERT OR UPDATE OF "source_url", "link_id"', pgid='pgtrigger_register_link_d5fc5', table='bulletin_article', when='BEFORE')),
        ),
        migrations.RunSQL(REGISTER_ALL, migrations.RunSQL.noop),
    ]
