"""Payments (Платежи): what came in, when, how, and what is still to come."""

from lib import links
from lib.ui.insight import screen

screen.render_screen(links.INSIGHT_PAYMENTS, title="Платежи")
