"""Files of the PKI: PEM, private keys, JSON; each written whole or not at all."""

import base64
import json
import os

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding


def pem(body, label="CERTIFICATE"):
    coded = base64.b64encode(body).decode()
    rows = [coded[i:i + 64] for i in range(0, len(coded), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *rows, f"-----END {label}-----", ""]).encode()


def write(path, body, mode=0o644):
    """Writes a whole file or nothing: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        os.fchmod(out.fileno(), mode)
        out.write(body)
    os.replace(partial, path)


def write_json(path, value):
    write(path, (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode())


def write_key(path, key):
    write(path, key.private_bytes(
        Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()), 0o600)


def load_key(path):
    return serialization.load_pem_private_key(path.read_bytes(), None)


def pem_body(path):
    return base64.b64decode("".join(path.read_text().splitlines()[1:-1]))
