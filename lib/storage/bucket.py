"""Files in a bucket of S3: Amazon's, another provider's, or one's own MinIO server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lib.setting_kinds import is_loopback
from lib.storage.interface import FileGone, StorageAway

_LOG = structlog.get_logger("storage")
_CONNECT_SECONDS, _READ_SECONDS, _TRIES = 3, 20, 2
_MISSING = {"NoSuchKey", "404"}


class BucketStorage:
    """One bucket, under one prefix; S3 shows an object only when it is complete."""

    def __init__(
        self, url: str, *, endpoint: str | None, region: str, key: str, secret: str
    ) -> None:
        parts = urlsplit(url)
        prefix = parts.path.strip("/")
        self._bucket = parts.netloc
        self._prefix = f"{prefix}/" if prefix else ""
        # no proxy for a server on this machine
        is_own = is_loopback(urlsplit(endpoint or "").hostname or "")
        self._client = Session().client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=_READ_SECONDS,
                retries={"total_max_attempts": _TRIES},
                s3={"addressing_style": "path" if endpoint else "auto"},
                # servers of other vendors do not support more
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                proxies={} if is_own else None,
            ),
        )

    def put(self, place: str, content: bytes) -> None:
        """Store a file."""
        with self._translate_errors():
            self._client.put_object(Bucket=self._bucket, Key=self._key(place), Body=content)

    def get(self, place: str) -> bytes:
        """Return the content of a file."""
        with self._translate_errors():
            found = self._client.get_object(Bucket=self._bucket, Key=self._key(place))
            return found["Body"].read()

    def find_path(self, place: str) -> Path | None:  # noqa: ARG002 - the interface passes it
        """Return None: the file lies on the server."""
        return None

    def delete(self, place: str) -> None:
        """Delete a file."""
        with self._translate_errors():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(place))

    def _key(self, place: str) -> str:
        return f"{self._prefix}{place}"

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Turn errors of the server and of the network into the errors of this package."""
        try:
            yield
        except ClientError as failure:
            code = failure.response.get("Error", {}).get("Code", "")
            if code in _MISSING:
                raise FileGone from failure
            _LOG.error("storage refused", code=code, bucket=self._bucket)
            raise StorageAway from failure
        except (BotoCoreError, OSError) as failure:
            _LOG.error("storage away", kind=type(failure).__name__, bucket=self._bucket)
            raise StorageAway from failure
