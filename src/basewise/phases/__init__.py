"""The four phases: pure functions from documents to documents. No I/O, no clock."""
