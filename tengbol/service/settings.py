"""How a server is set up: where its book is, where it listens, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from tengbol.service.identity import Provider


@dataclass(frozen=True)
class Settings:
    """url: of the book. public_url: under which people reach it, where a proxy stands before it.

    most_bytes: of a request. most_unpacked: of a workbook. most_rows: of all tables that are sent at once. most_memory,
    most_seconds: bytes and processor seconds for reading a file that is sent. session, idle: seconds. patience: how
    long a stopping server waits for a batch under way. local_hooks: whether webhooks may go to this machine, and
    without TLS. provider: of identities, by which people may sign in.
    """

    url: str
    host: str = "127.0.0.1"
    port: int = 8211
    public_url: str | None = None
    most_bytes: int = 64 << 20
    most_unpacked: int = 512 << 20
    most_rows: int = 200_000
    most_memory: int = 4 << 30
    most_seconds: int = 60
    session: float = 8 * 3600.0
    idle: float = 3600.0
    patience: float = 60.0
    stores: int = 8
    local_hooks: bool = False
    provider: Provider | None = None

    @property
    def secure(self) -> bool:
        """Whether people reach it by TLS, so that cookies go by nothing else."""
        return (self.public_url or "").startswith("https://")

    @property
    def cookie(self) -> str:
        """Name of the session's cookie; the prefix lets no other host or path set it."""
        return "__Host-tengbol" if self.secure else "tengbol"

    def origins(self, host: str) -> set[str]:
        """What a browser may call the place from which a form of ours comes. host: that of the request."""
        if self.public_url is not None:
            parts = urlsplit(self.public_url)
            return {f"{parts.scheme}://{parts.netloc}"}
        return {f"http://{host}"}

    def refuse_open(self) -> None:
        """Raise `UnusableInputError` where passwords would go over a network in the clear."""
        try:
            local = ip_address(self.host).is_loopback
        except ValueError:
            local = self.host == "localhost"
        if not local and not self.secure:
            raise UnusableInputError(
                "--host {host}: others could read passwords on the way; let a proxy with TLS stand before 127.0.0.1 "
                "(docs/service.md), or name it by --public-url https://NAME.",
                host=self.host,
            )
