"""Notices: the outbox. One row per message, written in the transaction of the deed that causes it.

Written by every stage through services.write; read and sent by tasks. A crash neither loses nor doubles one.
No names and no note text ever stand in a message; it says that something waits and links to the page.
"""
