"""Banks that take online payments: one interface, and the adapter in use."""

from lib import config
from lib.acquiring.bank import Bank
from lib.acquiring.demonstration import DemonstrationBank


def find_bank() -> Bank | None:
    """Return the bank that new payments go to; None if online payments are off."""
    settings = config.get_settings()
    if settings.yookassa_shop_id and settings.yookassa_secret:
        # only where there is a shop: the SDK takes half a second to load
        from lib.acquiring.yookassa_bank import YookassaBank

        return YookassaBank(settings.yookassa_shop_id, settings.yookassa_secret)
    return DemonstrationBank() if settings.kabinet_demo else None


def find_bank_by_name(name: str) -> Bank | None:
    """Return the bank in which a payment was made; None if the portal no longer uses it."""
    bank = find_bank()
    return bank if bank is not None and bank.name == name else None
