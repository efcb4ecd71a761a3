"""What is true of the registry's things, without database, clock or network."""
