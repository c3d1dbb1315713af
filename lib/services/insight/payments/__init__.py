"""The screen «Платежи»: what was received, when, by which channels, and what is still expected."""
