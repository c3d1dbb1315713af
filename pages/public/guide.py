"""Руководство пользователя: contents, search and chapters, for residents and strangers alike."""

from lib.ui.guide import view

view.show()
