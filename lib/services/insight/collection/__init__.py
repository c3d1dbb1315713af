"""The screen «Собираемость»: what share of the charges was paid, by when, against which target."""
