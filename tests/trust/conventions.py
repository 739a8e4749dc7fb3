"""What the house rules look like in the syntax tree: writes past the one write path, late imports, floats.

A name stands for ledger rows when it is a record model, comes out of an expression that names one (or a
ledger's ``resource.model``), or is annotated with one.  That is followed through assignments, loops and
parameters of one function at a time; a test of its own shows on bad samples that it is seen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings

from records.models import VersionedRecord

ROOT = Path(settings.BASE_DIR)
APPS = (
    "renovation_portal",
    "dashboards",
    "ledgers",
    "assessments",
    "funding",
    "consultations",
    "projects",
    "communities",
    "jobs",
    "records",
    "accounts",
)
# Calls that write rows; ``create`` and its kin only on managers and relations.
WRITES = frozenset(
    {"save", "delete", "update", "bulk_create", "bulk_update", "create", "get_or_create", "update_or_create"}
)
MANAGERS = frozenset({"objects", "_base_manager", "_default_manager", "history"})
# Calls whose answer no longer is a row or a queryset.
ANSWERS = frozenset({"values", "values_list", "count", "exists", "aggregate"})
PASSED_ON = frozenset({"list", "iter", "next", "sorted", "get_object_or_404", "reversed", "tuple"})
# The words of variables and parameters that hold amounts.
MONEY = ("_fen", "fen_", "money", "amount", "yuan", "invest", "subsid", "area", "price", "share")


@dataclass(frozen=True)
class Breach:
    """One place that breaks a rule."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.what}"


def record_models() -> frozenset[str]:
    """Return the names of all models whose rows have versions."""
    return frozenset(model.__name__ for model in apps.get_models() if issubclass(model, VersionedRecord))


def sources(*, without: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.Module]]:
    """Yield every module of the product but migrations and the named folders, with its syntax tree."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if "/migrations/" not in name and not name.startswith(without or ("//",)):
                yield name, ast.parse(path.read_text(encoding="utf-8"), name)


def bare_writes(path: str, tree: ast.Module, records: frozenset[str]) -> list[Breach]:
    """Return the calls that write ledger rows without version and history."""
    found: set[Breach] = set()
    for scope in _scopes(tree):
        tainted = _names_of_rows(scope, records)
        for node in _inside(scope):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in WRITES and _touches(node.func.value, tainted, records):
                found.add(Breach(path, node.lineno, f".{node.func.attr}( on {ast.unparse(node.func.value)}"))
    return sorted(found, key=lambda breach: breach.line)


def late_imports(path: str, tree: ast.Module) -> list[Breach]:
    """Return the imports of another app inside a function; those for type checking alone are at the top."""
    own = path.split("/")[0]
    return [
        Breach(path, node.lineno, f"imports {module} inside {function.name}")
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in _imported(node)
        if module.split(".")[0] in APPS and module.split(".")[0] != own
    ]


def floats_of_money(path: str, tree: ast.Module) -> list[Breach]:
    """Return calls of ``float`` on amounts and areas, float fields, and true division of 分."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="float"), args=[argument]) if _sounds_like_money(argument):
                found.append(Breach(path, node.lineno, f"float({ast.unparse(argument)})"))
            case ast.Attribute(attr="FloatField"):
                found.append(Breach(path, node.lineno, "FloatField"))
            case ast.BinOp(op=ast.Div(), left=left) if "_fen" in ast.unparse(left):
                found.append(Breach(path, node.lineno, f"{ast.unparse(left)} / …: 分 divide with //"))
            case _:
                pass
    return found


def _sounds_like_money(node: ast.expr) -> bool:
    text = ast.unparse(node).lower()
    return any(word in text for word in MONEY)


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names]


def _scopes(tree: ast.Module) -> list[ast.AST]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [tree, *(node for node in ast.walk(tree) if isinstance(node, functions))]


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a scope; of a module only what stands outside its functions."""
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting.extend(ast.iter_child_nodes(node))


def _names_of_rows(scope: ast.AST, records: frozenset[str]) -> set[str]:
    """Return the names that stand for ledger rows, until no more are found."""
    tainted = _annotated(scope, records)
    while True:
        more = set(tainted)
        for node in _inside(scope):
            for target, value in _bindings(node):
                if _touches(value, tainted, records):
                    more |= {name.id for name in ast.walk(target) if isinstance(name, ast.Name)}
        if more == tainted:
            return tainted
        tainted = more


def _annotated(scope: ast.AST, records: frozenset[str]) -> set[str]:
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        return set()
    arguments = [*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs]
    words = records | {"VersionedRecord", "VersionedQuerySet"}
    return {
        argument.arg
        for argument in arguments
        if argument.annotation is not None and any(word in ast.unparse(argument.annotation) for word in words)
    }


def _bindings(node: ast.AST) -> list[tuple[ast.AST, ast.expr]]:
    """Return what a statement binds: names and where they come from.  Only rows themselves are followed."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return [(target, value) for target in targets]
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return [(target, value)]
        case ast.NamedExpr(target=target, value=value):
            return [(target, value)]
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
            return [(target, value)]
        case _:
            return []


def _touches(node: ast.expr, tainted: set[str], records: frozenset[str]) -> bool:
    """Tell whether an expression is a model, its manager, a queryset, a row or a list of them."""
    match node:
        case ast.Name(id=name):
            return name in records or name in tainted
        case ast.Attribute(value=value, attr="model"):
            return "resource" in ast.unparse(value)
        case ast.Attribute(value=value, attr=attr):
            return attr in MANAGERS and _touches(value, tainted, records)
        case ast.Call(func=ast.Attribute(value=value, attr=attr)):
            return attr == "rows_for" or (attr not in ANSWERS and _touches(value, tainted, records))
        case ast.Call(func=ast.Name(id=name), args=args):
            passed = name in PASSED_ON and any(_touches(argument, tainted, records) for argument in args)
            return name in records or passed
        case ast.Subscript(value=value):
            return _touches(value, tainted, records)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return any(_touches(element, tainted, records) for element in elements)
        case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
            return _touches(element, tainted, records)
        case _:
            return False
