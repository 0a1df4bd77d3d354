"""Fictitious programmes of any size, for benchmarks and for trying things out: consistent rows, loaded by COPY.

year.py lives through one match by the rules of the taper; people.py invents who they are; loading.py writes rows;
programmes.py puts it together, five hundred matches at a time, so that memory stays flat; beyond two thousand matches
copying.py lets other people live the same years; bare.py takes away meanwhile what makes a big load slow.
"""

from peerhub.home.generating.bare import by_the_owner
from peerhub.home.generating.copying import COPIED
from peerhub.home.generating.programmes import Generated, generate_matches, generate_waiting

__all__ = ["COPIED", "Generated", "by_the_owner", "generate_matches", "generate_waiting"]
