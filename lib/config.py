"""Settings, read once from the environment; a wrong value stops the start with a message."""

import datetime as dt
import functools
import os
import zoneinfo
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import (
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from lib.errors import PortalError
from lib.setting_kinds import (
    DatabaseUrl,
    Flag,
    MailAddress,
    Proxies,
    SmtpUrl,
    TimeZone,
    WebAddress,
    is_loopback,
    make_error,
)
from lib.storage_settings import StorageSettings

SECRET_LENGTH = 32
_DEMO_PASSWORD = "demo-Parol-2014"  # noqa: S105 - printed by `make run`, exists in demo mode only


# an invented centre: nobody must be called by mistake
_DEMO_CENTRE = {
    "kabinet_centre_legal_form": "Муниципальное предприятие г. Магнитогорска",
    "kabinet_centre_address": "455000, Челябинская область, г. Магнитогорск, ул. Примерная, 10",
    "kabinet_centre_phone": "+7 (3519) 00-00-00",
    "kabinet_centre_fax": "+7 (3519) 00-00-01",
    "kabinet_centre_since": "2008",
}


class SettingsRefused(PortalError):
    """A setting has a wrong value."""


class Settings(StorageSettings):
    """The settings of the portal.

    Attributes:
        database_url: the connection of the owner; without it, the embedded server is used.
        smtp_url: the mail server.
        kabinet_state: the folder for the embedded database, the secret and the logs.
        kabinet_secret: the key for deriving passwords; required outside demo mode.
        kabinet_address: the public address of the portal; links in letters start with it.
        kabinet_mail_from: the sender of letters.
        kabinet_worker: whether the web process also runs the jobs; in demo mode it does.
        kabinet_demo: demonstration mode; only there do logins have known passwords.
        kabinet_demo_accounts: how many accounts the demonstration has.
        kabinet_demo_months: how many past months the demonstration has.
        kabinet_today: the business date, only in demonstration mode.
        kabinet_demo_bank: the address of a demonstration bank outside the portal.
        kabinet_payment_fee: the fee of an online payment in per cent of the amount.
        yookassa_shop_id: the centre's shop; without it there are no online payments.
        yookassa_secret: the shop's secret key.
        yookassa_receipts: whether payments carry the data of a fiscal receipt (54-ФЗ).
        yookassa_vat_code: the bank's code of the VAT rate in that receipt.
        trusted_proxies: addresses whose forwarding headers are trusted.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    database_url: DatabaseUrl | None = None
    database_url_app: DatabaseUrl | None = None
    database_url_gate: DatabaseUrl | None = None
    database_url_operator: DatabaseUrl | None = None
    database_url_analyst: DatabaseUrl | None = None
    smtp_url: SmtpUrl | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8501, ge=1, le=65535)
    trusted_proxies: Proxies = ""
    kabinet_state: Path = Field(default=Path("var"), validate_default=True)
    kabinet_secret: str | None = Field(default=None, min_length=SECRET_LENGTH)
    kabinet_address: WebAddress | None = None
    kabinet_mail_from: MailAddress | None = None
    kabinet_worker: Flag | None = None
    kabinet_demo: Flag = False
    kabinet_demo_password: str | None = Field(default=None, min_length=10, max_length=64)
    kabinet_demo_accounts: int = Field(default=300, ge=24, le=1_000_000)
    kabinet_demo_months: int = Field(default=24, ge=1, le=120)
    kabinet_today: dt.date | None = None
    kabinet_demo_bank: WebAddress | None = None
    kabinet_payment_fee: Decimal = Field(default=Decimal(0), ge=0, le=10, decimal_places=2)
    yookassa_shop_id: str | None = None
    yookassa_secret: str | None = None
    yookassa_receipts: Flag = False
    yookassa_vat_code: int = Field(default=1, ge=1, le=12)
    kabinet_time_zone: TimeZone = "Asia/Yekaterinburg"
    kabinet_centre_name: str = "Единый расчётно-кассовый центр"
    kabinet_centre_legal_form: str = ""
    kabinet_centre_address: str = ""
    kabinet_centre_phone: str = ""
    kabinet_centre_fax: str = ""
    kabinet_centre_since: int = Field(default=2026, ge=1900, le=9999)

    @field_validator("kabinet_state")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @model_validator(mode="after")
    def _check_demo(self) -> Self:
        if self.kabinet_demo:
            self._refuse_in_demo()
        elif self.kabinet_today or self.kabinet_demo_password or self.kabinet_demo_bank:
            raise make_error(
                "KABINET_TODAY, KABINET_DEMO_PASSWORD и KABINET_DEMO_BANK есть только в "
                "демонстрационном режиме (KABINET_DEMO=1): уберите их"
            )
        return self

    @model_validator(mode="after")
    def _check_shop(self) -> Self:
        if bool(self.yookassa_shop_id) != bool(self.yookassa_secret):
            raise make_error("YOOKASSA_SHOP_ID и YOOKASSA_SECRET нужны оба или не нужны совсем")
        return self

    def _refuse_in_demo(self) -> None:
        if self.database_url:
            raise make_error(
                "KABINET_DEMO=1 несовместим с DATABASE_URL: пароли демонстрации известны всем, "
                "поэтому она работает только со встроенной базой"
            )
        if self.yookassa_shop_id:
            raise make_error(
                "KABINET_DEMO=1 несовместим с YOOKASSA_SHOP_ID: в демонстрации платят только "
                "демонстрационному банку"
            )
        if not is_loopback(self.host):
            raise make_error(
                "KABINET_DEMO=1 принимает соединения только с этого компьютера: "
                "уберите HOST или задайте HOST=127.0.0.1"
            )

    @property
    def demo_password(self) -> str:
        """Return the password of the demonstration logins; raise outside demo mode."""
        if not self.kabinet_demo:
            raise SettingsRefused("Пароль демонстрации есть только в демонстрационном режиме.")
        return self.kabinet_demo_password or _DEMO_PASSWORD

    @property
    def address(self) -> str:
        """Return the public address of the portal, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.kabinet_address or f"http://{host}:{self.port}"

    @property
    def mail_from(self) -> str:
        """Return the address of the sender of letters."""
        host = urlsplit(self.address).hostname or ""
        return self.kabinet_mail_from or f"noreply@{'localhost' if is_loopback(host) else host}"

    @property
    def works(self) -> bool:
        """Tell whether the web process also runs the jobs."""
        return self.kabinet_demo if self.kabinet_worker is None else self.kabinet_worker

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Return the centre's time zone."""
        return zoneinfo.ZoneInfo(self.kabinet_time_zone)


_SENTENCES: Mapping[str, str] = {
    "int_parsing": "ожидается целое число",
    "decimal_parsing": "ожидается число",
    "decimal_max_places": "ожидается не больше {decimal_places} знаков после точки",
    "greater_than_equal": "ожидается число не меньше {ge}",
    "less_than_equal": "ожидается число не больше {le}",
    "string_too_short": "ожидается не меньше {min_length} знаков",
    "string_too_long": "ожидается не больше {max_length} знаков",
    "date_from_datetime_parsing": "ожидается дата вида 2014-11-20",
    "date_parsing": "ожидается дата вида 2014-11-20",
}


def _sentence(error: ValidationError) -> str:
    """Return a line for each wrong setting: its name and what is expected, but not its value."""
    lines = []
    for item in error.errors():
        context = item.get("ctx", {})
        sentence = context.get("sentence") or _SENTENCES.get(
            item["type"], "значение не подходит"
        ).format(**context)
        name = str(item["loc"][0]).upper() if item["loc"] else ""
        lines.append(f"{name}: {sentence}." if name else f"{sentence}.")
    return "Портал не запущен, настройка неверна. " + " ".join(lines)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from ``environment``; empty values count as absent.

    Raises:
        SettingsRefused: a value is wrong; the message names the setting but not its value.
    """
    names = {name.upper(): name for name in Settings.model_fields}
    values = {names[key]: value for key, value in environment.items() if key in names and value}
    if values.get("kabinet_demo") == "1":
        values = {**_DEMO_CENTRE, **values}
    try:
        return Settings.model_validate(values)
    except ValidationError as errors:
        raise SettingsRefused(_sentence(errors)) from None


@functools.cache
def get_settings() -> Settings:
    """Return the settings of this process; they are read at the first call.

    Raises:
        SettingsRefused: a value is wrong.
    """
    return read_settings(os.environ)
