"""Collection (Собираемость): what part of what was charged has been paid."""

from lib import links
from lib.ui.insight import screen

screen.render_screen(links.COLLECTION, title="Собираемость")
