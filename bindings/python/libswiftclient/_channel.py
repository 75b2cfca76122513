"""A connection of the library with the calls python-swiftclient has: each decodes, calls and encodes."""
import ctypes
import os
from urllib.parse import unquote_plus

from . import _declarations as declared
from . import _library
from ._interrupt import callback, interruptible
from ._library import Handle, call, history, lib, pairs, shown, text
from .utils import Headers

#: Headers that say how a body is framed, which is the library's work.
FRAMING = ('content-length', 'transfer-encoding')


def configured(settings):
    """A config of the library; what is None stays as it is. Whoever gets it frees it."""
    config = lib.swc_config_new()
    try:
        fill(config, settings)
    except BaseException:
        lib.swc_config_free(config)
        raise
    return config


def fill(config, settings):
    """Sets the options of a config; a mapping or a list is lines of headers or metadata."""
    for key, value in settings.items():
        if value is None:
            continue
        if isinstance(value, (dict, list, tuple)):
            for name, line in value.items() if isinstance(value, dict) else value:
                call(lib.swc_config_add, config, text(key), text(name), text(line))
        else:
            value = str(value).lower() if isinstance(value, bool) else value
            call(lib.swc_config_set, config, text(key), text(value))


def proxies():
    """What the environment says about the way to the server, as the library's options."""
    def value(name):
        # The variable that a header of a request can set does not count in a CGI program.
        names = [name] if name == 'http_proxy' and 'REQUEST_METHOD' in os.environ else [name, name.upper()]
        return next((os.environ[n] for n in names if os.environ.get(n)), None)
    every = value('all_proxy')
    return {'http_proxy': value('http_proxy') or every, 'https_proxy': value('https_proxy') or every,
            'no_proxy': value('no_proxy')}


class _LoggingIn:
    """A session of keystoneauth1, or what has its methods, that logs in for the library."""

    known = {}

    def __init__(self, session, options):
        self.session, self.options, self.error = session, options, None

    def log_in(self, reason, to):
        if reason == declared.SWC_AUTH_REFUSED and not self.session.invalidate():
            raise ValueError('the session cannot get another token')
        url = self.session.get_endpoint(service_type=self.options.get('service_type') or 'object-store',
                                        interface=self.options.get('endpoint_type') or 'public',
                                        region_name=self.options.get('region_name'))
        token = self.session.get_token()
        call(lib.swc_session_set_storage_url, to, text(self.options.get('object_storage_url') or url))
        call(lib.swc_session_set_token, to, text(token))


@declared.swc_auth_callback
def _log_in(user_data, reason, to):
    by = _LoggingIn.known.get(user_data)

    def run():
        try:
            by.log_in(reason, to)
            return declared.SWC_OK
        except BaseException as e:
            by.error = e
            lib.swc_session_set_failure(to, text('%s: %s' % (type(e).__name__, e)), None)
            return declared.SWC_ERR_AUTH
    return callback(run)


@declared.swc_free_callback
def _logged_out(user_data):
    _LoggingIn.known.pop(user_data, None)


class Response:
    """An answer. Its bytes are read in order; `attempts` tells how many requests it took so far."""

    def __init__(self, pointer, cancel):
        self._handle, self._cancel = Handle(pointer, lib.swc_response_free), cancel
        self.status = self.status_code = lib.swc_response_status(pointer)
        self.reason = shown(lib.swc_response_reason(pointer))
        self._pairs = pairs(lib.swc_response_header_at, pointer, lib.swc_response_header_count(pointer))
        self.headers = Headers(self._pairs, decode=False)
        self._ended = False
        self._last_attempts = None
        self.position = 0
        self._buffer, self._ready = None, b''

    @property
    def attempts(self):
        if self._last_attempts is None:
            return lib.swc_response_attempts(self._handle.pointer)
        return self._last_attempts

    def getheaders(self):
        return list(self.headers.items())

    def getheader(self, name, default=None):
        return self.headers.get(name, default)

    def decoded(self):
        return Headers(self._pairs)

    def earlier(self):
        """What became of the requests before the one that was answered."""
        p = self._handle.pointer
        return history(lib.swc_response_attempt_at, lib.swc_response_attempt_header, p, self.attempts)[:-1]

    def _run(self, function):
        cancel = self._cancel
        if cancel is None:
            return function()
        return interruptible(function, lambda: lib.swc_cancel_cancel(cancel.pointer))

    def read_all(self):
        """What is left of the body."""
        if self._ended:
            return b''
        pointer = self._handle.pointer

        def read():
            body, length = ctypes.c_void_p(), ctypes.c_size_t()
            call(lib.swc_response_read_all, pointer, ctypes.c_size_t(-1).value, ctypes.byref(body),
                 ctypes.byref(length))
            return ctypes.string_at(body, length.value)
        rest = self._ready + self._run(read)
        self._ready = b''
        self._end()
        self.position += len(rest)
        return rest

    def _end(self):
        self._ended = True
        self._buffer = None

    def _some(self, size):
        """At least one byte, unless it is the end; what is small is read ahead of."""
        if not self._ready and not self._ended:
            room = max(size, 65536)
            if self._buffer is None or len(self._buffer) < room:
                self._buffer = ctypes.create_string_buffer(room)
            pointer, buffer, length = self._handle.pointer, self._buffer, ctypes.c_size_t()

            def read():
                return call(lib.swc_response_read, pointer, buffer, size if size >= 65536 else room,
                            ctypes.byref(length))
            if self._run(read) == declared.SWC_END:
                self._end()
                return b''
            if length.value <= size:
                # The common case for large chunks: no second copy.
                self.position += length.value
                return ctypes.string_at(buffer, length.value)
            self._ready = ctypes.string_at(buffer, length.value)
        piece, self._ready = self._ready[:size], self._ready[size:]
        self.position += len(piece)
        return piece

    def read(self, size=None):
        """So many bytes, or all there are; fewer only at the end."""
        if size is None or size < 0:
            return self.read_all()
        pieces, left = [], size
        while left:
            piece = self._some(left)
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece)
        return pieces[0] if len(pieces) == 1 else b''.join(pieces)

    @property
    def content(self):
        if not hasattr(self, '_content'):
            self._content = self.read_all()
        return self._content

    def __iter__(self):
        return iter(lambda: self.read(65536), b'')

    def close(self):
        if self._handle.usable:
            self._last_attempts = lib.swc_response_attempts(self._handle.pointer)
        self._handle.close()
        self._ended, self._ready = True, b''


class Cancel:
    """A token that ends calls from a signal handler."""

    def __init__(self):
        self._handle = Handle(lib.swc_cancel_new(), lib.swc_cancel_free)

    @property
    def pointer(self):
        return self._handle.pointer

    def close(self):
        self._handle.close()


class Channel:
    """A connection of the library."""

    def __init__(self, settings, session=None, session_options=None):
        config = configured(settings)
        self.login = None
        try:
            if session is not None:
                self.login = _LoggingIn(session, session_options or {})
                number = id(self.login)
                _LoggingIn.known[number] = self.login
                call(lib.swc_config_set_auth_callback, config, _log_in, _logged_out, number)
            self._handle = Handle(_library.made(lib.swc_connection_new, config), lib.swc_connection_free)
        finally:
            lib.swc_config_free(config)
        #: Requests of the last call.
        self.attempts = 0

    @property
    def pointer(self):
        return self._handle.pointer

    @property
    def usable(self):
        return self._handle.usable

    def session(self):
        """(storage URL, token, service token); None before there is one."""
        try:
            session = _library.made(lib.swc_connection_session, self.pointer)
        except Exception:
            return None
        try:
            parts = (lib.swc_session_storage_url(session), lib.swc_session_token(session),
                     lib.swc_session_service_token(session))
            return tuple(None if p is None else shown(p) for p in parts)
        finally:
            lib.swc_session_free(session)

    def expires(self):
        """When the token ends, in seconds since 1970; None when that is not known."""
        session = _library.made(lib.swc_connection_session, self.pointer)
        try:
            found = lib.swc_session_expires(session)
            return None if found < 0 else found
        finally:
            lib.swc_session_free(session)

    def authenticate(self):
        cancel = Cancel()
        request = Request(cancel)
        try:
            interruptible(lambda: self._checked(lib.swc_connection_authenticate, self.pointer, request.pointer),
                          lambda: lib.swc_cancel_cancel(cancel.pointer))
        finally:
            request.close()
        return self.session()

    def _checked(self, function, *args, title=None, failed=None):
        error = ctypes.c_void_p()
        status = function(*args, ctypes.byref(error))
        if status >= 0:
            return status
        failure = _library.taken(error)
        self.attempts = failure.attempts
        if failed:
            failed(failure)
        if self.login and self.login.error:
            raised, self.login.error = self.login.error, None
            raise raised
        raise failure.exception(title)

    def call(self, function, *args, title=None, request=None, response_dict=None, source=None):
        """Makes a call that gives a response. `request` is freed."""
        request = request or Request()
        cancel = request.cancel
        out = ctypes.c_void_p()
        pointer = self.pointer

        def failed(failure):
            if response_dict is not None and failure.http_status:
                told = {'status': failure.http_status, 'reason': failure.reason, 'headers': Headers(failure.headers)}
                _tell(response_dict, failure.history[:-1], told)
        try:
            interruptible(lambda: self._checked(function, pointer, *args, request.pointer, ctypes.byref(out),
                                                title=title, failed=failed),
                          lambda: lib.swc_cancel_cancel(cancel.pointer))
        except BaseException:
            if out.value:
                # It was interrupted when the answer was there already.
                lib.swc_response_free(out)
            if source is not None and source.error is not None:
                raise source.error from None
            raise
        finally:
            request.close()
        response = Response(out.value, cancel)
        self.attempts = response.attempts
        if response_dict is not None:
            _tell(response_dict, response.earlier(),
                  {'status': response.status, 'reason': response.reason, 'headers': response.decoded()})
        return response

    def rows(self, function, *args, title=None, request=None):
        """All rows of a listing, with the headers of its first page."""
        cancel = request.cancel
        pointer = self.pointer

        def run():
            listing = ctypes.c_void_p()
            self._checked(function, pointer, *args, request.pointer, ctypes.byref(listing), title=title)
            rows, entry, first = [], ctypes.c_void_p(), None
            try:
                while True:
                    status = self._checked(lib.swc_listing_next, listing, ctypes.byref(entry), title=title)
                    if first is None:
                        page = lib.swc_listing_response(listing)
                        first = Headers(pairs(lib.swc_response_header_at, page, lib.swc_response_header_count(page)))
                        self.attempts = lib.swc_response_attempts(page)
                    if status == declared.SWC_END:
                        return first, rows
                    rows.append(lib.swc_entry_json(entry))
            finally:
                lib.swc_listing_free(listing)
        try:
            return interruptible(run, lambda: lib.swc_cancel_cancel(cancel.pointer))
        finally:
            request.close()

    def capabilities(self, url, title=None, request=None):
        """What a cluster says of itself, as JSON; `request` is freed."""
        cancel, out, pointer = request.cancel, ctypes.c_void_p(), self.pointer
        try:
            interruptible(lambda: self._checked(lib.swc_connection_read_capabilities, pointer, text(url),
                                                request.pointer, ctypes.byref(out), title=title),
                          lambda: lib.swc_cancel_cancel(cancel.pointer))
            return lib.swc_capabilities_json(out)
        finally:
            request.close()
            lib.swc_capabilities_free(out)

    def close_idle(self):
        if self.usable:
            lib.swc_connection_close_idle(self.pointer)

    def close(self):
        self._handle.close()


def _tell(response_dict, earlier, last):
    """Puts an answer into a caller's dictionary, and every one before it into a list there."""
    told = [{'status': status, 'reason': reason, 'headers': Headers({'x-trans-id': transaction})} if status else {}
            for status, reason, transaction in earlier]
    response_dict.setdefault('response_dicts', []).extend(told + [dict(last)])
    response_dict.update(last)


class Request:
    """The extras of a call, which can be interrupted."""

    def __init__(self, cancel=None):
        self.cancel = cancel or Cancel()
        self._pointer = lib.swc_request_new()
        call(lib.swc_request_set_cancel, self._pointer, self.cancel.pointer)

    @property
    def pointer(self):
        return self._pointer

    def headers(self, headers, but=()):
        """Adds headers of a caller; those named in `but` are another's to say."""
        for name, value in (headers or {}).items():
            name = shown(name) if isinstance(name, bytes) else name
            if value is None or name.lower() in FRAMING or name.lower() in but:
                continue
            if isinstance(value, bytes):
                call(lib.swc_request_set_header_bytes, self._pointer, text(name.lower()), value, len(value))
            else:
                call(lib.swc_request_set_header, self._pointer, text(name.lower()), text(value))
        return self

    def query(self, **parameters):
        """Adds parameters; those that say nothing are left out."""
        for name, value in parameters.items():
            if value:
                call(lib.swc_request_set_query, self._pointer, text(name), text(value))
        return self

    def query_string(self, query_string):
        """Adds the parameters of a query as it stands in a URL."""
        for item in (query_string or '').lstrip('?').split('&'):
            if item:
                name, equals, value = item.partition('=')
                call(lib.swc_request_set_query, self._pointer, text(unquote_plus(name)),
                     text(unquote_plus(value)) if equals else None)
        return self

    def set(self, function, *args):
        call(function, self._pointer, *args)
        return self

    def close(self):
        lib.swc_request_free(self._pointer)
        self._pointer = None
