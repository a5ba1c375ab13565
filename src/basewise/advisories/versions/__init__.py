"""Version schemes by ecosystem."""
