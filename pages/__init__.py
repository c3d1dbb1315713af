"""The screens: one thin script each."""
