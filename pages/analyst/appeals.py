"""Appeals (Обращения): how many there are, about what, and how soon they are answered."""

from lib import links
from lib.ui.insight import screen

screen.render_screen(links.INSIGHT_APPEALS, title="Обращения")
