"""Fictitious programmes of any size, for benchmarks and for trying things out: consistent rows, loaded by COPY.

year.py lives through one match by the rules of the taper; people.py invents who they are; loading.py writes rows;
programmes.py puts it together, a thousand matches at a time, so that memory stays flat.
"""

from peerhub.home.generating.programmes import Generated, generate_matches, generate_waiting

__all__ = ["Generated", "generate_matches", "generate_waiting"]
