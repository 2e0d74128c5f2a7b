"""Front-end files of other people: exact versions, taken from npm tarballs, committed with their licences.

`python -m webui.assets lock` pins version and tarball hash, `sync` fetches, verifies and unpacks the files wanted,
`check` compares what is committed with the lock and needs no network. Nobody who runs Closeloop needs Node.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"
LOCK = STATIC / "assets.lock.json"

ICONS = """
adjustments-horizontal alert-triangle arrow-back-up arrow-forward-up arrow-left arrow-right arrows-diff arrows-sort ban
book-2 building bulb calendar check chevron-down chevron-left chevron-right circle-check circle-dot clock code
device-desktop device-floppy download edit eye file-text flag flame git-branch hand-stop headset history hourglass id
inbox info-circle keyboard language link list-check lock login-2 logout mail maximize message-2 moon note phone
player-pause player-skip-forward plus printer refresh robot rocket route scale search shield-check shield-x sitemap
stethoscope sun tag tool trash upload user user-check user-plus user-share users versions x zoom-in zoom-out
"""


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package: `files` maps a path in the tarball to a path below `static/vendor/<folder>`.

    `holder` owns a package under the MIT licence whose tarball leaves out its words.
    """

    name: str
    version: str
    folder: str
    files: dict[str, str]
    holder: str = ""


#: A module and its licence; `sync` makes what it imports by name an address of its neighbour's folder.
MODULE = {"dist/index.js": "index.js", "LICENSE": "LICENSE"}
PACKAGES = (
    Package("@tabler/core", "1.6.1", "tabler", {"dist/css/tabler.min.css": "tabler.min.css"}),
    Package(
        "@tabler/icons",
        "3.51.0",
        "tabler-icons",
        {"LICENSE": "LICENSE"} | {f"icons/outline/{name}.svg": f"{name}.svg" for name in ICONS.split()},
    ),
    Package(
        "bpmn-js",
        "18.31.1",
        "bpmn-js",
        {
            "dist/bpmn-navigated-viewer.production.min.js": "bpmn-navigated-viewer.min.js",
            "dist/bpmn-modeler.production.min.js": "bpmn-modeler.min.js",
            "dist/assets/diagram-js.css": "diagram-js.css",
            "dist/assets/bpmn-js.css": "bpmn-js.css",
            "dist/assets/bpmn-font/css/bpmn-embedded.css": "bpmn-font.css",
            "LICENSE": "LICENSE",
        },
    ),
    Package(
        "htmx.org",
        "4.0.1",
        "htmx",
        {"dist/htmx.min.js": "htmx.min.js", "dist/ext/hx-sse.min.js": "hx-sse.min.js", "LICENSE": "LICENSE"},
    ),
    Package(
        "swagger-ui-dist",
        "5.35.0",
        "swagger-ui",
        {
            "swagger-ui.css": "swagger-ui.css",
            "swagger-ui-bundle.js": "swagger-ui-bundle.js",
            "swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
            "LICENSE": "LICENSE",
            "NOTICE": "NOTICE",
        },
    ),
    Package("tinykeys", "3.1.0", "tinykeys", {"dist/tinykeys.module.js": "tinykeys.js", "LICENSE": "LICENSE"}),
    Package(
        "camunda-bpmn-moddle",
        "8.0.1",
        "camunda-bpmn-moddle",
        {"resources/camunda.json": "camunda.json", "LICENSE": "LICENSE"},
    ),
    Package("bpmn-auto-layout", "1.3.0", "bpmn-auto-layout", {"dist/index.js": "index.js"}, "bpmn.io contributors"),
    Package("bpmn-moddle", "10.3.0", "bpmn-moddle", MODULE),
    Package("moddle", "8.2.1", "moddle", MODULE),
    Package("moddle-xml", "12.3.2", "moddle-xml", MODULE),
    Package("saxen", "11.2.0", "saxen", MODULE),
    Package("min-dash", "5.1.0", "min-dash", MODULE),
)


@dataclass(frozen=True, slots=True)
class Component:
    """One vendored package as the licences page shows it."""

    name: str
    version: str
    license: str
    license_text: str


def components() -> list[Component]:
    """Every vendored package with the words of its licence."""
    locked = json.loads(LOCK.read_text(encoding="utf-8"))
    return [
        Component(
            package.name,
            package.version,
            locked[package.name]["license"],
            "\n\n".join(path.read_text(encoding="utf-8") for path in _license_files(VENDOR / package.folder)),
        )
        for package in PACKAGES
    ]


def lock() -> None:
    """Writes version, licence and tarball hash of every package; file hashes are filled in by `sync`."""
    pinned = {}
    for package in PACKAGES:
        shown = json.loads(_npm("view", f"{package.name}@{package.version}", "dist.integrity", "license", "--json"))
        words = "bpmn.io license" if shown["license"].startswith("SEE ") else shown["license"]
        pinned[package.name] = {
            "version": package.version,
            "integrity": shown["dist.integrity"],
            "license": words,
            "files": {},
        }
    _write_lock(pinned)


def sync() -> None:
    """Fetches every tarball, refuses one whose hash differs from the lock, unpacks the files wanted."""
    pinned = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in PACKAGES:
        entry = pinned[package.name]
        blob = _tarball(package)
        if _sri(blob) != entry["integrity"]:
            raise SystemExit(f"{package.name}: the tarball is not the one locked")
        contents = _contents(blob)
        unpacked = {target: _without_source_map(contents[source]) for source, target in package.files.items()}
        if "index.js" in unpacked:
            unpacked["index.js"] = _with_neighbours(unpacked["index.js"])
        if package.holder:
            unpacked["LICENSE"] = f"MIT License\n\nCopyright (c) {package.holder}\n\n{MIT}".encode()
        if package.name == "@tabler/core":
            unpacked["LICENSE"] = _tabler_license(unpacked["tabler.min.css"])
        for target, data in unpacked.items():
            path = VENDOR / package.folder / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        entry["files"] = {f"{package.folder}/{target}": _sha256(data) for target, data in sorted(unpacked.items())}
    _write_lock(pinned)


def check() -> list[str]:
    """What differs between the committed files and the lock, in words; empty when nothing does."""
    pinned = json.loads(LOCK.read_text(encoding="utf-8"))
    wanted = {name: digest for entry in pinned.values() for name, digest in entry["files"].items()}
    present = {p.relative_to(VENDOR).as_posix(): p for p in VENDOR.rglob("*") if p.is_file()}
    faults = [f"{name} is missing" for name in sorted(wanted.keys() - present.keys())]
    faults += [f"{name} is not in the lock" for name in sorted(present.keys() - wanted.keys())]
    faults += [
        f"{name} was altered" for name in sorted(wanted.keys() & present.keys())
        if _sha256(present[name].read_bytes()) != wanted[name]
    ]
    faults += [
        f"{package.name} is locked at another version" for package in PACKAGES
        if pinned.get(package.name, {}).get("version") != package.version
    ]
    return faults


def _license_files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.name.startswith(("LICENSE", "NOTICE"))]


def _npm(*arguments: str) -> str:
    return subprocess.run(["npm", "--silent", *arguments], check=True, capture_output=True, text=True).stdout


def _tarball(package: Package) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        _npm("pack", f"{package.name}@{package.version}", "--pack-destination", folder)
        return next(Path(folder).glob("*.tgz")).read_bytes()


def _contents(blob: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(blob)) as archive:
        return {m.name.split("/", 1)[1]: archive.extractfile(m).read() for m in archive if m.isfile()}


def _without_source_map(data: bytes) -> bytes:
    """The maps are not shipped, and a browser's tools would ask for them."""
    return re.sub(rb"\n?/[/*]# sourceMappingURL=\S+(?: \*/)?\s*$", b"\n", data)


def _with_neighbours(module: bytes) -> bytes:
    """`from 'moddle'` needs an import map, which would stand in the page; `from '../moddle/index.js'` needs none."""
    return re.sub(rb"(\bfrom\s*)(['\"])([a-z][a-z0-9-]*)\2", rb"\1\2../\3/index.js\2", module)


def _tabler_license(stylesheet: bytes) -> bytes:
    """The tarball names its licence in the style sheet's head only; the licence wants its words beside the copy."""
    holders = re.findall(r"Copyright [^\n]+", stylesheet[:1000].decode("utf-8"))
    return ("MIT License\n\n" + "\n".join(holders) + "\n\n" + MIT).encode("utf-8")


def _sri(data: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write_lock(pinned: dict) -> None:
    LOCK.write_text(json.dumps(pinned, indent=1, sort_keys=True) + "\n", encoding="utf-8")


MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


if __name__ == "__main__":
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command not in ("lock", "sync", "check"):
        raise SystemExit("usage: python -m webui.assets lock|sync|check")
    faults = {"lock": lock, "sync": sync, "check": check}[command]()
    if faults:
        raise SystemExit("\n".join(faults))
