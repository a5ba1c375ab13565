"""Documents in, bytes out."""
