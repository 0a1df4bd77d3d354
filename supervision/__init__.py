"""Supervision: what supervisors follow up. They ask matching for overdue visits and concerns, and note what they did.

Written by supervisors and coordinators; read by evaluation.
"""
