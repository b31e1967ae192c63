"""Signs for a small repository through the plug-in, with securesystemslib as the judge.

Usage: session.py HOST:PORT TIMESTAMP-KEY.json SNAPSHOT-KEY.json
Each file holds {"keyid": ..., "key": the key object as the server gives it}.
"""

import hashlib
import json
import sys
import time

from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.formats import encode_canonical
from securesystemslib.signer import SIGNER_FOR_URI_SCHEME, Signer, SSlibKey

import chancery_signer

SIGNER_FOR_URI_SCHEME["chancery"] = chancery_signer.ChancerySigner
EXPIRES = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))


def canonical(role, version, meta):
    signed = {"_type": role, "spec_version": "1.0.31", "version": version, "expires": EXPIRES, "meta": meta}
    return encode_canonical(signed).encode("utf-8")


def open_signer(address, path):
    with open(path, encoding="utf-8") as file:
        key = json.load(file)
    # The id is the digest of the key object in securesystemslib's canonical form too.
    digest = hashlib.sha256(encode_canonical(key["key"]).encode("utf-8")).hexdigest()
    assert digest == key["keyid"], (digest, key["keyid"])
    public = SSlibKey.from_dict(key["keyid"], dict(key["key"]))
    return Signer.from_priv_key_uri("chancery:%s?keyid=%s" % (address, key["keyid"]), public), public


def refused(control, signer, payload):
    try:
        signer.sign(payload)
    except chancery_signer.ChanceryError as e:
        assert e.problem["control"] == control, e
    else:
        raise AssertionError("signed: " + control)


def main(address, timestamp_key, snapshot_key):
    timestamps, timestamp_public = open_signer(address, timestamp_key)
    snapshots, snapshot_public = open_signer(address, snapshot_key)
    for version in (1, 2, 3):
        payload = canonical("snapshot", version, {"targets.json": {"version": version}})
        signature = snapshots.sign(payload)
        snapshot_public.verify_signature(signature, payload)
        payload = canonical("timestamp", version, {"snapshot.json": {"version": version}})
        signature = timestamps.sign(payload)
        assert signature == timestamps.sign(payload), "the same bytes, the same signature"
        timestamp_public.verify_signature(signature, payload)
        try:
            timestamp_public.verify_signature(signature, payload + b" ")
        except UnverifiedSignatureError:
            pass
        else:
            raise AssertionError("verified over other bytes")
    refused("VERSION_ROLLBACK", timestamps, canonical("timestamp", 2, {"snapshot.json": {"version": 3}}))
    refused("SNAPSHOT_ROLLBACK", timestamps, canonical("timestamp", 4, {"snapshot.json": {"version": 2}}))
    refused("META_ROLLBACK", snapshots, canonical("snapshot", 4, {"targets.json": {"version": 2}}))
    refused("WRONG_TYPE", timestamps, canonical("snapshot", 4, {"targets.json": {"version": 4}}))
    for payload in (canonical("root", 1, {}), b"{}", b"[]", b"no JSON"):
        try:
            timestamps.sign(payload)
        except ValueError:
            pass
        else:
            raise AssertionError("signed: %r" % payload)
    for uri in ("chancery:", "chancery:h:1", "chancery:h:x?keyid=a", "chancery:h:1?keyid=a&keyid=b"):
        try:
            Signer.from_priv_key_uri(uri, timestamp_public)
        except ValueError:
            pass
        else:
            raise AssertionError("taken: " + uri)
    print("ok")


if __name__ == "__main__":
    main(*sys.argv[1:])
