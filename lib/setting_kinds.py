"""Types of settings: checks of their values and the messages for wrong ones."""

import ipaddress
import re
import zoneinfo
from typing import Annotated
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError


def is_loopback(host: str) -> bool:
    """Tell whether a host is this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def make_error(sentence: str) -> PydanticCustomError:
    """Return the error for a wrong value; its message does not repeat the value."""
    return PydanticCustomError("setting", "{sentence}", {"sentence": sentence})


def _database_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"postgres", "postgresql", "postgresql+psycopg"} or not parts.path[1:]:
        raise make_error("ожидается адрес вида postgresql://имя:пароль@сервер:5432/база")
    return f"postgresql+psycopg{value[len(parts.scheme) :]}"


def _has_port(parts: SplitResult) -> bool:
    """Tell whether an address has no port or a valid one."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _smtp_url(value: str) -> str:
    parts = urlsplit(value)
    known = parts.scheme in {"smtp", "smtps", "smtp+starttls"}
    if not known or not parts.hostname or not _has_port(parts):
        raise make_error("ожидается адрес вида smtp://имя:пароль@сервер:587")
    if not unquote(f"{parts.username}{parts.password}").isascii():
        raise make_error(
            "имя и пароль почтового сервера могут состоять только из латиницы и знаков"
        )
    return value


def _address(value: str) -> str:
    parts = urlsplit(value)
    known = parts.scheme in {"http", "https"} and parts.hostname and _has_port(parts)
    if not known or parts.path.strip("/"):
        raise make_error("ожидается адрес вида https://lk.example.ru")
    return f"{parts.scheme}://{parts.netloc}"


def _mail_from(value: str) -> str:
    if not re.fullmatch(r"[\w.+-]+@[\w.-]+", value, re.ASCII):
        raise make_error("ожидается адрес вида noreply@example.ru")
    return value


def _time_zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as unknown:
        raise make_error(
            "ожидается название часового пояса, например Asia/Yekaterinburg"
        ) from unknown
    return value


def _proxies(value: str) -> str:
    for item in filter(None, (part.strip() for part in value.split(","))):
        try:
            ipaddress.ip_network(item, strict=False)
        except ValueError as malformed:
            raise make_error("ожидаются адреса или сети через запятую") from malformed
    return value


def _flag(value: object) -> object:
    if value in {True, "1"}:
        return True
    if value in {False, "0", ""}:
        return False
    raise make_error("ожидается 1 или 0")


DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
SmtpUrl = Annotated[str, AfterValidator(_smtp_url)]
WebAddress = Annotated[str, AfterValidator(_address)]
MailAddress = Annotated[str, AfterValidator(_mail_from)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Proxies = Annotated[str, AfterValidator(_proxies)]
Flag = Annotated[bool, BeforeValidator(_flag)]
