"""SQL and data files of credit."""
