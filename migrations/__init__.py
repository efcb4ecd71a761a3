"""The schema of each house's database, step by step (Alembic)."""
