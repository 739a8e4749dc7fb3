"""Let the database itself refuse to change snapshots and issued bulletins.

On SQLite deletion stays open to the database (tests empty their tables by it); whoever holds that file could
rewrite it anyway.  PostgreSQL refuses both.
"""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION dashboards_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'frozen rows are never changed or deleted';
END $$;
CREATE TRIGGER dashboards_snapshot_frozen BEFORE UPDATE OR DELETE ON dashboards_snapshot
    FOR EACH ROW EXECUTE FUNCTION dashboards_refuse_change();
CREATE TRIGGER dashboards_bulletin_issued BEFORE UPDATE OR DELETE ON dashboards_bulletin
    FOR EACH ROW WHEN (OLD.state = 'issued') EXECUTE FUNCTION dashboards_refuse_change();
"""
POSTGRESQL_BACK = """
DROP TRIGGER dashboards_bulletin_issued ON dashboards_bulletin;
DROP TRIGGER dashboards_snapshot_frozen ON dashboards_snapshot;
DROP FUNCTION dashboards_refuse_change();
"""
SQLITE = (
    """
CREATE TRIGGER dashboards_snapshot_frozen BEFORE UPDATE ON dashboards_snapshot
BEGIN
    SELECT RAISE(ABORT, 'frozen rows are never changed');
END;
""",
    """
CREATE TRIGGER dashboards_bulletin_issued BEFORE UPDATE ON dashboards_bulletin WHEN OLD.state = 'issued'
BEGIN
    SELECT RAISE(ABORT, 'frozen rows are never changed');
END;
""",
)
SQLITE_BACK = ("DROP TRIGGER dashboards_bulletin_issued;", "DROP TRIGGER dashboards_snapshot_frozen;")


def refuse_changes(apps, schema_editor):
    _execute(schema_editor, {"postgresql": (POSTGRESQL,), "sqlite": SQLITE})


def allow_changes(apps, schema_editor):
    _execute(schema_editor, {"postgresql": (POSTGRESQL_BACK,), "sqlite": SQLITE_BACK})


def _execute(schema_editor, statements):
    for statement in statements.get(schema_editor.connection.vendor, ()):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0001_snapshots_and_bulletins")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
