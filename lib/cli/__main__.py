"""`python -m lib.cli`, the same as `kabinet`."""

from lib.cli import app

if __name__ == "__main__":
    app()
