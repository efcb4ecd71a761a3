"""Words of credit on the wire."""
