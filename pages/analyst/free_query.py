"""Free query (Свободный запрос): a question of one's own, in SQL over open tables."""

from lib.ui.insight import free_query

free_query.render_screen()
