"""How gunicorn serves and what it writes (``gunicorn -c python:peerhub.serving``).

The access log is off unless somebody asks for it (``--access-logfile -``). Even then it tells no query, no referrer and
no browser, whatever format is asked for, and the error log passes through the house's formatter.
"""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger as GunicornLogger

from peerhub.lib.logs import Formatter

logger_class = "peerhub.serving.Logger"
# time, method, path without its query, status, bytes, milliseconds
access_log_format = "%(m)s %(U)s %(s)s %(B)s %(M)s"
UNSAID = {"h": "-", "u": "-", "q": "", "f": "-", "a": "-"}


class Logger(GunicornLogger):  # type: ignore[misc]  # gunicorn is not typed
    """Gunicorn's two logs, scrubbed."""

    def setup(self, cfg: Any) -> None:
        """As gunicorn does it, then with our formatter on every handler."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.setFormatter(Formatter())

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """What an access log may be made of: of headers and the environment nothing."""
        found = super().atoms(resp, req, environ, request_time)
        kept = {name: value for name, value in found.items() if not name.startswith("{")}
        asked = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')} {environ['SERVER_PROTOCOL']}"
        return {**kept, **UNSAID, "r": asked}
