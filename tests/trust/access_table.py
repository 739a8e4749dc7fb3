"""Who gets in where: every address and method of the portal, and what each role is answered.

The table is written by hand and knows nothing of ``accounts.roles``: the two must agree.  A route, a method
or an action that stands in the URL conf and not here fails the suite, and so does a line without a route.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Template

from accounts.roles import Role
from tests.trust.world import Targets

Roles = frozenset[str]


def _roles(*roles: Role) -> Roles:
    return frozenset(roles)


ENTRY, REVIEWER, MANAGER, AUDITOR = Role.ENTRY, Role.REVIEWER, Role.MANAGER, Role.AUDITOR
WORKER, LIAISON = Role.WORKER, Role.LIAISON
SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
EVERYBODY = frozenset[str](Role)
NOBODY = _roles()
READERS = _roles(ENTRY, REVIEWER, MANAGER, WORKER, LIAISON, AUDITOR)
EDITORS = _roles(ENTRY, MANAGER, WORKER)
IMPORTERS = _roles(ENTRY, MANAGER)
EXPORTERS = VIEWERS = _roles(ENTRY, REVIEWER, MANAGER, AUDITOR)
ISSUERS = _roles(MANAGER)
ADMINISTRATORS = _roles(SYSTEM, SECURITY, AUDIT)


@dataclass(frozen=True)
class Door:
    """One address with one method, and what whoever knocks is answered.

    ``args``, ``query`` and ``body`` may name targets of the world (``$community``); a door that does is tried
    with those of the own unit, of a foreign one, and with such as exist nowhere.  The roles of ``allowed``
    get ``ok`` in their own region and ``foreign`` elsewhere, the latter word for word what they get for
    something absent.  ``hidden`` roles get 404 even at home, since the thing is not theirs; all others 403.
    ``everywhere`` are roles that no region binds; ``instead`` names allowed roles that get another answer at
    home.
    """

    route: str
    method: str
    allowed: Roles
    ok: int = 200
    foreign: int = 404
    args: tuple[str, ...] = ()
    query: str = ""
    body: str = ""
    hidden: Roles = NOBODY
    everywhere: Roles = NOBODY
    instead: Mapping[str, int] = field(default_factory=dict)
    anonymous: int = 302
    is_data: bool = False

    @property
    def has_strangers(self) -> bool:
        """Tell whether the door leads to something that belongs to a unit."""
        return any("$" in part for part in (*self.args, self.query, self.body))

    def expected(self, role: str, *, foreign: bool = False) -> int:
        """Return the status for a role."""
        if role not in self.allowed:
            return 404 if role in self.hidden else 403
        if foreign and role not in self.everywhere:
            return self.foreign
        return self.instead.get(role, self.ok)

    def filled(self, targets: Targets) -> tuple[list[str], str, str]:
        """Return the arguments of the address, its query and the body with names filled in."""
        args = [Template(arg).substitute(targets) for arg in self.args]
        return args, Template(self.query).substitute(targets), Template(self.body).substitute(targets)

    def named(self, targets: Targets) -> Targets:
        """Return the targets that the door names."""
        whole = " ".join((*self.args, self.query, self.body))
        return {name: value for name, value in targets.items() if f"${name}" in whole}


def _page(route: str, allowed: Roles, **rest: object) -> Door:
    return Door(route, "GET", allowed, **rest)  # type: ignore[arg-type]


def _verb(route: str, allowed: Roles, ok: int = 302, **rest: object) -> Door:
    return Door(route, "POST", allowed, ok, **rest)  # type: ignore[arg-type]


def _saving(pk: str, column: str) -> str:
    return f'{{"changes": [{{"id": {pk}, "v": 1, "cells": {{"{column}": "x"}}, "key": "a-key-of-a-door"}}]}}'


def _data(route: str, method: str, allowed: Roles, ok: int = 200, **rest: object) -> Door:
    return Door(route, method, allowed, ok, anonymous=401, is_data=True, **rest)  # type: ignore[arg-type]


FRAME = (
    _page("home", EVERYBODY),
    _page("healthz", EVERYBODY, anonymous=200, is_data=True),
    # No worker, beat or broker runs beside the tests.
    _page("readyz", EVERYBODY, ok=503, anonymous=503, is_data=True),
    _verb("set_language", EVERYBODY, body="language=en"),
)

ACCOUNTS = (
    _page("accounts:login", EVERYBODY, ok=302, anonymous=200),
    _verb("accounts:login", EVERYBODY, ok=400, anonymous=400, body="username=x"),
    _verb("accounts:logout", EVERYBODY),
    _page("accounts:profile", EVERYBODY),
    _page("accounts:password_change", EVERYBODY),
    _verb("accounts:password_change", EVERYBODY, ok=400, body="new_password=x"),
    # The session in question is the data entry officer's: to everybody else it does not exist.
    _verb("accounts:session_end", _roles(ENTRY), args=("$session",), hidden=EVERYBODY),
    _verb("accounts:token_create", _roles(ENTRY, REVIEWER, MANAGER), ok=200),
    _verb("accounts:token_revoke", EVERYBODY),
    _page("accounts:users", _roles(SECURITY)),
    _page("accounts:user_add", _roles(SECURITY)),
    _verb("accounts:user_add", _roles(SECURITY), ok=400, body="username=x"),
    # Accounts are looked after for the whole province.
    _page("accounts:user_edit", _roles(SECURITY), args=("$user",), everywhere=_roles(SECURITY)),
    _verb(
        "accounts:user_edit",
        _roles(SECURITY),
        ok=400,
        args=("$user",),
        body="role=x",
        everywhere=_roles(SECURITY),
    ),
    _verb("accounts:user_close", _roles(SECURITY), args=("$user",), everywhere=_roles(SECURITY)),
    _verb("accounts:user_reopen", _roles(SECURITY), 200, args=("$closed",), everywhere=_roles(SECURITY)),
    _verb("accounts:user_reset", _roles(SECURITY), 200, args=("$user",), everywhere=_roles(SECURITY)),
    _page("accounts:audit", _roles(AUDITOR, AUDIT)),
    _page("accounts:audit_workbook", _roles(AUDITOR, AUDIT), is_data=True),
    _page("accounts:audit_table", _roles(AUDITOR, AUDIT), is_data=True),
)

ROWS: tuple[tuple[str, str], ...] = (
    ("communities", "$community"),
    ("buildings", "$building"),
    ("projects", "$project"),
    ("plans", "$plan"),
    ("plan-versions", "$version"),
    ("plan-items", "$item"),
    ("bundles", "$bundle"),
    ("findings", "$finding"),
    ("catalogue", "$works"),
    ("milestones", "$milestone"),
    ("contracts", "$contract"),
    ("liabilities", "$liability"),
    ("inspections", "$inspection"),
    ("defects", "$defect"),
    ("acceptances", "$acceptance"),
    ("signers", "$signer"),
    ("handovers", "$handover"),
)
# Ledgers about projects, and what a form without a single filled cell is answered there.
PARTS = (
    ("progress", "$progress", 200),
    ("quantities", "$quantity", 302),
    ("arrangements", "$arrangement", 302),
    ("funds", "$fund", 302),
    ("upkeep", "$upkeep", 200),
    ("visits", "$visit", 200),
    ("caretags", "$caretag", 200),
    ("households", "$household", 200),
)
# What holds for a region and all below it: the province's catalogue and calendars.
SHARED = (
    ("taxonomies", "$taxonomy"),
    ("standards", "$standard"),
    ("seasons", "$season"),
    ("deadlines", "$deadline"),
    ("step-times", "$step_time"),
    ("time-limits", "$time_limit"),
)
# What the province sets for each unit.
FROM_ABOVE = (("fiscal-factors", "$factor"),)
ROWS = (*ROWS, *((slug, pk) for slug, pk, _ok in PARTS), *SHARED, *FROM_ABOVE)
# The column somebody writes into to try a door; most ledgers end with remarks.
TEXTS = dict.fromkeys(("taxonomies", "seasons", "deadlines", "step-times", "time-limits"), "source")
# Ledgers that ask for another capability than most.
WRITERS = {"findings": _roles(ENTRY, MANAGER, WORKER, LIAISON), "catalogue": _roles(MANAGER)}
WRITERS |= {slug: _roles(MANAGER) for slug, _pk in (*SHARED, *FROM_ABOVE)}
# A survey makes its findings: none is begun by hand.
GROWING = tuple(slug for slug, _pk in ROWS if slug != "findings")


def _editors(slug: str) -> Roles:
    return WRITERS.get(slug, EDITORS)


SAVING = '{"changes": [{"id": %s, "v": 1, "cells": {"remark": "x"}, "key": "a-key-of-a-door"}]}'
OF_UNIT = "unit=$unit"
LEDGERS = (
    _page("ledgers:index", READERS),
    *(_page("ledgers:grid", READERS, args=(slug,), query=OF_UNIT) for slug, _pk in ROWS),
    *(_page("ledgers:rows", READERS, args=(slug,), query=OF_UNIT) for slug, _pk in ROWS),
    *(_page("ledgers:row", READERS, args=(slug, pk)) for slug, pk in ROWS),
    *(_verb("ledgers:row", EDITORS, ok=200, args=(slug, pk)) for slug, pk in ROWS[:3]),
    *(_verb("ledgers:row", EDITORS, ok=ok, args=(slug, pk)) for slug, pk, ok in PARTS),
    # The targets of a plan are the province's: for others nothing in the form can be changed or be wrong.
    _verb("ledgers:row", EDITORS, ok=200, args=ROWS[3], instead={ENTRY: 302, WORKER: 302}),
    *(_verb("ledgers:row", EDITORS, ok=200, args=(slug, pk)) for slug, pk in ROWS[4:7]),
    _verb("ledgers:row", WRITERS["findings"], args=ROWS[7]),
    _verb("ledgers:row", WRITERS["catalogue"], ok=200, args=ROWS[8]),
    *(_verb("ledgers:row", EDITORS, ok=200, args=(slug, pk)) for slug, pk in ROWS[9:17]),
    *(_verb("ledgers:row", _editors(slug), ok=200, args=(slug, pk)) for slug, pk in (*SHARED, *FROM_ABOVE)),
    *(_page("ledgers:row_new", _editors(slug), args=(slug,), query=OF_UNIT) for slug in GROWING),
    _verb("ledgers:row_new", EDITORS, ok=200, args=("communities",)),
    *(
        _page("ledgers:grid_rows", READERS, args=(slug,), query=OF_UNIT, is_data=True)
        for slug, _pk in ROWS
    ),
    # Saving answers row by row: a foreign row is «denied» in the words of an absent one.
    *(
        _verb(
            "ledgers:grid_save", _editors(slug), 200, foreign=200, args=(slug,), query="year=2020",
            is_data=True, body=_saving(pk, TEXTS.get(slug, "remark")),
        )
        for slug, pk in ROWS
    ),
    *(
        _verb(
            "ledgers:grid_preview", _editors(slug), 200, foreign=200, args=(slug,), is_data=True,
            body=f'{{"cells": [[{pk}, "{TEXTS.get(slug, "remark")}", "x"]]}}',
        )
        for slug, pk in ROWS
    ),
    *(
        _verb(
            "ledgers:grid_confirm", _editors(slug), 409, foreign=409, args=(slug,), is_data=True,
            body=f'{{"id": {pk}, "code": "area_per_household", "reason": "x"}}',
        )
        for slug, pk in ROWS
    ),
    *(
        _page(
            "ledgers:grid_history", READERS, args=(slug,), is_data=True,
            query=f"id={pk}&column={TEXTS.get(slug, 'remark')}",
        )
        for slug, pk in ROWS
    ),
    _page("ledgers:grid_changes", READERS, args=("communities",), query="since=0&unit=$unit", is_data=True),
    _page("ledgers:grid_views", READERS, args=("communities",), is_data=True),
    _verb("ledgers:grid_views", READERS, 200, args=("communities",), body='{"name": "x"}', is_data=True),
    # A view of somebody else's is forgotten as little as one that does not exist.
    Door(
        "ledgers:grid_views", "DELETE", READERS, foreign=200, args=("communities",), body='{"id": $view}',
        is_data=True,
    ),
)  # fmt: skip

IMPORTS = (
    *(
        _page("ledgers:template", IMPORTERS & _editors(slug), args=(slug,), query=OF_UNIT, is_data=True)
        for slug, _pk in ROWS
    ),
    *(_page("ledgers:export", EXPORTERS, args=(slug,), query=OF_UNIT, is_data=True) for slug, _pk in ROWS),
    _page("ledgers:imports", IMPORTERS),
    _page("ledgers:upload", IMPORTERS, args=("communities",), query=OF_UNIT),
    _verb("ledgers:upload", IMPORTERS, ok=400, args=("communities",), query=OF_UNIT, body="year=x"),
    _page("ledgers:batch", IMPORTERS, args=("$batch",)),
    _page("ledgers:batch", IMPORTERS, args=("$committed",)),
    _verb("ledgers:batch_mapping", IMPORTERS, args=("$batch",)),
    _verb("ledgers:batch_choose", IMPORTERS, args=("$batch",), body="include_hidden=1"),
    _verb("ledgers:batch_commit", IMPORTERS, args=("$batch",), body="mode=valid"),
    _verb("ledgers:batch_undo", IMPORTERS, args=("$committed",)),
    _page("ledgers:batch_file", IMPORTERS, args=("$batch",), is_data=True),
    _page("ledgers:error_workbook", IMPORTERS, args=("$batch",), is_data=True),
)

TABLE = ("dispatch-$dispatch",)
DISPATCHES = (
    _page("ledgers:dispatches", READERS),
    _page("ledgers:dispatch_new", ISSUERS),
    _verb("ledgers:dispatch_new", ISSUERS, ok=400, body="title=x"),
    _page("ledgers:dispatch", READERS, args=("$dispatch",)),
    _page("ledgers:dispatch_edit", ISSUERS, args=("$draft_table",)),
    _verb("ledgers:dispatch_edit", ISSUERS, ok=400, args=("$draft_table",), body="title=x"),
    _verb("ledgers:dispatch_submit", _roles(ENTRY), args=("$dispatch",), body="part=$part&signed_name=x"),
    _verb("ledgers:dispatch_return", ISSUERS, args=("$dispatch",), body="part=$part&reason=x"),
    _verb("ledgers:dispatch_remind", _roles(REVIEWER, MANAGER), args=("$dispatch",)),
    _verb("ledgers:dispatch_due", ISSUERS, args=("$dispatch",), body="due_at=2099-01-01T17:00"),
    _verb("ledgers:dispatch_close", ISSUERS, args=("$dispatch",)),
    _page("ledgers:dispatch_table", READERS, args=("$dispatch",)),
    _page("ledgers:dispatch_export", EXPORTERS, args=("$dispatch",), is_data=True),
    # The ledger of a table is not there for whoever is not asked.
    _page("ledgers:grid", READERS, args=TABLE),
    _page("ledgers:rows", READERS, args=TABLE),
    _page("ledgers:row", READERS, args=(*TABLE, "$dispatch_row")),
    _verb("ledgers:row", EDITORS, args=(*TABLE, "$dispatch_row")),
    _page("ledgers:grid_rows", READERS, args=TABLE, is_data=True),
    _verb(
        "ledgers:grid_save", EDITORS, 200, args=TABLE, is_data=True, body=_saving("$dispatch_row", "text_1")
    ),
    _verb(
        "ledgers:grid_preview", EDITORS, 200, args=TABLE, is_data=True,
        body='{"cells": [[$dispatch_row, "text_1", "x"]]}',
    ),
    _page(
        "ledgers:grid_history", READERS, args=TABLE, is_data=True, query="id=$dispatch_row&column=text_1"
    ),
    _page("ledgers:template", IMPORTERS, args=TABLE, is_data=True),
    _page("ledgers:export", EXPORTERS, args=TABLE, is_data=True),
    _page("ledgers:upload", IMPORTERS, args=TABLE),
)  # fmt: skip

HEALTH = (
    _page("ledgers:health", READERS, query=OF_UNIT),
    _verb("ledgers:health_run", READERS, body=OF_UNIT),
    _verb("ledgers:health_close", EDITORS, body="kind=communities.community&pk=$community&code=x&reason=x"),
    # Nothing was checked yet: there is no list to take away.
    _page("ledgers:health_export", EXPORTERS, ok=400, query=OF_UNIT, is_data=True),
)

# The returns are the province's: no region binds whoever may read numbers; the numbers in them are one's own.
RETURNS = (
    _page("dashboards:returns", VIEWERS, query=OF_UNIT),
    _page("dashboards:return", VIEWERS, args=("$form",), query=OF_UNIT),
    _page("dashboards:return_export", EXPORTERS, args=("$form",), query=OF_UNIT, is_data=True),
    _page("dashboards:return_new", ISSUERS),
    _verb("dashboards:return_new", ISSUERS, ok=400, body="code=x"),
    _page("dashboards:return_revise", ISSUERS, args=("$form",), everywhere=ISSUERS),
    _verb("dashboards:return_revise", ISSUERS, ok=400, args=("$form",), body="name=", everywhere=ISSUERS),
)

DASHBOARDS = (
    _page("dashboards:overview", VIEWERS),
    _page("dashboards:overview", VIEWERS, ok=302, query="region=$unit"),
    _page("dashboards:region", VIEWERS, args=("$unit",)),
    _page("dashboards:rows", VIEWERS, query="region=$unit&measure=planned"),
    _page("dashboards:export", EXPORTERS, query="region=$unit&table=plan", is_data=True),
    _verb("dashboards:freeze", ISSUERS, body="plan_year=2020&on=2020-05-31"),
    _page("dashboards:alerts", VIEWERS),
    _page("dashboards:alerts", VIEWERS, query="region=$unit&state=explained"),
    _verb("dashboards:alerts_evaluate", ISSUERS),
    _page("dashboards:alert", VIEWERS, args=("$alert",)),
    _verb("dashboards:alert_explain", _roles(ENTRY), args=("$alert",), body="explanation=x&measures=x"),
    _verb("dashboards:alert_close", ISSUERS, args=("$alert",), body="reason=x"),
    _page("dashboards:alert_rules", VIEWERS),
    _page("dashboards:alert_rule", VIEWERS, args=("$alert_rule",), everywhere=VIEWERS),
    _verb(
        "dashboards:alert_rule_set", ISSUERS, ok=400, args=("$alert_rule",), body="seen=1", everywhere=ISSUERS
    ),
    _page("limits:index", READERS),
    _page("limits:limit", READERS, args=("$limit",), everywhere=READERS),
    _verb("limits:set", ISSUERS, ok=400, args=("$limit",), body="seen=1", everywhere=ISSUERS),
    *(
        _page("dashboards:panel", VIEWERS, args=("$unit", name))
        for name in ("alerts", "money", "works", "residents", "returns", "scores")
    ),
    _page("dashboards:kept_money", VIEWERS, args=("$unit",), ok=302),
    _page("dashboards:alerts_on", VIEWERS, args=("$unit",)),
    _page("dashboards:quantities", VIEWERS, args=("$unit",), query="indicator=pipes"),
    _page("dashboards:bulletins", VIEWERS),
    _verb("dashboards:bulletin_make", ISSUERS, body="plan_year=2020&period=2020-05"),
    _page("dashboards:table_bulletin", ISSUERS),
    _verb("dashboards:table_bulletin", ISSUERS, ok=400, body="whole=x"),
    _page("dashboards:timetable", VIEWERS),
    _verb("dashboards:schedule", ISSUERS, ok=400, body="kind=week&week-seen=x"),
    _verb("dashboards:missed_acknowledge", ISSUERS, ok=400, body="missed=x"),
    _verb("dashboards:subscribe", VIEWERS, body="kind=week&wanted=0"),
    _page("dashboards:bulletin", VIEWERS, args=("$bulletin",)),
    _page("dashboards:bulletin", ISSUERS, args=("$draft",), hidden=VIEWERS),
    _page("dashboards:bulletin_changes", VIEWERS, args=("$bulletin",)),
    # The bulletins of the world are made without money: there is nothing behind the number.
    _page("dashboards:bulletin_money", VIEWERS, ok=404, args=("$bulletin",)),
    _page("dashboards:bulletin_correct", ISSUERS, args=("$bulletin",)),
    _verb("dashboards:bulletin_correct", ISSUERS, ok=400, args=("$bulletin",)),
    _page("dashboards:bulletin_edit", ISSUERS, args=("$draft",)),
    _verb("dashboards:bulletin_edit", ISSUERS, ok=200, args=("$draft",)),
    _verb("dashboards:bulletin_issue", ISSUERS, args=("$draft",), body="seen=99"),
    _page("dashboards:bulletin_file", VIEWERS, args=("$bulletin", "xlsx"), is_data=True),
)

# Whoever reads the ledgers of a region follows its jobs; the system administrator looks after all of them.
FOLLOWERS = READERS | {SYSTEM}
JOBS = (
    _page("jobs:index", _roles(SYSTEM)),
    _page("jobs:detail", FOLLOWERS, args=("$job",), hidden=EVERYBODY, everywhere=_roles(SYSTEM)),
    _page("jobs:progress", FOLLOWERS, args=("$job",), hidden=EVERYBODY, everywhere=_roles(SYSTEM)),
    _verb("jobs:retry", _roles(ENTRY, SYSTEM), args=("$job",), hidden=EVERYBODY, everywhere=_roles(SYSTEM)),
    _verb(
        "jobs:cancel", _roles(ENTRY, SYSTEM), args=("$waiting",), hidden=EVERYBODY, everywhere=_roles(SYSTEM)
    ),
)

CREATING = {
    "community": '{"name": "新小区", "region": "$unit"}',
    "building": '{"community": $community, "number": "9栋"}',
    "household": '{"building": $building, "entrance": "2单元", "room": "202"}',
    "annualplan": '{"unit": "$unit", "year": 2021}',
    "project": '{"community": $community, "plan_year": 2021}',
    "planversion": '{"project": $project, "number": 2}',
    "planclause": '{"plan_version": $version, "number": 2, "title": "x"}',
    "planitem": '{"plan_version": $version, "item": $catalogue, "place": "x"}',
    "bundle": '{"unit": "$unit", "year": 2021, "name": "x"}',
    "bundlemember": '{"bundle": $bundle, "project": $other_project}',
    "progressreport": '{"project": $started, "month": "2020-09-01"}',
    "progressquantity": '{"report": $progress, "plan_item": $plan_item}',
    "managementarrangement": '{"project": $project}',
    "maintenancefund": '{"project": $project}',
    "upkeeptask": '{"project": $project, "task": "清扫"}',
    "upkeepvisit": '{"project": $project, "months": 6, "due_on": "2021-06-01"}',
    "caremodeltag": '{"project": $project, "care_model": $care_model}',
    "catalogueitem": '{"taxonomy": $taxonomy, "code": "Z9", "name": "新项", "group": "x", "level": "basic", '
    '"measure": "个", "department": "housing"}',
    "milestone": '{"project": $project, "kind": "drawings"}',
    "contract": '{"project": $project, "kind": "design", "number": "x", "firm": "x"}',
    "liability": '{"project": $project, "item": $catalogue, "firm": "x", "person": "x"}',
    "inspection": '{"project": $project, "kind": "safety", "held_on": "2020-06-01", "inspector": "x"}',
    "defect": '{"project": $project, "origin": "visit", "description": "x", "assignee": "x",'
    ' "found_on": "2020-06-01", "due_on": "2020-06-02"}',
    "acceptance": '{"project": $other_project, "held_on": "2020-06-01", "organiser": "x"}',
    "acceptancesigner": '{"acceptance": $acceptance, "party": "builder", "name": "x"}',
    "handover": '{"project": $project, "kind": "archive", "assets": "x", "giver": "x", "receiver": "x"}',
    "fiscalfactor": '{"unit": "$unit", "year": 2021, "coefficient": "0.95"}',
    "taxonomy": '{"code": "Z9", "name": "新分类", "region": "$unit"}',
    "technicalstandard": '{"code": "Z9", "name": "新标准", "region": "$unit", "status": "in_force"}',
    "seasonrule": '{"region": "$unit", "year_from": 2030, "winter_stop_from": 1101, "winter_stop_to": 331,'
    ' "heating_from": 1020, "heating_to": 410}',
    "deadlinerule": '{"region": "$unit", "code": "z9", "label": "x", "step": "tender", "month_day": 331}',
    "stepduration": '{"region": "$unit", "step": "tender", "days": 20, "year_from": 2030}',
    "timelimit": '{"region": "$unit", "step": "tender", "days": 20, "year_from": 2030}',
}
KEYS = {
    "community": "$community",
    "building": "$building",
    "household": "$household",
    "annualplan": "$plan",
    "project": "$project",
    "planversion": "$version",
    "planclause": "$clause",
    "planitem": "$item",
    "bundle": "$bundle",
    "bundlemember": "$member",
    "progressreport": "$progress",
    "progressquantity": "$quantity",
    "managementarrangement": "$arrangement",
    "maintenancefund": "$fund",
    "upkeeptask": "$upkeep",
    "upkeepvisit": "$visit",
    "caremodeltag": "$caretag",
    "milestone": "$milestone",
    "contract": "$contract",
    "liability": "$liability",
    "inspection": "$inspection",
    "defect": "$defect",
    "acceptance": "$acceptance",
    "acceptancesigner": "$signer",
    "handover": "$handover",
}
KEYS |= {"catalogueitem": "$works", "surveyfinding": "$finding", "fiscalfactor": "$factor"}
WRITING = {"catalogueitem": WRITERS["catalogue"], "surveyfinding": WRITERS["findings"]}
SHARING = {
    "taxonomy": "$taxonomy",
    "technicalstandard": "$standard",
    "seasonrule": "$season",
    "deadlinerule": "$deadline",
    "stepduration": "$step_time",
    "timelimit": "$time_limit",
}
KEYS |= SHARING
WRITING |= dict.fromkeys((*SHARING, "fiscalfactor"), _roles(MANAGER))
API_TEXTS = {name: "source" for name in SHARING if name != "technicalstandard"}
# Plans are drawn up and taken back by the province.
CLOSED = {"annualplan": {str(ENTRY): 423, str(WORKER): 423}}
REMOVING = "version=1&reason=x"
API = (
    _data("api-schema", "GET", READERS),
    _data("api-docs", "GET", READERS),
    _data("region-list", "GET", READERS),
    _data("rollup-list", "GET", VIEWERS),
    *(
        _data("rollup-detail", "GET", VIEWERS, args=(name,), query="region=$unit")
        for name in ("progress", "money", "quantities", "satisfaction", "timeliness", "alerts", "scores")
    ),
    _data("region-detail", "GET", READERS, args=("$unit",)),
    _data("job-detail", "GET", READERS, args=("$job",)),
    *(_data(f"{name}-list", "GET", READERS, query="region=$unit", foreign=200) for name in KEYS),
    *(
        _data(
            f"{name}-list",
            "POST",
            WRITING.get(name, EDITORS),
            201,
            foreign=400,
            body=body,
            instead=CLOSED.get(name, {}),
        )
        for name, body in CREATING.items()
    ),
    *(_data(f"{name}-detail", "GET", READERS, args=(pk,)) for name, pk in KEYS.items()),
    *(
        _data(
            f"{name}-detail",
            "PATCH",
            WRITING.get(name, EDITORS),
            args=(pk,),
            body=f'{{"version": 1, "{API_TEXTS.get(name, "remark")}": "x"}}',
        )
        for name, pk in KEYS.items()
    ),
    *(
        _data(
            f"{name}-detail",
            "DELETE",
            WRITING.get(name, EDITORS),
            args=(pk,),
            query=REMOVING,
            instead=CLOSED.get(name, {}),
        )
        for name, pk in KEYS.items()
        if name in CREATING
    ),
)

# The money ledgers: read by whoever may see money, whom neighbourhood workers and liaisons are not.
MONEY_ROWS = {
    "funding-sources": ("source", "$source"),
    "fund-batches": ("fundbatch", "$fund_batch"),
    "allotments": ("allotment", "$allotment"),
    "money-events": ("moneyevent", "$money"),
    "contributions": ("contribution", "$contribution"),
    "agreements": ("agreement", "$agreement"),
    "pay-bands": ("payband", "$band"),
}
MONEY_MADE = {
    "source": '{"region": "$unit", "code": "Z9", "name": "x", "channel": "other", "instrument": "other"}',
    "fundbatch": '{"number": "Z9", "source": $source, "region": "$unit", "level": "unit", "amount_fen": 1,'
    ' "fiscal_year": 2020, "plan_year": 2020}',
    "allotment": '{"batch": $fund_batch, "unit": "$unit", "amount_fen": 0}',
    "moneyevent": '{"project": $project, "source": $source, "step": "planned", "voucher": "Z9",'
    ' "happened_on": "2020-06-01", "amount_fen": 1}',
    "contribution": '{"project": $project, "source": $source, "payer": "residents", "group": "Z9",'
    ' "agreed_fen": 1}',
    "agreement": '{"project": $project, "number": "Z9", "partner": "x", "mode": "ppp"}',
    "payband": '{"agreement": $agreement, "from_score": "80", "share_percent": "50"}',
}
MONEY_TEXTS = {"funding-sources": "basis"}
NO_MONEY = _roles(WORKER, LIAISON)
MONEY = (
    *(
        door
        for slug, (_name, pk) in MONEY_ROWS.items()
        for door in (
            _page("ledgers:grid", READERS, args=(slug,), query=OF_UNIT),
            _page("ledgers:rows", READERS, args=(slug,), query=OF_UNIT),
            _page("ledgers:row", VIEWERS, args=(slug, pk), hidden=NO_MONEY),
            _page("ledgers:row_new", IMPORTERS, args=(slug,), query=OF_UNIT),
            _page("ledgers:grid_rows", READERS, args=(slug,), query=OF_UNIT, is_data=True),
            _page("ledgers:template", IMPORTERS, args=(slug,), query=OF_UNIT, is_data=True),
            _page("ledgers:export", EXPORTERS, args=(slug,), query=OF_UNIT, is_data=True),
            _verb(
                "ledgers:grid_save",
                IMPORTERS,
                200,
                foreign=200,
                args=(slug,),
                query="year=2020",
                is_data=True,
                body=_saving(pk, MONEY_TEXTS.get(slug, "remark")),
            ),
        )
    ),
    *(
        door
        for slug, (name, pk) in MONEY_ROWS.items()
        for door in (
            _data(f"{name}-list", "GET", VIEWERS, query="region=$unit", foreign=200),
            _data(f"{name}-list", "POST", IMPORTERS, 201, foreign=400, body=MONEY_MADE[name]),
            _data(f"{name}-detail", "GET", VIEWERS, args=(pk,)),
            _data(
                f"{name}-detail",
                "PATCH",
                IMPORTERS,
                args=(pk,),
                body=f'{{"version": 1, "{MONEY_TEXTS.get(slug, "remark")}": "x"}}',
            ),
            _data(
                f"{name}-detail",
                "DELETE",
                IMPORTERS,
                # Money is tied to the unit's source: it stays.
                400 if name == "source" else 200,
                args=(pk,),
                query=REMOVING,
            ),
        )
    ),
)

SURVEYORS = _roles(ENTRY, MANAGER, WORKER, LIAISON)
SIGNERS = _roles(ENTRY, LIAISON)
COMMUNITIES = (
    _page("communities:catalogue", READERS),
    _page("communities:surveys", READERS),
    _page("communities:survey_open", EDITORS),
    _verb("communities:survey_open", EDITORS, ok=400, body="due_on=x"),
    _page("communities:survey", READERS, args=("$survey",)),
    _page("communities:survey_enter", SURVEYORS, args=("$survey",)),
    _verb("communities:finding_save", SURVEYORS, args=("$finding",), body="key=k-of-a-door&version=1"),
    _verb("communities:survey_sign", SIGNERS, args=("$sign_off",), body="name=x"),
    _verb("communities:survey_reopen", EDITORS, args=("$sign_off",), body="reason=x"),
    _page("projects:task_list", READERS, args=("$survey",)),
    _page("projects:task_file", EXPORTERS, args=("$survey",), is_data=True),
)

# Files of a community: whoever reads the row reads its files, whoever edits it brings and takes them.
FILES = (
    _page("records:file", READERS, args=("$file",), is_data=True),
    _verb("records:file_add", EDITORS, args=("communities.community", "$community")),
    _verb("records:file_take_away", EDITORS, args=("$file",), body="reason=x"),
)

PROJECTS = (
    _page("projects:index", READERS, query="year=2020&unit=$unit"),
    _page("projects:try_all", READERS, query="year=2020&unit=$unit"),
    _verb("projects:move_all", _roles(ENTRY, MANAGER), body="year=2020&unit=$unit&stage=plan"),
    _page("projects:project", READERS, args=("$project",)),
    _page("projects:files", READERS, args=("$project",)),
    _page("projects:changes", READERS, args=("$project",)),
    _verb("projects:advance", _roles(ENTRY, MANAGER), args=("$project",), body="stage=plan"),
    _verb("projects:send_back", _roles(ENTRY, MANAGER), args=("$project",), body="stage=plan&reason=x"),
    _verb("projects:suspend", _roles(ENTRY, MANAGER), args=("$project",), body="reason=x"),
    _verb("projects:resume", _roles(ENTRY, MANAGER), args=("$project",)),
)

# The world's projects are of a year that is history: nothing of them is declared, passed or moved on.
MOVERS = _roles(ENTRY, MANAGER)
REVIEWERS = _roles(REVIEWER, MANAGER)
PROJECT = ("$project",)
MOVES = (
    _data("project-declare", "POST", _roles(ENTRY), 409, args=PROJECT),
    _data("project-pass-on", "POST", REVIEWERS, 409, args=PROJECT),
    _data("project-return-back", "POST", REVIEWERS, 409, args=PROJECT, body='{"reason": "x"}'),
    _data("project-advance", "POST", MOVERS, 409, args=PROJECT, body='{"seen_stage": "survey"}'),
    _data(
        "project-send-back", "POST", MOVERS, 409, args=PROJECT, body='{"seen_stage": "build", "reason": "x"}'
    ),
    _data("project-suspend", "POST", MOVERS, args=PROJECT, body='{"reason": "x"}'),
    _data("project-resume", "POST", MOVERS, 409, args=PROJECT),
    # What is in the plan is the province's to take out.
    _data(
        "project-withdraw", "POST", MOVERS, 409, args=PROJECT, body='{"reason": "x", "document_no": "y"}',
        instead={ENTRY: 403},
    ),
)  # fmt: skip

BUILD = (
    # Nobody has signed yet.
    _data("acceptance-pass-it", "POST", MOVERS, 409, args=("$acceptance",)),
    _data("acceptance-fail-it", "POST", MOVERS, args=("$acceptance",), body='{"conclusion": "x"}'),
    _page("projects:risks", READERS, query="year=2020&unit=$unit"),
    _page("projects:approvals", READERS, query="year=2020&unit=$unit"),
    _page("projects:calendar", READERS),
    # A table of holidays is replaced by the province alone; nothing was sent.
    _verb("projects:calendar", _roles(MANAGER), 400),
    _page("projects:schedule", READERS, args=PROJECT),
    _page("projects:quality", READERS, args=PROJECT),
    _page("projects:defects", READERS, query="year=2020&unit=$unit"),
    _page("projects:defect", READERS, args=("$defect",)),
    _page("projects:defect_new", EDITORS, args=PROJECT),
    _verb("projects:defect_new", EDITORS, 400, args=PROJECT, body="description=x"),
    _verb("projects:defect_mend", EDITORS, args=("$defect",), body="note=x&mended_on=2020-06-10"),
    _verb("projects:defect_verify", EDITORS, 400, args=("$defect",)),
    _verb("projects:defect_reopen", EDITORS, 400, args=("$defect",), body="reason=x"),
    _verb("projects:defect_assign", EDITORS, args=("$defect",), body="assignee=x&due_on=2020-07-01"),
    _page("projects:firms", READERS, query="year=2020&unit=$unit"),
    _page("projects:acceptance", READERS, args=PROJECT),
    _verb("projects:acceptance", EDITORS, 400, args=PROJECT, body="organiser=x"),
    _verb("projects:acceptance_sign", EDITORS, 400, args=("$acceptance",), body="party=builder"),
    _verb("projects:acceptance_pass", MOVERS, args=("$acceptance",)),
    _verb("projects:acceptance_fail", MOVERS, args=("$acceptance",), body="fail-reason=x"),
    _verb("projects:handovers_prepare", EDITORS, args=PROJECT),
    _page("projects:cards", READERS, args=PROJECT),
    _verb("projects:cards_make", EDITORS, args=PROJECT),
    _page("projects:card_plate", READERS, args=("$carded",), is_data=True),
    # The card of a building hangs at its door: whoever scans it reads it.
    _page("building_card", EVERYBODY, args=("$card",), everywhere=EVERYBODY, anonymous=200),
)
RESIDENTS = (
    # The poster's QR code leads here: whoever scans it reads.
    _page("residents:read", EVERYBODY, args=("$code",), everywhere=EVERYBODY, anonymous=200),
    # Whoever has a slip is let in; an account opens nothing here.
    _page("residents:enter", EVERYBODY, args=("$code",), everywhere=EVERYBODY, anonymous=200),
    _verb(
        "residents:enter",
        EVERYBODY,
        400,
        args=("$code",),
        everywhere=EVERYBODY,
        anonymous=400,
        body="typed=x",
    ),
    _verb("residents:leave", EVERYBODY, args=("$code",), everywhere=EVERYBODY),
    _page("residents:all", EVERYBODY, args=("$code",), everywhere=EVERYBODY, anonymous=200),
    # Nothing was revised, and no picture stands beside the plan.
    _page("residents:changes", EVERYBODY, ok=404, args=("$code",), everywhere=EVERYBODY, anonymous=404),
    _page(
        "residents:picture", EVERYBODY, ok=404, args=("$code", "1"), everywhere=EVERYBODY, anonymous=404,
        is_data=True,
    ),
    _page("residents:results", EVERYBODY, ok=404, args=("$code", "1"), everywhere=EVERYBODY, anonymous=404),
    # The rest is for households alone: everybody else is sent to the door of the residents.
    *(
        Door(f"residents:{name}", method, EVERYBODY, 302, args=("$code", *args), everywhere=EVERYBODY)
        for name, method, *args in (
            ("privacy", "GET"),
            ("privacy", "POST"),
            ("say", "GET"),
            ("say", "POST"),
            ("mine", "GET"),
            ("comment", "GET", "1"),
            ("photo", "GET", "1"),
            ("withdraw", "GET", "1"),
            ("withdraw", "POST", "1"),
            ("erase", "GET", "1"),
            ("erase", "POST", "1"),
            ("support", "POST", "1"),
            ("vote", "GET", "1"),
            ("vote", "POST", "1"),
            ("questions", "GET", "1"),
            ("questions", "POST", "1"),
        )
    ),
)  # fmt: skip
HEARERS = _roles(ENTRY)
MODERATORS = _roles(ENTRY, WORKER, MANAGER)
HEARD = _roles(ENTRY, REVIEWER, MANAGER, WORKER, AUDITOR)
CONSULTATION = ("$consultation",)
SAID = {"consultation": "$consultation", "notice": "$notice", "costshare": "$cost"}


def _step(name: str, allowed: Roles = HEARERS, body: str = "") -> Door:
    """A step that cannot be taken now says so on the consultation's page."""
    return _verb("consultations:step", allowed, args=("$consultation", name), body=body)


DESK = (
    _page("consultations:index", HEARD),
    _page("consultations:queue", MODERATORS),
    _verb("consultations:queue", MODERATORS, body="do=publish&comment=$said"),
    _page("consultations:of_project", HEARD, args=PROJECT),
    _page("consultations:new", HEARERS, args=PROJECT),
    _verb("consultations:new", HEARERS, 400, args=PROJECT, body="title="),
    _page("consultations:consultation", HEARD, args=CONSULTATION),
    _page("consultations:edit", HEARERS, args=CONSULTATION),
    _verb("consultations:edit", HEARERS, 400, args=CONSULTATION, body="title="),
    _step("announce"),
    _step("extend", body="day=x&reason=y"),
    _step("close"),
    _step("answered"),
    _step("revise"),
    _step("result"),
    _step("finalise"),
    _step("reject"),
    _step("take-out", ISSUERS),
    _step("cancel", body="reason=x"),
    _page("consultations:comments", HEARD, args=CONSULTATION),
    _verb("consultations:comments", MODERATORS, args=CONSULTATION, body="do=publish&comment=$said"),
    _page("consultations:answers", HEARD, args=CONSULTATION, query="show=all"),
    _verb("consultations:answers", HEARERS, 400, args=CONSULTATION, body="do=answer&outcome="),
    _page("consultations:sheet", HEARD, args=CONSULTATION),
    _page("consultations:sheet_file", HEARD, args=("$consultation", "docx"), is_data=True),
    _page("consultations:sheet_file", HEARD, args=("$consultation", "pdf"), is_data=True),
    *(
        _data(f"{name}-list", "GET", HEARD, query="region=$unit", foreign=200)
        for name in ("consultation", "notice", "costshare")
    ),
    *(_data(f"{name}-detail", "GET", HEARD, args=(pk,)) for name, pk in SAID.items()),
    _data(
        "consultation-list",
        "POST",
        HEARERS,
        201,
        foreign=400,
        body='{"project": $project, "kind": "needs", "title": "x", "organiser": "y"}',
    ),
    # Notices are put up by the steps of a consultation, and residents of this one know what it costs.
    _data(
        "notice-list",
        "POST",
        HEARERS,
        423,
        foreign=400,
        body='{"consultation": $consultation, "kind": "count", "title": "x", "from_on": "2020-06-01", '
        '"to_on": "2020-06-09"}',
    ),
    _data(
        "costshare-list",
        "POST",
        HEARERS,
        423,
        foreign=400,
        body='{"consultation": $consultation, "title": "x", "amount_fen": 1}',
    ),
    _data("consultation-detail", "PATCH", HEARERS, args=CONSULTATION, body='{"version": 1, "remark": "x"}'),
    _data("notice-detail", "PATCH", HEARERS, args=("$notice",), body='{"version": 1, "remark": "x"}'),
    _data("costshare-detail", "PATCH", HEARERS, 423, args=("$cost",), body='{"version": 1, "remark": "x"}'),
    *(
        _data(f"{name}-detail", "DELETE", HEARERS, 423, args=(pk,), query=REMOVING)
        for name, pk in SAID.items()
    ),
)
# The office: the register of a community, and the slips that let its households in.
ISSUERS_OF_SLIPS = _roles(ENTRY, WORKER)
OF_COMMUNITY = ("$community",)
OFFICE = (
    _page("households:page", HEARD, args=OF_COMMUNITY),
    _page("households:poster", HEARD, args=OF_COMMUNITY, is_data=True),
    _verb("households:generate", EDITORS, args=OF_COMMUNITY, body="building=$building&flats-$building=1"),
    _verb("households:group", EDITORS, args=OF_COMMUNITY, body="act=separate&household=$household"),
    _verb("households:issue", ISSUERS_OF_SLIPS, 200, args=OF_COMMUNITY, body="household=$household"),
    _verb("households:revoke", ISSUERS_OF_SLIPS, args=("$slip",), body="reason=x"),
)
LISTENERS = _roles(ENTRY, REVIEWER, MANAGER, AUDITOR, WORKER)
ENTERERS = _roles(ENTRY, WORKER)
HEARING, VOTE = ("$consultation",), ("$vote",)
VOTES = (
    _page("consultations:rules", LISTENERS),
    _verb("consultations:rules", ISSUERS, 400, body="code=x"),
    _verb("consultations:rule_offer", ISSUERS, args=("$vote_rule",), everywhere=ISSUERS, body="offered=1"),
    _page("consultations:satisfaction", LISTENERS),
    _page("consultations:votes", LISTENERS, args=HEARING),
    _page("consultations:vote_new", _roles(ENTRY), args=HEARING),
    _verb("consultations:vote_new", _roles(ENTRY), 400, args=HEARING, body="matter=x"),
    _page("consultations:vote", _roles(ENTRY), args=VOTE),
    _verb("consultations:vote", _roles(ENTRY), 400, args=VOTE, body="matter=x"),
    # It is announced: a refusal is a message on the page.
    _verb("consultations:vote_remove", _roles(ENTRY), args=VOTE),
    _page("consultations:vote_enter", ENTERERS, args=VOTE),
    _verb("consultations:vote_enter", ENTERERS, 400, args=VOTE, body="place=x"),
    _page("consultations:vote_doors", ENTERERS, args=VOTE),
    _page("consultations:vote_place", ENTERERS, args=("$consultation", "$entry")),
    _page("consultations:ballot_scan", ENTERERS, args=("$ballot",), is_data=True),
    _page("consultations:vote_paper", LISTENERS, args=("$vote", "notice")),
    _page("consultations:vote_paper_file", LISTENERS, args=("$vote", "notice", "docx"), is_data=True),
    _page("consultations:vote_paper_file", LISTENERS, args=("$vote", "notice", "pdf"), is_data=True),
    _verb("consultations:vote_count_notice", _roles(ENTRY), args=VOTE),
    _page("consultations:questionnaire", LISTENERS, args=HEARING),
    _verb("consultations:questionnaire_template", _roles(ENTRY), args=HEARING, body="template=satisfaction"),
    _verb("consultations:questionnaire_save", _roles(ENTRY), 400, args=HEARING, body="title=x"),
    _page("consultations:questionnaire_enter", ENTERERS, args=HEARING),
    _verb("consultations:questionnaire_enter", ENTERERS, 400, args=HEARING, body="place=x"),
    _page("consultations:questionnaire_doors", ENTERERS, args=HEARING),
)
EVIDENCE = "reason=x&document_no=y&effective_on=2020-06-01"
PLANNERS = _roles(ENTRY)
UNIT_YEAR = ("$unit", "2020")
PLANS = (
    _page("projects:library", READERS, query="year=2020&unit=$unit"),
    # The world's projects are issued already: a refusal is a message on the page.
    _verb("projects:declare", PLANNERS, body="project=$project"),
    _page("projects:review", REVIEWERS, query="unit=$unit"),
    _verb("projects:decide", REVIEWERS, body="project=$project&decision=pass"),
    _page("projects:digs", READERS, query="year=2020&unit=$unit"),
    _page("projects:plan", READERS, args=UNIT_YEAR),
    _verb("projects:plan_issue", ISSUERS, args=UNIT_YEAR, body="document_no=x&issued_on=2020-04-01"),
    _verb("projects:plan_add", ISSUERS, args=UNIT_YEAR, body=EVIDENCE),
    _page("projects:plan_adjust", ISSUERS, args=PROJECT),
    _verb("projects:plan_adjust", ISSUERS, 400, args=PROJECT, body=EVIDENCE),
    _page("projects:plan_withdraw", MOVERS, args=PROJECT),
    _verb("projects:plan_withdraw", MOVERS, 400, args=PROJECT, body="reason="),
)
VERSIONS = (
    _page("projects:versions", READERS, args=PROJECT),
    _verb("projects:version_make", EDITORS, args=PROJECT),
    _page("projects:version", READERS, args=("$version",)),
    _verb("projects:version_publish", EDITORS, args=("$version",)),
    _verb("projects:version_finalise", EDITORS, args=("$version",)),
    _page("projects:version_compare", READERS, args=("$version", "$version")),
    _page("projects:clause_new", EDITORS, args=("$version",)),
    _verb("projects:clause_new", EDITORS, 400, args=("$version",), body="number=x"),
    _page("projects:clause", EDITORS, args=("$version", "$clause")),
    _verb("projects:clause", EDITORS, args=("$version", "$clause"), body="seen=1&number=1&title=x"),
    _page("projects:bundle", READERS, args=("$bundle",)),
    _verb("projects:bundle_add", EDITORS, args=("$bundle",), body="project=$other_project"),
    _verb("projects:bundle_milestone", EDITORS, 400, args=("$bundle",), body="kind=x"),
    _verb("projects:bundle_out", EDITORS, args=("$bundle", "$member")),
)

# Rounds, exceptions and post-management.
REVIEWERS = _roles(REVIEWER, MANAGER)
SUBMITTERS = _roles(ENTRY)
ASKERS = _roles(ENTRY, REVIEWER, MANAGER)
ASKING = (
    '{"code": "projects.plan_final", "region": "$unit", "reason": "x",'
    ' "valid_from": "2026-01-01", "valid_until": "2100-01-01"}'
)
MONTHLY = (
    _page("projects:rounds", READERS),
    _page("projects:rounds", READERS, query="month=2026-09&state=submitted"),
    # Rounds are the province's: no region binds whoever may manage them.
    _verb("projects:round_open", ISSUERS, body="month=2026-09"),
    _page("projects:league", VIEWERS),
    _verb("projects:round_close", ISSUERS, args=("$round",), everywhere=ISSUERS),
    _page("projects:return", READERS, args=("$return",)),
    _verb("projects:return_save", EDITORS, args=("$return",)),
    _verb("projects:return_submit", SUBMITTERS, args=("$return",), body="signed_name=x"),
    _verb("projects:return_accept", REVIEWERS, args=("$submitted",)),
    _verb("projects:return_back", REVIEWERS, args=("$submitted",), body="reason=x"),
    _verb("projects:return_urge", REVIEWERS, args=("$return",)),
    _verb("projects:gate_urge", REVIEWERS, args=("$project",), body="code=projects.completed"),
    _page("projects:urge", READERS, args=("$urge",)),
    _verb("projects:urge_settle", EDITORS, args=("$urge",)),
    _page("projects:waivers", READERS),
    _page("projects:waiver_new", ASKERS),
    _verb("projects:waiver_new", ASKERS, ok=400, body="code=x"),
    _page("projects:waiver", READERS, args=("$asked",)),
    _verb("projects:waiver_decide", ISSUERS, args=("$asked",), body="decision=approve&note=x"),
    _data("unitreturn-list", "GET", READERS, query="region=$unit", foreign=200),
    _data("unitreturn-detail", "GET", READERS, args=("$return",)),
    # Its communities are not reported yet.
    _data("unitreturn-submit", "POST", SUBMITTERS, 409, args=("$return",), body='{"signed_name": "x"}'),
    _data("unitreturn-accept", "POST", REVIEWERS, args=("$submitted",)),
    _data("unitreturn-send-back", "POST", REVIEWERS, args=("$submitted",), body='{"reason": "x"}'),
    _data("waiver-list", "GET", READERS, query="region=$unit", foreign=200),
    _data("waiver-list", "POST", ASKERS, 201, foreign=400, body=ASKING),
    _data("waiver-detail", "GET", READERS, args=("$asked",)),
    _data("waiver-approve", "POST", ISSUERS, args=("$asked",)),
    _data("waiver-refuse", "POST", ISSUERS, args=("$asked",), body='{"note": "x"}'),
    _data("waiver-revoke", "POST", ISSUERS, args=("$waiver",), body='{"note": "x"}'),
    _page("projects:aftercare", READERS, args=("$project",)),
    _page("projects:visits", READERS),
    _page("projects:visit", READERS, args=("$visit",)),
    _verb("projects:visit", EDITORS, ok=400, args=("$visit",)),
    _page("projects:care_models", VIEWERS),
)

# An assessment under review: the province's turn; whoever may read it is told that there is no such step.
ASSESSED, SCHEME, DRAFT = ("$assessment",), ("$scheme",), ("$draft_scheme",)
LINE = (*DRAFT, "completed")
NOT_THEIR_TURN = _roles(ENTRY, REVIEWER, AUDITOR)
ASSESSMENTS = (
    _page("assessments:index", VIEWERS),
    _verb("assessments:open", ISSUERS, 400, body="year=x"),
    _verb("assessments:publish", ISSUERS, foreign=302, body="assessment=$assessment:1"),
    _verb("assessments:issue", ISSUERS, foreign=302, body="assessment=$assessment:1"),
    _page("assessments:assessment", VIEWERS, args=ASSESSED),
    _page("assessments:enter", ISSUERS, args=ASSESSED, hidden=NOT_THEIR_TURN),
    _verb("assessments:enter", ISSUERS, 400, args=ASSESSED, body="revision=x", hidden=NOT_THEIR_TURN),
    _verb("assessments:evidence", _roles(ENTRY), args=ASSESSED, body="indicator=started&title=x"),
    _verb("assessments:step", ISSUERS, args=ASSESSED, body="do=x&revision=1", hidden=NOT_THEIR_TURN),
    _verb("assessments:appeal", _roles(ENTRY), 400, args=ASSESSED, body="text=x"),
    _page("assessments:rows", VIEWERS, args=("$assessment", "started")),
    _page("assessments:basis", VIEWERS, args=ASSESSED, is_data=True),
    _verb("assessments:answer", ISSUERS, args=("$appeal",), body="outcome=rejected&text=x"),
    _page("assessments:schemes", VIEWERS),
    # Schemes are the province's: no region binds them.
    _page("assessments:scheme", VIEWERS, args=SCHEME, everywhere=VIEWERS),
    _verb("assessments:scheme_copy", ISSUERS, 400, args=SCHEME, body="year=x", everywhere=ISSUERS),
    _page("assessments:scheme_edit", ISSUERS, args=DRAFT, everywhere=ISSUERS),
    _verb("assessments:scheme_edit", ISSUERS, 400, args=DRAFT, body="name=", everywhere=ISSUERS),
    _page("assessments:block_add", ISSUERS, args=DRAFT, everywhere=ISSUERS),
    _verb("assessments:block_add", ISSUERS, 400, args=DRAFT, body="name=", everywhere=ISSUERS),
    _verb("assessments:block_remove", ISSUERS, args=(*DRAFT, "money"), body="revision=9", everywhere=ISSUERS),
    _page("assessments:indicator_add", ISSUERS, args=DRAFT, everywhere=ISSUERS),
    _verb("assessments:indicator_add", ISSUERS, 400, args=DRAFT, body="name=", everywhere=ISSUERS),
    _page("assessments:indicator_edit", ISSUERS, args=LINE, everywhere=ISSUERS),
    _verb("assessments:indicator_edit", ISSUERS, 400, args=LINE, body="name=", everywhere=ISSUERS),
    _verb("assessments:indicator_remove", ISSUERS, args=LINE, body="revision=9", everywhere=ISSUERS),
    _verb("assessments:scheme_adopt", ISSUERS, args=DRAFT, body="revision=9", everywhere=ISSUERS),
    _page("assessments:months", VIEWERS),
    _page("assessments:moved", VIEWERS, args=("$unit",)),
    _page("assessments:reports", VIEWERS),
    _verb("assessments:report_make", ISSUERS, body="kind=x"),
    _page("assessments:report", VIEWERS, args=("$score_report",)),
    _page("assessments:report_file", VIEWERS, args=("$score_report", "pdf"), is_data=True),
    _page("assessments:report_file", VIEWERS, args=("$score_report", "xlsx"), is_data=True),
    _data("assessment-list", "GET", VIEWERS),
    _data("assessment-detail", "GET", VIEWERS, args=ASSESSED),
)
SHARERS = _roles(MANAGER, AUDITOR)
ALLOCATION = (
    _page("allocation:index", SHARERS),
    _page("allocation:new", ISSUERS),
    _page("allocation:new", ISSUERS, query="like=$allocation"),
    _verb("allocation:new", ISSUERS, ok=400, body="title=x"),
    _page("allocation:compare", SHARERS, query="run=$allocation&run=$other_allocation"),
    _page("allocation:published_list", VIEWERS),
    _page("allocation:published", VIEWERS, args=("$signed_allocation",)),
    _page("allocation:run", SHARERS, args=("$allocation",)),
    _page("allocation:run", SHARERS, args=("$signed_allocation",)),
    _verb("allocation:sign", ISSUERS, args=("$allocation",)),
    _verb("allocation:discard", ISSUERS, args=("$allocation",)),
    _verb("allocation:batch", ISSUERS, ok=400, args=("$signed_allocation",), body="number=x"),
    _page("allocation:export", SHARERS, args=("$allocation",), is_data=True),
    _page("allocation:rules", SHARERS),
    # Rules hold for the whole province; a prefecture's manager reads them and is sent back from revising.
    _page("allocation:rule", SHARERS, args=("$allocation_rule",), everywhere=SHARERS),
    _page("allocation:revise", ISSUERS, ok=302, args=("$allocation_rule",), everywhere=ISSUERS),
    _verb("allocation:revise", ISSUERS, ok=302, args=("$allocation_rule",), everywhere=ISSUERS),
)
ALLOTTERS = _roles(ENTRY, MANAGER)
MONEY_PAGES = (
    *(
        _page(f"funding:{name}", VIEWERS, query="region=$unit&year=2020")
        for name in ("index", "gaps", "years", "costs", "rows", "batches")
    ),
    _page("funding:export", EXPORTERS, query="region=$unit&year=2020", is_data=True),
    _page("funding:of_project", VIEWERS, args=("$project",)),
    _page("funding:batch", VIEWERS, args=("$split_batch",)),
    _page("funding:batch_new", ALLOTTERS),
    _verb("funding:batch_new", ALLOTTERS, 400, body="number=x"),
    _verb("funding:batch_issue", ALLOTTERS, args=("$fund_batch",), body="number=1&issued_on=2020-03-01"),
    _page("funding:batch_split", ALLOTTERS, args=("$split_batch",)),
    _page("funding:batch_split", ALLOTTERS, args=("$split_batch",), query="unit=$unit"),
    _verb("funding:batch_split", ALLOTTERS, args=("$fund_batch",), body="do=save"),
)

DOORS: tuple[Door, ...] = (
    *ASSESSMENTS,
    *MONEY_PAGES,
    *OFFICE,
    *ALLOCATION,
    *MONTHLY,
    *FRAME,
    *ACCOUNTS,
    *LEDGERS,
    *IMPORTS,
    *HEALTH,
    *DISPATCHES,
    *DASHBOARDS,
    *RETURNS,
    *PROJECTS,
    *MOVES,
    *BUILD,
    *RESIDENTS,
    *DESK,
    *VOTES,
    *PLANS,
    *VERSIONS,
    *JOBS,
    *COMMUNITIES,
    *FILES,
    *API,
    *MONEY,
)
