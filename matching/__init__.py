"""Matching and the year of visits: who fits whom, the proposal, the match, its plan, each visit, the daily sweep.

Written by coordinators (proposals, introductions), peer supporters (answers, visits) and the sweep;
read by supervision and evaluation. pairing.py and taper.py calculate and know no Django.
"""
