"""The message for a mail server, parsed again by the standard library."""

import datetime as dt
import email
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message

import pytest

from lib import config
from lib.mail import message as messages
from lib.mail.letter import Letter, compose_letter

WHEN = dt.datetime(2014, 11, 20, 6, 30, 0, 123456, tzinfo=dt.UTC)


def wire(message: Message) -> bytes:
    """Return the bytes that the SMTP library would send."""
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def parse_sent(letter: Letter, recipient: str = "kamal@example.ru") -> EmailMessage:
    message = messages.build_message(letter, recipient=recipient, letter_id=7, created_at=WHEN)
    return email.message_from_bytes(wire(message), _class=EmailMessage, policy=policy.default)


def letter(subject: str = "Квитанция", text: str = "Здравствуйте!") -> Letter:
    return compose_letter(subject=subject, greeting=text, paragraphs=[])


def test_has_both_bodies_and_the_sender() -> None:
    original = letter()

    message = parse_sent(original)
    raw = messages.build_message(original, recipient="a@b.ru", letter_id=7, created_at=WHEN)

    assert str(message["To"]) == "kamal@example.ru"
    # the newer parser of the library keeps the spaces between encoded words
    assert str(make_header(decode_header(str(raw["From"])))) == (
        f"{config.get_settings().kabinet_centre_name} <noreply@localhost>"
    )
    assert message["From"].addresses[0].addr_spec == "noreply@localhost"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == WHEN.replace(microsecond=0)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    assert text.get_content().splitlines() == original.text.splitlines()
    assert html.get_content().splitlines() == original.html.splitlines()


def test_a_later_attempt_has_the_same_message_id() -> None:
    assert parse_sent(letter())["Message-ID"] == parse_sent(letter())["Message-ID"]
    assert messages.format_message_id(7, WHEN) != messages.format_message_id(8, WHEN)


@pytest.mark.parametrize(
    "subject",
    [
        "Счёт " * 400,
        "🏠💧🔥" * 120,
        "👩‍🔧" * 90,
        "ё" * 1000,
        "a" * 2000,
        "=?utf-8?B?0JDQkdCS?= и просто так",
        'кавычки «"» , ; : <не адрес@example.ru>',
    ],
    ids=["long", "emoji", "joined emoji", "no spaces", "long Latin", "looks encoded", "signs"],
)
def test_any_subject_arrives_complete(subject: str) -> None:
    raw = messages.build_message(
        letter(subject), recipient="kamal@example.ru", letter_id=7, created_at=WHEN
    )

    assert all(len(line) <= 998 for line in wire(raw).split(b"\r\n"))
    assert str(parse_sent(letter(subject))["Subject"]) == " ".join(subject.split())


def test_a_long_line_is_folded_for_transport() -> None:
    text = "слово" * 2000

    raw = messages.build_message(
        letter(text=text), recipient="kamal@example.ru", letter_id=7, created_at=WHEN
    )

    assert all(len(line) <= 998 for line in wire(raw).split(b"\r\n"))
    body = parse_sent(letter(text=text)).get_body(("plain",))
    assert body
    assert text in body.get_content()


def test_a_subject_injects_no_header() -> None:
    message = parse_sent(
        Letter("Счёт\r\nBcc: evil@example.ru\r\n\r\nтело", "текст", "<p>текст</p>")
    )

    assert message["Bcc"] is None
    assert str(message["Subject"]) == "Счёт Bcc: evil@example.ru тело"


def test_a_centre_with_special_characters_stays_one_sender(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = 'ООО "Ромашка", <evil@example.ru>\r\nBcc: evil@example.ru'
    settings = config.get_settings().model_copy(update={"kabinet_centre_name": name})
    monkeypatch.setattr(config, "get_settings", lambda: settings)

    message = parse_sent(letter())

    assert [address.addr_spec for address in message["From"].addresses] == ["noreply@localhost"]
    assert message["Bcc"] is None


def test_a_russian_domain_is_written_in_latin_letters() -> None:
    assert str(parse_sent(letter(), "kamal@пример.рф")["To"]) == "kamal@xn--e1afmkfd.xn--p1ai"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kamal",
        "@example.ru",
        "kamal@",
        "a@b.ru, c@d.ru",
        "a@b.ru\r\nBcc: c@d.ru",
        "a@b.ru\n",
        "Камал <a@b.ru>",
        "почта@example.ru",
        "a..b@example.ru",
        ".a@example.ru",
        "a@b@c.ru",
        "a@example..ru",
        "a@" + "б" * 64 + ".ru",
        "a" * 65 + "@example.ru",
        "a b@example.ru",
        '"a\\"@example.ru',
    ],
)
def test_anything_but_one_address_is_not_mailable(address: str) -> None:
    assert not messages.is_mailable(address)


@pytest.mark.parametrize("address", ["a@b.ru", "first.last+tag@sub.example.com", "k@пример.рф"])
def test_an_address_is_mailable(address: str) -> None:
    assert messages.is_mailable(address)
