"""What goes wrong, with python-swiftclient's names and attributes."""
from urllib.parse import urlsplit


class RequestException(OSError):
    """No answer came; stands where the exceptions of requests stand with python-swiftclient."""

    status = None
    attempts = 0
    retryable = False


class ConnectionError(RequestException):
    """The server could not be reached, or the connection broke."""


class SSLError(ConnectionError):
    """TLS failed."""


class Timeout(RequestException):
    """No byte moved for too long."""


class ProtocolError(RequestException):
    """What came is no answer that HTTP or Swift allows."""


class ClientException(Exception):
    """An operation failed: the answer that says so, where there was one.

    Besides what python-swiftclient's has: `status` is the library's name for the failure, such as
    ``SWC_ERR_NOT_FOUND``; `attempts` how many requests were made; `retryable` whether the same may work later;
    `detail` the library's own sentence about it.
    """

    status = None
    attempts = 0
    retryable = False
    detail = ''

    def __init__(self, msg, http_scheme='', http_host='', http_port='', http_path='', http_query='', http_status=None,
                 http_reason='', http_device='', http_response_content='', http_response_headers=None):
        super().__init__(msg)
        self.msg = msg
        self.http_scheme, self.http_host, self.http_port = http_scheme, http_host, http_port
        self.http_path, self.http_query = http_path, http_query
        self.http_status, self.http_reason, self.http_device = http_status, http_reason, http_device
        self.http_response_content = http_response_content
        self.http_response_headers = http_response_headers
        headers = http_response_headers or {}
        ids = (headers[name] for name in ('X-Trans-Id', 'X-Openstack-Request-Id') if name in headers)
        self.transaction_id = next(ids, None)

    @classmethod
    def from_response(cls, resp, msg=None, body=None):
        """The exception for an answer, as http_connection() gives them."""
        return cls._of(msg or '%s %s' % (resp.status, resp.reason), resp.url, resp.status, resp.reason,
                       body or resp.content, resp.headers)

    @classmethod
    def of_failure(cls, failure, title):
        """The exception for what the library reports."""
        from .utils import TitledHeaders
        if not failure.http_status:
            return cls(title)
        headers = TitledHeaders(failure.headers, decode=False)
        return cls._of(title, failure.url, failure.http_status, failure.reason, failure.body, headers)

    @classmethod
    def _of(cls, msg, url, status, reason, body, headers):
        parts = urlsplit(url)
        host, port = (parts.hostname, parts.port) if url else ('', '')
        return cls(msg, parts.scheme, host, port, parts.path, parts.query, status, reason, '', body, headers)

    def __str__(self):
        where = '%s://' % self.http_scheme if self.http_scheme else ''
        where += self.http_host or ''
        if self.http_port:
            where += ':%s' % self.http_port
        where += self.http_path or ''
        if self.http_query:
            where += '?%s' % self.http_query
        said = [where] if where else []
        if self.http_status:
            said.append('%s' % self.http_status)
        if self.http_reason:
            said.append(self.http_reason if said else '- %s' % self.http_reason)
        about = ' '.join(said)
        if self.http_device:
            about += (': ' if about else '') + 'device %s' % self.http_device
        body = self.http_response_content
        if body:
            about += '   %s' % (body,) if len(body) <= 60 else '  [first 60 chars of response] %s' % (body[:60],)
        text = '%s: %s' % (self.msg, about) if about else self.msg
        return '%s (txn: %s)' % (text, self.transaction_id) if self.transaction_id else text


class InvalidArgument(ClientException, ValueError):
    """An argument is malformed; nothing was sent."""


class AuthError(ClientException):
    """Wrong or missing credentials, or no endpoint."""


class ChecksumError(ClientException):
    """The MD5 of what came or went is not that of the object."""


class CallbackError(ClientException):
    """A callback failed."""
