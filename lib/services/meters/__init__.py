"""Meters and the readings that residents submit.

Use cases: ``listing`` (meters of all accounts), ``readings`` (check and submit), ``review`` (staff
accept or return a doubtful reading).
"""
