"""Payment codes of ГОСТ Р 56042-2014: written, read, drawn."""
