"""Whom credit calls outside: webhooks of institutions, and the platforms above."""
