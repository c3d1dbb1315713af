"""Overview (Обзор): the main figures, what moved most, the best and the worst houses."""

from lib import links
from lib.ui.insight import screen

screen.render_screen(links.HOME, title="Обзор")
