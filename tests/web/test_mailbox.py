"""The demonstration's mailbox: letters as recipients see them, without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from lib import clock, config
from lib.mail import folder, message
from lib.mail.letter import Letter, compose_letter
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES

LINK = "http://127.0.0.1:8501/activation?token=abc&next=/"


@pytest.fixture
def portal() -> Iterator[TestClient]:
    app = Starlette(routes=list(ROUTES), middleware=[Middleware(PortalMiddleware)])
    with TestClient(app) as client:
        yield client


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = config.get_settings().model_copy(update={"kabinet_state": tmp_path})
    monkeypatch.setattr(config, "get_settings", lambda: settings)


def save_letter(letter: Letter, *, letter_id: int = 1) -> None:
    mime_message = message.build_message(
        letter, recipient="kamal@example.ru", letter_id=letter_id, created_at=clock.now()
    )
    folder.save_message(mime_message, letter_id=letter_id)


def letter(subject: str = "Подтверждение") -> Letter:
    return compose_letter(
        subject=subject,
        greeting="Здравствуйте!",
        paragraphs=[],
        button=("Подтвердить адрес", LINK),
    )


def test_lists_letters_newest_first(portal: TestClient) -> None:
    assert "Писем пока нет" in portal.get("/mailbox").text
    for letter_id in (9, 10):
        save_letter(letter(f"Письмо {letter_id}"), letter_id=letter_id)

    text = portal.get("/mailbox").text

    assert text.index('<a href="/mailbox/10">Письмо 10') < text.index('<a href="/mailbox/9">')
    assert "kamal@example.ru" in text


def test_shows_a_letter_with_links_that_open(portal: TestClient) -> None:
    save_letter(letter())

    text = portal.get("/mailbox/1").text

    assert f'<a href="{LINK.replace("&", "&amp;")}">' in text
    assert "Подтвердить адрес" in text


def test_runs_no_scripts_of_a_letter(portal: TestClient) -> None:
    hostile = '"></iframe><script>alert(1)</script>'
    save_letter(
        Letter(hostile, f"текст {hostile} https://x.ru/{hostile}", f"<html><head>{hostile}")
    )

    for address in ("/mailbox", "/mailbox/1"):
        answer = portal.get(address)

        assert "<script" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    frame = answer.text.partition("<iframe")[2].partition(">")[0]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame


@pytest.mark.parametrize("address", ["/mailbox/2", "/mailbox/9999999999999999999999", "/mailbox/x"])
def test_an_unknown_letter_is_not_found(portal: TestClient, address: str) -> None:
    save_letter(letter())

    assert portal.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/mailbox", "/mailbox/1"])
def test_is_absent_outside_the_demonstration(
    portal: TestClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    save_letter(letter())
    assert portal.get(address).status_code == 200
    settings = config.get_settings().model_copy(update={"kabinet_demo": False})
    monkeypatch.setattr(config, "get_settings", lambda: settings)

    answer = portal.get(address)

    assert answer.status_code == 404
    assert "Подтверждение" not in answer.text
