#!/usr/bin/env python3
"""Verifies an export of a Chancery ledger (docs/ledger-format.md), with Python 3.8 or later and nothing else.

Usage: verify.py [--key FILE]... [--checkpoint FILE] [--fast] EXPORT
  --key FILE         public audit key (C2SP verifier key or PEM); without one those that the export names
  --checkpoint FILE  note of a checkpoint known from elsewhere; needs --key
  --fast             do not verify the issued signatures
Ends with 0 if nothing is wrong, else with 1. Written apart from the program that made the export."""
import base64, hashlib, json, re, sys

sha256 = lambda *parts: hashlib.sha256(b"".join(parts)).digest()
b64 = lambda text: base64.b64decode(text, validate=True)

# --- signatures: Ed25519 (RFC 8032), ECDSA P-256 (FIPS 186-5), RSA-PSS (RFC 8017) ---
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def ed_add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P)

def multiply(add, n, point, result):
    while n:
        if n & 1:
            result = add(result, point)
        point, n = add(point, point), n >> 1
    return result

def ed_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
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
    if len(signature) != 64 or not (0 < r < N and 0 < s < N):
        return False
    w = pow(s, -1, N)
    point = ec_add(multiply(ec_add, int.from_bytes(digest, "big") * w % N, G, None),
                   multiply(ec_add, r * w % N, key, None))
    return point is not None and point[0] % N == r

def der(data):  # the value of the first element, and what follows it
    size, at = data[1], 2
    if size & 0x80:
        at, size = 2 + (size & 0x7F), int.from_bytes(data[2:2 + (size & 0x7F)], "big")
    return data[at:at + size], data[at + size:]

def rsa_pss(spki, digest, signature):
    key = der(der(der(der(spki)[0])[1])[0][1:])[0]
    n, e = int.from_bytes(der(key)[0], "big"), int.from_bytes(der(der(key)[1])[0], "big")
    size = (n.bit_length() + 7) // 8
    em = pow(int.from_bytes(signature, "big"), e, n).to_bytes(size, "big")
    masked, h = em[:size - 33], em[size - 33:-1]
    mask = b"".join(sha256(h, i.to_bytes(4, "big")) for i in range(size // 32 + 1))
    db = bytes(a ^ b for a, b in zip(masked, mask))
    db = bytes([db[0] & 0x7F]) + db[1:]
    return (len(signature) == size and em[-1] == 0xBC and not masked[0] & 0x80 and not any(db[:-33])
            and db[-33] == 1 and sha256(bytes(8), digest, db[-32:]) == h)

def verifies(algorithm, spki, message, digest, signature):
    if algorithm == "ed25519":
        return ed25519(spki, message, signature)
    return (ecdsa if algorithm == "ecdsa" else rsa_pss)(spki, digest, signature)

# --- the form of rows ---
KEY = "dialect keyid mode repository role "
SHAPES = {name: tuple(frozenset(part.split()) for part in shape.split("|")) for name, shape in {
    "genesis": "format ledger|", "key-status": KEY + "caller reason status|",
    "key": KEY + "algorithm caller publicKey|keyAttributes tokenKeyId tokenLabel tokenSerial",
    "issued": "decision keyid mode signature version|fileLength fileSha256 fileSha512",
    "attempt-failed": "decision failure keyid mode version|", "operator-action": "action caller detail|",
    "repository": "caller custody reason repository|snapshotStart timestampStart", "refusals": "caller counts from|",
    "audit-key": "algorithm auditKey caller keyAttributes publicKey tokenKeyId tokenLabel tokenSerial|",
    "checkpoint": "auditKey epoch headHash reason rootHash signature treeSize|",
    "re-base": KEY + "caller canonicalSha256 digest reason watermarkAfter watermarkBefore|",
    "ledger-re-base": "caller digest keys lostEpoch lostHead lostSize reason|",
    "watermark-import": KEY + "caller reason watermarkAfter|canonicalSha256 watermarkBefore",
    "archive": "caller rootHash rows segmentLength segmentSha256 throughSequence treeSize|",
    "admitted": KEY + "caller canonicalSha256 operation outcome version watermarkAfter|"
                "keyAttributes repeats warnings watermarkBefore",
    "admitted-shadow": KEY + "caller canonicalSha256 control observed operation outcome version warnings"
                       " watermarkAfter|keyAttributes repeats watermarkBefore",
    "refused": "caller control observed operation outcome|" + KEY
               + "canonicalSha256 keyAttributes version watermarkAfter watermarkBefore"}.items()}
COMMON = {"kind", "previous", "sequence", "time"}

def canonical(value):
    if isinstance(value, dict):
        return "{" + ",".join(canonical(k) + ":" + canonical(value[k]) for k in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return json.dumps(value)

def parse(line):
    value = json.loads(line.decode("utf-8"))
    if not isinstance(value, dict) or canonical(value).encode() != line:  # a doubled member is lost, so differs
        raise ValueError("not a canonical JSON object")
    return value

node = lambda left, right: sha256(b"\1", left, right)

def append(tree, leaf):  # tree: (leaves, hash) of complete subtrees, from left to right
    tree.append((1, leaf))
    while len(tree) > 1 and tree[-2][0] == tree[-1][0]:
        (size, left), (_, right) = tree[-2:]
        tree[-2:] = [(2 * size, node(left, right))]

def root(tree):
    result = tree[-1][1]
    for _, left in reversed(tree[:-1]):
        result = node(left, result)
    return result

# --- the rules ---
class Verifier:
    def __init__(self, header, trusted, known, fast):
        self.wrong, self.header, self.fast, self.trusting, self.row = 0, header, fast, not trusted, header["from"]
        self.audit = {sha256(spki).hex(): (name, spki) for name, spki in trusted}
        self.tree, self.previous, self.roots, self.heads = [], None, {}, {}
        self.keys, self.open, self.nonces, self.epoch, self.size = {}, {}, set(), 0, 0
        for i, each in enumerate(header["before"]):
            bits = [b for b in range(63, -1, -1) if header["from"] >> b & 1]
            self.tree.append((1 << bits[i], bytes.fromhex(each)))
        self.known = [self.note(lines) for lines in (header["checkpoint"], known) if lines and trusted]

    def found(self, what):
        self.wrong += 1
        print(f"WRONG: row {self.row}: {what}")

    def note(self, lines):
        blank, text = lines.index(""), "\n".join(lines[:lines.index("")]) + "\n"
        signature = b64(lines[blank + 1].split(" ")[-1])[4:]
        for name, spki in self.audit.values():
            raw = signature
            if name == "ecdsa" and signature[:1] == b"\x30":
                numbers, second = der(signature)[0], der(der(signature)[0])[1]
                raw = b"".join(int.from_bytes(der(n)[0], "big").to_bytes(32, "big") for n in (numbers, second))
            if verifies(name, spki, text.encode(), sha256(text.encode()), raw) and lines[0] == self.header["ledger"]:
                return int(lines[1]), b64(lines[2])
        self.found("a checkpoint's note is not signed by a trusted key of this ledger")
        return 0, b""

    def checkpoint(self, row):
        name, spki = self.audit.get(row["auditKey"], ("", b""))
        size, head = row["treeSize"], row["headHash"]
        text = (f"{self.header['ledger']}\n{size}\n{base64.b64encode(bytes.fromhex(row['rootHash'])).decode()}\n"
                f"head {head}\nepoch {row['epoch']}\ntime {row['time']}\n").encode()
        if not name or not verifies(name, spki, text, sha256(text), b64(row["signature"])):
            return self.found("the checkpoint is not signed by a trusted audit key")
        if row["epoch"] < self.epoch or not self.size <= size <= self.row:
            self.found("the checkpoint goes back, or covers itself")
        self.epoch, self.size = row["epoch"], size
        if size > self.header["from"] and (self.roots.get(size), self.heads.get(size)) != (row["rootHash"], head):
            self.found(f"the checkpoint of {size} rows has another root or head than these rows")

    def decision(self, row, kind):
        key = self.keys[row["keyid"]]
        if kind == "key-status":
            if key["status"] == "retired":
                self.found("the key was retired for ever before")
            key["status"] = row["status"]
        elif kind in ("re-base", "watermark-import"):
            if row.get("watermarkBefore", 0) != key["mark"] or key["status"] == "retired":
                self.found("the watermark is not that of the rows before, or the key was retired")
            key["mark"], key["contents"] = row["watermarkAfter"], {row.get("canonicalSha256"): self.row}
        elif row.get("outcome", "").startswith("admitted"):
            if row["version"] < key["mark"] and row["outcome"] == "admitted":
                self.found("the version went back")
            if row.get("watermarkBefore", 0) != key["mark"] or row["watermarkAfter"] != row["version"]:
                self.found("the watermarks are not those of the rows before")
            if row["version"] != key["mark"]:
                key["mark"], key["contents"] = row["version"], {}
            if row.get("repeats") != key["contents"].get(row["canonicalSha256"]):
                self.found("it repeats another row")
            key["contents"].setdefault(row["canonicalSha256"], self.row)
            self.open[self.row] = row
        elif kind in ("issued", "attempt-failed"):
            admitted = self.open.get(row["decision"])
            if not admitted or any(admitted[name] != row[name] for name in ("keyid", "version")):
                return self.found("no row admitted it, or it was issued before")
            if kind == "issued":
                del self.open[row["decision"]]
                self.signature(row, key["row"], bytes.fromhex(admitted["canonicalSha256"]))

    def signature(self, row, made, digest):
        signature, nonce = b64(row["signature"]), row["keyid"] + row["signature"][:42]
        if not self.fast and made["algorithm"] != "ed25519":
            if not verifies(made["algorithm"], b64(made["publicKey"]), b"", digest, signature):
                self.found("the signature does not verify")
            if made["algorithm"] == "ecdsa" and nonce in self.nonces:
                self.found("an r of this key came twice")
            self.nonces.add(nonce)

    def judge(self, row):
        kind, here = row["kind"], self.previous or ("0" * 64 if self.row == 0 else row["previous"])
        needed, allowed = SHAPES[row["outcome"] if kind == "decision" else kind]
        if not needed | COMMON <= set(row) <= needed | allowed | COMMON:
            self.found("members are missing or strange")
        if row["sequence"] != self.row or row["previous"] != here:
            self.found("the row's number or the hash of the row before is not right")
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}(\d{3})?)?Z", row["time"]):
            self.found("the time has another form")
        if (kind == "genesis") != (self.row == 0) or kind == "genesis" and row["ledger"] != self.header["ledger"]:
            self.found("the first row and no other is the genesis, of this ledger")
        if kind == "audit-key" and self.trusting:
            self.audit[sha256(b64(row["publicKey"])).hex()] = (row["algorithm"], b64(row["publicKey"]))
        if kind == "checkpoint":
            self.checkpoint(row)
        elif self.header["from"] == 0 and kind == "key":
            if row["keyid"] in self.keys:
                self.found("the key was made before")
            self.keys[row["keyid"]] = {"row": row, "status": "active", "mark": 0, "contents": {}}
        elif self.header["from"] == 0 and "keyid" in row and row.get("outcome") != "refused":
            self.decision(row, kind)

    def read(self, lines, sizes):
        for line in lines:
            try:
                if not line.endswith(b"\n"):
                    raise ValueError("the last line has no line feed")
                self.judge(parse(line[:-1]))
            except (ValueError, KeyError, TypeError, RecursionError) as e:
                self.found(f"{type(e).__name__}: {e}")
            leaf = sha256(b"\0", line[:-1] if line.endswith(b"\n") else line)
            append(self.tree, leaf)
            self.row, self.previous = self.row + 1, leaf.hex()
            if self.row in sizes:
                self.roots[self.row], self.heads[self.row] = root(self.tree).hex(), leaf.hex()
        if self.row != self.header["from"] + self.header["rows"]:
            self.found("the export does not end where its header says")
        for size, expected in self.known:
            if size > self.row and self.header["from"] == 0:
                self.found(f"the export ends before this row, a checkpoint covers {size}")
            elif self.roots.get(size, expected.hex()) != expected.hex():
                self.found(f"a checkpoint of {size} rows has another root than these rows")

def key(text):
    if text.startswith("-----BEGIN"):
        spki = b64("".join(text.split("-----")[2].split()))
        return ("ed25519" if len(spki) == 44 else "ecdsa", spki)
    typed = b64(text.strip().split("+", 2)[2])
    return ("ed25519", bytes.fromhex("302a300506032b6570032100") + typed[1:]) if typed[0] == 1 else ("ecdsa", typed[1:])

def main(arguments):
    keys, known, fast, files = [], None, False, []
    while arguments:
        word = arguments.pop(0)
        if word == "--key":
            keys.append(key(open(arguments.pop(0)).read()))
        elif word == "--checkpoint":
            known = open(arguments.pop(0), encoding="utf-8").read().split("\n")[:-1]
        else:
            fast, files = fast or word == "--fast", files + [word] * (word != "--fast")
    with open(files[0], "rb") as lines:
        header, sizes = parse(next(lines)[:-1]), set()
        for line in lines:
            sizes.update(int(size) for size in re.findall(rb'"treeSize":(\d{1,16})', line))
    if header.get("format") != "chancery-export-1":
        sys.exit("not an export")
    verifier = Verifier(header, keys, known, fast)
    with open(files[0], "rb") as lines:
        next(lines)
        verifier.read(lines, sizes | {size for size, _ in verifier.known})
    print(("NOT OK" if verifier.wrong else "ok") + f": rows {header['from']} to {verifier.row - 1}")
    return 1 if verifier.wrong else 0

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
