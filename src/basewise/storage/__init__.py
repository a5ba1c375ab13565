"""Files that appear whole or not at all: the one way in which anything here is written to disk."""
