"""Files of analysts: tables of a screen as CSV, XLSX and Parquet."""
