"""People: registering, sign-in, profile and removal of logins.

Use cases: ``sign_in``, ``registrations``, ``activations``, ``recoveries``, ``profiles``,
``email_changes``, ``password_change``, ``web_sessions``, ``subscriptions``, ``consents``,
``data_exports``, ``login_removal``; for administrators ``directory``, ``employment``,
``invitations``, ``invitation_acceptance``; for operators ``logins`` and ``login_commands``.
"""
