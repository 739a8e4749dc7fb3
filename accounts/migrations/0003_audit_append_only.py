"""Let the database itself refuse to change what the audit trail says.

On SQLite deletion stays open to the database (tests empty their tables by it); whoever holds that file could
rewrite it anyway.  PostgreSQL refuses both.
"""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION accounts_auditevent_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are never changed or deleted';
END $$;
CREATE TRIGGER accounts_auditevent_append_only BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION accounts_auditevent_is_append_only();
"""
POSTGRESQL_BACK = """
DROP TRIGGER accounts_auditevent_append_only ON accounts_auditevent;
DROP FUNCTION accounts_auditevent_is_append_only();
"""
SQLITE = """
CREATE TRIGGER accounts_auditevent_append_only BEFORE UPDATE ON accounts_auditevent
BEGIN
    SELECT RAISE(ABORT, 'audit events are never changed');
END;
"""
SQLITE_BACK = "DROP TRIGGER accounts_auditevent_append_only;"


def refuse_changes(apps, schema_editor):
    statements = {"postgresql": POSTGRESQL, "sqlite": SQLITE}.get(schema_editor.connection.vendor)
    if statements:
        schema_editor.execute(statements, params=None)


def allow_changes(apps, schema_editor):
    statements = {"postgresql": POSTGRESQL_BACK, "sqlite": SQLITE_BACK}.get(schema_editor.connection.vendor)
    if statements:
        schema_editor.execute(statements, params=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sessions_login_guard_and_audit")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
