"""Letters: sent once, stored with the server's answer, hidden from other roles."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from email.message import Message

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from structlog.testing import CapturingLogger

from db import session as database
from db.session import DatabaseRole, Viewer
from lib import config, queue
from lib.mail import delivery, outbox
from lib.mail.letter import compose_letter
from lib.services import letters
from lib.services.letters import LetterWaits
from tests.kit.faults import fetch_tuples
from tests.kit.mail_server import MailServer, run_mail_server

APP = Viewer(DatabaseRole.APP, login=1)
pytestmark = pytest.mark.usefixtures("empty")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with run_mail_server() as office:
        settings = config.get_settings().model_copy(update={"smtp_url": office.url})
        monkeypatch.setattr(config, "get_settings", lambda: settings)
        yield office


def post_letter(viewer: Viewer = database.GATE, recipient: str = "kamal@example.ru") -> int:
    letter = compose_letter(subject="Счёт", greeting="Здравствуйте!", paragraphs=["Счёт готов."])
    with database.transaction(viewer) as session:
        outbox.post_letter(session, recipient=recipient, letter=letter)
    return int(fetch_tuples("SELECT max(id) FROM letter")[0][0])


def jobs() -> list[tuple[object, ...]]:
    return fetch_tuples(
        "SELECT task_name, args::text, status::text FROM procrastinate_jobs ORDER BY id"
    )


class TestPost:
    @pytest.mark.parametrize("viewer", [APP, database.GATE, database.OPERATOR], ids=str)
    def test_leaves_a_letter_and_a_job(self, viewer: Viewer) -> None:
        letter_id = post_letter(viewer)

        assert fetch_tuples("SELECT recipient, subject, sent_at, attempts FROM letter") == [
            ("kamal@example.ru", "Счёт", None, 0)
        ]
        assert jobs() == [("send_letter", f'{{"letter_id": {letter_id}}}', "todo")]

    def test_is_rolled_back_with_its_transaction(self) -> None:
        letter = compose_letter(subject="Счёт", greeting="Здравствуйте!", paragraphs=[])
        with pytest.raises(KeyError), database.transaction(database.GATE) as session:
            outbox.post_letter(session, recipient="kamal@example.ru", letter=letter)
            raise KeyError

        assert fetch_tuples("SELECT id FROM letter") == []
        assert jobs() == []

    def test_needs_an_address(self) -> None:
        with pytest.raises(outbox.RecipientRefused, match="адрес электронной почты"):
            post_letter(recipient="a@b.ru, c@d.ru")

        assert jobs() == []


class TestDefer:
    def test_leaves_a_job_by_name(self) -> None:
        with database.transaction(APP) as session:
            queue.defer(session, "make_export", login_id=7, format="zip")

        assert jobs() == [("make_export", '{"format": "zip", "login_id": 7}', "todo")]

    @pytest.mark.parametrize("value", ["слово " * 20, ["1"], {"a": 1}, None])
    def test_accepts_only_keys_as_arguments(self, value: object) -> None:
        with pytest.raises(DBAPIError), database.transaction(APP) as session:
            queue.defer(session, "make_export", login_id=value)  # type: ignore[arg-type]

        assert jobs() == []

    def test_a_temporary_table_cannot_intercept_a_letter(self) -> None:
        """The owner's function chooses the table, whatever tables the caller has created."""
        with database.transaction(database.GATE) as session:
            session.execute(text("CREATE TEMP TABLE letter (LIKE alembic_version) ON COMMIT DROP"))
            outbox.post_letter(
                session,
                recipient="kamal@example.ru",
                letter=compose_letter(subject="Счёт", greeting="Здравствуйте!", paragraphs=[]),
            )

        assert len(fetch_tuples("SELECT id FROM letter")) == 1

    @pytest.mark.parametrize("table", ["letter", "procrastinate_jobs"])
    @pytest.mark.parametrize("viewer", [APP, database.GATE], ids=str)
    def test_roles_that_post_letters_cannot_read_them(self, viewer: Viewer, table: str) -> None:
        with pytest.raises(ProgrammingError), database.transaction(viewer) as session:
            session.execute(text(f"SELECT * FROM {table}"))


class TestSendLetter:
    def test_sends_once_even_if_called_again(self, post: MailServer) -> None:
        letter_id = post_letter()

        letters.send_letter(letter_id=letter_id)
        letters.send_letter(letter_id=letter_id)

        assert [str(message["To"]) for message in post.taken] == ["kamal@example.ru"]
        sent_at, failure = fetch_tuples("SELECT sent_at, failure FROM letter")[0]
        assert (sent_at is None, failure) == (False, None)

    def test_is_retried_and_stores_the_servers_answer(self, post: MailServer) -> None:
        letter_id = post_letter()
        post.at_recipient = "450 kamal@example.ru is busy"

        for _ in range(2):
            with pytest.raises(LetterWaits):
                letters.send_letter(letter_id=letter_id)

        assert fetch_tuples("SELECT sent_at, attempts, failure FROM letter") == [
            (None, 2, "450 kamal@example.ru is busy")
        ]
        post.at_recipient = None
        letters.send_letter(letter_id=letter_id)
        assert len(post.taken) == 1

    def test_gives_up_after_a_permanent_refusal(
        self, post: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = CapturingLogger()
        monkeypatch.setattr(letters, "_LOG", log)
        letter_id = post_letter()
        post.at_recipient = "550 no kamal@example.ru here"

        letters.send_letter(letter_id=letter_id)

        assert fetch_tuples("SELECT sent_at, attempts, failure FROM letter") == [
            (None, 1, "550 no kamal@example.ru here")
        ]
        # the server's answer names the recipient, the log does not
        assert [call.kwargs for call in log.calls] == [
            {"letter": letter_id, "attempt": 1},
            {"letter": letter_id, "code": "550"},
        ]

    def test_two_workers_send_one_letter(
        self, post: MailServer, hold_delivery: Callable[..., None]
    ) -> None:
        letter_id = post_letter()
        started, may_continue = threading.Event(), threading.Event()
        hold_delivery(started, may_continue)
        first = threading.Thread(target=letters.send_letter, kwargs={"letter_id": letter_id})
        first.start()
        assert started.wait(10)

        with pytest.raises(LetterWaits):
            letters.send_letter(letter_id=letter_id)

        may_continue.set()
        first.join()
        letters.send_letter(letter_id=letter_id)
        assert len(post.taken) == 1

    @pytest.fixture
    def hold_delivery(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
        """Block the delivery of a letter until an event is set."""

        def hold(started: threading.Event, may_continue: threading.Event) -> None:
            deliver = delivery.deliver_message

            def slow(message: Message, *, letter_id: int) -> None:
                started.set()
                may_continue.wait(10)
                deliver(message, letter_id=letter_id)

            monkeypatch.setattr(delivery, "deliver_message", slow)

        return hold


def test_letters_are_deleted_a_month_after_they_were_sent() -> None:
    for _ in range(3):
        post_letter()
    now = dt.datetime.now(dt.UTC)
    with database.transaction(database.OPERATOR) as session:
        for number, days in ((1, 31), (2, 29)):
            session.execute(
                text("UPDATE letter SET sent_at = :at WHERE id = :id"),
                {"at": now - dt.timedelta(days=days), "id": number},
            )

    letters.delete_old_letters()

    assert fetch_tuples("SELECT id FROM letter ORDER BY id") == [(2,), (3,)]
