"""The statement («выписка») as PDF, XLSX and CSV."""
