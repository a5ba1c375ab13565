"""Measurements on real images: what an audit costs, beside what the work itself costs."""
