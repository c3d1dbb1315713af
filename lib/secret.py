"""The key that the passwords of database roles are derived from."""

import os
import secrets
from pathlib import Path

from lib import config
from lib.config import SECRET_LENGTH, SettingsRefused


def get_secret() -> str:
    """Return the key; in demo mode it is generated and stored in the state folder.

    Raises:
        SettingsRefused: no secret is set outside demo mode.
    """
    settings = config.get_settings()
    if settings.kabinet_secret:
        return settings.kabinet_secret
    if not settings.kabinet_demo:
        raise SettingsRefused(
            "Не задан KABINET_SECRET: придумайте случайную строку не короче "
            f"{SECRET_LENGTH} знаков (например, командой «openssl rand -hex 32») и храните "
            "её в тайне."
        )
    return _read_or_make(settings.kabinet_state / "secret")


def _read_or_make(path: Path) -> str:
    """Return the secret stored in ``path``; it is generated at the first call.

    A hard link makes sure that two first starts at the same time get one secret.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - Path.open cannot set the mode
            file.write(secrets.token_hex(SECRET_LENGTH))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
