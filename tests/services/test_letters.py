"""Letters: sent once, kept with what the server said, none of anybody's business."""

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
from tests.kit.faults import fetch
from tests.kit.mail_server import Post, post_office

APP = Viewer(DatabaseRole.APP, login=1)
pytestmark = pytest.mark.usefixtures("empty")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    with post_office() as office:
        settings = config.get_settings().model_copy(update={"smtp_url": office.url})
        monkeypatch.setattr(config, "get_settings", lambda: settings)
        yield office


def posted(viewer: Viewer = database.GATE, recipient: str = "kamal@example.ru") -> int:
    letter = compose_letter(subject="Счёт", greeting="Здравствуйте!", paragraphs=["Счёт готов."])
    with database.transaction(viewer) as session:
        outbox.post_letter(session, recipient=recipient, letter=letter)
    return int(fetch("SELECT max(id) FROM letter")[0][0])


def jobs() -> list[tuple[object, ...]]:
    return fetch("SELECT task_name, args::text, status::text FROM procrastinate_jobs ORDER BY id")


class TestPost:
    @pytest.mark.parametrize("viewer", [APP, database.GATE, database.OPERATOR], ids=str)
    def test_leaves_a_letter_and_a_job(self, viewer: Viewer) -> None:
        letter_id = posted(viewer)

        assert fetch("SELECT recipient, subject, sent_at, attempts FROM letter") == [
            ("kamal@example.ru", "Счёт", None, 0)
        ]
        assert jobs() == [("send_letter", f'{{"letter_id": {letter_id}}}', "todo")]

    def test_is_undone_with_the_rest_of_its_transaction(self) -> None:
        letter = compose_letter(subject="Счёт", greeting="Здравствуйте!", paragraphs=[])
        with pytest.raises(KeyError), database.transaction(database.GATE) as session:
            outbox.post_letter(session, recipient="kamal@example.ru", letter=letter)
            raise KeyError

        assert fetch("SELECT id FROM letter") == []
        assert jobs() == []

    def test_wants_an_address(self) -> None:
        with pytest.raises(outbox.RecipientRefused, match="адрес электронной почты"):
            posted(recipient="a@b.ru, c@d.ru")

        assert jobs() == []


class TestDefer:
    def test_leaves_a_job_by_name(self) -> None:
        with database.transaction(APP) as session:
            queue.defer(session, "make_export", login_id=7, format="zip")

        assert jobs() == [("make_export", '{"format": "zip", "login_id": 7}', "todo")]

    @pytest.mark.parametrize("value", ["слово " * 20, ["1"], {"a": 1}, None])
    def test_takes_keys_alone(self, value: object) -> None:
        with pytest.raises(DBAPIError), database.transaction(APP) as session:
            queue.defer(session, "make_export", login_id=value)  # type: ignore[arg-type]

        assert jobs() == []

    def test_a_table_of_ones_own_catches_nobodys_letter(self) -> None:
        """What is posted goes where the owner's function says, whatever the caller has made."""
        with database.transaction(database.GATE) as session:
            session.execute(text("CREATE TEMP TABLE letter (LIKE alembic_version) ON COMMIT DROP"))
            outbox.post_letter(
                session,
                recipient="kamal@example.ru",
                letter=compose_letter(subject="Счёт", greeting="Здравствуйте!", paragraphs=[]),
            )

        assert len(fetch("SELECT id FROM letter")) == 1

    @pytest.mark.parametrize("table", ["letter", "procrastinate_jobs"])
    @pytest.mark.parametrize("viewer", [APP, database.GATE], ids=str)
    def test_whoever_posts_reads_nothing(self, viewer: Viewer, table: str) -> None:
        with pytest.raises(ProgrammingError), database.transaction(viewer) as session:
            session.execute(text(f"SELECT * FROM {table}"))


class TestSendLetter:
    def test_sends_once_however_often_it_is_asked(self, post: Post) -> None:
        letter_id = posted()

        letters.send_letter(letter_id=letter_id)
        letters.send_letter(letter_id=letter_id)

        assert [str(message["To"]) for message in post.taken] == ["kamal@example.ru"]
        sent_at, failure = fetch("SELECT sent_at, failure FROM letter")[0]
        assert (sent_at is None, failure) == (False, None)

    def test_is_tried_again_and_keeps_what_was_said(self, post: Post) -> None:
        letter_id = posted()
        post.at_recipient = "450 kamal@example.ru is busy"

        for _ in range(2):
            with pytest.raises(LetterWaits):
                letters.send_letter(letter_id=letter_id)

        assert fetch("SELECT sent_at, attempts, failure FROM letter") == [
            (None, 2, "450 kamal@example.ru is busy")
        ]
        post.at_recipient = None
        letters.send_letter(letter_id=letter_id)
        assert len(post.taken) == 1

    def test_gives_up_where_the_server_refuses_for_ever(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = CapturingLogger()
        monkeypatch.setattr(letters, "_LOG", log)
        letter_id = posted()
        post.at_recipient = "550 no kamal@example.ru here"

        letters.send_letter(letter_id=letter_id)

        assert fetch("SELECT sent_at, attempts, failure FROM letter") == [
            (None, 1, "550 no kamal@example.ru here")
        ]
        # the server's words name the recipient, the log does not
        assert [call.kwargs for call in log.calls] == [
            {"letter": letter_id, "attempt": 1},
            {"letter": letter_id, "code": "550"},
        ]

    def test_two_workers_send_one_letter(self, post: Post, held_up: Callable[..., None]) -> None:
        letter_id = posted()
        begun, goes_on = threading.Event(), threading.Event()
        held_up(begun, goes_on)
        first = threading.Thread(target=letters.send_letter, kwargs={"letter_id": letter_id})
        first.start()
        assert begun.wait(10)

        with pytest.raises(LetterWaits):
            letters.send_letter(letter_id=letter_id)

        goes_on.set()
        first.join()
        letters.send_letter(letter_id=letter_id)
        assert len(post.taken) == 1

    @pytest.fixture
    def held_up(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
        """Stop a letter on its way until it may go on."""

        def hold(begun: threading.Event, goes_on: threading.Event) -> None:
            deliver = delivery.deliver_message

            def slow(message: Message, *, letter_id: int) -> None:
                begun.set()
                goes_on.wait(10)
                deliver(message, letter_id=letter_id)

            monkeypatch.setattr(delivery, "deliver_message", slow)

        return hold


def test_letters_are_forgotten_a_month_after_they_were_sent() -> None:
    for _ in range(3):
        posted()
    now = dt.datetime.now(dt.UTC)
    with database.transaction(database.OPERATOR) as session:
        for number, days in ((1, 31), (2, 29)):
            session.execute(
                text("UPDATE letter SET sent_at = :at WHERE id = :id"),
                {"at": now - dt.timedelta(days=days), "id": number},
            )

    letters.delete_old_letters()

    assert fetch("SELECT id FROM letter ORDER BY id") == [(2,), (3,)]
