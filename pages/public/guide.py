"""Руководство пользователя: contents, search and chapters, for residents and strangers alike."""

from lib.ui import guide_view

guide_view.show()
