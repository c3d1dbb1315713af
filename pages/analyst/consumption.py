"""Consumption (Потребление): how much of a service is used, by whom, and how it is measured."""

from lib import links
from lib.ui.insight import screen

screen.render_screen(links.CONSUMPTION, title="Потребление")
