"""Debts (Долги): as of any day, how old they are, how they roll on and who has fallen behind."""

from lib import links
from lib.ui.insight import screen

screen.render_screen(links.DEBTS, title="Долги", has_day=True)
