"""Queries of appeals and the service desk."""
