"""The demonstration: a programme in mid-year with the nine personas of the model, told in our own words.

cast.py says who is in it, story.py lets their year happen day by day through the real deeds, deciding.py what
the team decided about matching, staging.py puts it on and
takes it away. Everybody is fictitious; all days are counted back from today, so something is due whenever you look.
"""
