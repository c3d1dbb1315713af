"""Hashes of streamlit-authenticator and ours are interchangeable."""

import pytest
from streamlit_authenticator.utilities import Hasher

from lib.services.people import passwords, sign_in
from lib.ui.people import authenticator


@pytest.mark.parametrize("password", ["demo-Parol-2014", "пароль-на-русском", "🙂" * 20])
def test_each_accepts_the_others_hash(password: str) -> None:
    word = passwords.digest_password(password)

    assert Hasher.check_pw(word, passwords.hash_password(password))
    assert passwords.is_correct(password, Hasher.hash(word))
    assert not Hasher.check_pw(word + "x", passwords.hash_password(password))


@pytest.mark.usefixtures("db")
def test_the_library_accepts_what_the_service_accepts() -> None:
    entry = {"visit": "browser", "remember": False}

    ticket = authenticator.issue_ticket(name="Resident", password="demo-Parol-2014", **entry)  # type: ignore[arg-type]

    assert sign_in.open_session(ticket=ticket, visit="browser").token
    with pytest.raises(sign_in.SignInRefused):
        authenticator.issue_ticket(name="resident", password="wrong", **entry)  # type: ignore[arg-type]
