import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_user_email_and_daily_list"),
        ("accounts", "__first__"),
        ("communities", "0003_household_register"),
        ("projects", "0003_append_only"),
        ("records", "0003_attachment_taken_away_why"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                ("number", models.CharField(max_length=60, verbose_name="agreement number")),
                ("partner", models.CharField(max_length=120, verbose_name="investor")),
                (
                    "partner_code",
                    models.CharField(
                        blank=True,
                        help_text="18 characters",
                        max_length=18,
                        verbose_name="unified social credit code",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("investment_subsidy", "investment with subsidy"),
                            ("capital_injection", "injection of capital"),
                            ("interest_subsidy", "loan with interest subsidy"),
                            ("ppp", "PPP paid by performance"),
                            ("epc", "EPC"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="mode",
                    ),
                ),
                (
                    "invested_fen",
                    models.BigIntegerField(
                        blank=True, help_text="in 分", null=True, verbose_name="investment promised"
                    ),
                ),
                (
                    "public_fen",
                    models.BigIntegerField(
                        blank=True,
                        help_text="in 分: subsidy, capital or interest",
                        null=True,
                        verbose_name="public money promised",
                    ),
                ),
                (
                    "loan_fen",
                    models.BigIntegerField(blank=True, help_text="in 分", null=True, verbose_name="loan"),
                ),
                (
                    "interest_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="in %",
                        max_digits=5,
                        null=True,
                        verbose_name="interest subsidised",
                    ),
                ),
                (
                    "base_pay_fen",
                    models.BigIntegerField(
                        blank=True, help_text="in 分", null=True, verbose_name="yearly pay"
                    ),
                ),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="signed on")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="starts on")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends on")),
                (
                    "change_set",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_rows",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "agreement with an investor",
                "verbose_name_plural": "agreements with investors",
                "ordering": ["project_id", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)),
                        fields=("project", "number"),
                        name="agreement_number_once_per_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="agreement_days_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAgreement",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                ("number", models.CharField(max_length=60, verbose_name="agreement number")),
                ("partner", models.CharField(max_length=120, verbose_name="investor")),
                (
                    "partner_code",
                    models.CharField(
                        blank=True,
                        help_text="18 characters",
                        max_length=18,
                        verbose_name="unified social credit code",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("investment_subsidy", "investment with subsidy"),
                            ("capital_injection", "injection of capital"),
                            ("interest_subsidy", "loan with interest subsidy"),
                            ("ppp", "PPP paid by performance"),
                            ("epc", "EPC"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="mode",
                    ),
                ),
                (
                    "invested_fen",
                    models.BigIntegerField(
                        blank=True, help_text="in 分", null=True, verbose_name="investment promised"
                    ),
                ),
                (
                    "public_fen",
                    models.BigIntegerField(
                        blank=True,
                        help_text="in 分: subsidy, capital or interest",
                        null=True,
                        verbose_name="public money promised",
                    ),
                ),
                (
                    "loan_fen",
                    models.BigIntegerField(blank=True, help_text="in 分", null=True, verbose_name="loan"),
                ),
                (
                    "interest_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="in %",
                        max_digits=5,
                        null=True,
                        verbose_name="interest subsidised",
                    ),
                ),
                (
                    "base_pay_fen",
                    models.BigIntegerField(
                        blank=True, help_text="in 分", null=True, verbose_name="yearly pay"
                    ),
                ),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="signed on")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="starts on")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends on")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical agreement with an investor",
                "verbose_name_plural": "historical agreements with investors",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSource",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("central", "central government"),
                            ("provincial", "province"),
                            ("prefecture", "prefecture"),
                            ("county", "county"),
                            ("bond", "local government bond"),
                            ("loan", "policy loan"),
                            ("residents", "residents"),
                            ("utility", "utilities"),
                            ("former_owner", "former owner units"),
                            ("social", "social capital"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="channel",
                    ),
                ),
                (
                    "instrument",
                    models.CharField(
                        choices=[
                            ("subsidy", "government subsidy"),
                            ("budget_investment", "central budget investment"),
                            ("own_budget", "own budget"),
                            ("special_bond", "special bond"),
                            ("loan", "loan"),
                            ("direct", "direct payment"),
                            ("repair_fund", "maintenance fund used"),
                            ("repair_fund_top_up", "maintenance fund topped up"),
                            ("provident_fund", "housing provident fund"),
                            ("public_income", "public income of the community"),
                            ("donation", "donations and work in kind"),
                            ("own_facility", "own facilities"),
                            ("investment_subsidy", "investment with subsidy"),
                            ("capital_injection", "injection of capital"),
                            ("interest_subsidy", "loan with interest subsidy"),
                            ("ppp", "PPP paid by performance"),
                            ("other", "other"),
                        ],
                        max_length=30,
                        verbose_name="instrument",
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=20, verbose_name="budget subject")),
                (
                    "split_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="days to pass it on"
                    ),
                ),
                (
                    "by_batch",
                    models.BooleanField(
                        default=False,
                        help_text="Money comes with a document of a higher level and is split to units and projects.",
                        verbose_name="comes by batches",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="legal basis")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="holds in",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical source of money",
                "verbose_name_plural": "historical sources of money",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("code", models.CharField(max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("central", "central government"),
                            ("provincial", "province"),
                            ("prefecture", "prefecture"),
                            ("county", "county"),
                            ("bond", "local government bond"),
                            ("loan", "policy loan"),
                            ("residents", "residents"),
                            ("utility", "utilities"),
                            ("former_owner", "former owner units"),
                            ("social", "social capital"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="channel",
                    ),
                ),
                (
                    "instrument",
                    models.CharField(
                        choices=[
                            ("subsidy", "government subsidy"),
                            ("budget_investment", "central budget investment"),
                            ("own_budget", "own budget"),
                            ("special_bond", "special bond"),
                            ("loan", "loan"),
                            ("direct", "direct payment"),
                            ("repair_fund", "maintenance fund used"),
                            ("repair_fund_top_up", "maintenance fund topped up"),
                            ("provident_fund", "housing provident fund"),
                            ("public_income", "public income of the community"),
                            ("donation", "donations and work in kind"),
                            ("own_facility", "own facilities"),
                            ("investment_subsidy", "investment with subsidy"),
                            ("capital_injection", "injection of capital"),
                            ("interest_subsidy", "loan with interest subsidy"),
                            ("ppp", "PPP paid by performance"),
                            ("other", "other"),
                        ],
                        max_length=30,
                        verbose_name="instrument",
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=20, verbose_name="budget subject")),
                (
                    "split_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="days to pass it on"
                    ),
                ),
                (
                    "by_batch",
                    models.BooleanField(
                        default=False,
                        help_text="Money comes with a document of a higher level and is split to units and projects.",
                        verbose_name="comes by batches",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="legal basis")),
                (
                    "change_set",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="holds in",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "source of money",
                "verbose_name_plural": "sources of money",
                "ordering": ["position", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)), fields=("code",), name="source_code_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Contribution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "payer",
                    models.CharField(
                        choices=[
                            ("residents", "residents"),
                            ("utility", "utility"),
                            ("former_owner", "former owner unit"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="payer",
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        help_text="Building and entrance, or the name of the unit; no names of persons.",
                        max_length=80,
                        verbose_name="household group or unit",
                    ),
                ),
                ("households", models.PositiveIntegerField(blank=True, null=True, verbose_name="households")),
                (
                    "area",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="in ㎡",
                        max_digits=14,
                        null=True,
                        verbose_name="floor area",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[("household", "per household"), ("area", "per ㎡"), ("fixed", "fixed sum")],
                        default="fixed",
                        max_length=10,
                        verbose_name="counted",
                    ),
                ),
                (
                    "rate_fen",
                    models.BigIntegerField(
                        blank=True, help_text="in 分 per household or ㎡", null=True, verbose_name="rate"
                    ),
                ),
                ("agreed_fen", models.BigIntegerField(help_text="in 分", verbose_name="agreed sum")),
                ("instalments", models.PositiveSmallIntegerField(default=1, verbose_name="instalments")),
                ("first_due_on", models.DateField(blank=True, null=True, verbose_name="first due on")),
                ("every_months", models.PositiveSmallIntegerField(default=1, verbose_name="months between")),
                (
                    "building",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="communities.building",
                        verbose_name="building",
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department or utility",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_rows",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="funding.source",
                        verbose_name="source of money",
                    ),
                ),
            ],
            options={
                "verbose_name": "contribution",
                "verbose_name_plural": "contributions",
                "ordering": ["project_id", "payer", "group"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)),
                        fields=("project", "source", "group"),
                        name="contribution_once_per_group",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("agreed_fen__gte", 0)), name="contribution_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("every_months__gte", 1), ("instalments__gte", 1), ("instalments__lte", 60)
                        ),
                        name="contribution_instalments_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FundBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("number", models.CharField(max_length=60, verbose_name="document number")),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("central", "central government"),
                            ("province", "province"),
                            ("prefecture", "prefecture"),
                            ("unit", "city or county"),
                        ],
                        max_length=12,
                        verbose_name="handed out by",
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="budget year")),
                ("plan_year", models.PositiveSmallIntegerField(verbose_name="plan year")),
                ("subject", models.CharField(blank=True, max_length=20, verbose_name="budget subject")),
                ("amount_fen", models.BigIntegerField(help_text="in 分", verbose_name="amount")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="date of the document")),
                ("received_on", models.DateField(blank=True, null=True, verbose_name="received on")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("issued", "issued")],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "origin",
                    models.CharField(blank=True, editable=False, max_length=80, verbose_name="drafted from"),
                ),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="to be split by",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="funding.source",
                        verbose_name="source of money",
                    ),
                ),
            ],
            options={
                "verbose_name": "fund batch",
                "verbose_name_plural": "fund batches",
                "ordering": ["-fiscal_year", "-issued_on", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)),
                        fields=("number", "source"),
                        name="batch_number_once_per_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="batch_amount_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fiscal_year__gte", 2000), ("fiscal_year__lte", 2100)),
                        name="batch_year_is_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "draft"), ("issued_on__isnull", False), _connector="OR"),
                        name="batch_issued_has_a_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalPayBand",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "from_score",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="from score"),
                ),
                (
                    "share_percent",
                    models.DecimalField(
                        decimal_places=2, help_text="in %", max_digits=5, verbose_name="share paid"
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="funding.agreement",
                        verbose_name="agreement with an investor",
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical pay by score",
                "verbose_name_plural": "historical pay by score",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PayBand",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "from_score",
                    models.DecimalField(decimal_places=2, max_digits=5, verbose_name="from score"),
                ),
                (
                    "share_percent",
                    models.DecimalField(
                        decimal_places=2, help_text="in %", max_digits=5, verbose_name="share paid"
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bands",
                        to="funding.agreement",
                        verbose_name="agreement with an investor",
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_rows",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "pay by score",
                "verbose_name_plural": "pay by score",
                "ordering": ["agreement_id", "-from_score"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)),
                        fields=("agreement", "from_score"),
                        name="pay_band_once_per_score",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_score__gte", 0),
                            ("from_score__lte", 100),
                            ("share_percent__gte", 0),
                            ("share_percent__lte", 100),
                        ),
                        name="pay_band_in_percent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MoneyBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("planned_fen", models.BigIntegerField(default=0)),
                ("issued_fen", models.BigIntegerField(default=0)),
                ("arrived_fen", models.BigIntegerField(default=0)),
                ("paid_fen", models.BigIntegerField(default=0)),
                ("settled_fen", models.BigIntegerField(default=0)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="balances",
                        to="projects.project",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="funding.source"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project", "source"), name="money_balance_once"),
                    models.CheckConstraint(
                        condition=models.Q(("arrived_fen__lte", models.F("issued_fen"))),
                        name="arrived_within_issued",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("paid_fen__lte", models.F("arrived_fen"))),
                        name="paid_within_arrived",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("arrived_fen__gte", 0),
                            ("issued_fen__gte", 0),
                            ("planned_fen__gte", 0),
                            ("paid_fen__gte", 0),
                            ("settled_fen__gte", 0),
                        ),
                        name="money_sums_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalFundBatch",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("number", models.CharField(max_length=60, verbose_name="document number")),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("central", "central government"),
                            ("province", "province"),
                            ("prefecture", "prefecture"),
                            ("unit", "city or county"),
                        ],
                        max_length=12,
                        verbose_name="handed out by",
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="budget year")),
                ("plan_year", models.PositiveSmallIntegerField(verbose_name="plan year")),
                ("subject", models.CharField(blank=True, max_length=20, verbose_name="budget subject")),
                ("amount_fen", models.BigIntegerField(help_text="in 分", verbose_name="amount")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="date of the document")),
                ("received_on", models.DateField(blank=True, null=True, verbose_name="received on")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("issued", "issued")],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "origin",
                    models.CharField(blank=True, editable=False, max_length=80, verbose_name="drafted from"),
                ),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="to be split by",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="funding.source",
                        verbose_name="source of money",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical fund batch",
                "verbose_name_plural": "historical fund batches",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalContribution",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "payer",
                    models.CharField(
                        choices=[
                            ("residents", "residents"),
                            ("utility", "utility"),
                            ("former_owner", "former owner unit"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="payer",
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        help_text="Building and entrance, or the name of the unit; no names of persons.",
                        max_length=80,
                        verbose_name="household group or unit",
                    ),
                ),
                ("households", models.PositiveIntegerField(blank=True, null=True, verbose_name="households")),
                (
                    "area",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="in ㎡",
                        max_digits=14,
                        null=True,
                        verbose_name="floor area",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[("household", "per household"), ("area", "per ㎡"), ("fixed", "fixed sum")],
                        default="fixed",
                        max_length=10,
                        verbose_name="counted",
                    ),
                ),
                (
                    "rate_fen",
                    models.BigIntegerField(
                        blank=True, help_text="in 分 per household or ㎡", null=True, verbose_name="rate"
                    ),
                ),
                ("agreed_fen", models.BigIntegerField(help_text="in 分", verbose_name="agreed sum")),
                ("instalments", models.PositiveSmallIntegerField(default=1, verbose_name="instalments")),
                ("first_due_on", models.DateField(blank=True, null=True, verbose_name="first due on")),
                ("every_months", models.PositiveSmallIntegerField(default=1, verbose_name="months between")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="communities.building",
                        verbose_name="building",
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="department or utility",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="funding.source",
                        verbose_name="source of money",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical contribution",
                "verbose_name_plural": "historical contributions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Allotment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("amount_fen", models.BigIntegerField(help_text="in 分", verbose_name="amount")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="document number")),
                ("allotted_on", models.DateField(blank=True, null=True, verbose_name="handed down on")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allotments",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allotments",
                        to="funding.fundbatch",
                        verbose_name="fund batch",
                    ),
                ),
            ],
            options={
                "verbose_name": "allotment",
                "verbose_name_plural": "allotments",
                "ordering": ["batch_id", "unit__path", "project__code"],
                "indexes": [
                    models.Index(fields=["unit", "batch", "is_removed"], name="allotment_unit_batch")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False), ("project", None)),
                        fields=("batch", "unit"),
                        name="allotment_once_per_unit",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False), ("project__isnull", False)),
                        fields=("batch", "project"),
                        name="allotment_once_per_project",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gte", 0)), name="allotment_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAllotment",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("amount_fen", models.BigIntegerField(help_text="in 分", verbose_name="amount")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="document number")),
                ("allotted_on", models.DateField(blank=True, null=True, verbose_name="handed down on")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="funding.fundbatch",
                        verbose_name="fund batch",
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical allotment",
                "verbose_name_plural": "historical allotments",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="MoneyEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("issued", "issued"),
                            ("arrived", "arrived"),
                            ("paid", "paid"),
                            ("settled", "settled"),
                        ],
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
                ("happened_on", models.DateField(verbose_name="date")),
                ("amount_fen", models.BigIntegerField(help_text="in 分", verbose_name="amount")),
                ("voucher", models.CharField(max_length=60, verbose_name="voucher number")),
                ("payee", models.CharField(blank=True, max_length=120, verbose_name="payee")),
                (
                    "change_set",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="money_events",
                        to="projects.contract",
                        verbose_name="contract",
                    ),
                ),
                (
                    "contribution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="money_events",
                        to="funding.contribution",
                        verbose_name="contribution",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)s_rows",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="funding.source",
                        verbose_name="source of money",
                    ),
                ),
            ],
            options={
                "verbose_name": "money event",
                "verbose_name_plural": "money events",
                "ordering": ["project_id", "happened_on", "voucher"],
                "indexes": [
                    models.Index(
                        fields=["unit", "step", "source", "happened_on", "is_removed", "amount_fen"],
                        name="money_unit_step",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_removed", False)),
                        fields=("project", "source", "step", "voucher"),
                        name="money_voucher_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen", 0), _negated=True), name="money_amount_is_not_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gt", 0), models.Q(("remark", ""), _negated=True), _connector="OR"
                        ),
                        name="money_back_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalMoneyEvent",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed at")),
                ("markers", models.JSONField(default=dict, editable=False, verbose_name="marks")),
                ("is_removed", models.BooleanField(default=False, editable=False, verbose_name="removed")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="remark")),
                (
                    "is_simulated",
                    models.BooleanField(default=False, editable=False, verbose_name="simulated data"),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("issued", "issued"),
                            ("arrived", "arrived"),
                            ("paid", "paid"),
                            ("settled", "settled"),
                        ],
                        max_length=10,
                        verbose_name="step",
                    ),
                ),
                ("happened_on", models.DateField(verbose_name="date")),
                ("amount_fen", models.BigIntegerField(help_text="in 分", verbose_name="amount")),
                ("voucher", models.CharField(max_length=60, verbose_name="voucher number")),
                ("payee", models.CharField(blank=True, max_length=120, verbose_name="payee")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "change_set",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="records.changeset",
                        verbose_name="last change",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.contract",
                        verbose_name="contract",
                    ),
                ),
                (
                    "contribution",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="funding.contribution",
                        verbose_name="contribution",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.region",
                        verbose_name="reporting unit",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="funding.source",
                        verbose_name="source of money",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical money event",
                "verbose_name_plural": "historical money events",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SplitBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("available_fen", models.BigIntegerField(default=0)),
                ("handed_on_fen", models.BigIntegerField(default=0)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="balances",
                        to="funding.fundbatch",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("unit", None)),
                        fields=("batch",),
                        name="split_balance_once_per_batch",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("unit__isnull", False)),
                        fields=("batch", "unit"),
                        name="split_balance_once_per_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("handed_on_fen__lte", models.F("available_fen"))),
                        name="split_never_exceeds",
                    ),
                ],
            },
        ),
    ]
