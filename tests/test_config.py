"""Settings: the message about a wrong value names the setting but not the value."""

from pathlib import Path

import pytest

from lib import config, secret
from lib.config import SettingsRefused

SECRET = "x" * 32


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "abc", "PORT: ожидается целое число"),
        ("PORT", "70000", "PORT: ожидается число не больше 65535"),
        (
            "DATABASE_URL",
            "mysql://u:hidden@h/b",
            "DATABASE_URL: ожидается адрес вида postgresql://",
        ),
        ("DATABASE_URL", "postgresql://h", "DATABASE_URL: ожидается адрес"),
        ("SMTP_URL", "mail.example.org", "SMTP_URL: ожидается адрес вида smtp://"),
        ("KABINET_SECRET", "short", "KABINET_SECRET: ожидается не меньше 32 знаков"),
        ("KABINET_TIME_ZONE", "Mars/Olympus", "KABINET_TIME_ZONE: ожидается название"),
        ("KABINET_TIME_ZONE", "../etc/passwd", "KABINET_TIME_ZONE: ожидается название"),
        ("KABINET_DEMO", "yes", "KABINET_DEMO: ожидается 1"),
        ("KABINET_PAYMENT_FEE", "dear", "KABINET_PAYMENT_FEE: ожидается число"),
        ("KABINET_PAYMENT_FEE", "1.234", "KABINET_PAYMENT_FEE: ожидается не больше 2 знаков"),
        ("KABINET_PAYMENT_FEE", "11", "KABINET_PAYMENT_FEE: ожидается число не больше 10"),
        ("YOOKASSA_VAT_CODE", "99", "YOOKASSA_VAT_CODE: ожидается число не больше 12"),
        ("YOOKASSA_SHOP_ID", "100500", "нужны оба"),
        ("YOOKASSA_SECRET", "test_hidden", "нужны оба"),
        ("STORAGE_URL", "https://files.example.org", "STORAGE_URL: ожидается адрес вида s3://"),
        ("STORAGE_URL", "s3://kabinet/../etc?x", "STORAGE_URL: ожидается адрес вида s3://"),
        ("STORAGE_URL", "s3://kabinet-files", "нужны STORAGE_KEY и STORAGE_SECRET"),
        ("STORAGE_SECRET", "test_hidden", "нужны только с STORAGE_URL"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, everybody", "TRUSTED_PROXIES: ожидаются адреса"),
    ],
)
def test_a_wrong_value_is_one_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        config.read_settings({name: value})

    assert sentence in str(refused.value)
    assert value not in str(refused.value).replace(name, "")


def test_right_values_are_taken() -> None:
    settings = config.read_settings(
        {
            "DATABASE_URL": "postgres://owner:word@db:5432/kabinet",
            "SMTP_URL": "smtps://mail.example.org:465",
            "PORT": "80",
            "TRUSTED_PROXIES": "10.0.0.1, 192.168.0.0/16",
            "KABINET_STATE": "state",
            "UNKNOWN": "ignored",
            "HOST": "",
        }
    )

    assert settings.database_url == "postgresql+psycopg://owner:word@db:5432/kabinet"
    assert (settings.port, settings.host) == (80, "127.0.0.1")
    assert settings.kabinet_state == Path("state").absolute()
    assert not settings.kabinet_demo


class TestDemonstrationMode:
    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "example.org"])  # noqa: S104 - refused
    def test_refuses_other_hosts_than_loopback(self, host: str) -> None:
        with pytest.raises(SettingsRefused, match="HOST=127"):
            config.read_settings({"KABINET_DEMO": "1", "HOST": host})

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
    def test_accepts_loopback(self, host: str) -> None:
        assert config.read_settings({"KABINET_DEMO": "1", "HOST": host}).host == host

    def test_refuses_an_external_database(self) -> None:
        with pytest.raises(SettingsRefused, match="DATABASE_URL"):
            config.read_settings({"KABINET_DEMO": "1", "DATABASE_URL": "postgresql://u@h/b"})

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("KABINET_TODAY", "2014-11-20"),
            ("KABINET_DEMO_PASSWORD", "x" * 12),
            ("KABINET_DEMO_BANK", "http://127.0.0.1:9000"),
        ],
    )
    def test_its_settings_exist_only_there(self, name: str, value: str) -> None:
        assert config.read_settings({"KABINET_DEMO": "1", name: value}).kabinet_demo
        with pytest.raises(SettingsRefused, match="только в демонстрационном режиме"):
            config.read_settings({name: value})

    def test_refuses_a_real_bank(self) -> None:
        with pytest.raises(SettingsRefused, match="YOOKASSA_SHOP_ID"):
            config.read_settings(
                {"KABINET_DEMO": "1", "YOOKASSA_SHOP_ID": "1", "YOOKASSA_SECRET": "s"}
            )

    def test_its_password_exists_only_there(self) -> None:
        assert config.read_settings({"KABINET_DEMO": "1"}).demo_password == "demo-Parol-2014"
        with pytest.raises(SettingsRefused):
            _ = config.read_settings({}).demo_password


class TestAddress:
    @pytest.mark.parametrize(
        ("environment", "address", "sender"),
        [
            ({}, "http://127.0.0.1:8501", "noreply@localhost"),
            ({"HOST": "::1", "PORT": "80"}, "http://[::1]:80", "noreply@localhost"),
            (
                {"KABINET_ADDRESS": "https://lk.example.ru/"},
                "https://lk.example.ru",
                "noreply@lk.example.ru",
            ),
            (
                {"KABINET_ADDRESS": "http://lk.example.ru:8080", "KABINET_MAIL_FROM": "a@b.ru"},
                "http://lk.example.ru:8080",
                "a@b.ru",
            ),
        ],
    )
    def test_is_used_in_links_and_for_the_sender(
        self, environment: dict[str, str], address: str, sender: str
    ) -> None:
        settings = config.read_settings(environment)

        assert (settings.address, settings.mail_from) == (address, sender)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("KABINET_ADDRESS", "lk.example.ru"),
            ("KABINET_ADDRESS", "https://lk.example.ru/path"),
            ("KABINET_ADDRESS", "javascript:alert(1)"),
            ("KABINET_MAIL_FROM", "noreply"),
            ("KABINET_MAIL_FROM", "a@b.ru\nBcc: c@d.ru"),
            ("KABINET_MAIL_FROM", "Центр <a@b.ru>"),
            ("SMTP_URL", "smtp://портал:слово@mail.example.ru"),
            ("SMTP_URL", "smtp://a:b@mail.example.ru:port"),
            ("KABINET_WORKER", "да"),
        ],
    )
    def test_a_wrong_one_stops_the_start(self, name: str, value: str) -> None:
        with pytest.raises(SettingsRefused, match=name):
            config.read_settings({name: value})

    @pytest.mark.parametrize(
        ("environment", "works"),
        [
            ({}, False),
            ({"KABINET_WORKER": "1"}, True),
            ({"KABINET_DEMO": "1"}, True),
            ({"KABINET_DEMO": "1", "KABINET_WORKER": "0"}, False),
        ],
    )
    def test_the_web_process_works_in_the_demonstration(
        self, environment: dict[str, str], works: bool
    ) -> None:
        assert config.read_settings(environment).works is works


class TestSecret:
    def test_has_no_default_outside_the_demonstration(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(config, "get_settings", lambda: config.read_settings({}))

        with pytest.raises(SettingsRefused, match="KABINET_SECRET"):
            secret.get_secret()

    def test_is_made_once_in_the_demonstration_and_is_private(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        settings = config.read_settings({"KABINET_DEMO": "1", "KABINET_STATE": str(tmp_path)})
        monkeypatch.setattr(config, "get_settings", lambda: settings)

        secret_text = secret.get_secret()

        assert secret.get_secret() == secret_text
        assert len(secret_text) == 64
        assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600

    def test_is_read_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            config, "get_settings", lambda: config.read_settings({"KABINET_SECRET": SECRET})
        )

        assert secret.get_secret() == SECRET
