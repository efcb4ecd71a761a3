"""HTTP in and out of credit."""
