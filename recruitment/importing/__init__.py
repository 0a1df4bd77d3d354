"""Importing people: a coordinator's workbook or CSV becomes sheets, columns, values and a judgement on each row.

Read by services/importing.py alone, which brings the programme's people to the comparison and does the deeds.
Nothing in here writes to the database; only comparing.py knows that there are people already.
"""
