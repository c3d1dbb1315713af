"""Payment codes of ГОСТ Р 56042-2014: what they say, written and read."""
