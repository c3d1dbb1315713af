"""A letter says the same as text and as HTML, and typed text stays text."""

import pytest

from lib import config
from lib.mail.letter import Letter, compose_letter

LINK = "https://lk.example.ru/activation?token=a-b_c&x=1"


def composed(**changed: object) -> Letter:
    values: dict[str, object] = {
        "subject": "Подтверждение регистрации",
        "greeting": "Здравствуйте, Камалия Ришатовна!",
        "paragraphs": ["Вы зарегистрировались в личном кабинете."],
        "button": ("Подтвердить адрес", LINK),
        "after": ["Если это были не вы, ничего не делайте."],
    }
    return compose_letter(**(values | changed))  # type: ignore[arg-type]


def test_text_and_html_say_the_same_in_the_same_order() -> None:
    letter = composed()

    centre = config.get_settings().kabinet_centre_name
    texts = ["Здравствуйте", "зарегистрировались", "Подтвердить адрес", "не вы", centre]
    for body in (letter.text, letter.html.partition('<div style="padding:12px 28px">')[2]):
        places = [body.index(word) for word in texts]
        assert places == sorted(places)
        assert "отвечать на него не нужно" in body
    assert LINK in letter.text.splitlines()
    assert LINK.replace("&", "&amp;") in letter.html


def test_a_letter_may_have_no_button() -> None:
    letter = composed(button=None, after=[])

    assert "http" not in letter.text
    assert "<a " not in letter.html


def test_typed_text_never_becomes_markup() -> None:
    hostile = '<script>alert(1)</script><a href="https://evil.example">жмите</a>'

    letter = composed(greeting=f"Здравствуйте, {hostile}!", paragraphs=[hostile], subject=hostile)

    assert "<script" not in letter.html
    assert 'href="https://evil' not in letter.html
    assert "&lt;script&gt;" in letter.html


@pytest.mark.parametrize("breaking", ["\n", "\r\n", "\r", "\x00", "\v", "\u2028", "\x85", "\n\n "])
def test_a_line_break_in_a_value_is_removed(breaking: str) -> None:
    letter = composed(
        subject=f"Счёт{breaking}Bcc: evil@example.ru",
        greeting=f"Здравствуйте, Анна{breaking}Ваш пароль просрочен!",
    )

    assert letter.subject == "Счёт Bcc: evil@example.ru"
    assert "Здравствуйте, Анна Ваш пароль просрочен!" in letter.text.splitlines()


def test_direction_marks_are_removed() -> None:
    letter = composed(subject="txt.\u202egpj\u200b.exe\ud800", greeting="👩\u200d🔧 мастер")

    assert letter.subject == "txt.gpj.exe"
    assert "👩\u200d🔧 мастер" in letter.text


def test_a_letter_without_a_subject_is_a_bug() -> None:
    with pytest.raises(ValueError, match="subject"):
        composed(subject=" \n")


@pytest.mark.parametrize("address", ["/activation", "javascript:alert(1)", "ftp://example.ru"])
def test_a_button_leads_to_the_web(address: str) -> None:
    with pytest.raises(ValueError, match="absolute address"):
        composed(button=("Открыть", address))
