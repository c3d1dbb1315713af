"""A real local SMTP server that stores its letters and can be told to refuse them."""

import asyncio
import datetime as dt
import email
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lib import clock
from tests.kit.portal import free_port

USER, PASSWORD = "portal@example.ru", "p@ss/:1 %"


@dataclass
class MailServer:
    """The letters that the server has accepted, and its answers to the next ones."""

    port: int
    taken: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    at_recipient: str | None = None
    at_data: str | None = None
    at_farewell: str | None = None
    seconds: float = 0  # delay before and after it accepts a letter

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.taken]

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.at_recipient:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.at_data:
            return self.at_data
        await asyncio.sleep(self.seconds)
        content = envelope.content
        assert isinstance(content, bytes)
        self.raw.append(content)
        self.recipients.append(list(envelope.rcpt_tos))
        self.taken.append(
            email.message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        )
        await asyncio.sleep(self.seconds)
        return "250 OK"

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        return self.at_farewell or "221 Bye"


def self_signed() -> bytes:
    """Make a key and a certificate of localhost, valid for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.now() - dt.timedelta(hours=1))
        .not_valid_after(clock.now() + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


def _check_password(
    _server: Any, _session: Any, _envelope: Any, _mechanism: Any, given: Any
) -> AuthResult:
    assert isinstance(given, LoginPassword)
    right = given.login.decode() == USER and given.password.decode() == PASSWORD
    return AuthResult(success=right, handled=right)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)


@contextmanager
def run_mail_server(*, port: int | None = None, **options: Any) -> Iterator[MailServer]:
    """Run a server on a free port or a given one; options are those of the library."""
    post = MailServer(port or free_port())
    controller = _Controller(post, hostname="127.0.0.1", port=post.port, **options)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


@contextmanager
def run_guarded_mail_server() -> Iterator[MailServer]:
    """Run a server that accepts letters only after authentication."""
    with run_mail_server(
        authenticator=_check_password, auth_required=True, auth_require_tls=False
    ) as post:
        yield post
