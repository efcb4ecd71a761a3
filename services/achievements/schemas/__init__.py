"""Words on the wire: what callers send and what the registry answers."""
