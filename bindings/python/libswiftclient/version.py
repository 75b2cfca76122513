"""The version of this package, which is that of the library it was made for."""
from ._declarations import VERSION

version_string = VERSION
