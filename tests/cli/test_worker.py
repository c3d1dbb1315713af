"""`kabinet worker`: refuses to start without settings, sends letters, leaves no process."""

import signal
from pathlib import Path

import pytest

from db import session as database
from db.embedded import EmbeddedServer
from lib.mail import outbox
from lib.mail.letter import compose_letter
from tests.kit.embedded import eventually
from tests.kit.mail_server import run_mail_server
from tests.kit.portal import free_port
from tests.kit.process import OPERATED, Kabinet, killed_at_the_end


@pytest.mark.parametrize("command", ["worker", "web"])
def test_without_a_mail_server_it_does_not_start(tmp_path: Path, command: str) -> None:
    kabinet = Kabinet(tmp_path)

    code, printed = kabinet.run(
        command, PORT=str(free_port()), KABINET_WORKER="1", SMTP_URL="", **OPERATED
    )

    assert code == 1
    assert printed.startswith("Не задан SMTP_URL")
    assert len(printed.strip().splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_sends_letters_until_it_is_stopped(
    server: EmbeddedServer, empty: str, tmp_path: Path, number: signal.Signals
) -> None:
    cluster = server.cluster
    letter = compose_letter(subject="Счёт", greeting="Здравствуйте!", paragraphs=[])
    with database.transaction(database.GATE) as session:
        outbox.post_letter(session, recipient="kamal@example.ru", letter=letter)

    with (
        run_mail_server() as post,
        killed_at_the_end(
            Kabinet(tmp_path).start(
                "worker",
                SMTP_URL=post.url,
                DATABASE_URL=(
                    f"postgresql://kabinet_owner@/{empty}"
                    f"?host={cluster.socket_dir}&port={cluster.port}"
                ),
                **OPERATED,
            )
        ) as process,
    ):
        assert eventually(lambda: len(post.taken) == 1)
        process.send_signal(number)
        printed = process.communicate()

    assert process.returncode == 0, printed
    assert "letter sent" in printed
    assert "Traceback" not in printed
    assert "kamal" not in printed
