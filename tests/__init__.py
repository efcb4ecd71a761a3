"""The story of the platform, told in tests."""
