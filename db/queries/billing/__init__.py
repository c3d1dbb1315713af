"""Statements about accounts, bills, houses and tariffs."""
