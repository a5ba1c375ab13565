"""The nouns of Basewise: references, images, packages, findings, workloads, documents, limits.

Nothing here reads a file, a clock or the network, and nothing here imports another part of Basewise.
"""
