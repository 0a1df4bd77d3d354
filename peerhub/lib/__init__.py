"""Helpers that know no model: dates, states, constraints, privacy, PDF, charts.

Everything above may import from here; nothing here imports from above.
"""
