"""Verify an export of a Closeloop trail, or an evidence pack, without Closeloop and without its database.

    python verify.py [--checkpoint FILE] [--heads] trail.jsonl | CL-000017.zip | FOLDER

Python's standard library is all it needs. Exit status: 0 everything holds, 1 something does not (the first bad entry
of each chain is named), 2 the file cannot be read.

Chains. Every entry has a number within its chain, a type, an instant, a person and a body. Its hash is SHA-256(hash of
the entry before it, header, body): 32 zero bytes stand before the first; the header is the JSON `[1, case, number, type,
instant, person]` without blanks; the body is taken as it stands. So nobody can alter, remove, insert or reorder an entry
without every later hash becoming another one. A personal value stands outside the body; in the body is SHA-256(salt,
value as JSON with sorted keys). It may be deleted; it cannot be another one.

Packs. The manifest names the SHA-256 of every file and is signed (Ed25519, RFC 8032). The checkpoint is signed with the
same key and fixes the root of a Merkle tree (RFC 9162) whose leaves are `[case, number, hash]`; the proofs show that the
chains in the pack are in it. Files that were attached are those the trail names. A proof of consistency
(`closeloop checkpoint --prove`) shows that a later checkpoint continues an earlier one.

What this alone cannot see: everything made anew with another key. Give the checkpoint you have kept elsewhere
(`--checkpoint`): then the pack, or a whole export, must continue the very history that it fixed, under the same key.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

VERSION, START, AHEAD, SLACK = 1, bytes(32), 1000, timedelta(minutes=1)
SIGNED = b"closeloop evidence 1\n"
KINDS = {
    "altered": "内容被更改 / its content was altered",
    "removed": "条目缺失 / it is missing",
    "reordered": "顺序被更改 / it is not where it was",
    "inserted": "条目是后加的 / it was put in",
    "tail-cut": "从此条起末尾缺失 / the end of the chain from here on is missing",
    "head-altered": "链头被更改 / the head of the chain was altered",
    "value-altered": "个人信息与承诺值不符 / a personal value is not the one committed to",
    "clock-back": "时间早于前一条 / its time is before that of the entry before it",
    "rehashed": "与检查点所定的不符 / it is not what the checkpoint fixed",
    "not-included": "检查点未包含此链 / no proof that the checkpoint has this chain",
    "regenerated": "与外部保存的检查点不是同一段历史 / it is not the history of the checkpoint kept outside",
    "not-continued": "较晚的检查点不是较早的延续 / the later checkpoint does not continue the earlier one",
    "not-compared": "无法与外部保存的检查点比对：该检查点更新，或这不是完整导出 / it cannot be compared with the checkpoint "
    "kept outside, which is newer, or this is not an export of everything",
    "other-key": "签名密钥不同 / signed with another key",
    "not-genuine": "签名无效 / the signature is not valid",
    "not-signed": "没有签名 / there is no signature",
    "unreadable": "无法读取 / it cannot be read",
    "file-cut": "文件不完整 / the file ends too early",
    "file-altered": "文件被更改 / the file was altered",
    "file-missing": "文件缺失 / the file is missing",
    "file-added": "文件不在清单中 / the file is not in the manifest",
    "not-attached": "轨迹中没有这个附件 / the trail knows of no such attachment",
}


class Chain:
    """One chain while its entries go by; `fault` is its first bad entry as (number, kind), known at its end."""

    def __init__(self, case: int) -> None:
        self.case, self.hashes, self.fault, self.at = case, [], None, None
        self.bad = []  # the entry that did not fit and those after it: they tell what was done

    @property
    def last(self) -> bytes:
        return self.hashes[-1] if self.hashes else START

    def take(self, entry: dict) -> None:
        expected, at = len(self.hashes) + 1, datetime.fromisoformat(entry["at"])
        if self.bad or entry["seq"] != expected or not fits(self.last, entry, expected):
            self.bad = (self.bad + [entry])[: AHEAD + 1]
        elif self.fault is None:
            if not values_fit(entry):
                self.fault = (expected, "value-altered")
            elif self.at is not None and at < self.at - SLACK:
                self.fault = (expected, "clock-back")
        if not self.bad:
            self.hashes.append(bytes.fromhex(entry["hash"]))
        self.at = at

    def end(self, seq: int, head: str) -> None:
        expected = len(self.hashes) + 1
        if self.fault is None and self.bad:
            self.fault = (expected, done_to(self.last, expected, self.bad[0], self.bad[1:]))
        if self.fault is None and (seq, head) != (expected - 1, self.last.hex()):
            self.fault = (min(expected, seq + 1), "tail-cut" if seq >= expected else "head-altered")


def fits(previous: bytes, entry: dict, seq: int) -> bool:
    columns = [VERSION, entry["case"], seq, entry["type"], entry["at"], entry["actor"]]
    header = json.dumps(columns, separators=(",", ":"), ensure_ascii=False).encode()
    return hashlib.sha256(previous + header + body_of(entry)).hexdigest() == entry["hash"]


def done_to(previous: bytes, expected: int, bad: dict, later: list) -> str:
    """What was done, told by where the hashes of the entries after the bad one still fit."""
    if bad["seq"] != expected:
        moved = any(one["seq"] == expected for one in later)
        return "inserted" if bad["seq"] < expected else "reordered" if moved else "removed"
    if later and fits(bytes.fromhex(bad["hash"]), later[0], expected + 2):
        return "removed"  # and those after it were given new numbers
    rightful = next((one for one in later if fits(previous, one, expected)), None)
    if rightful is None:
        return "altered"
    before = ((bytes.fromhex(one["hash"]), expected + 1 if one is rightful else one["seq"] + 1) for one in later)
    return "reordered" if any(fits(hash_, bad, seq) for hash_, seq in before) else "inserted"


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
    """A JSONL export: `faults` are (where, entry, kind), `heads` where each chain ends, `said` what else to know.

    `wanted` are chain and number of the entries whose hashes are asked for in `found`; `leaves` those the export says
    are in the tree of the checkpoints; `attached` the digests of the files the trail says were attached.
    """

    def __init__(self, wanted: dict[int, int] | None = None) -> None:
        self.entries, self.chains, self.faults, self.heads, self.said = 0, 0, [], {}, []
        self.wanted, self.found, self.leaves, self.attached, self.pair = wanted or {}, {}, {}, set(), []

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
                    if one["type"] == "AttachmentAdded":
                        self.attached.add(json.loads(body_of(one))["data"]["sha256"])
                elif line_no == 1 and one.get("closeloop") == "consistency":
                    self._continues(one)
                    ended = True
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

    def _end(self, chain: Chain | None, one: dict) -> Chain:
        if chain is None or chain.case != one["end_of"]:
            self._close(chain)
            chain = Chain(one["end_of"])
        chain.end(one["seq"], one["hash"])
        self.chains += 1
        self.heads[chain.case] = (one["seq"], one["hash"])
        if chain.fault is None and any(seq > len(chain.hashes) for _, seq in one.get("leaves", ())):
            chain.fault = (len(chain.hashes) + 1, "tail-cut")
        if chain.fault is not None:
            self.faults.append((name(chain.case), *chain.fault))
        at = self.wanted.get(chain.case)
        self.found[chain.case] = chain.hashes[at - 1].hex() if at and at <= len(chain.hashes) else None
        for no, seq in one.get("leaves", ()):
            if seq <= len(chain.hashes):
                self.leaves[no] = leaf(chain.case, seq, chain.hashes[seq - 1].hex())
        return chain

    def _close(self, chain: Chain | None) -> None:
        """A chain whose end was not said."""
        if chain is not None and chain.case not in self.heads:
            self.faults.append((name(chain.case), len(chain.hashes) + 1, "tail-cut"))

    def _compare(self, one: dict, digest: str) -> None:
        if (one["chains"], one["entries"]) != (self.chains, self.entries):
            self.faults.append(("file", one["entries"], "removed" if one["entries"] > self.entries else "inserted"))
        elif one["sha256"] != digest and not self.faults:
            self.faults.append(("file", 0, "file-altered"))

    def _continues(self, one: dict) -> None:
        """A proof that one checkpoint continues another: both are genuine, and the roots follow from the path."""
        first, second = (note_of(one[which], which, self) for which in ("first", "second"))
        self.pair = [one["first"]["note"], one["second"]["note"]]
        if first is None or second is None:
            return
        steps, old = [bytes.fromhex(step) for step in one["proof"]], bytes.fromhex(first["root"])
        found = roots_of(first["size"], second["size"], steps, old) if first["size"] else (old, bytes.fromhex(second["root"]))
        if found != (old, bytes.fromhex(second["root"])) or first["at"] > second["at"]:
            self.faults.append(("proof", 0, "not-continued"))
        self.said.append(f"{first['at']} → {second['at']}")

    def compare(self, kept: dict) -> None:
        """Of an export of everything: its leaves lead to the root of the checkpoint kept outside.

        Of a proof that one checkpoint continues another: the one kept outside is either of them.
        """
        note, where = note_of(kept, "--checkpoint", self), "--checkpoint"
        if self.pair:
            self.faults += [] if kept["note"] in self.pair else [(where, 0, "regenerated")]
        elif note is not None and 0 not in self.heads:
            self.faults.append((where, 0, "not-compared"))
        elif note is not None:
            leaves = [self.leaves.get(no, START) for no in range(note["size"])]
            self.faults += [] if root(leaves).hex() == note["root"] else [(where, 0, "regenerated")]


def name(case: int) -> str:
    return f"CL-{case:06d}" if case else "system"


# The tree of RFC 9162


def leaf(case: int, seq: int, hash_: str) -> bytes:
    return hashlib.sha256(b"\0" + json.dumps([case, seq, hash_], separators=(",", ":")).encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def root(leaves: list) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    at = split(len(leaves))
    return node(root(leaves[:at]), root(leaves[at:]))


def root_with(found: bytes, index: int, size: int, path: list) -> bytes | None:
    """The root of the tree of `size` that has `found` as leaf `index`, by the proof from the leaf up (2.1.3)."""
    if size == 1:
        return found if index == 0 and not path else None
    if not path or not 0 <= index < size:
        return None
    at = split(size)
    inner = root_with(found, index, at, path[:-1]) if index < at else root_with(found, index - at, size - at, path[:-1])
    return inner and (node(inner, path[-1]) if index < at else node(path[-1], inner))


def roots_of(first: int, size: int, path: list, whole: bytes | None) -> tuple[bytes, bytes] | None:
    """The roots of the tree of `first` leaves and of the one of `size` that continues it, by the proof (2.1.4).

    `whole` is the root of the first `first` leaves where they are a tree of their own within this one.
    """
    if first == size:
        return (whole, whole) if whole is not None and not path else (path[0], path[0]) if len(path) == 1 else None
    if not path or not 0 < first < size:
        return None
    at = split(size)
    inner = roots_of(first, at, path[:-1], whole) if first <= at else roots_of(first - at, size - at, path[:-1], None)
    if inner is None:
        return None
    old, new = inner
    return (old, node(new, path[-1])) if first <= at else (node(path[-1], old), node(path[-1], new))


# Ed25519 of RFC 8032

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)


def point(data: bytes) -> tuple | None:
    """The point as (X, Y, Z, T), None where there is none."""
    y, sign = int.from_bytes(data, "little") & ~(1 << 255), data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def add(p: tuple, q: tuple) -> tuple:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n: int, p: tuple) -> tuple:
    total = (0, 1, 1, 0)
    while n:
        total, p, n = add(total, p) if n & 1 else total, add(p, p), n >> 1
    return total


def is_signed(public: bytes, signature: bytes, data: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64 or (s := int.from_bytes(signature[32:], "little")) >= L:
        return False
    a, r = point(public), point(signature[:32])
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    if a is None or r is None:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + data).digest(), "little") % L
    one, two = times(s, base), add(r, times(k, a))
    return (one[0] * two[2] - two[0] * one[2]) % P == 0 and (one[1] * two[2] - two[1] * one[2]) % P == 0


def key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def note_of(given: dict, where: str, trail: Trail) -> dict | None:
    """What a checkpoint says, where it is genuine."""
    note, public = json.loads(given["note"]), bytes.fromhex(given["public_key"])
    if note["key"] == key_id(public) and is_signed(public, bytes.fromhex(given["signature"]), given["note"].encode()):
        return note
    trail.faults.append((where, 0, "not-genuine"))
    return None


class Pack:
    """An evidence pack: a zip or the folder it was unpacked to."""

    def __init__(self, at: Path) -> None:
        self._zip, self._at = None if at.is_dir() else zipfile.ZipFile(at), at
        if self._zip is not None:
            self.names = {one.filename for one in self._zip.infolist() if not one.is_dir()}
        else:
            self.names = {one.relative_to(at).as_posix() for one in at.rglob("*") if one.is_file()}

    def open(self, of: str) -> io.BufferedIOBase:
        return self._zip.open(of) if self._zip is not None else (self._at / of).open("rb")

    def load(self, of: str) -> dict:
        with self.open(of) as file:
            return json.load(file)

    def read(self, kept: dict | None = None) -> Trail:
        proofs = self.load("proofs.json") if "proofs.json" in self.names else {"inclusion": {}, "consistency": {}}
        trail = Trail({int(case): one["seq"] for case, one in proofs["inclusion"].items()})
        with self.open("manifest.json") as file:
            manifest = file.read()
        files = json.loads(manifest)["files"]
        for one in sorted(files.keys() | self.names - {"manifest.json", "signature.json"}):
            if one not in files or one not in self.names:
                trail.faults.append((one, 0, "file-added" if one not in files else "file-missing"))
            elif self._digest(one) != files[one]:
                trail.faults.append((one, 0, "file-altered"))
        if "trail.jsonl" in self.names:
            with self.open("trail.jsonl") as file:
                trail.read(file)
        for one, digest in sorted(files.items()):
            if "/attachments/" in one and digest not in trail.attached:
                trail.faults.append((one, 0, "not-attached"))
        key = self._signed(manifest, trail)
        self._fixed(proofs, key, kept, trail)
        return trail

    def _digest(self, of: str) -> str:
        digest = hashlib.sha256()
        with self.open(of) as file:
            while piece := file.read(65_536):
                digest.update(piece)
        return digest.hexdigest()

    def _signed(self, manifest: bytes, trail: Trail) -> str | None:
        if "signature.json" not in self.names:
            trail.faults.append(("manifest.json", 0, "not-signed"))
            return None
        given = self.load("signature.json")
        public = bytes.fromhex(given["public_key"])
        if not is_signed(public, bytes.fromhex(given["signature"]), SIGNED + manifest):
            trail.faults.append(("manifest.json", 0, "not-genuine"))
        trail.said.append(f"密钥 / key {key_id(public)}")
        return key_id(public)

    def _fixed(self, proofs: dict, key: str | None, kept: dict | None, trail: Trail) -> None:
        """The chains are in the checkpoint of the pack, and that continues the one kept outside."""
        if "checkpoint.json" not in self.names:
            trail.faults.append(("checkpoint.json", 0, "file-missing"))
            return
        note = note_of(self.load("checkpoint.json"), "checkpoint.json", trail)
        if note is None:
            return
        trail.said.append(f"检查点 / checkpoint {note['at']}")
        size, top = note["size"], note["root"]
        if note["key"] != key:
            trail.faults.append(("checkpoint.json", 0, "other-key"))
        for case in sorted(trail.heads):
            one = proofs["inclusion"].get(str(case))
            path = [bytes.fromhex(step) for step in one["path"]] if one else []
            if one is None or (root_with(leaf(case, one["seq"], one["hash"]), one["index"], size, path) or b"").hex() != top:
                trail.faults.append((name(case), one["seq"] if one else 0, "not-included"))
            elif trail.found[case] != one["hash"]:
                trail.faults.append((name(case), one["seq"], "rehashed"))
        outside = note_of(kept, "--checkpoint", trail) if kept is not None else None
        if outside is not None:
            self._continues(outside, note, proofs["consistency"], trail)

    def _continues(self, outside: dict, note: dict, proofs: dict, trail: Trail) -> None:
        first, size, path = outside["size"], note["size"], proofs.get(str(outside["size"]))
        if outside["key"] != note["key"]:
            trail.faults.append(("--checkpoint", 0, "other-key"))
        if first > size:
            trail.faults.append(("--checkpoint", 0, "not-compared"))
            return
        steps = [bytes.fromhex(step) for step in path or ()]
        found = roots_of(first, size, steps, bytes.fromhex(outside["root"]))
        if found is None or (found[0].hex(), found[1].hex()) != (outside["root"], note["root"]):
            trail.faults.append(("--checkpoint", 0, "regenerated"))


def verify(at: Path, checkpoint: Path | None = None, tell: object = None) -> Trail:
    kept = json.loads(checkpoint.read_bytes()) if checkpoint is not None else None
    if at.is_dir() or zipfile.is_zipfile(at):
        return Pack(at).read(kept)
    with at.open("rb") as file:
        trail = Trail().read(file, tell)
    if kept is not None:
        trail.compare(kept)
    return trail


def main(words: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    words, kept, heads = list(words), None, "--heads" in words
    if "--checkpoint" in words[:-1]:
        at = words.index("--checkpoint")
        kept, words = Path(words[at + 1]), words[:at] + words[at + 2 :]
    words = [word for word in words if word != "--heads"]
    if len(words) > 1 or any(word.startswith("--") for word in words):
        print("usage: python verify.py [--checkpoint FILE] [--heads] FILE|FOLDER", file=sys.stderr)
        return 2
    at = Path(words[0]) if words else Path(__file__).resolve().parent
    try:
        trail = verify(at, kept)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile) as problem:
        print(f"{at}: 无法读取 / cannot be read: {problem!r}", file=sys.stderr)
        return 2
    for where, no, kind in trail.faults:
        print(f"{where}" + (f", {no}" if no else "") + f": {kind}: {KINDS[kind]}")
    if heads:
        for case, (seq, head) in trail.heads.items():
            print(f"{name(case)} {seq} {head}")
    told = [f"{trail.chains} 条链 / chain(s)", f"{trail.entries} 条记录 / entries", *trail.said]
    print(", ".join(told) + ": " + ("有问题 / FAULTS" if trail.faults else "完整 / the trail holds"))
    return 1 if trail.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
