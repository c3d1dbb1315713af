"""Payment codes of ГОСТ Р 56042-2014: a writer and a reader."""
