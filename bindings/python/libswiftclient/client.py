"""The Connection API, with python-swiftclient's names, arguments and results."""
import json
import logging
import os
import threading
import time
import warnings
from urllib.parse import urlsplit, urlunsplit

from . import _log
from ._channel import Channel, Request, Response, proxies
from ._declarations import VERSION
from ._library import lib, shown, text
from ._source import source
from .exceptions import ClientException, RequestException, SSLError
from .utils import Headers, LengthWrapper, get_body, parse_api_response, parse_header_string

__all__ = ['ClientException', 'Connection', 'HTTPConnection', 'LengthWrapper', 'RequestException', 'SSLError',
           'copy_object', 'delete_container', 'delete_object', 'encode_meta_headers', 'encode_utf8', 'get_account',
           'get_auth', 'get_auth_1_0', 'get_auth_keystone', 'get_capabilities', 'get_container',
           'get_keystoneclient_2_0', 'get_object', 'head_account', 'head_container', 'head_object', 'http_connection',
           'logger', 'logger_settings', 'parse_api_response', 'parse_header_string', 'post_account', 'post_container',
           'post_object', 'put_container', 'put_object', 'resp_header_dict', 'safe_value', 'scrub_headers',
           'store_response', 'LowerKeyCaseInsensitiveDict', 'get_body']

AUTH_VERSIONS_V1 = ('1.0', '1', 1)
AUTH_VERSIONS_V2 = ('2.0', '2', 2)
AUTH_VERSIONS_V3 = ('3.0', '3', 3)
LowerKeyCaseInsensitiveDict = Headers
logger = logging.getLogger('swiftclient')
logger.addHandler(logging.NullHandler())
#: How much of tokens and keys the log shows; see log_to_logger().
logger_settings = {'redact_sensitive_headers': True, 'reveal_sensitive_prefix': 16}
LOGGER_SENSITIVE_HEADERS = [
    'x-auth-token', 'x-auth-key', 'x-service-token', 'x-storage-token', 'x-account-meta-temp-url-key',
    'x-account-meta-temp-url-key-2', 'x-container-meta-temp-url-key', 'x-container-meta-temp-url-key-2', 'set-cookie']
# What a caller's headers do not change in calls about objects.
_TOKENS = ('x-auth-token', 'x-service-token')
#: The keys of os_options, and the library's options they are.
_OS_OPTIONS = {
    'object_storage_url': 'os_storage_url',
    **{key: key for key in ('service_username', 'service_key', 'service_project_name')},
    **{key: 'os_' + key for key in (
        'tenant_name', 'tenant_id', 'project_name', 'project_id', 'user_id', 'user_domain_name', 'user_domain_id',
        'project_domain_name', 'project_domain_id', 'auth_token', 'service_type', 'endpoint_type', 'region_name',
        'auth_type', 'application_credential_id', 'application_credential_secret')},
}


def safe_value(name, value):
    """The value of a header as far as it may be shown."""
    if name.lower() not in LOGGER_SENSITIVE_HEADERS:
        return value
    most = logger_settings.get('reveal_sensitive_prefix', 16)
    return value[:int(min(most if most >= 0 else 16, len(value) ** 2 / 32, len(value) / 2))] + '...'


def scrub_headers(headers):
    """Headers as text, with secrets cut short."""
    pairs = [(parse_header_string(n), parse_header_string(v))
             for n, v in (headers.items() if hasattr(headers, 'items') else headers)]
    if not logger_settings.get('redact_sensitive_headers', True):
        return dict(pairs)
    return {n: safe_value(n, v) for n, v in pairs}


def encode_utf8(value):
    """What goes into a header, as bytes."""
    if type(value) in (int, float, bool):
        value = str(value)
    return value.encode('utf-8') if isinstance(value, str) else value


def encode_meta_headers(headers):
    """Headers in lower case, their values as bytes, and names of metadata too."""
    encoded = {}
    for name, value in headers.items():
        name = name.lower()
        if isinstance(name, str) and name.startswith(('x-container-meta-', 'x-account-meta-', 'x-object-meta-')):
            name = name.encode('utf-8')
        encoded[name] = encode_utf8(value)
    return encoded


def resp_header_dict(resp):
    """The headers of an answer, percent-encoding undone."""
    return Headers(resp.getheaders())


def store_response(resp, response_dict):
    """Notes status, reason and headers of an answer in a dictionary."""
    if response_dict is not None:
        response_dict.update(status=resp.status, reason=resp.reason, headers=resp_header_dict(resp))


def _transport(cacert=None, insecure=False, cert=None, cert_key=None, timeout=None, proxy=None):
    """The library's options for the way to a server."""
    settings = {'os_cacert': None if insecure else cacert, 'insecure': bool(insecure) or None, 'os_cert': cert,
                'os_key': cert_key if cert else None, 'timeout': timeout or None, 'connect_timeout': timeout or None}
    if not cacert and not insecure:
        settings['os_cacert'] = os.environ.get('REQUESTS_CA_BUNDLE') or os.environ.get('CURL_CA_BUNDLE')
    if proxy:
        if not urlsplit(proxy).scheme:
            raise ClientException("Proxy's missing scheme")
        settings['proxy'] = proxy
    else:
        settings.update(proxies())
    return settings


def _credentials(auth_url, user, key, auth_version, os_options):
    """The library's options for authentication, from the arguments of get_auth()."""
    settings = {}
    options = {k: v for k, v in (os_options or {}).items() if k in _OS_OPTIONS and v}
    if auth_version in AUTH_VERSIONS_V1:
        # Of these only what version 1 has use for.
        options = {k: v for k, v in options.items() if k == 'object_storage_url' or k.startswith('service_')}
        options.pop('service_type', None)
        settings['auth_version'] = '1'
    elif auth_version in AUTH_VERSIONS_V2 + AUTH_VERSIONS_V3:
        settings['auth_version'] = '2' if auth_version in AUTH_VERSIONS_V2 else '3'
        # As python-swiftclient does it, the first endpoint of the catalogue will do.
        settings['os_any_region'] = True
    else:
        raise ClientException('Unknown auth_version %s specified and no session found.' % auth_version)
    settings.update(auth=auth_url or None, user=user or None, key=key or None)
    settings.update((_OS_OPTIONS[k], v) for k, v in options.items())
    return settings


# ---- One exchange after another: http_connection()

class HTTPConnection:
    """Any request to a server, without retries: what http_connection() gives."""

    def __init__(self, url, proxy=None, cacert=None, insecure=False, cert=None, cert_key=None, ssl_compression=False,
                 default_user_agent=None, timeout=None):
        self.url, self.parsed_url = url, urlsplit(url)
        self.host, self.port = self.parsed_url.netloc, self.parsed_url.port
        if self.parsed_url.scheme not in ('http', 'https'):
            raise ClientException('Unsupported scheme "%s" in url "%s"' % (self.parsed_url.scheme, url))
        settings = _transport(cacert, insecure, cert, cert_key, timeout, proxy)
        self._channel = Channel(dict(settings, os_auth_type='none', os_storage_url=url.split('?', 1)[0], retries=0,
                                     user_agent=default_user_agent))
        self.default_user_agent = default_user_agent or 'libswiftclient/%s' % VERSION
        self.resp = None

    def request(self, method, full_path, data=None, headers=None, files=None):
        """Makes a request; getresponse() gives the answer, whatever its status."""
        if files is not None:
            raise ClientException('forms with files are not sent: give the body as data')
        request = Request().headers(headers).set(lib.swc_request_set_any_status, True)
        url = full_path
        if '://' not in full_path:
            url = '%s://%s%s' % (self.parsed_url.scheme, self.host, full_path)
        length = next((int(v) for n, v in (headers or {}).items() if n.lower() == 'content-length'), None)
        body = source(data, length) if data else None
        try:
            resp = self._channel.call(lib.swc_connection_request, text(method), text(url), body and body.pointer,
                                      request=request, source=body)
        finally:
            if body:
                body.close()
        resp.url = url
        self.resp = resp
        return resp

    def putrequest(self, full_path, data=None, headers=None, files=None):
        return self.request('PUT', full_path, data, headers, files)

    def getresponse(self):
        return self.resp

    def close(self):
        if self.resp is not None:
            self.resp.close()
        self._channel.close_idle()


def http_connection(*arg, **kwarg):
    """(parsed URL, connection for any requests to its server)"""
    made = HTTPConnection(*arg, **kwarg)
    return made.parsed_url, made


# ---- Authentication

def _authenticated(settings, session=None, os_options=None):
    channel = Channel(settings, session, os_options)
    try:
        url, token, _ = channel.authenticate()
        return url, token
    finally:
        channel.close()


def get_auth(auth_url, user, key, **kwargs):
    """(storage URL, token) for credentials; see python-swiftclient for the keywords."""
    session, options = kwargs.get('session'), dict(kwargs.get('os_options') or {})
    transport = _transport(*(kwargs.get(k) for k in ('cacert', 'insecure', 'cert', 'cert_key', 'timeout')))
    if session:
        return _authenticated(transport, session, options)
    if kwargs.get('tenant_name'):
        options['tenant_name'] = kwargs['tenant_name']
    settings = _credentials(auth_url, user, key, kwargs.get('auth_version', '1'), options)
    return _authenticated(dict(transport, retries=0, **settings))


def get_auth_1_0(url, user, key, **kwargs):
    return get_auth(url, user, key, **dict(kwargs, auth_version='1'))


def get_auth_keystone(auth_url, user, key, os_options, **kwargs):
    kwargs.setdefault('auth_version', '3')
    return get_auth(auth_url, user, key, os_options=os_options, **kwargs)


def get_keystoneclient_2_0(auth_url, user, key, os_options, **kwargs):
    return get_auth(auth_url, user, key, os_options=os_options, **dict(kwargs, auth_version='2.0'))


# ---- The operations, on a channel whichever it is

class _Operations:
    """What can be asked of an account. `_operation` says on which channel, with which token."""

    def head_account(self, headers=None):
        """Headers of the account."""
        with self._operation('Account HEAD failed', headers) as op:
            return op.call(lib.swc_connection_head_account).decoded()

    def get_account(self, marker=None, limit=None, prefix=None, end_marker=None, full_listing=False, headers=None,
                    delimiter=None):
        """(headers, containers)"""
        with self._operation('Account GET failed', headers) as op:
            op.request.query(marker=marker, limit=limit, prefix=prefix, delimiter=delimiter, end_marker=end_marker)
            return op.listing(full_listing, lib.swc_connection_list_account, lib.swc_connection_get_account)

    def post_account(self, headers, response_dict=None, query_string=None, data=None):
        """Changes metadata of the account: (headers, body). With `data`, a request that has it as its body."""
        with self._operation('Account POST failed', headers, response_dict) as op:
            op.request.query_string(query_string)
            if data is None:
                resp = op.call(lib.swc_connection_post_account)
            else:
                resp = op.send(data, None, None, lib.swc_connection_request, b'POST', b'')
            return {name.lower(): value for name, value in resp.getheaders()}, resp.content

    def head_container(self, container, headers=None):
        """Headers of a container."""
        with self._operation('Container HEAD failed', headers) as op:
            return op.call(lib.swc_connection_head_container, container).decoded()

    def get_container(self, container, marker=None, limit=None, prefix=None, delimiter=None, end_marker=None,
                      version_marker=None, path=None, full_listing=False, headers=None, query_string=None):
        """(headers, objects)"""
        with self._operation('Container GET failed', headers) as op:
            op.request.query(marker=marker, limit=limit, prefix=prefix, delimiter=delimiter, end_marker=end_marker,
                             version_marker=version_marker, path=path).query_string(query_string)
            return op.listing(full_listing, lib.swc_connection_list_container, lib.swc_connection_get_container,
                              container)

    def put_container(self, container, headers=None, response_dict=None, query_string=None):
        """Creates a container."""
        with self._operation('Container PUT failed', headers, response_dict) as op:
            op.request.query_string(query_string)
            op.call(lib.swc_connection_put_container, container)

    def post_container(self, container, headers, response_dict=None):
        """Changes metadata of a container."""
        with self._operation('Container POST failed', headers, response_dict) as op:
            op.call(lib.swc_connection_post_container, container)

    def delete_container(self, container, response_dict=None, query_string=None, headers=None):
        """Deletes a container, which must be empty."""
        with self._operation('Container DELETE failed', headers, response_dict, but=_TOKENS) as op:
            op.request.query_string(query_string)
            op.call(lib.swc_connection_delete_container, container)

    def head_object(self, container, obj, headers=None, query_string=None):
        """Headers of an object."""
        with self._operation('Object HEAD failed', headers, but=_TOKENS) as op:
            op.request.query_string(query_string)
            return op.call(lib.swc_connection_head_object, container, obj).decoded()

    def _get_object(self, container, obj, query_string=None, response_dict=None, headers=None, but=()):
        with self._operation('Object GET failed', headers, response_dict, but=_TOKENS + but) as op:
            op.request.query_string(query_string)
            return op, op.keep(lib.swc_connection_get_object, container, obj)

    def get_object(self, container, obj, resp_chunk_size=None, query_string=None, response_dict=None, headers=None):
        """(headers, bytes), or with `resp_chunk_size` (headers, body) where the body gives them in chunks."""
        op, resp = self._get_object(container, obj, query_string, response_dict, headers)
        if resp_chunk_size:
            def again(position, etag):
                return self._get_object(container, obj, query_string, None, _from(headers, position, etag))[1]
            return resp.decoded(), ObjectBody(resp, resp_chunk_size, again, op.note)
        try:
            return resp.decoded(), resp.read_all()
        finally:
            op.note(resp.attempts)
            resp.close()

    def put_object(self, container, obj, contents, content_length=None, etag=None, chunk_size=None, content_type=None,
                   headers=None, query_string=None, response_dict=None):
        """Stores an object; returns its ETag."""
        return self._put_object((container, obj), contents, content_length, etag, chunk_size, content_type, headers,
                                query_string, response_dict)

    def _put_object(self, where, contents, content_length, etag, chunk_size, content_type, headers, query_string,
                    response_dict):
        headers = dict(headers or {})
        if content_length is None:
            content_length = next((int(v) for n, v in headers.items() if n.lower() == 'content-length'), None)
        if isinstance(contents, LengthWrapper) and content_length is None:
            content_length = len(contents)
        if chunk_size is not None and not hasattr(contents, 'read'):
            warnings.warn('%s object has no "read" method, ignoring chunk_size' % type(contents).__name__,
                          stacklevel=3)
        with self._operation('Object PUT failed', headers, response_dict, but=_TOKENS) as op:
            op.request.query_string(query_string)
            if etag:
                op.request.headers({'ETag': etag.strip('"')})
            if content_type is not None:
                op.request.set(lib.swc_request_set_content_type, text(content_type))
            function = lib.swc_connection_put_object if len(where) == 2 else lib.swc_connection_put_url
            resp = op.send(contents, content_length, chunk_size, function, *where)
            return resp.headers.get('etag', '').strip('"')

    def post_object(self, container, obj, headers, response_dict=None):
        """Replaces the metadata of an object."""
        with self._operation('Object POST failed', headers, response_dict) as op:
            op.call(lib.swc_connection_post_object, container, obj)

    def copy_object(self, container, obj, destination=None, headers=None, fresh_metadata=None, response_dict=None):
        """Copies an object within the cluster, to '/container/object' or onto itself."""
        but = _TOKENS if fresh_metadata is None else _TOKENS + ('x-fresh-metadata',)
        with self._operation('Object COPY failed', headers, response_dict, but=but) as op:
            if fresh_metadata is not None:
                op.request.headers({'X-Fresh-Metadata': 'true' if fresh_metadata else 'false'})
            to, under = (None, None) if destination is None else destination.lstrip('/').partition('/')[::2]
            op.call(lib.swc_connection_copy_object, container, obj, to, under)

    def delete_object(self, container, obj, query_string=None, response_dict=None, headers=None):
        """Deletes an object."""
        with self._operation('Object DELETE failed', headers, response_dict, but=_TOKENS) as op:
            op.request.query_string(query_string)
            op.call(lib.swc_connection_delete_object, container, obj)


def _from(headers, position, etag):
    """Headers for the rest of an object from a place on, unless it has changed."""
    headers = {n: v for n, v in (headers or {}).items() if n.lower() not in ('range', 'if-match')}
    headers['Range'] = 'bytes=%d-' % position
    if etag:
        headers['If-Match'] = etag
    return headers


class _Operation:
    """One call in the making."""

    def __init__(self, channel, title, headers, response_dict, but, token, service_token, note):
        self.channel, self.title, self.response_dict, self.note = channel, title, response_dict, note
        self.request = Request()
        try:
            # A token of the call's own takes the place of the connection's, and a caller's header that of both.
            for name, value in (('x-auth-token', token), ('x-service-token', service_token)):
                if value:
                    self.request.headers({name: value})
            self.request.headers(headers, but)
        except BaseException:
            self.request.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *failed):
        if self.request is not None:
            self.request.close()
        self.note(self.channel.attempts)

    def keep(self, function, *args, source=None):
        """Makes the call; the answer is the caller's to close."""
        request, self.request = self.request, None
        args = [text(a) if isinstance(a, str) else a for a in args]
        return self.channel.call(function, *args, title=self.title, request=request,
                                 response_dict=self.response_dict, source=source)

    def call(self, function, *args, source=None):
        """Makes the call, reads its answer and closes it."""
        resp = self.keep(function, *args, source=source)
        try:
            resp.content
        finally:
            resp.close()
        return resp

    def send(self, contents, length, chunk_size, function, *args):
        """Makes a call with a body."""
        body = source(contents, length, chunk_size)
        try:
            resp = self.call(function, *args, body and body.pointer, source=body)
            if body:
                body.sent()
            return resp
        finally:
            if body:
                body.close()

    def capabilities(self, url):
        """What a cluster offers; without a URL that of the account."""
        request, self.request = self.request, None
        return json.loads(self.channel.capabilities(url, title=self.title, request=request))

    def listing(self, whole, rows, page, *args):
        """(headers, rows): all of them, or a page."""
        self.request.set(lib.swc_request_set_accept_gzip, True)
        args = [text(a) for a in args]
        if whole:
            request, self.request = self.request, None
            headers, found = self.channel.rows(rows, *args, title=self.title, request=request)
            return headers, [json.loads(row) for row in found]
        self.request.query(format='json')
        resp = self.call(page, *args)
        headers = resp.decoded()
        return headers, [] if resp.status == 204 else parse_api_response(headers, resp.content)


class ObjectBody:
    """The bytes of an object in chunks. A connection that breaks is taken up again by the library."""

    def __init__(self, resp, chunk_size, again, note):
        self.resp, self.chunk_size = resp, chunk_size
        self._again, self._note = again, note
        self._start, self._position, self._before = 0, 0, 0
        self._whole = resp.status != 206

    def read(self, length=None):
        """So many bytes, or all that are left; none at the end."""
        resp = self.resp
        if resp.position != self._position - self._start and self._whole:
            # Somebody has read from the answer itself: what was read there is asked for once more.
            resp = self._reopen()
        try:
            chunk = resp.read(length)
        finally:
            self._note(self._before + resp.attempts)
        self._position += len(chunk)
        if not chunk and length != 0:
            self.close()
        return chunk

    def _reopen(self):
        old = self.resp
        self._before += old.attempts
        old.close()
        if self._position >= int(old.headers.get('content-length', 0)):
            self._start = self._position - old.position
            return old
        self.resp = self._again(self._position, old.headers.get('etag'))
        self._start = self._position
        return self.resp

    def __iter__(self):
        return self

    def __next__(self):
        chunk = self.read(self.chunk_size)
        if not chunk:
            raise StopIteration
        return chunk

    next = __next__

    def close(self):
        """Gives the rest up."""
        self.resp.close()


# ---- Connection

class Connection(_Operations):
    """A client of one account: authenticates, makes requests, and makes them again when they fail.

    The arguments are python-swiftclient's. It may be used by several threads at once; `attempts` then tells about the
    call that ended last.
    """

    #: What the library's connection is made of; when one is changed, it is made anew.
    _MADE_OF = ('authurl', 'user', 'key', 'retries', 'starting_backoff', 'max_backoff', 'auth_version', 'cacert',
                'insecure', 'cert', 'cert_key', 'retry_on_ratelimit', 'timeout', 'session', 'force_auth_retry',
                '_url', '_token')

    def __init__(self, authurl=None, user=None, key=None, retries=5, preauthurl=None, preauthtoken=None,
                 starting_backoff=1, max_backoff=64, tenant_name=None, os_options=None, auth_version='1', cacert=None,
                 insecure=False, cert=None, cert_key=None, ssl_compression=True, retry_on_ratelimit=True, timeout=None,
                 session=None, force_auth_retry=False):
        self.session = session
        self.authurl, self.user, self.key = authurl, user, key
        self.retries, self.starting_backoff, self.max_backoff = retries, starting_backoff, max_backoff
        self.auth_version = auth_version
        self.os_options = dict(os_options or {})
        if tenant_name:
            self.os_options['tenant_name'] = tenant_name
        if preauthurl:
            self.os_options['object_storage_url'] = preauthurl
        self.cacert, self.insecure, self.cert, self.cert_key = cacert, insecure, cert, cert_key
        self.ssl_compression, self.retry_on_ratelimit = ssl_compression, retry_on_ratelimit
        self.timeout, self.force_auth_retry = timeout, force_auth_retry
        self.attempts, self.auth_end_time = 0, 0
        self._url = preauthurl or self.os_options.get('object_storage_url')
        self._token = preauthtoken or self.os_options.get('auth_token')
        self._channel = self._made_of = self._http_conn = None
        self._making = threading.Lock()

    @property
    def service_auth(self):
        return bool(self.os_options.get('service_username'))

    def _settings(self):
        settings = _transport(self.cacert, self.insecure, self.cert, self.cert_key, self.timeout)
        settings.update(retries=self.retries, starting_backoff=self.starting_backoff, max_backoff=self.max_backoff,
                        retry_on_ratelimit=bool(self.retry_on_ratelimit),
                        force_auth_retry=bool(self.force_auth_retry))
        if self.session is None:
            with_token = self._url and self._token
            try:
                settings.update(_credentials(self.authurl, self.user, self.key, self.auth_version, self.os_options))
            except ClientException:
                if not with_token:
                    raise
        # A token alone is of no use without the URL it is for, but to get another one from Keystone.
        if self._url and self._token:
            settings.update(os_storage_url=self._url, os_auth_token=self._token)
        return settings

    def channel(self):
        """The library's connection, as the attributes say now."""
        _log.follow(logger_settings)
        with self._making:
            return self._current_channel()

    def _current_channel(self):
        made_of = tuple(getattr(self, name) for name in self._MADE_OF) + (tuple(sorted(
            (k, str(v)) for k, v in self.os_options.items())),)
        if self._channel is None or not self._channel.usable or made_of != self._made_of:
            if self._channel is not None and self._channel.usable and made_of[-3:-1] == self._made_of[-3:-1]:
                # Other settings, but the session there is goes on.
                self._url, self._token = self.url, self.token
                made_of = made_of[:-3] + (self._url, self._token) + made_of[-1:]
            self._channel = Channel(self._settings(), self.session, self.os_options)
            self._made_of = made_of
        return self._channel

    def _session(self):
        return self._channel.session() if self._channel is not None and self._channel.usable else None

    @property
    def url(self):
        """The storage URL, once it is known. Setting it says which one is used from now on."""
        session = self._session()
        return session[0] if session else self._url

    @url.setter
    def url(self, value):
        self._token = self.token
        self._url = value
        self._channel = None

    @property
    def token(self):
        """The token, once there is one. Setting it says which one is used from now on."""
        session = self._session()
        return session[1] if session else self._token

    @token.setter
    def token(self, value):
        self._url = self.url
        self._token = value
        self._channel = None

    @property
    def service_token(self):
        session = self._session()
        return session[2] if session else None

    @property
    def http_conn(self):
        """(parsed URL, connection for any requests), once the storage URL is known."""
        if self._http_conn is None and self.url:
            self._http_conn = self.http_connection()
        return self._http_conn

    @http_conn.setter
    def http_conn(self, value):
        self._http_conn = value

    def http_connection(self, url=None):
        return http_connection(url or self.url, cacert=self.cacert, insecure=self.insecure, cert=self.cert,
                               cert_key=self.cert_key, timeout=self.timeout)

    def close(self):
        """Closes what lies idle; the connection may be used on."""
        if self._channel is not None:
            self._channel.close_idle()
        if self._http_conn is not None:
            self._http_conn[1].close()
            self._http_conn = None

    def get_auth(self):
        """Authenticates; (storage URL, token), which are used from now on."""
        self._url, self._token = get_auth(self.authurl, self.user, self.key, session=self.session,
                                          auth_version=self.auth_version, os_options=self.os_options,
                                          cacert=self.cacert, insecure=self.insecure, cert=self.cert,
                                          cert_key=self.cert_key, timeout=self.timeout)
        self._channel = None
        return self._url, self._token

    def get_service_auth(self):
        """(storage URL, token) of the service that acts for the user."""
        options = self.os_options
        own = {'tenant_name': options.get('service_project_name'), 'region_name': options.get('region_name'),
               'object_storage_url': options.get('object_storage_url')}
        return get_auth(self.authurl, options.get('service_username'), options.get('service_key'),
                        session=self.session, auth_version=self.auth_version, os_options=own, cacert=self.cacert,
                        insecure=self.insecure, cert=self.cert, cert_key=self.cert_key, timeout=self.timeout)

    def _note(self, attempts):
        self.attempts = attempts

    def _operation(self, title, headers=None, response_dict=None, but=()):
        channel = self.channel()
        self.auth_end_time = time.time()
        return _Operation(channel, title, headers, response_dict, but, None, None, self._note)

    def get_capabilities(self, url=None):
        """What the cluster offers; that of another cluster by its URL."""
        with self._operation('Capabilities GET failed') as op:
            return op.capabilities(url)


# ---- The same as functions, each a request by itself

class _Single(_Operations):
    """Operations with a URL and a token that are given, made once."""

    def __init__(self, url, token=None, http_conn=None, service_token=None, proxy=None):
        self._own = not http_conn
        self._http = http_conn[1] if http_conn else http_connection(url, proxy=proxy)[1]
        self._token, self._service_token = token, service_token

    def _operation(self, title, headers=None, response_dict=None, but=()):
        return _Operation(self._http._channel, title, headers, response_dict, but, self._token, self._service_token,
                          lambda attempts: None)


def head_account(url, token, http_conn=None, headers=None, service_token=None):
    return _Single(url, token, http_conn, service_token).head_account(headers)


def get_account(url, token, marker=None, limit=None, prefix=None, end_marker=None, http_conn=None, full_listing=False,
                service_token=None, headers=None, delimiter=None):
    return _Single(url, token, http_conn, service_token).get_account(
        marker, limit, prefix, end_marker, full_listing, headers, delimiter)


def post_account(url, token, headers, http_conn=None, response_dict=None, service_token=None, query_string=None,
                 data=None):
    return _Single(url, token, http_conn, service_token).post_account(headers, response_dict, query_string, data)


def head_container(url, token, container, http_conn=None, headers=None, service_token=None):
    return _Single(url, token, http_conn, service_token).head_container(container, headers)


def get_container(url, token, container, marker=None, limit=None, prefix=None, delimiter=None, end_marker=None,
                  version_marker=None, path=None, http_conn=None, full_listing=False, service_token=None,
                  headers=None, query_string=None):
    return _Single(url, token, http_conn, service_token).get_container(
        container, marker, limit, prefix, delimiter, end_marker, version_marker, path, full_listing, headers,
        query_string)


def put_container(url, token, container, headers=None, http_conn=None, response_dict=None, service_token=None,
                  query_string=None):
    return _Single(url, token, http_conn, service_token).put_container(container, headers, response_dict,
                                                                       query_string)


def post_container(url, token, container, headers, http_conn=None, response_dict=None, service_token=None):
    return _Single(url, token, http_conn, service_token).post_container(container, headers, response_dict)


def delete_container(url, token, container, http_conn=None, response_dict=None, service_token=None,
                     query_string=None, headers=None):
    return _Single(url, token, http_conn, service_token).delete_container(container, response_dict, query_string,
                                                                          headers)


def head_object(url, token, container, name, http_conn=None, service_token=None, headers=None, query_string=None):
    return _Single(url, token, http_conn, service_token).head_object(container, name, headers, query_string)


def get_object(url, token, container, name, http_conn=None, resp_chunk_size=None, query_string=None,
               response_dict=None, headers=None, service_token=None):
    return _Single(url, token, http_conn, service_token).get_object(
        container, name, resp_chunk_size, query_string, response_dict, headers)


def _whole_url(url, container, name):
    """A URL that names the object already, for there is no container; None when there is."""
    if container and name:
        return None
    if container or name:
        raise ClientException('give container and name both, or neither when the URL has them')
    return url


def put_object(url, token=None, container=None, name=None, contents=None, content_length=None, etag=None,
               chunk_size=None, content_type=None, headers=None, http_conn=None, proxy=None, query_string=None,
               response_dict=None, service_token=None):
    whole = _whole_url(url, container, name)
    return _Single(url, token, http_conn, service_token, proxy)._put_object(
        (whole,) if whole else (container, name), contents, content_length, etag, chunk_size, content_type, headers,
        query_string, response_dict)


def post_object(url, token, container, name, headers, http_conn=None, response_dict=None, service_token=None):
    return _Single(url, token, http_conn, service_token).post_object(container, name, headers, response_dict)


def copy_object(url, token, container, name, destination=None, headers=None, fresh_metadata=None, http_conn=None,
                response_dict=None, service_token=None):
    return _Single(url, token, http_conn, service_token).copy_object(container, name, destination, headers,
                                                                     fresh_metadata, response_dict)


def delete_object(url, token=None, container=None, name=None, http_conn=None, headers=None, proxy=None,
                  query_string=None, response_dict=None, service_token=None):
    single = _Single(url, token, http_conn, service_token, proxy)
    whole = _whole_url(url, container, name)
    if not whole:
        return single.delete_object(container, name, query_string, response_dict, headers)
    with single._operation('Object DELETE failed', headers, response_dict) as op:
        op.request.query_string(query_string)
        op.call(lib.swc_connection_delete_url, whole)


def get_capabilities(http_conn):
    """What the cluster at a URL offers; as Connection.get_capabilities() gives it."""
    parsed, http = http_conn
    with _Single(parsed.geturl(), None, http_conn)._operation('Capabilities GET failed') as op:
        return op.capabilities(parsed.geturl())
