"""Pages for people; no asset comes from elsewhere."""
