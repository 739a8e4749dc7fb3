"""The audit trail knows issued scores, answered appeals and signed allocations."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_kinds_of_tries_and_access_slips"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("login", "Login"),
                    ("login.lock", "Login locked"),
                    ("logout", "Logout"),
                    ("session.end", "Session ended"),
                    ("denied", "Access refused"),
                    ("password.change", "Password changed"),
                    ("password.reset", "Initial password set"),
                    ("user.create", "Account created"),
                    ("user.change", "Account changed"),
                    ("user.close", "Account closed"),
                    ("user.open", "Account reopened"),
                    ("role.change", "Role or region changed"),
                    ("token.create", "API token created"),
                    ("token.revoke", "API token revoked"),
                    ("export", "Export"),
                    ("import", "Import"),
                    ("undo", "Import undone"),
                    ("plan.issue", "Plan issued"),
                    ("snapshot.freeze", "Snapshot frozen"),
                    ("bulletin.edit", "Bulletin edited"),
                    ("bulletin.issue", "Bulletin issued"),
                    ("assessment.issue", "Assessment issued"),
                    ("appeal.answer", "Appeal answered"),
                    ("allocation.sign", "Allocation signed"),
                    ("code.issue", "Access slips issued"),
                    ("code.revoke", "Access slip revoked"),
                    ("code.lock", "Access code locked"),
                    ("settings.change", "Settings changed"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
    ]
