"""The one-command default: PostgreSQL and a broker of our own in one private folder, no password, no open port.

`python -m peerhub.embedded run` is `make run`; `python -m peerhub.embedded exec -- CMD` gives tests their servers;
`manage.py` calls `ensure.ensure_running`. With DATABASE_URL and REDIS_URL set, nothing here starts anything.
Written and read by this package only; `peerhub.settings` asks `paths` where to connect. Nothing here imports Django.
"""
