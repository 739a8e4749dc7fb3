"""Let the database itself refuse to change what an assessment stands on.

Grades, fact sheets, entries, deductions, steps and reports are written once; adopted schemes with their indicators and
issued assessments stay.  On SQLite deletion stays open to the database (tests empty their tables by it).
"""

from django.db import migrations

ONCE = ("band", "factsheet", "scoreentry", "deduction", "move", "assessmentreport")
STATES = {"scheme": "adopted", "assessment": "issued"}
PARTS = ("block", "indicator")

POSTGRESQL_FUNCTIONS = """
CREATE FUNCTION assessments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what an assessment stands on is never changed or deleted';
END $$;
CREATE FUNCTION assessments_refuse_change_of_adopted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM assessments_scheme
        WHERE id = COALESCE(OLD.scheme_id, NEW.scheme_id) AND state = 'adopted'
    ) THEN
        RAISE EXCEPTION 'an adopted scheme is never changed';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
"""
POSTGRESQL_FUNCTIONS_BACK = """
DROP FUNCTION assessments_refuse_change_of_adopted();
DROP FUNCTION assessments_refuse_change();
"""


def refuse_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTIONS, params=None)
    for statement in _statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def allow_changes(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table in (*ONCE, *STATES, *PARTS):
        name = f"assessments_{table}_frozen"
        target = f" ON assessments_{table}" if vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {name}{target}", params=None)
    if vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTIONS_BACK, params=None)


def _statements(vendor):
    make = {"postgresql": _postgresql, "sqlite": _sqlite}.get(vendor)
    if make is None:
        return
    for table in ONCE:
        yield make(table, "")
    for table, state in STATES.items():
        yield make(table, f"OLD.state = '{state}'")
    for table in PARTS:
        yield make(table, "scheme")


def _postgresql(table, condition):
    name = f"CREATE TRIGGER assessments_{table}_frozen BEFORE"
    if condition == "scheme":
        return (
            f"{name} UPDATE OR DELETE ON assessments_{table} FOR EACH ROW "
            "EXECUTE FUNCTION assessments_refuse_change_of_adopted()"
        )
    when = f"WHEN ({condition}) " if condition else ""
    return (
        f"{name} UPDATE OR DELETE ON assessments_{table} FOR EACH ROW {when}"
        "EXECUTE FUNCTION assessments_refuse_change()"
    )


def _sqlite(table, condition):
    if condition == "scheme":
        condition = "(SELECT state FROM assessments_scheme WHERE id = OLD.scheme_id) = 'adopted'"
    when = f"WHEN {condition} " if condition else ""
    return (
        f"CREATE TRIGGER assessments_{table}_frozen BEFORE UPDATE ON assessments_{table} {when}"
        "BEGIN SELECT RAISE(ABORT, 'what an assessment stands on is never changed'); END"
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_schemes_and_scores")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
