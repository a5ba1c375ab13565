"""A sample fleet made on the spot: real image layouts, manifests, Dockerfiles and advisories, built without network."""
