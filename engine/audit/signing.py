"""Ed25519: who vouches for a checkpoint. The private key is given by the caller and never comes near the database."""

from __future__ import annotations

import hashlib
import string
from dataclasses import dataclass, field

KEY_BYTES, ID_DIGITS = 32, 16


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key: 32 bytes, from wherever it is kept."""

    private: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        return _private(self.private).public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        return key_id(self.public)

    def sign(self, data: bytes) -> bytes:
        return _private(self.private).sign(data)


def parse(text: str) -> Signer:
    """A key as it is written down: 64 hexadecimal digits. Raises ValueError, which does not repeat it."""
    digits = text.strip()
    if len(digits) != 2 * KEY_BYTES or not set(digits) <= set(string.hexdigits):
        raise ValueError("a signing key is 64 hexadecimal digits")
    return Signer(bytes.fromhex(digits))


def key_id(public: bytes) -> str:
    """What a key is called: the beginning of the SHA-256 of its public half."""
    return hashlib.sha256(public).hexdigest()[:ID_DIGITS]


def is_signed(public: bytes, signature: bytes, data: bytes) -> bool:
    # Loaded where it is needed: nothing but a checkpoint wants it, and it is a great library to start with.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(private: bytes):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private)
