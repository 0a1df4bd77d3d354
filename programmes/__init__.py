"""Programmes: the organisation, its programmes, and who does what in them.

Written by administrators (Django admin) and coordinators (team, settings); read by every later stage.
permissions.py says which role may do what; access.py lets a request in and says who is asking.
"""
