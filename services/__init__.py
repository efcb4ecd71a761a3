"""The three services: one house each."""
