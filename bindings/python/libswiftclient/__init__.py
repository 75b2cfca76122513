"""libswiftclient for programs made for python-swiftclient: the same interface, over the library.

Change ``import swiftclient`` to ``import libswiftclient as swiftclient``. See README.md for what differs.
"""
from .client import *  # noqa: F401,F403
from .version import version_string as __version__  # noqa: F401
