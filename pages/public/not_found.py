"""Страница не найдена: for whatever this actor has no screen for."""

from lib.ui import guard

guard.refuse()
