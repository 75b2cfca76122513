"""libswiftclient's Service API for the tests beside it: what they need of it, by ctypes."""
import ctypes
import json
import os
from ctypes import POINTER, byref, c_bool, c_char_p, c_int32, c_int64, c_size_t, c_uint64, c_void_p

lib = ctypes.CDLL(os.environ['SWIFT_EXCHANGE_LIBRARY'])

# What each function takes beside the error object at its end; the others are below.
CAN_FAIL = {
    'config_set': [c_void_p, c_char_p, c_char_p],
    'config_add': [c_void_p, c_char_p, c_char_p, c_char_p],
    'connection_new': [c_void_p, POINTER(c_void_p)],
    'service_new': [c_void_p, c_void_p, POINTER(c_void_p)],
    'service_shutdown': [c_void_p, c_int32],
    'queue_new': [POINTER(c_void_p)],
    'queue_fd': [c_void_p, POINTER(c_int32)],
    'queue_pop': [c_void_p, POINTER(c_void_p), c_size_t, c_int32, POINTER(c_size_t)],
    'source_new_fd': [c_int32, c_int64, POINTER(c_void_p)],
    'objects_add': [c_void_p, c_char_p, c_void_p],
    'objects_add_file': [c_void_p, c_char_p, c_char_p, c_void_p],
    'objects_add_tree': [c_void_p, c_char_p, c_char_p, c_void_p],
    'objects_add_source': [c_void_p, c_char_p, c_void_p, c_void_p],
}
JOB = [c_void_p, c_void_p, c_uint64, POINTER(c_uint64)]    # options, queue, tag, job
for verb, first in {'stat': [c_char_p, c_void_p], 'post': [c_char_p, c_void_p], 'list': [c_char_p],
                    'upload': [c_char_p, c_void_p], 'download': [c_char_p, c_void_p],
                    'delete': [c_char_p, c_void_p], 'copy': [c_char_p, c_void_p], 'capabilities': []}.items():
    CAN_FAIL[f'service_{verb}'] = [c_void_p, *first, *JOB]
for name, types in CAN_FAIL.items():
    function = getattr(lib, f'swc_{name}')
    function.argtypes, function.restype = [*types, POINTER(c_void_p)], c_int32
for name in ('config', 'connection', 'service', 'queue', 'source', 'objects', 'result', 'error'):
    getattr(lib, f'swc_{name}_free').argtypes = [c_void_p]
for name in ('config', 'objects'):
    getattr(lib, f'swc_{name}_new').restype = c_void_p
lib.swc_queue_wake.argtypes = [c_void_p]
lib.swc_result_is_last.argtypes, lib.swc_result_is_last.restype = [c_void_p], c_bool
for name in ('result_json', 'error_message'):
    getattr(lib, f'swc_{name}').argtypes = [c_void_p]
    getattr(lib, f'swc_{name}').restype = c_char_p


class Failed(Exception):
    """What the library says of a call that failed."""


def call(name, *arguments):
    error = c_void_p()
    status = getattr(lib, f'swc_{name}')(*arguments, byref(error))
    if status < 0:
        message = lib.swc_error_message(error).decode()
        lib.swc_error_free(error)
        raise Failed(f'{name}: {message}')
    return status


def made(name, *arguments):
    out = c_void_p()
    call(name, *arguments, byref(out))
    return out


def text(value):
    return value if value is None or isinstance(value, bytes) else str(value).encode()


def config(options):
    """Options as python-swiftclient takes them: headers and metadata as mappings."""
    new = c_void_p(lib.swc_config_new())
    for key, value in options.items():
        if isinstance(value, dict):
            for name, one in value.items():
                call('config_add', new, text(key), text(name), text(one))
        else:
            value = str(value).lower() if isinstance(value, bool) else value
            call('config_set', new, text(key), text(value))
    return new


class File:
    """A file to upload; of a directory, its marker."""
    def __init__(self, path, name=None, **options):
        self.path, self.name, self.options = path, name, options


class Tree:
    """A directory with all that is in it."""
    def __init__(self, path, prefix=None):
        self.path, self.prefix = path, prefix


class Stream:
    """What a descriptor gives; None for an object of nothing."""
    def __init__(self, fd, name, **options):
        self.fd, self.name, self.options = fd, name, options


class Queue:
    """Results, and the descriptor that says that there are some."""
    def __init__(self):
        self.handle = made('queue_new')

    def fd(self):
        fd = c_int32()
        call('queue_fd', self.handle, byref(fd))
        return fd.value

    def pop(self, most=64, timeout_ms=600_000):
        """Results as pairs: what their JSON says, and whether it was the last one of its job."""
        results, count = (c_void_p * most)(), c_size_t()
        call('queue_pop', self.handle, results, most, timeout_ms, byref(count))
        out = []
        for handle in results[:count.value]:
            out.append((json.loads(lib.swc_result_json(handle)), lib.swc_result_is_last(handle)))
            lib.swc_result_free(handle)
        return out

    def wake(self):
        lib.swc_queue_wake(self.handle)

    def close(self):
        lib.swc_queue_free(self.handle)


class Service:
    def __init__(self, options):
        settings = config(options)
        self.connection = made('connection_new', settings)
        self.handle = made('service_new', self.connection, None)
        lib.swc_config_free(settings)

    def close(self):
        call('service_shutdown', self.handle, -1)
        lib.swc_service_free(self.handle)
        lib.swc_connection_free(self.connection)

    def submit(self, queue, tag, verb, container=None, objects=None, **options):
        """Returns the number of the job."""
        settings, job = config(options), c_uint64()
        try:
            first = [] if verb == 'capabilities' else [text(container)]
            names = None
            if verb not in ('capabilities', 'list'):
                names = self.objects(objects)
                first.append(names)
            call(f'service_{verb}', self.handle, *first, settings, queue.handle, tag, byref(job))
            lib.swc_objects_free(names)
        finally:
            lib.swc_config_free(settings)
        return job.value

    def run(self, verb, container=None, objects=None, **options):
        """All results of one job."""
        queue = Queue()
        try:
            self.submit(queue, 1, verb, container, objects, **options)
            results, ended = [], False
            while not ended:
                batch = queue.pop()
                assert batch, f'{verb}: no result in a minute, after {results}'
                results += [result for result, _ in batch]
                ended = any(last for _, last in batch)
            return results
        finally:
            queue.close()

    @staticmethod
    def objects(objects):
        if objects is None:
            return None
        new = c_void_p(lib.swc_objects_new())
        for one in objects:
            own = config(getattr(one, 'options', None) or {})
            if isinstance(one, File):
                call('objects_add_file', new, text(one.path), text(one.name), own)
            elif isinstance(one, Tree):
                call('objects_add_tree', new, text(one.path), text(one.prefix), None)
            elif isinstance(one, Stream):
                source = None if one.fd is None else made('source_new_fd', one.fd, -1)
                call('objects_add_source', new, text(one.name), source, own)
                lib.swc_source_free(source)
            else:
                call('objects_add', new, text(one), own)
            lib.swc_config_free(own)
        return new
