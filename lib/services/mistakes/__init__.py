"""Mistakes in the text that readers report.

Use cases: ``reports`` (anybody reports one), ``decisions`` (staff decide), ``notices`` (letters).
"""
