"""The screen «Обзор»: the figures that lead to all others, and what moved most."""
