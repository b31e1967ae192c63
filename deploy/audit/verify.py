#!/usr/bin/env python3
"""Verifies an export of a Chancery ledger (docs/ledger-format.md), apart from the program that made it.
Ends with 0 if nothing is wrong, else with 1. RSA and Ed25519 signatures of issued rows are not verified."""
import argparse, base64, functools, hashlib, json, re, sys
sha256 = lambda *parts: hashlib.sha256(b"".join(parts)).digest()
b64 = lambda text: base64.b64decode(text, validate=True)
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
def ed_add(a, b):
    x1, y1, x2, y2 = a + b
    k = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P)
def multiply(add, n, point, result):
    return multiply(add, n >> 1, add(point, point), add(result, point) if n & 1 else result) if n else result
def ed_point(data):
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * pow(2, (P - 1) // 4, P) % P if (x * x - square) % P else x
    if (x * x - square) % P or y >= P:
        raise ValueError("no point of Ed25519")
    return (P - x if x & 1 != sign else x, y)
def ed25519(spki, message, signature):
    r, s, key = signature[:32], int.from_bytes(signature[32:], "little"), spki[-32:]
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    base = ed_point(bytes([0x58] + 31 * [0x66]))
    return len(signature) == 64 and s < L and multiply(ed_add, s, base, (0, 1)) == ed_add(
        ed_point(r), multiply(ed_add, k, ed_point(key), (0, 1)))
Q = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
def ec_add(a, b):
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0] and (a[1] + b[1]) % Q == 0:
        return None
    slope = ((3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, Q) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, Q)) % Q
    x = (slope * slope - a[0] - b[0]) % Q
    return (x, (slope * (a[0] - x) - a[1]) % Q)
def ecdsa(spki, digest, signature):
    key = (int.from_bytes(spki[-64:-32], "big"), int.from_bytes(spki[-32:], "big"))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    w = pow(s, -1, N)
    point = ec_add(multiply(ec_add, int.from_bytes(digest, "big") * w % N, G, None),
                   multiply(ec_add, r * w % N, key, None))
    return len(signature) == 64 and 0 < r < N and 0 < s < N and point is not None and point[0] % N == r
def verifies(algorithm, spki, message, digest, signature):
    return ed25519(spki, message, signature) if algorithm == "ed25519" else ecdsa(spki, digest, signature)
KEY = "dialect keyid mode repository role "
SHAPES = {name: tuple(frozenset(part.split()) for part in shape.split("|")) for name, shape in {
    "genesis": "format ledger|", "key-status": KEY + "caller reason status|",
    "key": KEY + "algorithm caller publicKey|keyAttributes tokenKeyId tokenLabel tokenSerial",
    "issued": "decision keyid mode signature version|fileLength fileSha256 fileSha512",
    "attempt-failed": "decision failure keyid mode version|", "operator-action": "action caller detail|",
    "root": "caller expires file fileSha256 reason repository snapshotKeys timestampKeys version|",
    "repository": "caller custody reason repository|snapshotStart timestampStart", "refusals": "caller counts from|",
    "audit-key": "algorithm auditKey caller keyAttributes publicKey tokenKeyId tokenLabel tokenSerial|",
    "checkpoint": "auditKey epoch headHash reason rootHash signature treeSize|",
    "re-base": KEY + "caller canonicalSha256 digest reason watermarkAfter watermarkBefore|",
    "ledger-re-base": "caller digest keys lostEpoch lostHead lostSize reason|",
    "watermark-import": KEY + "caller canonicalSha256 reason watermarkAfter|fileSha256 watermarkBefore",
    "archive": "caller rootHash rows segmentLength segmentSha256 throughSequence treeSize|",
    "admitted": KEY + "caller canonicalSha256 operation outcome version watermarkAfter|"
                "expires keyAttributes repeats targetsExpires warnings watermarkBefore",
    "admitted-shadow": KEY + "caller canonicalSha256 control observed operation outcome version warnings watermarkAfter|"
    "keyAttributes repeats watermarkBefore", "refused": "caller control observed operation outcome|" + KEY +
    "canonicalSha256 keyAttributes version watermarkAfter watermarkBefore"}.items()}
def parse(line):
    value = json.loads(line.decode("utf-8"), parse_float=lambda text: {}[text])
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if not isinstance(value, dict) or canonical != line:  # of a doubled member one is lost
        raise ValueError("not a canonical JSON object")
    return value
node = lambda left, right: sha256(b"\1", left, right)
def append(tree, leaf):  # tree: (leaves, hash) of complete subtrees, from left to right
    tree.append((1, leaf))
    while len(tree) > 1 and tree[-2][0] == tree[-1][0]:
        (size, left), (_, right) = tree[-2:]
        tree[-2:] = [(2 * size, node(left, right))]
def root(tree):
    return functools.reduce(lambda right, left: node(left[1], right), tree[-2::-1], tree[-1][1])
class Verifier:
    def __init__(self, header, trusted, known):
        self.wrong, self.header, self.trusting, self.row = 0, header, not trusted, header["from"]
        self.audit = {sha256(spki).hex(): (name, spki) for name, spki in trusted}
        self.previous, self.roots, self.heads, self.epoch, self.size = None, {}, {}, 0, 0
        self.keys, self.open, self.nonces, self.tuf = {}, {}, {}, {}
        bits = [1 << b for b in range(63, -1, -1) if header["from"] >> b & 1]
        self.tree = [(size, bytes.fromhex(each)) for size, each in zip(bits, header["before"])]
        self.wrong_if(header["format"] != "chancery-export-1", "the header is of another format")
        self.known = [self.note(lines) for lines in (header["checkpoint"], known) if lines and trusted]
    def wrong_if(self, is_wrong, what):
        self.wrong += bool(is_wrong)
        print(f"WRONG: row {self.row}: {what}\n" * bool(is_wrong), end="")
    def note(self, lines):
        blank, text = lines.index(""), "\n".join(lines[:lines.index("")]) + "\n"
        signature = b64(lines[blank + 1].split(" ")[-1])[4:]
        for name, spki in self.audit.values():
            raw = signature
            if name == "ecdsa" and signature[:1] == b"\x30":
                n = signature[3]  # DER: two numbers, each with its type and length before it
                raw = b"".join(part[-32:].rjust(32, b"\0") for part in (signature[4:4 + n], signature[6 + n:]))
            if verifies(name, spki, text.encode(), sha256(text.encode()), raw) and lines[0] == self.header["ledger"]:
                return int(lines[1]), b64(lines[2]).hex()
        return self.wrong_if(True, "a checkpoint's note is not signed by a trusted key") or (0, "")
    def checkpoint(self, row):
        name, spki = self.audit.get(row["auditKey"], ("", b""))
        size, head = row["treeSize"], row["headHash"]
        text = (f"{self.header['ledger']}\n{size}\n{base64.b64encode(bytes.fromhex(row['rootHash'])).decode()}\n"
                f"head {head}\nepoch {row['epoch']}\ntime {row['time']}\n").encode()
        if not name or not verifies(name, spki, text, sha256(text), b64(row["signature"])):
            return self.wrong_if(True, "the checkpoint is not signed by a trusted audit key")
        self.wrong_if(row["epoch"] < self.epoch or not self.size <= size <= self.row, "the checkpoint goes back")
        self.epoch, self.size = row["epoch"], size
        same = self.roots.get(size) == row["rootHash"] and self.heads.get(size) == head
        self.wrong_if(size > self.header["from"] and not same, f"the checkpoint of {size} rows has another root")
    def decision(self, row, kind):
        key = self.keys[row["keyid"]]
        if kind == "key-status":
            self.wrong_if(key["status"] == "retired", "the key was retired for ever before")
            key["status"] = row["status"]
        elif kind in ("re-base", "watermark-import"):
            self.wrong_if(row.get("watermarkBefore", 0) != key["mark"], "the watermark is not that of the rows before")
            self.wrong_if(key["status"] == "retired", "the key was retired for ever before")
            key.update(mark=row["watermarkAfter"], contents={row.get("canonicalSha256"): self.row})
        elif row.get("outcome", "").startswith("admitted"):
            self.wrong_if(row["version"] < key["mark"] and row["outcome"] == "admitted", "the version went back")
            marks = row.get("watermarkBefore", 0) == key["mark"] and row["watermarkAfter"] == row["version"]
            self.wrong_if(not marks, "the watermarks are not those of the rows before")
            if row["version"] != key["mark"]:
                key["mark"], key["contents"] = row["version"], {}
            self.wrong_if(row.get("repeats") != key["contents"].get(row["canonicalSha256"]), "it repeats another row")
            key["contents"].setdefault(row["canonicalSha256"], self.row)
            self.open[self.row] = row
        elif kind in ("issued", "attempt-failed"):
            admitted = self.open.pop(row["decision"]) if kind == "issued" else self.open[row["decision"]]
            fits = all(admitted[name] == row[name] for name in ("keyid", "version"))
            self.wrong_if(not fits, "another key or version was admitted")
            if kind == "issued" and key["row"]["algorithm"] == "ecdsa":
                digest, nonce = bytes.fromhex(admitted["canonicalSha256"]), row["keyid"] + row["signature"][:42]
                self.wrong_if(not ecdsa(b64(key["row"]["publicKey"]), digest, b64(row["signature"])), "it is no signature")
                self.wrong_if(self.nonces.setdefault(nonce, digest) != digest, "an r of this key came twice")
    def judge(self, row):
        kind, here = row["kind"], self.previous or ("0" * 64 if self.row == 0 else row["previous"])
        needed, allowed = SHAPES[row["outcome"] if kind == "decision" else kind]
        names = set(row) - {"kind", "previous", "sequence", "time"}
        self.wrong_if(not needed <= names <= needed | allowed, "members are missing or strange")
        time = re.fullmatch(r"\d{4}(-\d\d){2}T(\d\d:){2}\d\d(\.(\d{3}){1,2})?Z", row["time"])
        right = time and (row["sequence"], row["previous"]) == (self.row, here)
        self.wrong_if(not right, "its number, the hash of the row before or the form of its time is wrong")
        self.wrong_if((kind == "genesis") != (self.row == 0), "the first row and no other is the genesis")
        self.wrong_if(row.get("ledger", self.header["ledger"]) != self.header["ledger"], "it names another ledger")
        if kind == "audit-key" and self.trusting:
            self.audit[sha256(b64(row["publicKey"])).hex()] = (row["algorithm"], b64(row["publicKey"]))
        if kind == "root":
            same = sha256(b64(row["file"])).hex() == row["fileSha256"]
            follows = self.tuf.setdefault(row["repository"], row["version"] - 1) == row["version"] - 1
            self.wrong_if(not same or not follows, "the root is not the one it says, or does not follow")
            self.tuf[row["repository"]] = row["version"]
        if kind == "checkpoint":
            self.checkpoint(row)
        elif self.header["from"] == 0 and kind == "key":
            self.wrong_if(row["keyid"] in self.keys, "the key was made before")
            self.keys[row["keyid"]] = {"row": row, "status": "active", "mark": 0, "contents": {}}
        elif self.header["from"] == 0 and "keyid" in row and row.get("outcome") != "refused":
            self.decision(row, kind)
    def read(self, lines, sizes):
        for line in lines:
            try:
                self.judge(parse(line[:-1] if line.endswith(b"\n") else b"no line feed at the end"))
            except (ValueError, KeyError, TypeError, RecursionError) as e:
                self.wrong_if(True, f"{type(e).__name__}: {e}")
            leaf = sha256(b"\0", line[:-1] if line.endswith(b"\n") else line)
            append(self.tree, leaf)
            self.row, self.previous = self.row + 1, leaf.hex()
            if self.row in sizes:
                self.roots[self.row], self.heads[self.row] = root(self.tree).hex(), leaf.hex()
        self.wrong_if(self.row != self.header["from"] + self.header["rows"], "its end is not where its header says")
        for size, expected in self.known:
            short = size > self.row and self.header["from"] == 0
            self.wrong_if(short, f"the export ends before this row, a checkpoint covers {size}")
            self.wrong_if(self.roots.get(size, expected) != expected, f"a checkpoint of {size} rows has another root")
def key(text):
    if text.startswith("-----BEGIN"):
        spki = b64("".join(text.split("-----")[2].split()))
        return ("ed25519" if len(spki) == 44 else "ecdsa", spki)
    typed = b64(text.strip().split("+", 2)[2])
    return ("ed25519", bytes.fromhex("302a300506032b6570032100") + typed[1:]) if typed[0] == 1 else ("ecdsa", typed[1:])
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key", action="append", default=[], help="public audit key: C2SP verifier key or PEM")
    parser.add_argument("--checkpoint", help="note of a checkpoint known from elsewhere; needs --key")
    parser.add_argument("export")
    given = parser.parse_args()
    keys = [key(open(each).read()) for each in given.key]
    known = given.checkpoint and open(given.checkpoint, encoding="utf-8").read().split("\n")[:-1]
    lines = open(given.export, "rb").readlines()
    header = parse(lines[0][:-1])
    sizes = {int(size) for line in lines for size in re.findall(rb'"treeSize":(\d{1,16})', line)}
    verifier = Verifier(header, keys, known)
    verifier.read(lines[1:], sizes | {size for size, _ in verifier.known})
    print(("NOT OK" if verifier.wrong else "ok") + f": rows {header['from']} to {verifier.row - 1}")
    return 1 if verifier.wrong else 0
sys.exit(main())
