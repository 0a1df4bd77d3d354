"""Evaluation: answers to questionnaires, the figures of input, throughput, output and outcome, reports for funders.

Written by evaluators and coordinators; nobody stands above but the pages. instruments.py and measures.py calculate and
know no Django; frames.py is the only door to pandas.
"""
