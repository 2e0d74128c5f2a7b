"""Verify an export of a Closeloop trail, or an evidence pack, without Closeloop and without its database.

    python verify.py trail.jsonl            python verify.py CL-000017.zip            python verify.py FOLDER

Python's standard library is all it needs. Exit status: 0 everything holds, 1 something does not (the first bad entry
of each chain is named), 2 the file cannot be read.

What is checked. Every entry has a number within its chain, a type, an instant, a person and a body. Its hash is
SHA-256(hash of the entry before it, header, body): 32 zero bytes stand before the first entry; the header is the JSON
`[1, case, number, type, instant, person]` without blanks; the body is taken exactly as it stands. So nobody can alter,
remove, insert or reorder an entry without every later hash becoming another one, and the last of them is the head.
A personal value stands outside the body; in the body is SHA-256(salt, value as JSON with sorted keys). It may be
deleted; it cannot be another one.

What this alone cannot see: a chain written anew from the first entry to its head. Compare the heads that `--heads`
prints with what you have kept elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

VERSION = 1
START = bytes(32)
KINDS = {
    "altered": "内容被更改 / its content was altered",
    "removed": "条目缺失 / it is missing",
    "reordered": "顺序被更改 / it is not where it was",
    "inserted": "条目是后加的 / it was put in",
    "tail-cut": "从此条起末尾缺失 / the end of the chain from here on is missing",
    "head-altered": "链头被更改 / the head of the chain was altered",
    "value-altered": "个人信息与承诺值不符 / a personal value is not the one committed to",
    "unreadable": "无法读取 / it cannot be read",
    "file-cut": "文件不完整 / the file ends too early",
    "file-altered": "文件被更改 / the file was altered",
    "file-missing": "文件缺失 / the file is missing",
    "file-added": "文件不在清单中 / the file is not in the manifest",
}


class Chain:
    """One chain while its entries go by; `fault` is its first bad entry as (number, kind)."""

    def __init__(self, case: int) -> None:
        self.case, self.hash, self.expected, self.fault = case, START, 1, None
        self.held = None  # an entry that did not fit, until the next one tells whether it was altered or put in

    def take(self, entry: dict) -> None:
        if self.fault is not None:
            if self.fault[1] == "removed" and entry["seq"] == self.fault[0]:
                self.fault = (self.fault[0], "reordered")
            return
        if self.held is not None:
            kind = "inserted" if entry["seq"] == self.expected and self._fits(entry) else "altered"
            self.fault, self.held = (self.expected, kind), None
            return
        if entry["seq"] > self.expected:
            self.fault = (self.expected, "removed")
        elif entry["seq"] < self.expected:
            self.fault = (entry["seq"], "inserted")
        elif not self._fits(entry):
            self.held = entry
        else:
            if not values_fit(entry):
                self.fault = (self.expected, "value-altered")
            self.hash, self.expected = bytes.fromhex(entry["hash"]), self.expected + 1

    def end(self, seq: int, head: str) -> None:
        if self.held is not None:
            self.fault, self.held = (self.expected, "altered"), None
        if self.fault is None and (seq, head) != (self.expected - 1, self.hash.hex()):
            kind = "tail-cut" if seq >= self.expected else "head-altered"
            self.fault = (min(self.expected, seq + 1), kind)

    def _fits(self, entry: dict) -> bool:
        columns = [VERSION, entry["case"], entry["seq"], entry["type"], entry["at"], entry["actor"]]
        header = json.dumps(columns, separators=(",", ":"), ensure_ascii=False).encode()
        return hashlib.sha256(self.hash + header + body_of(entry)).hexdigest() == entry["hash"]


def body_of(entry: dict) -> bytes:
    return base64.b64decode(entry["body64"]) if "body64" in entry else entry["body"].encode()


def values_fit(entry: dict) -> bool:
    """Every personal value that is given is the one the body commits to."""
    for path, kept in entry.get("personal", {}).items():
        said = json.loads(body_of(entry))["data"]
        for step in path.split("/"):
            said = said.get(step) if isinstance(said, dict) else None
        value = json.dumps(kept["value"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        if said != {"sha256": hashlib.sha256(bytes.fromhex(kept["salt"]) + value).hexdigest()}:
            return False
    return True


class Trail:
    """A JSONL export: `faults` are (chain, entry, kind), `heads` where each chain ends."""

    def __init__(self) -> None:
        self.entries, self.chains, self.faults, self.heads = 0, 0, [], {}

    def read(self, file: object, tell: object = None) -> Trail:
        digest, chain, ended, line_no = hashlib.sha256(), None, False, 0
        for line_no, line in enumerate(file, 1):
            try:
                one = json.loads(line)
                if ended:
                    raise ValueError("more after the end")
                if one.get("closeloop") == "end":
                    self._compare(one, digest.hexdigest())
                    ended = True
                elif "end_of" in one:
                    chain = self._end(chain, one)
                elif "seq" in one:
                    if chain is None or chain.case != one["case"]:
                        self._close(chain)
                        chain = Chain(one["case"])
                    chain.take(one)
                    self.entries += 1
                elif line_no > 1 or one.get("closeloop") != "trail" or one.get("version") != VERSION:
                    raise ValueError("neither entry nor end")
            except (ValueError, KeyError, TypeError, AttributeError):
                self.faults.append(("line", line_no, "unreadable"))
                return self
            digest.update(line)
            if tell and not self.entries % 10_000:
                tell(self.entries)
        self._close(chain)
        if not ended:
            self.faults.append(("line", line_no + 1, "file-cut"))
        return self

    def _end(self, chain: Chain | None, one: dict) -> None:
        if chain is None or chain.case != one["end_of"]:
            self._close(chain)
            chain = Chain(one["end_of"])
        chain.end(one["seq"], one["hash"])
        self.chains += 1
        self.heads[chain.case] = (one["seq"], one["hash"])
        if chain.fault is not None:
            self.faults.append((name(chain.case), *chain.fault))

    def _close(self, chain: Chain | None) -> None:
        """A chain whose end was not said."""
        if chain is not None:
            chain.end(-1, "")
            self.faults.append((name(chain.case), chain.expected, "tail-cut"))

    def _compare(self, one: dict, digest: str) -> None:
        if (one["chains"], one["entries"]) != (self.chains, self.entries):
            self.faults.append(("file", one["entries"], "removed" if one["entries"] > self.entries else "inserted"))
        elif one["sha256"] != digest and not self.faults:
            self.faults.append(("file", 0, "file-altered"))


def name(case: int) -> str:
    return f"CL-{case:06d}" if case else "system"


class Pack:
    """An evidence pack: a zip or the folder it was unpacked to. Every file against the manifest, then the trail."""

    def __init__(self, at: Path) -> None:
        self._zip = None if at.is_dir() else zipfile.ZipFile(at)
        self._at = at

    def names(self) -> set[str]:
        if self._zip is not None:
            return {one.filename for one in self._zip.infolist() if not one.is_dir()}
        return {one.relative_to(self._at).as_posix() for one in self._at.rglob("*") if one.is_file()}

    def open(self, of: str) -> io.BufferedIOBase:
        return self._zip.open(of) if self._zip is not None else (self._at / of).open("rb")

    def read(self) -> Trail:
        with self.open("manifest.json") as file:
            files = json.load(file)["files"]
        trail = Trail()
        for one in sorted(files.keys() | self.names() - {"manifest.json"}):
            if one not in files or one not in self.names():
                trail.faults.append((one, 0, "file-added" if one not in files else "file-missing"))
                continue
            digest = hashlib.sha256()
            with self.open(one) as file:
                while piece := file.read(65_536):
                    digest.update(piece)
            if digest.hexdigest() != files[one]:
                trail.faults.append((one, 0, "file-altered"))
        if "trail.jsonl" in self.names():
            with self.open("trail.jsonl") as file:
                trail.read(file)
        else:
            trail.faults.append(("trail.jsonl", 0, "file-missing"))
        return trail


def verify(at: Path, tell: object = None) -> Trail:
    if at.is_dir() or zipfile.is_zipfile(at):
        return Pack(at).read()
    with at.open("rb") as file:
        return Trail().read(file, tell)


def main(words: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    given = [word for word in words if not word.startswith("--")]
    if len(given) > 1 or set(words) - set(given) - {"--heads"}:
        print("usage: python verify.py [--heads] FILE|FOLDER", file=sys.stderr)
        return 2
    at = Path(given[0]) if given else Path(__file__).resolve().parent
    try:
        trail = verify(at)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as problem:
        print(f"{at}: 无法读取 / cannot be read: {problem!r}", file=sys.stderr)
        return 2
    for where, no, kind in trail.faults:
        print(f"{where}" + (f", {no}" if no else "") + f": {kind}: {KINDS[kind]}")
    if "--heads" in words:
        for case, (seq, head) in trail.heads.items():
            print(f"{name(case)} {seq} {head}")
    print(f"{trail.chains} 条链 / chain(s), {trail.entries} 条记录 / entries: " + ("有问题 / FAULTS" if trail.faults else "完整 / the trail holds"))
    return 1 if trail.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
