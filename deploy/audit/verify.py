#!/usr/bin/env python3
"""Verifies exports of a Chancery ledger (docs/ledger-format.md), apart from the program that made them.
Ends with 0 if nothing is wrong, else with 1. Ed25519 signatures of issued rows are not verified."""
import argparse, base64, collections, functools, hashlib, json, re, sys
sha256, node = lambda *parts: hashlib.sha256(b"".join(parts)).digest(), lambda left, right: sha256(b"\1", left, right)
b64, number = lambda text: base64.b64decode(text, validate=True), lambda data: int.from_bytes(data, "big")
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
    if (x * x - square) % P or y >= P: raise ValueError("no point of Ed25519")
    return (P - x if x & 1 != sign else x, y)
def ed25519(spki, message, signature):
    r, s, key = signature[:32], int.from_bytes(signature[32:], "little"), spki[-32:]
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    left = multiply(ed_add, s, ed_point(bytes([0x58] + 31 * [0x66])), (0, 1))
    return len(signature) == 64 and s < L and left == ed_add(ed_point(r), multiply(ed_add, k, ed_point(key), (0, 1)))
Q, N = 2**256 - 2**224 + 2**192 + 2**96 - 1, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
def ec_add(a, b):  # None is the point at infinity
    if a is None or b is None or (a[0] == b[0] and (a[1] + b[1]) % Q == 0):
        return b if a is None else a if b is None else None
    slope = ((3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, Q) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, Q)) % Q
    x = (slope * slope - a[0] - b[0]) % Q
    return (x, (slope * (a[0] - x) - a[1]) % Q)
def ecdsa(spki, digest, signature):
    r, s, w = number(signature[:32]), number(signature[32:]), pow(number(signature[32:]), -1, N)
    of_key = multiply(ec_add, r * w % N, (number(spki[-64:-32]), number(spki[-32:])), None)
    point = ec_add(multiply(ec_add, number(digest) * w % N, G, None), of_key)
    return len(signature) == 64 and 0 < r < N and 0 < s < N and point is not None and point[0] % N == r
def der(data):  # the contents of the values in it, one after the other
    at = 2 + (data[1] & 127 if data[1] > 127 else 0)
    end = at + (number(data[2:at]) if at > 2 else data[1])
    return [data[at:end]] + (der(data[end:]) if data[end:] else [])
def rsa_pss(spki, digest, signature):  # SHA-256, MGF1 with it, 32 bytes of salt
    modulus, exponent = map(number, der(der(der(der(spki)[0])[1][1:])[0]))
    size, value = modulus.bit_length() // 8, number(signature)
    block = pow(value, exponent, modulus).to_bytes(size, "big")
    mask = b"".join(sha256(block[-33:-1], i.to_bytes(4, "big")) for i in range(size // 32 + 1))
    salted = number(block[:-33]) ^ number(mask[:size - 33]) & (1 << 8 * size - 265) - 1
    salt, form = salted.to_bytes(size - 33, "big")[-32:], (salted >> 256, block[-1], len(signature), value < modulus)
    return form == (1, 0xBC, size, True) and sha256(bytes(8), digest, salt) == block[-33:-1]
KEY, DECIDED = "dialect keyid mode repository role ", "caller canonicalSha256 operation outcome version watermarkAfter"
SHAPES = {name: [frozenset(part.split()) for part in ("kind previous sequence time " + shape).split("|")] for name, shape in {
    "genesis": "format ledger|", "checkpoint": "auditKey epoch headHash reason rootHash signature treeSize|",
    "key": KEY + "algorithm caller publicKey|keyAttributes tokenKeyId tokenLabel tokenSerial",
    "key-status": KEY + "caller reason status|", "attempt-failed": "decision failure keyid mode version|",
    "issued": "decision keyid mode signature version|fileLength fileSha256 fileSha512", "operator-action":
    "action caller detail|", "ledger-re-base": "caller digest keys lostEpoch lostHead lostSize reason|",
    "repository": "caller custody reason repository|snapshotStart timestampStart", "refusals": "caller counts from|",
    "audit-key": "algorithm auditKey caller keyAttributes publicKey tokenKeyId tokenLabel tokenSerial|",
    "re-base": KEY + "caller canonicalSha256 digest reason watermarkAfter watermarkBefore|",
    "watermark-import": KEY + "caller canonicalSha256 reason watermarkAfter|fileSha256 watermarkBefore",
    "archive": "caller rootHash rows segmentLength segmentSha256 throughSequence treeSize|",
    "admitted": KEY + DECIDED + "|keyAttributes repeats warnings watermarkBefore",
    "admitted-shadow": KEY + DECIDED + " control observed warnings|keyAttributes repeats watermarkBefore",
    "refused": "caller control observed operation outcome|" + KEY + DECIDED + " keyAttributes watermarkBefore"}.items()}
def parse(line):
    value = json.loads(line.decode("utf-8"), parse_float=lambda text: {}[text])
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return value if canonical == line else {}["canonical JSON"]
def append(tree, leaf):  # tree: (leaves, hash) of complete subtrees, from left to right
    tree.append((1, leaf))
    while len(tree) > 1 and tree[-2][0] == tree[-1][0]:
        tree[-2:] = [(2 * tree[-1][0], node(tree[-2][1], tree[-1][1]))]
root = lambda tree: functools.reduce(lambda right, left: node(left[1], right), tree[-2::-1], tree[-1][1])
def grown(first, size, proof, start):  # roots over the first rows and over all, by an RFC 6962 proof
    if first == size: return (start or proof.pop(0),) * 2
    half = 1 << (size - 1).bit_length() - 1
    old, new = grown(first - half, size - half, proof, None) if first > half else grown(first, half, proof, start)
    other = proof.pop(0)
    return (node(other, old), node(other, new)) if first > half else (old, node(new, other))
class Verifier:
    def __init__(self, header, trusted, known, fast):
        self.wrong, self.header, self.trusting, self.row, self.fast = 0, header, not trusted, header["from"], fast
        self.audit, self.recent = {sha256(key[1]).hex(): key for key in trusted}, collections.deque(maxlen=65536)
        self.keys, self.open, self.nonces, self.archived, self.previous, self.epoch, self.size = {}, {}, {}, None, None, 0, 0
        self.tree = list(zip((1 << b for b in range(63, -1, -1) if header["from"] >> b & 1), map(bytes.fromhex, header["before"])))
        self.known = dict([self.note(known)] if known else [])
    def wrong_if(self, is_wrong, what):
        self.wrong += bool(is_wrong) and print(f"WRONG: row {self.row}: {what}") is None
    def signed(self, name, spki, text, signature, in_der=False):
        if in_der: signature = b"".join(part[-32:].rjust(32, b"\0") for part in der(der(signature)[0]))
        return ed25519(spki, text.encode(), signature) if name == "ed25519" else ecdsa(spki, sha256(text.encode()), signature)
    def note(self, lines):
        text, raw = "\n".join(lines[:lines.index("")] + [""]), b64(lines[lines.index("") + 1].split(" ")[-1])[4:]
        good = any(self.signed(*key, text, raw, key[0] == "ecdsa") for key in self.audit.values())
        self.wrong_if(not good or lines[0] != self.header["ledger"], "a note is not signed by a trusted key of this ledger")
        return int(lines[1]), b64(lines[2]).hex()
    def is_tree(self, size, expected, head=None):  # the last rows are remembered
        leaf, tree = self.recent[size - self.row - 1] if 0 <= self.row - size < len(self.recent) else (b"", ())
        return size <= self.header["from"] or tree and root(tree).hex() == expected and head in (None, leaf.hex())
    def checkpoint(self, row):
        size, root64 = row["treeSize"], base64.b64encode(bytes.fromhex(row["rootHash"])).decode()
        lines = self.header["ledger"], str(size), root64, f"head {row['headHash']}", f"epoch {row['epoch']}"
        text = "\n".join(lines + (f"time {row['time']}", ""))
        if row["auditKey"] not in self.audit or not self.signed(*self.audit[row["auditKey"]], text, b64(row["signature"])):
            return self.wrong_if(True, "the checkpoint is not signed by a trusted audit key")
        self.wrong_if(row["epoch"] < self.epoch or not self.size <= size <= self.row, "the checkpoint goes back")
        self.epoch, self.size = row["epoch"], size
        self.wrong_if(not self.is_tree(size, row["rootHash"], row["headHash"]), f"the root over {size} rows is another")
    def archive(self, row):
        end, rows, size = row["throughSequence"] + 1, row["rows"], row["treeSize"]
        fits = self.archived in (None, end - rows) and 0 < rows <= end <= size <= self.row
        self.wrong_if(not fits or not self.is_tree(size, row["rootHash"]), "it archives what no checkpoint covers")
        self.archived = end
    def decision(self, row, kind):
        key, restates = self.keys[row["keyid"]], kind in ("re-base", "watermark-import")
        ended, back = key["status"] == "retired", row.get("watermarkBefore", 0) != key["mark"]
        self.wrong_if(ended and (restates or kind == "key-status"), "the key was retired for ever before")
        self.wrong_if(back and (restates or kind == "decision"), "the watermark is not that of the rows before")
        if kind == "key-status": key["status"] = row["status"]
        elif restates: key.update(mark=row["watermarkAfter"], contents={row["canonicalSha256"]: self.row})
        elif kind == "decision":
            back = row["version"] < key["mark"] and row["outcome"] == "admitted" or row["watermarkAfter"] != row["version"]
            self.wrong_if(back, "the version went back, or is not the watermark")
            key.update(mark=row["version"], contents=key["contents"] if row["version"] == key["mark"] else {})
            self.wrong_if(row.get("repeats") != key["contents"].get(row["canonicalSha256"]), "it repeats another row")
            self.open[self.row], _ = row, key["contents"].setdefault(row["canonicalSha256"], self.row)
        else:
            admitted = self.open.pop(row["decision"]) if kind == "issued" else self.open[row["decision"]]
            self.wrong_if(any(admitted[n] != row[n] for n in ("keyid", "version")), "another key or version was admitted")
            if kind == "issued" and key["row"]["algorithm"] != "ed25519" and not self.fast:
                self.signature(key["row"]["algorithm"], b64(key["row"]["publicKey"]), admitted["canonicalSha256"], row)
    def signature(self, algorithm, spki, digest, row):
        verify, nonce = ecdsa if algorithm == "ecdsa" else rsa_pss, row["keyid"] + row["signature"][:42]
        self.wrong_if(not verify(spki, bytes.fromhex(digest), b64(row["signature"])), "it is no signature")
        twice = algorithm == "ecdsa" and self.nonces.setdefault(nonce, digest) != digest  # the same text may have one r
        self.wrong_if(twice, "an r of this key came twice")
    def judge(self, row):
        kind, here = row["kind"], self.previous or ("0" * 64 if self.row == 0 else row["previous"])
        needed, allowed = SHAPES[row["outcome"] if kind == "decision" else kind]
        self.wrong_if(not needed <= set(row) <= needed | allowed, "members are missing or strange")
        time = re.fullmatch(r"\d{4}(-\d\d){2}T(\d\d:){2}\d\d(\.(\d{3}){1,2})?Z", row["time"])
        right = time and (row["sequence"], row["previous"]) == (self.row, here)
        self.wrong_if(not right, "its number, the hash of the row before or the form of its time is wrong")
        first = (kind == "genesis") == (self.row == 0) and row.get("ledger", self.header["ledger"])
        self.wrong_if(first != self.header["ledger"], "the first row and no other is the genesis of this ledger")
        if kind == "audit-key" and self.trusting:
            self.audit[sha256(b64(row["publicKey"])).hex()] = (row["algorithm"], b64(row["publicKey"]))
        if kind in ("checkpoint", "archive"): getattr(self, kind)(row)
        elif self.header["from"] == 0 and kind == "key":
            self.wrong_if(row["keyid"] in self.keys, "the key was made before")
            self.keys[row["keyid"]] = {"row": row, "status": "active", "mark": 0, "contents": {}}
        elif self.header["from"] == 0 and "keyid" in row and row.get("outcome") != "refused": self.decision(row, kind)
    def read(self, header, lines):
        here = "chancery-export-1", self.row, self.header["ledger"], [each.hex() for _, each in self.tree]
        begins = tuple(header[name] for name in ("format", "from", "ledger", "before")) == here
        self.wrong_if(not begins, "this file does not begin with this row")
        newest = self.note(header["checkpoint"]) if header["checkpoint"] and self.audit else (0, "")
        if newest[0] <= header["from"] + header["rows"]:
            self.wrong_if(self.known.setdefault(*newest) != newest[1], "two checkpoints of one size differ")
        for line in lines:
            bare = line.rstrip(b"\n")
            try:
                self.judge(parse(bare if bare != line else b"no line feed at the end"))
            except (ValueError, KeyError, TypeError, IndexError, RecursionError) as e:
                self.wrong_if(True, f"{type(e).__name__}: {e}")
            append(self.tree, sha256(b"\0", bare))
            self.recent.append((sha256(b"\0", bare), tuple(self.tree)))
            self.row, self.previous = self.row + 1, sha256(b"\0", bare).hex()
            self.wrong_if(self.row in self.known and root(self.tree).hex() != self.known[self.row], "the root is another")
        self.wrong_if(self.row != header["from"] + header["rows"], "its end is not where its header says")
        if newest[0] > self.row:
            proof, here = [bytes.fromhex(each) for each in header["consistency"]] + 64 * [b""], root(self.tree)
            follows = grown(self.row, newest[0], proof, here) == (here, bytes.fromhex(newest[1])) and len(proof) == 64
            self.wrong_if(not follows, "its checkpoint covers other rows")
        return not any(size > self.row for size in self.known)
def key(text):
    data = b64("".join(text.split("-----")[2].split()) if text[:5] == "-----" else text.strip().split("+", 2)[2])
    edwards = ("ed25519", bytes.fromhex("302a300506032b6570032100") + data[-32:])
    return edwards if len(data) in (33, 44) else ("ecdsa", data[-91:])
def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key", action="append", default=[], help="public audit key: C2SP verifier key or PEM")
    parser.add_argument("--checkpoint", help="note of a checkpoint known from elsewhere; needs --key")
    parser.add_argument("--fast", action="store_true", help="leave out the signatures of issued rows")
    parser.add_argument("export", nargs="+", help="several where each follows the one before, as segments do")
    given, verifier = parser.parse_args(arguments), None
    keys = [key(open(each).read()) for each in given.key]
    known = given.checkpoint and open(given.checkpoint, encoding="utf-8").read().split("\n")[:-1]
    for name in given.export:
        lines = open(name, "rb")
        header = parse(next(lines)[:-1])
        verifier = verifier or Verifier(header, keys, known, given.fast)
        whole = verifier.read(header, lines)
    verifier.wrong_if(not whole, "the export ends before this row, a checkpoint covers more")
    print(("NOT OK" if verifier.wrong else "ok") + f": rows {verifier.header['from']} to {verifier.row - 1}")
    return 1 if verifier.wrong else 0
if __name__ == "__main__": sys.exit(main())
