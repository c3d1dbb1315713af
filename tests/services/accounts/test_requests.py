"""Requests for accounts: a document is sent, staff of the organisation decide."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import Connection

from lib import config, storage
from lib.access import AccessDenied, Actor
from lib.documents.upload import MediaType
from lib.domain.texts import TextRefused
from lib.services.accounts import decisions, request_queue, requests
from lib.services.accounts.claims import AlreadyAttached, Claim, ClaimRefused
from lib.services.accounts.decisions import AccountNotFound
from lib.services.accounts.request_queue import WaitingRequest
from lib.services.accounts.requests import AlreadyRequested, Status, TooManyRequests
from lib.services.decisions import AlreadyDecided
from lib.storage import folders
from tests.kit.attaching import HOME, NUMBER, attached_numbers, golden_claim, newcomer, photo
from tests.kit.identity import execute, fetch, letters

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def actor(db: Connection) -> Actor:
    return newcomer()


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


def ask(actor: Actor, claim: Claim | None = None, **words: Any) -> None:
    sent = {"comment": "", "content": photo(), "address": HOME} | words
    requests.request_account(actor=actor, claim=claim or golden_claim(), **sent)


def waiting(clerk: Actor) -> WaitingRequest:
    (request,) = request_queue.list_waiting_requests(actor=clerk).requests
    return request


def approve(clerk: Actor, request_id: int, number: str = NUMBER) -> None:
    decisions.approve_request(
        actor=clerk,
        request_id=request_id,
        number=number,
        request_key=f"approve {clerk.login_id}",
        address=HOME,
    )


def decline(clerk: Actor, request_id: int, reason: str = "Документ не читается") -> None:
    decisions.decline_request(
        actor=clerk,
        request_id=request_id,
        reason=reason,
        request_key=f"decline {clerk.login_id}",
        address=HOME,
    )


def events(action: str) -> list[Any]:
    return fetch("SELECT * FROM audit_event WHERE action = :action ORDER BY id", action=action)


def files() -> set[Path]:
    folder = config.get_settings().kabinet_state / "files" / folders.ACCOUNT_REQUESTS
    return set(folder.iterdir()) if folder.exists() else set()


class TestAsking:
    def test_a_new_request_is_seen_by_its_sender_and_confirmed_by_letter(
        self, actor: Actor
    ) -> None:
        ask(actor, comment="Я\nсобственник")

        (account_request,) = requests.list_own_requests(actor=actor)
        assert (account_request.number, account_request.status, account_request.reason) == (
            NUMBER,
            Status.NEW,
            None,
        )
        assert account_request.address == "Магнитогорск, ул. Гражданская, д. 1, кв. 154"
        (letter,) = letters()
        assert (letter.recipient, letter.subject) == (
            "newcomer@example.org",
            "Заявка на лицевой счёт принята",
        )
        (event,) = events("account_requested")
        assert (event.username, event.organization_id) == (
            "newcomer",
            golden_claim().organization_id,
        )

    def test_a_request_is_seen_by_nobody_else(self, actor: Actor, resident: Actor) -> None:
        ask(actor)

        assert requests.list_own_requests(actor=resident) == ()

    def test_a_double_click_asks_once(self, actor: Actor) -> None:
        ask(actor)
        stored = files()

        with pytest.raises(AlreadyRequested, match="уже принята"):
            ask(actor)

        assert len(requests.list_own_requests(actor=actor)) == 1
        assert files() == stored

    def test_the_number_of_waiting_requests_is_limited(self, actor: Actor) -> None:
        for number in range(requests.MOST_WAITING):
            ask(actor, replace(golden_claim(), number=str(number)))
        stored = files()

        with pytest.raises(TooManyRequests):
            ask(actor)

        assert files() == stored

    def test_an_account_already_attached_cannot_be_asked_for(self, resident: Actor) -> None:
        with pytest.raises(AlreadyAttached):
            ask(resident)

    @pytest.mark.parametrize("place", [{"premise_id": 2**62}, {"organization_id": 2**62}])
    def test_an_unknown_premise_is_refused(self, actor: Actor, place: dict[str, int]) -> None:
        with pytest.raises(ClaimRefused, match="Выберите"):
            ask(actor, replace(golden_claim(), **place))  # type: ignore[arg-type]  # keys alone

    @pytest.mark.parametrize("content", [None, b""])
    def test_a_document_is_required(self, actor: Actor, content: bytes | None) -> None:
        with pytest.raises(ClaimRefused, match="Приложите"):
            ask(actor, content=content)

    def test_a_comment_that_is_too_long_is_refused(self, actor: Actor) -> None:
        with pytest.raises(TextRefused, match="Сократите"):
            ask(actor, comment="Война и мир. " * 1000)

    @pytest.mark.parametrize("name", ["staff", "analyst", "admin"])
    def test_is_for_residents_alone(self, signed_in: Callable[..., Actor], name: str) -> None:
        with pytest.raises(AccessDenied):
            ask(signed_in(name))


class TestQueue:
    def test_shows_the_applicant_the_account_and_whether_they_match(
        self, actor: Actor, clerk: Actor
    ) -> None:
        ask(actor, comment="Я собственник 🏠")

        request = waiting(clerk)

        assert (request.who, request.username, request.number) == (
            "Ситдикова Камалия",
            "newcomer",
            NUMBER,
        )
        assert (request.comment, request.is_matched) == ("Я собственник 🏠", True)

    def test_says_when_nothing_matches(self, actor: Actor, clerk: Actor) -> None:
        ask(actor, replace(golden_claim(), number="777"))

        assert not waiting(clerk).is_matched

    def test_shows_only_ones_own_organisation(self, actor: Actor, clerk: Actor) -> None:
        ask(actor)
        stranger = replace(clerk, organization_id=(clerk.organization_id or 0) + 1)

        assert request_queue.list_waiting_requests(actor=stranger).requests == ()

    @pytest.mark.parametrize("name", ["resident", "analyst", "admin"])
    def test_is_for_staff_alone(self, signed_in: Callable[..., Actor], name: str) -> None:
        other = signed_in(name)
        for act in (
            lambda: request_queue.list_waiting_requests(actor=other),
            lambda: request_queue.get_photo(actor=other, request_id=1, address=HOME),
            lambda: approve(other, 1),
            lambda: decline(other, 1),
        ):
            with pytest.raises(AccessDenied):
                act()

    def test_the_photo_is_redrawn_and_viewing_it_is_recorded(
        self, actor: Actor, clerk: Actor
    ) -> None:
        hidden = Image.Exif()
        hidden[0x010F] = "SpyCamera"
        ask(actor, content=photo(exif=hidden))

        found = request_queue.get_photo(
            actor=clerk, request_id=waiting(clerk).request_id, address=HOME
        )

        assert found.media_type is MediaType.JPEG
        assert b"SpyCamera" not in found.content
        assert Image.open(io.BytesIO(found.content)).size == (80, 60)
        (event,) = events("account_viewed")
        assert (event.username, event.address) == ("staff", HOME)


class TestDeciding:
    def test_an_approval_attaches_and_notifies_everybody(self, actor: Actor, clerk: Actor) -> None:
        ask(actor)

        approve(clerk, waiting(clerk).request_id)

        assert attached_numbers(actor) == {NUMBER}
        assert request_queue.list_waiting_requests(actor=clerk).count == 0
        (account_request,) = requests.list_own_requests(actor=actor)
        assert account_request.status is Status.APPROVED
        posted = {(letter.recipient, letter.subject) for letter in letters()[1:]}
        assert posted == {
            ("newcomer@example.org", "Лицевой счёт присоединён"),
            ("resident@example.org", "К вашему лицевому счёту присоединён ещё один кабинет"),
        }
        (event,) = events("account_request_decided")
        assert event.details["login"] == "newcomer"
        assert event.account_id is not None

    def test_a_mistyped_number_is_corrected(self, actor: Actor, clerk: Actor) -> None:
        ask(actor, replace(golden_claim(), number="12345"))
        request_id = waiting(clerk).request_id

        with pytest.raises(AccountNotFound):
            approve(clerk, request_id, "12345")
        approve(clerk, request_id, "00000 12345")

        assert attached_numbers(actor) == {NUMBER}

    def test_a_refusal_gives_its_reason(self, actor: Actor, clerk: Actor) -> None:
        ask(actor)

        decline(clerk, waiting(clerk).request_id, "Не видно <b>номера</b>")

        (account_request,) = requests.list_own_requests(actor=actor)
        assert (account_request.status, account_request.reason) == (
            Status.DECLINED,
            "Не видно <b>номера</b>",
        )
        assert attached_numbers(actor) == set()
        letter = letters()[-1]
        assert "Причина: Не видно <b>номера</b>" in letter.body_text
        assert "<b>номера</b>" not in letter.body_html

    def test_a_refusal_needs_a_reason(self, actor: Actor, clerk: Actor) -> None:
        ask(actor)

        with pytest.raises(ClaimRefused, match="причину"):
            decline(clerk, waiting(clerk).request_id, " \n ")

    def test_the_second_of_two_sees_what_the_first_decided(
        self, actor: Actor, clerk: Actor
    ) -> None:
        ask(actor)
        request_id = waiting(clerk).request_id
        colleague = replace(clerk, login_id=actor.login_id)
        decline(clerk, request_id)

        for act in (approve, decline):
            with pytest.raises(AlreadyDecided, match="уже рассмотрена: отклонена"):
                act(colleague, request_id)
        with pytest.raises(AlreadyDecided):
            approve(clerk, request_id)

        assert attached_numbers(actor) == set()

    def test_a_double_click_decides_once(self, actor: Actor, clerk: Actor) -> None:
        ask(actor)
        request_id = waiting(clerk).request_id

        approve(clerk, request_id)
        approve(clerk, request_id)

        assert len(events("account_request_decided")) == 1

    def test_a_declined_account_may_be_asked_for_again(self, actor: Actor, clerk: Actor) -> None:
        ask(actor)
        decline(clerk, waiting(clerk).request_id)

        ask(actor)

        assert waiting(clerk).number == NUMBER

    def test_an_account_of_another_organisation_is_not_given(
        self, actor: Actor, clerk: Actor
    ) -> None:
        ask(actor)
        request_id = waiting(clerk).request_id
        execute(
            "UPDATE account SET organization_id = (SELECT id FROM organization WHERE "
            "external_id = 'heat') WHERE number = :number",
            number=NUMBER,
        )

        with pytest.raises(AccountNotFound):
            approve(clerk, request_id)


class TestStorage:
    def test_stores_returns_and_removes_a_file(self) -> None:
        key = storage.put("tests", b"abc")

        path = config.get_settings().kabinet_state / "files/tests" / key
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert storage.get("tests", key) == b"abc"
        storage.delete("tests", key)
        storage.delete("tests", key)
        with pytest.raises(storage.FileGone):
            storage.get("tests", key)

    @pytest.mark.parametrize("key", ["../secret", "", "a" * 32 + "/..", "A" * 32, "." * 32])
    def test_an_unknown_key_is_refused_by_the_storage(self, key: str) -> None:
        with pytest.raises(storage.FileGone):
            storage.get("tests", key)
