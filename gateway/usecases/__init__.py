"""One function per act: load, decide, keep, tell."""
