"""What credit does, one function per act."""
