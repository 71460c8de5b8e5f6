"""The server's skeleton: settings, guard, headers, error pages, compression and the process that runs it."""

from dashboard.server.run import serve
from dashboard.server.settings import ServerSettings

__all__ = ["ServerSettings", "serve"]
