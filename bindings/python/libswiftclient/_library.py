"""The shared library: finds it, declares its functions, owns what it gives, and takes its errors apart."""
import ctypes
import itertools
import os
import sys
import weakref

from . import _declarations as declared
from .exceptions import (AuthError, CallbackError, ChecksumError, ClientException, ConnectionError, InvalidArgument,
                         ProtocolError, RequestException, SSLError, Timeout)

#: Names the library outright: a path.
VARIABLE = 'LIBSWIFTCLIENT'
if os.name == 'nt':
    NAMES = ('swiftclient.dll',)
elif sys.platform == 'darwin':
    NAMES = ('libswiftclient.0.dylib', 'libswiftclient.dylib')
else:
    NAMES = ('libswiftclient.so.0',)


def _candidates():
    """Where the library may be: what the environment names and nothing else; or beside the package, or where the
    system looks for libraries."""
    if os.environ.get(VARIABLE):
        return [os.environ[VARIABLE]]
    here = os.path.dirname(os.path.abspath(__file__))
    beside = [os.path.join(here, name) for name in NAMES]
    return [path for path in beside if os.path.exists(path)] + list(NAMES)


def _load():
    failures = []
    for name in _candidates():
        try:
            # CDLL, which lets other threads of Python run during calls.
            found = ctypes.CDLL(name)
            break
        except OSError as e:
            failures.append(str(e))
    else:
        raise ImportError('the library of libswiftclient cannot be loaded (%s); install it, or set %s to its path'
                          % ('; '.join(failures), VARIABLE))
    for function, returns, takes in declared.FUNCTIONS:
        try:
            f = getattr(found, function)
        except AttributeError:
            found.swc_version.restype = ctypes.c_char_p
            raise ImportError('the library %s is version %s, which has no %s; this package is made for %s or newer'
                              % (found._name, found.swc_version().decode(), function, declared.VERSION)) from None
        f.restype, f.argtypes = returns, takes
    return found


lib = _load()

# Which process this is: what was made before a fork is of no use after it, and must not even be freed there.
_generation = itertools.count()
generation = next(_generation)
#: Called in a child process after a fork.
after_fork = []


def _forked():
    global generation
    generation = next(_generation)
    for f in after_fork:
        f()


if hasattr(os, 'register_at_fork'):
    os.register_at_fork(after_in_child=_forked)


def text(value):
    """What goes to the library as text."""
    if value is None or isinstance(value, bytes):
        return value
    return str(value).encode('utf-8')


def shown(value):
    """What comes from the library as text."""
    return value.decode('utf-8', 'surrogateescape')


def _free(free, pointer, made):
    if made == generation:
        free(pointer)


class Handle:
    """An object of the library, freed once: by close(), or when nobody has it any more."""

    def __init__(self, pointer, free):
        self._pointer, self._made = pointer, generation
        self._finalizer = weakref.finalize(self, _free, free, pointer, generation)

    @property
    def pointer(self):
        if self._pointer is None:
            raise ValueError('it has been closed')
        if self._made != generation:
            raise RuntimeError('it was made before a fork, by another process: make it anew in this one')
        return self._pointer

    @property
    def usable(self):
        return self._pointer is not None and self._made == generation

    def release(self):
        """Gives the pointer away: whoever takes it frees it."""
        pointer, self._pointer = self.pointer, None
        self._finalizer.detach()
        return pointer

    def close(self):
        self._pointer = None
        self._finalizer()


class Failure:
    """What an error object says, read once; the error itself may be freed afterwards."""

    def __init__(self, error):
        self.status = lib.swc_error_status(error)
        self.message = shown(lib.swc_error_message(error))
        self.http_status = lib.swc_error_http_status(error) or None
        self.reason = shown(lib.swc_error_reason(error))
        self.url = shown(lib.swc_error_url(error))
        self.headers = pairs(lib.swc_error_header_at, error, lib.swc_error_header_count(error))
        length = ctypes.c_size_t()
        body = lib.swc_error_body(error, ctypes.byref(length))
        self.body = ctypes.string_at(body, length.value) if length.value else b''
        self.attempts = lib.swc_error_attempts(error)
        self.retryable = lib.swc_error_retryable(error)
        self.history = history(lib.swc_error_attempt_at, lib.swc_error_attempt_header, error, self.attempts)

    def exception(self, title=None):
        """The exception for it. `title` is what python-swiftclient says when that operation gets a bad answer."""
        cls = _CLASSES.get(self.status, ClientException)
        if self.http_status:
            # Of tempauth and its like the answer is told, as of any request.
            title = 'Auth GET failed' if cls is AuthError else title
            cls = ClientException
        if issubclass(cls, ClientException):
            # Without an answer there is more to say than what was asked for.
            e = cls.of_failure(self, title if title and self.http_status else self.message)
        else:
            e = cls(self.message)
        e.status = shown(lib.swc_status_name(self.status))
        e.attempts, e.retryable, e.detail = self.attempts, self.retryable, self.message
        return e


_CLASSES = {
    declared.SWC_ERR_INVALID_ARGUMENT: InvalidArgument,
    declared.SWC_ERR_INVALID_UTF8: InvalidArgument,
    declared.SWC_ERR_PANIC: RuntimeError,
    declared.SWC_ERR_CALLBACK: CallbackError,
    declared.SWC_ERR_IO: OSError,
    declared.SWC_ERR_CONNECT: ConnectionError,
    declared.SWC_ERR_TLS: SSLError,
    declared.SWC_ERR_TIMEOUT: Timeout,
    declared.SWC_ERR_PROTOCOL: ProtocolError,
    declared.SWC_ERR_CANCELLED: RequestException,
    declared.SWC_ERR_AUTH: AuthError,
    declared.SWC_ERR_CHECKSUM: ChecksumError,
}


def pairs(at, owner, count):
    """Names and values, as bytes, of what an object of the library has several of."""
    name, value = ctypes.c_char_p(), ctypes.c_char_p()
    names, values = ctypes.byref(name), ctypes.byref(value)
    found = []
    for i in range(count):
        at(owner, i, names, values)
        found.append((name.value, value.value))
    return found


def history(at, header, owner, count):
    """What became of each request of a call: HTTP status (0: no answer), reason, transaction id."""
    if count < 2:
        return []
    status, reason = ctypes.c_int32(), ctypes.c_char_p()
    transaction, said = ctypes.c_char_p(), ctypes.c_char_p()
    found = []
    for i in range(count):
        if at(owner, i, ctypes.byref(status), ctypes.byref(reason), ctypes.byref(transaction), ctypes.byref(said),
              None, None):
            found.append((status.value, shown(reason.value), shown(transaction.value)))
    return found


def taken(error):
    """What an error of ours says, which is freed."""
    try:
        return Failure(error)
    finally:
        lib.swc_error_free(error)


def call(function, *args):
    """Calls what has an error as its last parameter; failure is an exception. Returns the status."""
    error = ctypes.c_void_p()
    status = function(*args, ctypes.byref(error))
    if status < 0:
        raise taken(error).exception()
    return status


def made(function, *args):
    """Calls what gives an object as its last but one parameter, and returns that."""
    out = ctypes.c_void_p()
    call(function, *args, ctypes.byref(out))
    return out.value


def given_text(function, *args):
    """Calls what gives text that is ours."""
    pointer = made(function, *args)
    if pointer is None:
        return None
    try:
        return shown(ctypes.string_at(pointer))
    finally:
        lib.swc_string_free(pointer)


def borrowed_text(pointer):
    return None if pointer is None else shown(pointer)
