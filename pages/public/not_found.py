"""Not found (Страница не найдена): for addresses that this actor has no screen for."""

from lib.ui import guard

guard.refuse()
