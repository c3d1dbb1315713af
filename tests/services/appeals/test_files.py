"""Uploads with an appeal: a slow storage blocks no other request."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib import config, storage
from lib.access import Actor
from lib.documents import upload
from lib.services.appeals import _limits, desk_answers, replies
from lib.services.appeals._limits import TooManyAppeals, TooManyReplies
from lib.services.appeals.replies import ThreadOver
from lib.services.appeals.versions import AppealChanged
from lib.storage import folders
from tests.kit.appeals import first_addressee, send
from tests.kit.attaching import photo
from tests.kit.desk import seen_thread
from tests.kit.identity import execute, fetch

PHOTO = ("a.jpg", photo())
_SECONDS = 60


def reply(actor: Actor, appeal_id: int, key: str, *uploads: tuple[str, bytes]) -> None:
    replies.send_reply(
        actor=actor,
        account_id=first_addressee(actor).account_id,
        appeal_id=appeal_id,
        text="Ещё фото",
        uploads=uploads,
        request_key=key,
    )


def count_stored_files() -> int:
    folder = config.get_settings().kabinet_state / "files" / folders.APPEALS
    return len(list(folder.iterdir())) if folder.exists() else 0


class TestASlowStorage:
    """With real transactions: only the uploading request waits for the storage."""

    @pytest.fixture
    def sender(self, committed: str, signed_in: Callable[..., Actor]) -> Iterator[Actor]:
        del committed
        yield signed_in()
        for table in ("appeal_file", "appeal_entry", "appeal"):
            execute(f"DELETE FROM {table}")

    @pytest.fixture
    def meanwhile(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[object]]:
        """Call a function while the storage takes a file."""
        put = storage.put

        def run_during_upload(act: Callable[[], object]) -> list[object]:
            results: list[object] = []

            def slow(kind: str, content: bytes) -> str:
                other = ThreadPoolExecutor(1)
                try:
                    results.append(other.submit(act).result(timeout=_SECONDS))
                finally:
                    other.shutdown(
                        wait=False
                    )  # waiting here for a blocked call would be a deadlock
                return put(kind, content)

            monkeypatch.setattr(storage, "put", slow)
            return results

        return run_during_upload

    def test_blocks_no_other_appeal(
        self, sender: Actor, meanwhile: Callable[..., list[object]]
    ) -> None:
        results = meanwhile(lambda: send(sender)[1])

        _, number = send(sender, uploads=[PHOTO])

        assert len(results) == 1
        assert number > str(results[0])

    def test_blocks_no_reply_in_the_same_thread(
        self, sender: Actor, meanwhile: Callable[..., list[object]]
    ) -> None:
        appeal_id, _ = send(sender)
        results = meanwhile(lambda: reply(sender, appeal_id, "quick"))

        reply(sender, appeal_id, "slow", PHOTO)

        assert len(results) == 1
        entries = fetch("SELECT request_key FROM appeal_entry ORDER BY id DESC LIMIT 2")
        assert [entry.request_key for entry in entries] == ["slow", "quick"]

    def test_blocks_no_reply_while_staff_answer(
        self,
        sender: Actor,
        signed_in: Callable[..., Actor],
        meanwhile: Callable[..., list[object]],
    ) -> None:
        appeal_id, _ = send(sender)
        clerk = signed_in("staff")
        form = seen_thread(clerk, appeal_id)
        results = meanwhile(lambda: reply(sender, appeal_id, "quick"))

        # staff must first read the resident's new entry
        with pytest.raises(AppealChanged):
            desk_answers.send_answer(actor=clerk, seen=form, text="Готово", uploads=[PHOTO])

        assert len(results) == 1
        assert fetch("SELECT FROM appeal_file") == []


@pytest.mark.usefixtures("db")
class TestFilesOfWhatIsNotSent:
    @pytest.fixture
    def redrawn_images(self, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
        """Record the images that are redrawn."""
        contents: list[bytes] = []
        clean_file = upload.clean_file

        def note_content(content: bytes) -> bytes:
            contents.append(content)
            return clean_file(content)

        monkeypatch.setattr(upload, "clean_file", note_content)
        return contents

    def test_are_not_redrawn_after_too_many_appeals(
        self, resident: Actor, redrawn_images: list[bytes]
    ) -> None:
        for n in range(_limits.MOST_AN_HOUR):
            send(resident, request_key=f"k{n}")

        with pytest.raises(TooManyAppeals):
            send(resident, uploads=[PHOTO])
        # a second click on the last one does not count
        assert send(resident, request_key="k9", uploads=[PHOTO])[0]

        assert redrawn_images == []

    def test_are_not_redrawn_after_too_many_replies(
        self, resident: Actor, redrawn_images: list[bytes]
    ) -> None:
        appeal_id, _ = send(resident)
        for n in range(_limits.MOST_REPLIES_AN_HOUR - 1):
            reply(resident, appeal_id, f"r{n}")

        with pytest.raises(TooManyReplies):
            reply(resident, appeal_id, "more", PHOTO)
        reply(resident, appeal_id, "r0", PHOTO)

        assert redrawn_images == []

    def test_are_not_left_in_the_storage(self, resident: Actor) -> None:
        appeal_id, _ = send(resident)
        execute("UPDATE appeal SET status = 'closed'")
        before = count_stored_files()

        with pytest.raises(ThreadOver):
            reply(resident, appeal_id, "late", PHOTO)

        assert count_stored_files() == before
