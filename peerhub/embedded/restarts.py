"""How often something may die before it is given up."""

import time
from pathlib import Path

from peerhub.embedded import process
from peerhub.embedded.errors import EmbeddedError

WINDOW = 60.0
MOST = 5


class Restarts:
    """Deaths of one program within the last minute."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self.deaths: list[float] = []

    def pause(self) -> float:
        """Count a death; how many seconds to wait before the next start. The fifth within a minute gives up."""
        now = time.monotonic()
        self.deaths = [death for death in self.deaths if now - death < WINDOW] + [now]
        if len(self.deaths) >= MOST:
            raise EmbeddedError(
                f"{self.name} ended {MOST} times within a minute and is given up; see {self.log}. "
                f"It last said: {process.last_line(self.log)}"
            )
        return 0.25 * 2.0 ** (len(self.deaths) - 1)
