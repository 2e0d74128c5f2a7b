"""What the secrets of second factors are locked with: AES-256-GCM, by a key that is derived from a secret given.

Whoever has a copy of the database, but not that secret, can make no codes.
"""

from __future__ import annotations

from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.domain.clock import Clock

NONCE_BYTES = 12


class Vault:
    """`clock` is the real time, by which people's devices make their codes."""

    def __init__(self, secret: str, clock: Clock) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"closeloop second factor").derive(secret.encode())
        self._cipher = AESGCM(derived)
        self.clock = clock

    def lock(self, user_id: int, text: str, nonce: bytes) -> str:
        """Opens again for the same account only."""
        return b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), _of(user_id))).decode()

    def open(self, user_id: int, locked: str) -> str | None:
        """None where it was locked with another secret, or is another account's."""
        data = b64decode(locked)
        try:
            return self._cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _of(user_id)).decode()
        except InvalidTag:
            return None


def _of(user_id: int) -> bytes:
    return f"account {user_id}".encode()
