"""The three services, spoken to over HTTP."""
