"""How an address gets its record: by the database, whoever writes the article and by whatever way.

One record for each address: letters of scheme and host as if small, the port that goes without saying left
out, and so the fragment, which no server is told. All else is as it is written. What is no address on the
web, holds a name and password, or is longer than an index takes, has no record.
"""

import pgtrigger

_REGISTER = """
    IF TG_OP = 'UPDATE' AND NEW.source_url IS NOT DISTINCT FROM OLD.source_url
        AND NEW.link_id IS NOT DISTINCT FROM OLD.link_id AND NEW.link_id IS NOT NULL THEN
        RETURN NEW;
    END IF;
    NEW.link_id := NULL;
    parts := regexp_match(
        btrim(NEW.source_url), '^(https?)://([^/?#@\\s]+)((?:[/?][^#\\s]*)?)(?:#\\S*)?$', 'i'
    );
    IF parts IS NULL OR octet_length(NEW.source_url) > 2000 THEN
        RETURN NEW;
    END IF;
    scheme := lower(parts[1]);
    place := regexp_replace(lower(parts[2]), CASE scheme WHEN 'http' THEN ':80$' ELSE ':443$' END, '');
    written := scheme || '://' || place || CASE WHEN parts[3] LIKE '/%' THEN '' ELSE '/' END || parts[3];
    SELECT id INTO NEW.link_id FROM bulletin_link WHERE address = written;
    IF NOT FOUND THEN
        INSERT INTO bulletin_linkhost (name) VALUES (place) ON CONFLICT (name) DO NOTHING;
        INSERT INTO bulletin_link (address, host_id)
            SELECT written, id FROM bulletin_linkhost WHERE name = place
            ON CONFLICT (address) DO NOTHING;
        SELECT id INTO NEW.link_id FROM bulletin_link WHERE address = written;
    END IF;
    RETURN NEW;
"""

OF_ARTICLES = [
    pgtrigger.Trigger(
        name="register_link",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("source_url", "link_id"),
        declare=[("parts", "text[]"), ("scheme", "text"), ("place", "text"), ("written", "text")],
        func=_REGISTER,
    ),
]
