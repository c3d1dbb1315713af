"""Delivery to a real mail server: accepted, refused and retried letters."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from lib import clock, config
from lib.config import SettingsRefused
from lib.mail import delivery, folder, message
from lib.mail.delivery import NotDelivered
from lib.mail.letter import compose_letter
from tests.kit.mail_server import (
    PASSWORD,
    USER,
    run_guarded_mail_server,
    run_mail_server,
    self_signed,
)
from tests.kit.portal import free_port

Settings = Callable[..., None]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Change the process's settings for one test."""

    def change(**values: object) -> None:
        changed = config.get_settings().model_copy(update=values)
        monkeypatch.setattr(config, "get_settings", lambda: changed)

    return change


def deliver(*, letter_id: int = 7, recipient: str = "kamal@example.ru") -> None:
    letter = compose_letter(subject="Счёт 🏠", greeting="Здравствуйте!", paragraphs=["Счёт готов."])
    mime_message = message.build_message(
        letter, recipient=recipient, letter_id=letter_id, created_at=clock.now()
    )
    delivery.deliver_message(mime_message, letter_id=letter_id)


def deliver_refused() -> NotDelivered:
    with pytest.raises(NotDelivered) as failure:
        deliver()
    return failure.value


class TestServer:
    def test_takes_a_letter(self, settings: Settings) -> None:
        with run_mail_server() as post:
            settings(smtp_url=post.url)

            deliver()

        assert [str(message["Subject"]) for message in post.taken] == ["Счёт 🏠"]
        assert post.recipients == [["kamal@example.ru"]]

    # the library warns about a password without encryption, which this tests
    @pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
    def test_gives_the_password_that_the_server_asks_for(self, settings: Settings) -> None:
        with run_guarded_mail_server() as post:
            user, password = quote(USER, safe=""), quote(PASSWORD, safe="")
            settings(smtp_url=post.url.replace("//", f"//{user}:{password}@"))

            deliver()

            assert len(post.taken) == 1
            settings(smtp_url=post.url.replace("//", f"//{user}:wrong@"))
            # the portal is refused, not the letter, which waits for the right password
            assert not deliver_refused().is_final

    @pytest.mark.parametrize(
        ("answer", "is_final"),
        [("450 mailbox busy", False), ("550 no such user", True), ("452 try later", False)],
    )
    def test_refuses_the_recipient(self, settings: Settings, answer: str, is_final: bool) -> None:
        with run_mail_server() as post:
            settings(smtp_url=post.url)
            post.at_recipient = answer

            failure = deliver_refused()

        assert (failure.is_final, str(failure)) == (is_final, answer)

    @pytest.mark.parametrize(
        ("answer", "is_final"), [("451 greylisted", False), ("554 looks like spam", True)]
    )
    def test_refuses_the_text(self, settings: Settings, answer: str, is_final: bool) -> None:
        with run_mail_server() as post:
            settings(smtp_url=post.url)
            post.at_data = answer

            assert deliver_refused().is_final is is_final
            post.at_data = None
            deliver()

        assert len(post.taken) == 1

    def test_an_error_at_quit_is_not_a_refusal(self, settings: Settings) -> None:
        """The server has accepted the letter: a failure would send it again."""
        with run_mail_server() as post:
            settings(smtp_url=post.url)
            post.at_farewell = "554 go away"

            deliver()

        assert len(post.taken) == 1

    def test_a_stopped_server_is_retried(self, settings: Settings) -> None:
        port = free_port()
        settings(smtp_url=f"smtp://127.0.0.1:{port}")
        assert not deliver_refused().is_final

        with run_mail_server(port=port) as post:
            deliver()

        assert len(post.taken) == 1

    def test_a_closed_connection_is_retried(self, settings: Settings) -> None:
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            settings(smtp_url=f"smtp://127.0.0.1:{deaf.getsockname()[1]}")
            deaf.settimeout(0.01)
            deaf.listen(0)
            deaf.close()

            assert not deliver_refused().is_final


class TestSecure:
    @pytest.fixture
    def certificate(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
        pem = tmp_path / "own.pem"
        pem.write_bytes(self_signed())
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        return context

    def test_starts_secure(self, settings: Settings, certificate: ssl.SSLContext) -> None:
        with run_mail_server(ssl_context=certificate) as post:
            settings(smtp_url=f"smtps://localhost:{post.port}")

            deliver()

        assert len(post.taken) == 1

    def test_becomes_secure(self, settings: Settings, certificate: ssl.SSLContext) -> None:
        with run_mail_server(tls_context=certificate, require_starttls=True) as post:
            settings(smtp_url=f"smtp+starttls://localhost:{post.port}")

            deliver()

        assert len(post.taken) == 1

    def test_refuses_an_unknown_certificate(
        self,
        settings: Settings,
        certificate: ssl.SSLContext,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.delenv("SSL_CERT_FILE")
        with run_mail_server(tls_context=certificate) as post:
            settings(smtp_url=f"smtp+starttls://localhost:{post.port}")

            assert not deliver_refused().is_final

        assert post.taken == []


class TestDemonstration:
    def test_keeps_letters_in_a_folder(self, settings: Settings, tmp_path: Path) -> None:
        settings(kabinet_state=tmp_path)

        for letter_id in (9, 10, 10):
            deliver(letter_id=letter_id)

        assert [letter.id for letter in folder.list_letters()] == [10, 9]
        letter = folder.find_letter(10)
        assert letter
        assert (letter.recipient, letter.letter.subject) == ("kamal@example.ru", "Счёт 🏠")
        assert "Счёт готов." in letter.letter.text
        assert "Счёт готов.</p>" in letter.letter.html
        assert folder.find_letter(11) is None

    def test_an_empty_mailbox_is_empty(self, settings: Settings, tmp_path: Path) -> None:
        settings(kabinet_state=tmp_path)

        assert folder.list_letters() == []

    def test_outside_the_demonstration_letters_need_a_server(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        settings(kabinet_demo=False, kabinet_state=tmp_path)

        with pytest.raises(SettingsRefused, match="SMTP_URL"):
            deliver()

        assert list(tmp_path.iterdir()) == []
