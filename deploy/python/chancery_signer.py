"""A securesystemslib Signer that has Chancery sign.

    from securesystemslib.signer import SIGNER_FOR_URI_SCHEME, Signer
    import chancery_signer
    SIGNER_FOR_URI_SCHEME["chancery"] = chancery_signer.ChancerySigner

    signer = Signer.from_priv_key_uri("chancery:signer.example:8443?keyid=ab12...", public_key)
    metadata.sign(signer)

The payload says with ``_type`` which role it is for; the server checks that the key is of that role,
and everything else, before it signs (docs/tuf.md). Needs nothing but Python and securesystemslib, from
version 0.26 on.

Where the client's certificate is, is said in the environment and not in the URI, which stands in files
that others read: CHANCERY_CA, CHANCERY_CERTIFICATE and CHANCERY_KEY name PEM files; or give an
``ssl.SSLContext`` to the constructor.
"""

import base64
import http.client
import json
import os
import ssl
from urllib import parse

from securesystemslib.signer import Key, Signature, Signer

ROLES = ("timestamp", "snapshot")
TIMEOUT_SECONDS = 30.0


class ChanceryError(Exception):
    """The server answered, and it was no signature.

    ``status`` is the HTTP status and ``problem`` what the server said (RFC 9457). Where policy says no,
    ``problem["control"]`` names the rule and ``problem["remedy"]`` what to do.
    """

    def __init__(self, status, problem):
        self.status = status
        self.problem = problem
        what = problem.get("control") or problem.get("failure") or "HTTP %d" % status
        super().__init__("%s: %s" % (what, problem.get("detail") or problem.get("title") or ""))


class ChancerySigner(Signer):
    """Signs timestamp and snapshot metadata with one key of a Chancery server.

    Arguments:
        host: the server's name, as its certificate has it.
        port: of its REST interface.
        keyid: the key's id on the server.
        public_key: the key as the repository's root has it; signatures carry its id.
        context: who asks, and whom he trusts; made from the environment if None.
    """

    SCHEME = "chancery"

    def __init__(self, host, port, keyid, public_key, context=None):
        self.host = host
        self.port = port
        self.keyid = keyid
        self._public_key = public_key
        self._context = context or _context_of(os.environ)

    @property
    def public_key(self):
        """The key as the repository's root has it."""
        return self._public_key

    @classmethod
    def from_priv_key_uri(cls, priv_key_uri, public_key, secrets_handler=None):
        """A signer for ``chancery:HOST:PORT?keyid=KEYID``.

        Raises:
            ValueError: not such a URI, or the environment does not name the three files.
            OSError, ssl.SSLError: a file cannot be read or is not what it should be.
        """
        scheme, _, rest = priv_key_uri.partition(":")
        address, _, query = rest.partition("?")
        host, _, port = address.rpartition(":")
        keyids = parse.parse_qs(query, strict_parsing=bool(query)).get("keyid", [])
        if scheme != cls.SCHEME or not host or not port.isdigit() or len(keyids) != 1:
            raise ValueError("a key of Chancery is named like chancery:HOST:PORT?keyid=KEYID")
        return cls(host, int(port), keyids[0], public_key)

    def sign(self, payload):
        """Has ``payload`` signed: the canonical bytes of the ``signed`` part of a timestamp or snapshot.

        Raises:
            ValueError: the payload is no metadata of these roles.
            ChanceryError: the server said no, or failed.
            OSError: no answer came. A signature may have been made all the same; asking again with the
                same bytes gives it.
        """
        answer = self._post("/v1/sign/" + _role_of(payload), payload)
        return Signature(self._public_key.keyid, answer["sig"])

    def _post(self, path, payload):
        body = {"keyid": self.keyid, "signed": base64.b64encode(payload).decode("ascii")}
        connection = http.client.HTTPSConnection(
            self.host, self.port, timeout=TIMEOUT_SECONDS, context=self._context
        )
        try:
            connection.request(
                "POST", path, json.dumps(body), {"Content-Type": "application/json"}
            )
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        try:
            answer = json.loads(text)
        except ValueError:
            answer = {"detail": "an answer that is no JSON"}
        if response.status != 200:
            raise ChanceryError(response.status, answer)
        return answer


def _role_of(payload):
    try:
        role = json.loads(payload).get("_type")
    except (ValueError, AttributeError):
        role = None
    if role not in ROLES:
        raise ValueError("Chancery signs timestamp and snapshot metadata, not %r" % (role,))
    return role


def _context_of(environment):
    names = ("CHANCERY_CA", "CHANCERY_CERTIFICATE", "CHANCERY_KEY")
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise ValueError("the environment must name PEM files in %s" % ", ".join(missing))
    ca, certificate, key = (environment[name] for name in names)
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=ca)
    context.load_cert_chain(certificate, key)
    return context
