"""Exchange with the billing program: packages in, readings and payments out.

Use cases: ``importing`` (import a package), ``exports`` (write what billing has not received yet).
"""
