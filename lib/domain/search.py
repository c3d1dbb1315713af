"""Words to search by: letters that are typed in two ways, and endings that vary."""


def fold_letters(text: str) -> str:
    """Return a text in lower case, with «е» for «ё»."""
    return text.lower().replace("ё", "е")


def cut_ending(word: str, *, letters: int, shortest: int) -> str:
    """Return a word without its last letters, so that its other forms are found, too.

    Args:
        word: a word; a text with digits or signs in it is returned whole.
        letters: how many letters the ending has at most.
        shortest: how many letters of the word stay at least.
    """
    return word[: max(shortest, len(word) - letters)] if word.isalpha() else word
