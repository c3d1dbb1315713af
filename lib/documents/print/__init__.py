"""Pieces that every printed document is made of: fonts, pages, tables, page breaks."""
