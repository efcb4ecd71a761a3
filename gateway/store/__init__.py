"""SQL and files: find_, get_, lock_, list_, add_."""
