"""What is copied out of the npm packages, and when."""

import json
import re
import sys
from pathlib import Path

import pytest

from tools import vendor

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose node_modules hold every listed file, and beside each one that is not listed."""
    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3}')
    for package, files in vendor.FILES.items():
        for name in files:
            file = tmp_path / "node_modules" / package / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"/* {name} */ ok\n//# sourceMappingURL={file.name}.map\n")
            file.with_name("unlisted.js").write_text("never copied")
    for package, name in vendor.TEST_FILES.items():
        (tmp_path / "node_modules" / package).mkdir()
        (tmp_path / "node_modules" / package / name).write_text("axe")
    return tmp_path


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The places where packages were asked to be installed; npm itself is not run."""
    places: list[Path] = []
    monkeypatch.setattr(vendor, "install_packages", lambda root, npm: places.append(root))
    return places


def fake_node(folder: Path, version: str) -> str:
    """Put a node of this version and an npm on a search path, and return the path."""
    for name, text in (("node", f"echo {version}"), ("npm", "exit 0")):
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a{b:c}\n/*# sourceMappingURL=a.min.css.map */", b"a{b:c}"),
        (b"a{b:c}/*# sourceMappingURL=a.css.map*/\n", b"a{b:c}\n"),
        (b"run();\n//# sourceMappingURL=a.min.js.map", b"run();"),
        (b"run();\r\n//# sourceMappingURL=a.js.map\r\n", b"run();\r\n"),
        (b'say("sourceMappingURL=x"); run();', b'say("sourceMappingURL=x"); run();'),
    ],
)
def test_only_the_reference_to_a_source_map_is_taken_off(content: bytes, expected: bytes) -> None:
    """Everything else stays byte for byte."""
    assert vendor.without_source_map(content) == expected


def test_exactly_the_listed_files_are_copied_without_source_maps(project: Path, installs: list[Path]) -> None:
    """Neighbours of a listed file stay behind, and leftovers of an older list go."""
    (project / "static/vendor/old").mkdir(parents=True)
    (project / "static/vendor/old/gone.js").write_text("left from an older list")

    assert vendor.vendor(project) is True

    target = project / "static/vendor"
    copied = {str(file.relative_to(target)) for file in target.rglob("*") if file.is_file()}
    assert copied == {name for files in vendor.FILES.values() for name in files.values()} | {"stamp"}
    assert b"sourceMappingURL" not in b"".join(file.read_bytes() for file in target.rglob("*.js"))
    assert b"sourceMappingURL" not in b"".join(file.read_bytes() for file in target.rglob("*.css"))
    assert (target / "slickgrid/slick.grid.js").read_text() == "/* dist/browser/slick.grid.js */ ok\n"


def test_a_second_run_does_nothing_until_something_changes(project: Path, installs: list[Path]) -> None:
    """The lockfile, a lost copy and a lost test file each ask for a new copy."""
    vendor.vendor(project)
    assert vendor.vendor(project) is False

    (project / "package-lock.json").write_text('{"lockfileVersion": 3, "packages": {}}')
    assert vendor.vendor(project) is True
    (project / "static/vendor/echarts/echarts.min.js").unlink()
    assert vendor.vendor(project) is True
    (project / "static/vendor/stamp").write_text("another")
    assert vendor.vendor(project) is True
    assert installs == [project] * 4


def test_a_file_that_left_its_package_is_named(project: Path, installs: list[Path]) -> None:
    """Nobody has to guess which file an upgrade moved, and the next run tries again."""
    (project / "node_modules/slickgrid/dist/browser/slick.grid.js").unlink()

    with pytest.raises(vendor.VendorError, match=r"slickgrid no longer holds dist/browser/slick\.grid\.js"):
        vendor.vendor(project)

    assert not (project / "static/vendor/stamp").exists()


def test_the_machines_npm_is_used_when_its_node_is_new_enough(tmp_path: Path) -> None:
    """A newer node is as good."""
    search_path = fake_node(tmp_path, "v20.1.0")
    assert vendor.npm_command(search_path) == [f"{search_path}/npm"]


@pytest.mark.parametrize("version", ["v18.20.4", "not a version"])
def test_the_packaged_npm_replaces_an_old_or_broken_one(tmp_path: Path, version: str) -> None:
    """So does it where the machine has no node at all."""
    for search_path in (fake_node(tmp_path, version), str(tmp_path / "empty")):
        assert vendor.npm_command(search_path)[0] == sys.executable


def test_a_failing_npm_says_how_to_mend_it(tmp_path: Path) -> None:
    """The usual reasons are a proxy and a mirror."""
    with pytest.raises(vendor.VendorError, match="NODE_EXTRA_CA_CERTS"):
        vendor.install_packages(tmp_path, [sys.executable, "-c", "raise SystemExit(1)"])


def test_the_lockfile_binds_by_hash_and_names_no_registry() -> None:
    """Any mirror can serve it, none can change a file."""
    packages = json.loads((PROJECT / "package-lock.json").read_text())["packages"]
    installed = {name: entry for name, entry in packages.items() if name}
    assert set(vendor.FILES) | set(vendor.TEST_FILES) <= {
        re.sub("^node_modules/", "", name) for name in installed
    }
    assert [name for name, entry in installed.items() if not entry["integrity"].startswith("sha512-")] == []
    assert [name for name, entry in installed.items() if "resolved" in entry] == []
