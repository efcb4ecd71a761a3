"""Others that this house calls."""
