"""What a layer holds: one streaming pass over its archive, then a merge of layers. Never unpacks to disk."""
