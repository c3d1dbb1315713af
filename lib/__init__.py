"""The portal's Python: rules, services, screens' parts and commands."""
