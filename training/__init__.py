"""Training: from acceptance to the certificate that lets a peer supporter begin.

Written by trainers and coordinators; read by matching and evaluation.
"""
