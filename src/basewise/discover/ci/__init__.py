"""Configuration of CI systems: the images that jobs run in, beside and by step, and the builds that they make."""
