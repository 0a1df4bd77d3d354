"""Recruitment: applications and their selection meetings, peer supporters, participants, the waiting list, import.

Written by coordinators (forms, import); read by training, matching and everything above.
"""
