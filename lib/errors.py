"""The one base of every refusal that a person may read."""


class PortalError(Exception):
    """A refusal whose message is written, in Russian, for the person who sees it.

    Anything else that is raised is a bug: it is logged once and the person
    sees a general apology instead of its text.
    """
