"""The screen «Обращения»: how many came, how soon they were answered, what grows."""
