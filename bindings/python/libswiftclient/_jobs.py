"""Jobs of the library's Service API: options go in, results come out as python-swiftclient's dictionaries."""
import ctypes
import json
import logging
import select
import threading
import time
import traceback
from urllib.parse import urlsplit

from . import _declarations as declared
from ._channel import Response, fill
from ._library import Failure, Handle, call, lib, made, text
from .utils import Headers

logger = logging.getLogger('swiftclient.service')

#: Results are taken so many at a time.
BATCH = 64

# The options that each verb of the library knows, beyond which it refuses them: python-swiftclient has them all in
# one dictionary, whichever verb it is for.
_COMMON = ('header', 'progress_interval')
_UPLOAD = ('meta', 'segment_size', 'use_slo', 'segment_container', 'leave_segments', 'clean_segments', 'changed',
           'skip_identical', 'dir_marker', 'checksum', 'buffer_size')
_DOWNLOAD = ('checksum', 'out_file', 'out_directory', 'prefix', 'remove_prefix', 'part_size', 'resume', 'no_download',
             'shuffle', 'ignore_mtime', 'skip_identical', 'fail_fast')
OPTIONS = {
    'stat': _COMMON + ('human', 'verbose'),
    'stat_objects': _COMMON + ('human', 'verbose', 'version_id', 'fail_fast'),
    'list_account': _COMMON + ('prefix', 'long'),
    'list_container': _COMMON + ('prefix', 'delimiter', 'marker', 'versions', 'version_marker'),
    'post_account': _COMMON + ('meta',),
    'post_container': _COMMON + ('meta', 'read_acl', 'write_acl', 'sync_to', 'sync_key'),
    'post_objects': _COMMON + ('meta', 'fail_fast'),
    'upload': _COMMON + _UPLOAD + ('skip_container_put', 'fail_fast'),
    'download': _COMMON + _DOWNLOAD + ('marker', 'yes_all'),
    'download_objects': _COMMON + _DOWNLOAD + ('version_id',),
    'delete': _COMMON + ('prefix', 'versions', 'leave_segments', 'yes_all', 'bulk', 'fail_fast'),
    'delete_objects': _COMMON + ('prefix', 'version_id', 'leave_segments', 'bulk', 'fail_fast'),
    'copy': _COMMON + ('meta', 'destination', 'fresh_metadata', 'version_id', 'fail_fast'),
    'capabilities': ('url', 'refresh_cache', 'progress_interval'),
}
OBJECT_OPTIONS = {
    'post_objects': ('meta', 'header'),
    'upload': _UPLOAD + ('header',),
    'delete_objects': ('header', 'version_id', 'leave_segments'),
    'copy': ('meta', 'header', 'destination', 'fresh_metadata', 'version_id'),
}
#: False means something for these; for all others it is what holds anyway.
_MEANT = ('checksum', 'bulk', 'use_slo', 'fresh_metadata', 'leave_segments')
#: An empty text takes these away on the server.
_EMPTY = ('read_acl', 'write_acl', 'sync_to', 'sync_key')


def settings(options, known, split):
    """The options of a verb in the library's words. `split` makes headers of lines."""
    found = {}
    for key in known:
        value = options.get(key)
        if key in ('meta', 'header'):
            value = split(value or [])
        elif key == 'use_slo':
            value = None if value is None else bool(value)
        elif value is None or (value == '' and key not in _EMPTY) or (value is False and key not in _MEANT):
            continue
        found[key] = value
    return found


class Config(Handle):
    """Options of a job or of an object."""

    def __init__(self, wanted):
        super().__init__(lib.swc_config_new(), lib.swc_config_free)
        fill(self.pointer, wanted)


class Objects(Handle):
    """A list of objects for a job, with the sources it needs."""

    def __init__(self):
        super().__init__(lib.swc_objects_new(), lib.swc_objects_free)
        self.sources = {}

    def __len__(self):
        return lib.swc_objects_count(self.pointer)

    def add(self, function, *args, options=None):
        """Adds an object by a function of the library, with options of its own."""
        config = Config(options) if options else None
        try:
            call(function, self.pointer, *args, config and config.pointer)
        finally:
            if config:
                config.close()


def _title(failure):
    """What python-swiftclient says of such a failure: 'Object GET failed'."""
    parts = urlsplit(failure.url).path.strip('/').split('/')
    what = 'Account' if len(parts) < 3 else 'Container' if len(parts) == 3 else 'Object'
    return '%s %s failed' % (what, failure.method) if failure.method and failure.http_status else None


class Contents:
    """The bytes of an object that is read instead of written to a file; at the end it has been verified."""

    def __init__(self, response):
        self.response = response

    def __iter__(self):
        return iter(self.response)

    def read(self, size=None):
        return self.response.read(size)

    def bytes_read(self):
        return self.response.position


class Result:
    """A result of a job, taken apart."""

    def __init__(self, pointer, sources):
        try:
            self.is_last = lib.swc_result_is_last(pointer)
            self.values = json.loads(lib.swc_result_json(pointer))
            # As python-swiftclient counts: of the last operation.
            self.values['attempts'] = self.values['last_attempts'] or self.values['attempts']
            self.action, self.success = self.values['action'], self.values['success']
            self.error = self.failure = None
            error = lib.swc_result_error(pointer)
            if error:
                failure = self.failure = Failure(error)
                failure.method = lib.swc_error_method(error).decode()
                failure.title = _title(failure)
                self.error = failure.exception(failure.title)
                source = sources.get(self.values['object'])
                if failure.status == declared.SWC_ERR_CALLBACK and source is not None and source.error is not None:
                    self.error = source.error
            self.response = None
            out = ctypes.c_void_p()
            if self.action == 'download_object' and self.success and \
                    lib.swc_result_take_response(pointer, ctypes.byref(out), None) == declared.SWC_OK:
                self.response = Response(out.value, None)
        finally:
            lib.swc_result_free(pointer)

    @property
    def of_listing(self):
        """Whether it failed because of a listing, and not of one of the objects."""
        return self.failure is not None and self.failure.title in ('Account GET failed', 'Container GET failed')

    def response_dict(self):
        told = self.values['response_dict']
        if told is None:
            return {}
        told['headers'] = Headers(told['headers'])
        return dict(told, response_dicts=[dict(told)])

    def pick(self, *keys):
        """A dictionary with some of the values."""
        return {key: self.values.get(key) for key in keys}

    def failed(self, result):
        """Adds to a dictionary what python-swiftclient says of a failure."""
        if self.error is not None:
            logger.error('%s', self.error)
            result.update(success=False, error=self.error,
                          traceback=''.join(traceback.format_exception(type(self.error), self.error,
                                                                       self.error.__traceback__)),
                          error_timestamp=self.values.get('error_timestamp') or time.time())
        return result


class Job:
    """A job under way: an iterator over its results. Closing it cancels what is left."""

    def __init__(self, service, function, *args, objects=None, options=None):
        self._service = service
        self._sources = objects.sources if objects is not None else {}
        self._queue = Handle(made(lib.swc_queue_new), lib.swc_queue_free)
        config = Config(options or {})
        number = ctypes.c_uint64()
        try:
            args = [text(a) for a in args]
            if objects is not None:
                args.append(objects.pointer)
            elif function in _WITH_OBJECTS:
                args.append(None)
            call(function, service.pointer, *args, config.pointer, self._queue.pointer, 0, ctypes.byref(number))
        except BaseException:
            self._queue.close()
            raise
        finally:
            config.close()
            if objects is not None:
                objects.close()
        self.number = number.value
        self._ready, self.ended = [], False
        self._pointers = (ctypes.c_void_p * BATCH)()

    def fileno(self):
        """Readable while results wait."""
        fd = ctypes.c_int32()
        call(lib.swc_queue_fd, self._queue.pointer, ctypes.byref(fd))
        return fd.value

    def pop(self, wait_ms=0):
        """The results that wait."""
        count = ctypes.c_size_t()
        call(lib.swc_queue_pop, self._queue.pointer, self._pointers, BATCH, wait_ms, ctypes.byref(count))
        found = [Result(p, self._sources) for p in self._pointers[:count.value]]
        if any(r.is_last for r in found):
            self.ended = True
            for source in self._sources.values():
                source.sent()
                source.close()
            self._queue.close()
        return found

    def _wait(self):
        if threading.current_thread() is not threading.main_thread():
            return self.pop(-1)
        # Handlers of signals run while Python itself waits, or between its waits.
        if not hasattr(select, 'poll'):
            return self.pop(200)
        # One that comes just before a wait begins does not end it: so no wait is long.
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        poll.poll(200)
        return self.pop()

    def __iter__(self):
        return self

    def __next__(self):
        while not self._ready:
            if self.ended:
                raise StopIteration
            self._ready = self._wait()[::-1]
        return self._ready.pop()

    def cancel(self):
        """Ends what has not been done yet; the last result still comes."""
        if not self.ended:
            lib.swc_service_cancel(self._service.pointer, self.number)

    def close(self):
        """Cancels what is left, and waits for nothing."""
        if not self.ended and self._service.usable:
            self.cancel()
            self._queue.close()
            self.ended = True


_WITH_OBJECTS = (lib.swc_service_stat, lib.swc_service_post, lib.swc_service_download, lib.swc_service_delete)
