"""Measured limits: run with make bench; prints ratios, never fails a test."""
