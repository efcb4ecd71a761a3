"""SQL of the registry: find_ get_ lock_ list_ add_."""
