"""The ground floor: what every house stands on, and nothing that knows a domain word."""
