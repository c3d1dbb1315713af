"""Attaching an account to a login: by its last payment, a code of its receipt, or a document.

Use cases: ``premises`` (search), ``attachments`` (prove and attach), ``requests`` (send
a document), ``request_queue`` and ``decisions`` (staff approve or decline), ``removal``.
"""
