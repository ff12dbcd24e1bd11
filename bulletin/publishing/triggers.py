"""What the database itself sees to, whoever writes and by whatever way.

- Words that are changed after an article was checked are not checked: the mark goes.
- An issue in which something was changed after it was sent for approval, or approved, is a draft again: an
  article, or what it says of itself.
- Somebody stays who can approve: that guard stands in the migration, for it is on tables of Django's.
"""

import pgtrigger

# What an article says; where in the source it was read from is not part of it.
WORDS = ("section_id", "page", "in_contents", "title", "summary", "source_names", "source_url")
_PLAIN = """(
    SELECT jsonb_agg(block - 'places' ORDER BY place)
    FROM jsonb_array_elements({row}.body) WITH ORDINALITY AS blocks (block, place)
)"""
_BODY_CHANGED = f"{_PLAIN.format(row='NEW')} IS DISTINCT FROM {_PLAIN.format(row='OLD')}"
_CHANGED = " OR ".join(
    [f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in WORDS]
    + [f"(NEW.body IS DISTINCT FROM OLD.body AND {_BODY_CHANGED})"]
)

# The act is logged under the user whom pghistory knows of the request.
_WHO = """(NULLIF(current_setting('pghistory.context_metadata', true), '')::jsonb ->> 'user')::integer"""
_REOPEN = f"""
    IF TG_OP = 'UPDATE' THEN
        IF NEW.issue_id = OLD.issue_id AND NEW."order" = OLD."order"
            AND NEW.checked_at IS NOT DISTINCT FROM OLD.checked_at THEN
            RETURN NULL;
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        changed := OLD.issue_id; what := '删去了一篇';
    ELSE
        changed := NEW.issue_id;
        what := CASE WHEN TG_OP = 'INSERT' THEN '加了' ELSE '改动了' END || '第' || NEW."order" || '篇';
    END IF;
    SELECT state INTO before FROM bulletin_issue
        WHERE id = changed AND state IN ('checked', 'approved') FOR NO KEY UPDATE;
    IF FOUND THEN
        UPDATE bulletin_issue SET state = 'draft', publish_at = NULL, updated_at = clock_timestamp()
            WHERE id = changed;
        INSERT INTO bulletin_issueact (issue_id, act, from_state, to_state, at, by_id, reason, versions)
            VALUES (changed, 'reopen', before, 'draft', clock_timestamp(),
                {_WHO},
                what, '{{}}');
    END IF;
    RETURN NULL;
"""  # noqa: S608  our own constants
_VARIABLES = [("changed", "bigint"), ("before", "text"), ("what", "text")]

# What an issue says of itself: changed after the issue was sent for approval, it is a draft again, too.
ITS_OWN = {
    "total_number": "总期号",
    "number": "期号",
    "issued_on": "日期",
    "cover_headline": "封面标题",
    "masthead": "刊务",
    "contents": "本期要目",
}
_OWN_CHANGED = [(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"', label) for name, label in ITS_OWN.items()]
_WHAT = ", ".join(f"CASE WHEN {changed} THEN '{label}' END" for changed, label in _OWN_CHANGED)
OF_ISSUES = [
    pgtrigger.Trigger(
        name="reopen_when_changed",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.state IN ('checked', 'approved') AND NEW.state IN ('checked', 'approved')
                AND ({" OR ".join(changed for changed, _ in _OWN_CHANGED)}) THEN
                NEW.state := 'draft';
                NEW.publish_at := NULL;
                INSERT INTO bulletin_issueact
                    (issue_id, act, from_state, to_state, at, by_id, reason, versions)
                VALUES (NEW.id, 'reopen', OLD.state, 'draft', clock_timestamp(), {_WHO},
                    '改动了' || concat_ws('、', {_WHAT}), '{{}}');
            END IF;
            RETURN NEW;
        """,  # noqa: S608  our own constants
    ),
]

OF_ARTICLES = [
    pgtrigger.Trigger(
        name="uncheck_when_changed",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.checked_at IS NOT NULL AND NEW.checked_at IS NOT DISTINCT FROM OLD.checked_at
                AND ({_CHANGED}) THEN
                NEW.checked_at := NULL;
                NEW.checked_by_id := NULL;
            END IF;
            RETURN NEW;
        """,
    ),
    pgtrigger.Trigger(
        name="reopen_issue",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=_VARIABLES,
        func=_REOPEN,
    ),
    pgtrigger.Trigger(  # at the end of the transaction: an issue that goes with its articles is not reopened
        name="reopen_issue_at_deletion",
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        timing=pgtrigger.Deferred,
        declare=_VARIABLES,
        func=_REOPEN,
    ),
]
