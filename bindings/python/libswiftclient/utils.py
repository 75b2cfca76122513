"""Small things that programs for python-swiftclient use."""
import calendar
import gzip
import hashlib
import json
import logging
import time
import traceback
from collections.abc import Mapping, MutableMapping
from urllib.parse import unquote

from ._library import call, given_text, lib, text

TRUE_VALUES = {'true', '1', 'yes', 'on', 't', 'y'}
EMPTY_ETAG = hashlib.md5(b'').hexdigest()
EXPIRES_ISO8601_FORMAT = '%Y-%m-%dT%H:%M:%SZ'
SHORT_EXPIRES_ISO8601_FORMAT = '%Y-%m-%d'
TIME_ERRMSG = 'time must either be a whole number or in specific ISO 8601 format.'
_UNITS = (('s', 1), ('min', 60), ('m', 60), ('hr', 3600), ('h', 3600), ('d', 86400))


def parse_header_string(data):
    """A header as text, with percent-encoding undone where that gives UTF-8."""
    if isinstance(data, bytes):
        try:
            data = data.decode('utf-8')
        except UnicodeDecodeError:
            return ''.join(chr(b) if b < 0x80 else '%%%02X' % b for b in data)
    data = str(data)
    try:
        return unquote(data, errors='strict')
    except UnicodeDecodeError:
        return data


class Headers(MutableMapping):
    """Headers by name in any case; names come out in lower case. Values of one name are joined by commas."""

    def __init__(self, pairs=(), decode=True):
        self._found = {}
        undo = parse_header_string if decode else _plain
        for name, value in pairs.items() if isinstance(pairs, Mapping) else pairs:
            name, value = undo(name).lower(), undo(value)
            self._found[name] = '%s, %s' % (self._found[name], value) if name in self._found else value

    def __getitem__(self, name):
        return self._found[name.lower()]

    def __setitem__(self, name, value):
        self._found[name.lower()] = value

    def __delitem__(self, name):
        del self._found[name.lower()]

    def __iter__(self):
        return iter(self._found)

    def __len__(self):
        return len(self._found)

    def __eq__(self, other):
        if not isinstance(other, Mapping):
            return NotImplemented
        return self._found == {str(name).lower(): value for name, value in other.items()}

    def __repr__(self):
        return repr(self._found)

    def copy(self):
        return Headers(self, decode=False)

    def lower_items(self):
        return self._found.items()


class TitledHeaders(Headers):
    """Headers whose names come out as servers send them."""

    def __iter__(self):
        return (name.title() if name.isascii() else name for name in self._found)

    def __eq__(self, other):
        return Headers.__eq__(self, other)


def _plain(data):
    return data.decode('utf-8', 'surrogateescape') if isinstance(data, bytes) else str(data)


def config_true_value(value):
    """Whether it is True, or a word for it."""
    return value is True or isinstance(value, str) and value.lower() in TRUE_VALUES


def prt_bytes(num_bytes, human_flag):
    """A number of bytes in 12 characters, or in 4 as ls -h has it."""
    if not human_flag:
        return '%12s' % num_bytes
    number = float(num_bytes)
    if number <= 1023:
        return '%4s' % num_bytes
    for suffix in 'KMGTPEZY':
        number /= 1024
        if number <= 1023 or suffix == 'Y':
            break
    return '%3d%s' % (number, suffix) if number >= 10 else '%.1f%s' % (number, suffix)


def _scaled(value):
    """A number with a suffix for its unit, in seconds; None without a suffix."""
    for suffix, seconds in _UNITS:
        if value.endswith(suffix):
            return seconds * float(value[:-len(suffix)])
    return None


def parse_timeout(value):
    """Seconds: a number, which may have one of the suffixes s, m, min, h, hr and d."""
    scaled = _scaled(value)
    return float(value) if scaled is None else scaled


def _point_in_time(value):
    """Seconds since 1970 of a text in one of the forms of ISO 8601 that are taken; None for others."""
    for form in (EXPIRES_ISO8601_FORMAT, EXPIRES_ISO8601_FORMAT[:-1], SHORT_EXPIRES_ISO8601_FORMAT):
        try:
            parts = time.strptime(value, form)
        except (TypeError, ValueError):
            continue
        # Without the Z it is local time.
        return calendar.timegm(parts) if form.endswith('Z') else int(time.mktime(parts))
    return None


def parse_timestamp(seconds, absolute=False):
    """(whole number of seconds, whether that is a point in time)"""
    try:
        number = float(seconds)
    except ValueError:
        found = _point_in_time(seconds)
        if found is not None:
            return found, True
        try:
            scaled = None if absolute else _scaled(seconds)
        except ValueError:
            scaled = None
        if scaled is None:
            raise ValueError(TIME_ERRMSG) from None
        return int(scaled), absolute
    if number < 0 or not number.is_integer():
        raise ValueError(TIME_ERRMSG)
    return int(number), absolute


def generate_temp_url(path, seconds, key, method, absolute=False, prefix=False, iso8601=False, ip_range=None,
                      digest='sha256'):
    """A temporary URL for an object, or for all whose names begin with a prefix: path and query.

    As python-swiftclient's, it comes as unencoded as `path` is: encode the path before you use it in a URL.
    """
    timestamp, absolute = parse_timestamp(seconds, absolute)
    plain = _as_text(path, 'path')
    name = digest if isinstance(digest, str) else getattr(digest, '__name__', '').replace('openssl_', '')
    if name not in ('sha1', 'sha256', 'sha512'):
        raise ValueError('digest must be one of sha1, sha256, or sha512')
    info = plain == '/info'
    parts = plain.split('/', 4)
    if info:
        prefix, ip_range = False, None
    elif len(parts) != 5 or parts[0] or not all(parts[1:4 if prefix else 5]):
        raise ValueError('path must at least contain /v1/a/c/' if prefix else
                         'path must be full path to an object e.g. /v1/a/c/o')
    ip_range = _as_text(ip_range, 'ip_range') if ip_range else None
    method = method.upper()
    if method not in ('GET', 'PUT', 'HEAD', 'POST', 'DELETE'):
        logging.getLogger('swiftclient').warning('%s is an unusual method for a temporary URL', method)

    making = lib.swc_tempurl_new()
    try:
        call(lib.swc_tempurl_set_path, making, text(plain))
        call(lib.swc_tempurl_set_method, making, text(method))
        call(lib.swc_tempurl_set_key, making, text(key))
        call(lib.swc_tempurl_set_digest, making, text(name))
        call(lib.swc_tempurl_set_prefix, making, bool(prefix))
        call(lib.swc_tempurl_set_ip_range, making, text(ip_range))
        call(lib.swc_tempurl_set_iso8601, making, bool(iso8601))
        call(lib.swc_tempurl_set_expires, making, timestamp if absolute else int(time.time() + timestamp))
        url = given_text(lib.swc_tempurl_generate, making)
    finally:
        lib.swc_tempurl_free(making)
    signed = dict(item.split('=', 1) for item in url.split('?', 1)[1].split('&'))
    kind = 'swiftinfo' if info else 'temp_url'
    url = '%s?%s_sig=%s&%s_expires=%s' % (plain, kind, unquote(signed[kind + '_sig']), kind,
                                          unquote(signed[kind + '_expires']))
    if ip_range:
        url += '&temp_url_ip_range=%s' % ip_range
    if prefix:
        url += '&temp_url_prefix=%s' % parts[4]
    return url.encode('utf-8') if isinstance(path, bytes) else url


def _as_text(value, what):
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode('utf-8')
    except UnicodeDecodeError:
        raise ValueError('%s must be representable as UTF-8' % what) from None


def get_body(headers, body):
    """A body without the compression its headers tell of."""
    return gzip.decompress(body) if headers.get('content-encoding') == 'gzip' else body


def parse_api_response(headers, body):
    """What is said in the JSON of an answer."""
    _, _, charset = headers.get('content-type', '').partition('; charset=')
    return json.loads(get_body(headers, body).decode(charset.split(';', 1)[0] or 'utf-8'))


def split_request_headers(options, prefix=''):
    """Headers of lines 'Name: value', pairs, or a mapping; `prefix` goes before the names."""
    headers = {}
    for item in options.items() if isinstance(options, Mapping) else options:
        if isinstance(item, str):
            if ':' not in item:
                raise ValueError("Metadata parameter %s must contain a ':'.\nExample: 'Color:Blue' or 'Size:Large'"
                                 % item)
            item = item.split(':', 1)
        if len(item) != 2:
            raise ValueError("Metadata parameter %r must have exactly two items.\n"
                             "Example: ('Color', 'Blue') or ['Size', 'Large']" % (item,))
        headers[(prefix + item[0]).title()] = item[1].strip()
    return headers


def report_traceback():
    """(text of the exception that is being handled, now)"""
    return traceback.format_exc(), time.time()


class NoopMD5:
    """Sums nothing up."""

    def __init__(self, *args, **kwargs):
        pass

    def update(self, *args, **kwargs):
        pass

    def hexdigest(self, *args, **kwargs):
        return ''


def _sum(md5):
    return hashlib.md5() if md5 else NoopMD5()


def _add(md5sum, chunk):
    md5sum.update(chunk.encode() if isinstance(chunk, str) else chunk)


class ReadableToIterable:
    """Iterates over what a file-like object gives, in chunks."""

    def __init__(self, content, chunk_size=65536, md5=False):
        self.content, self.chunk_size, self.md5sum = content, chunk_size, _sum(md5)

    def get_md5sum(self):
        return self.md5sum.hexdigest()

    def __iter__(self):
        return self

    def __next__(self):
        chunk = self.content.read(self.chunk_size)
        if not chunk:
            raise StopIteration
        _add(self.md5sum, chunk)
        return chunk

    next = __next__


class LengthWrapper:
    """So many bytes of a file-like object, from where it is."""

    def __init__(self, readable, length, md5=False):
        self._readable, self._length, self._remaining, self._md5 = readable, length, length, md5
        self.md5sum = _sum(md5)
        self._can_reset = hasattr(readable, 'seek') and hasattr(readable, 'tell')
        if self._can_reset:
            self._start = readable.tell()

    def __len__(self):
        return self._length

    def get_md5sum(self):
        return self.md5sum.hexdigest()

    def read(self, size=-1):
        if self._remaining <= 0:
            return ''
        chunk = self._readable.read(self._remaining if size < 0 else min(size, self._remaining))
        self._remaining -= len(chunk)
        _add(self.md5sum, chunk)
        return chunk

    @property
    def reset(self):
        """Goes back to where it began; not there when that is impossible."""
        if self._can_reset:
            return self._reset
        raise AttributeError('%r object has no attribute %r' % (type(self).__name__, 'reset'))

    def _reset(self, *args, **kwargs):
        if not self._can_reset:
            raise TypeError('%s object cannot be reset; needs both seek and tell methods'
                            % type(self._readable).__name__)
        self._readable.seek(self._start)
        self.md5sum = _sum(self._md5)
        self._remaining = self._length


def iter_wrapper(iterable):
    """What is not empty of an iterable."""
    return (chunk for chunk in iterable if len(chunk))


def n_at_a_time(seq, n):
    """Slices of a sequence, of n items each."""
    return (seq[i:i + n] for i in range(0, len(seq), n))


def n_groups(seq, n):
    """A sequence in no more than n slices of the same length."""
    return n_at_a_time(seq, -(-len(seq) // n))


def normalize_manifest_path(path):
    """The path without the slash it may begin with."""
    return path[1:] if path.startswith('/') else path


class JSONableIterable(list):
    """What json.JSONEncoder.iterencode() takes for a list, though it is an iterator."""

    def __init__(self, iterable):
        super().__init__()
        self._rest = iter(iterable)
        self._first = []
        for item in self._rest:
            self._first.append(item)
            break

    def __bool__(self):
        return bool(self._first)

    def __iter__(self):
        yield from self._first
        yield from self._rest
