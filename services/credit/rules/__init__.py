"""Pure rules of credit: no session, no clock, no number of a policy."""
