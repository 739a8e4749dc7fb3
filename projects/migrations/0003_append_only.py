"""Let the database itself refuse to change transitions and plan baselines.

On SQLite deletion stays open to the database (tests empty their tables by it); whoever holds that file could
rewrite it anyway.  PostgreSQL refuses both.
"""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION projects_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'transitions and baselines are never changed or deleted';
END $$;
CREATE TRIGGER projects_transition_frozen BEFORE UPDATE OR DELETE ON projects_stagetransition
    FOR EACH ROW EXECUTE FUNCTION projects_refuse_change();
CREATE TRIGGER projects_baseline_frozen BEFORE UPDATE OR DELETE ON projects_planbaseline
    FOR EACH ROW EXECUTE FUNCTION projects_refuse_change();
"""
POSTGRESQL_BACK = """
DROP TRIGGER projects_baseline_frozen ON projects_planbaseline;
DROP TRIGGER projects_transition_frozen ON projects_stagetransition;
DROP FUNCTION projects_refuse_change();
"""
SQLITE = (
    """
CREATE TRIGGER projects_transition_frozen BEFORE UPDATE ON projects_stagetransition
BEGIN
    SELECT RAISE(ABORT, 'transitions and baselines are never changed');
END;
""",
    """
CREATE TRIGGER projects_baseline_frozen BEFORE UPDATE ON projects_planbaseline
BEGIN
    SELECT RAISE(ABORT, 'transitions and baselines are never changed');
END;
""",
)
SQLITE_BACK = ("DROP TRIGGER projects_baseline_frozen;", "DROP TRIGGER projects_transition_frozen;")


def refuse_changes(apps, schema_editor):
    _execute(schema_editor, {"postgresql": (POSTGRESQL,), "sqlite": SQLITE})


def allow_changes(apps, schema_editor):
    _execute(schema_editor, {"postgresql": (POSTGRESQL_BACK,), "sqlite": SQLITE_BACK})


def _execute(schema_editor, statements):
    for statement in statements.get(schema_editor.connection.vendor, ()):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_four_stages")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
