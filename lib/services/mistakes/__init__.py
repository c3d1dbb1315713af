"""Reports of mistakes in the portal's texts.

Use cases: ``reports`` (readers), ``decisions`` (staff), ``notices`` (letters).
"""
