"""Pure decisions: facts and a day in, a decision with its reasons out."""
