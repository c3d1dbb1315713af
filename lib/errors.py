"""The base class of all errors that people may read."""


class PortalError(Exception):
    """An error with a Russian message for the person who sees it.

    Any other exception is a bug: it is logged once, and the person sees a general apology.
    """
