"""Settings of the file storage: a folder by default, or an S3 bucket."""

import re
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, SecretStr, model_validator

from lib.setting_kinds import WebAddress, make_error

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[\w./-]{0,200}", re.ASCII)


def _storage_url(value: str) -> str:
    parts = urlsplit(value)
    known = parts.scheme == "s3" and _BUCKET.fullmatch(parts.netloc)
    if not known or not _PREFIX.fullmatch(parts.path) or parts.query or parts.fragment:
        raise make_error("ожидается адрес вида s3://хранилище/папка")
    return value


class StorageSettings(BaseModel):
    """The storage for the files of users.

    Attributes:
        storage_url: bucket and prefix, «s3://bucket/prefix»; without it, a folder is used.
        storage_endpoint: the S3 server; without it, Amazon's server of the region.
        storage_region: the region of the server.
        storage_key: the id of the access key.
        storage_secret: the secret of the access key.
    """

    storage_url: Annotated[str, AfterValidator(_storage_url)] | None = None
    storage_endpoint: WebAddress | None = None
    storage_region: str = "us-east-1"
    storage_key: str | None = None
    storage_secret: SecretStr | None = None

    @model_validator(mode="after")
    def _check_storage(self) -> Self:
        if self.storage_url and not (self.storage_key and self.storage_secret):
            raise make_error("для STORAGE_URL нужны STORAGE_KEY и STORAGE_SECRET")
        if not self.storage_url and (
            self.storage_endpoint or self.storage_key or self.storage_secret
        ):
            raise make_error(
                "STORAGE_ENDPOINT, STORAGE_KEY и STORAGE_SECRET нужны только с STORAGE_URL"
            )
        return self
