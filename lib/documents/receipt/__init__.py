"""The receipt («квитанция») as a PDF: data in, bytes out."""
