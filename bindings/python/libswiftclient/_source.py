"""Bodies to send, of whatever a program has them in."""
import ctypes
import io
import itertools
import os
import stat

from . import _declarations as declared
from ._interrupt import callback
from ._library import Handle, call, lib, made
from .utils import ReadableToIterable

# What is being sent, by the number the library knows it by.
_feeds = {}
_numbers = itertools.count(1)


class _Feed:
    """Gives the bytes of a file-like object or an iterable, a piece at a time."""

    #: What a callback raised.
    error = None

    def read_into(self, address, size):
        """Puts bytes there and returns their number; 0 at the end."""
        piece = self.next_piece(size)
        if isinstance(piece, str):
            piece = piece.encode('utf-8')
        size = min(len(piece), size)
        if size:
            at = piece if isinstance(piece, bytes) else (ctypes.c_char * len(piece)).from_buffer_copy(piece)
            ctypes.memmove(address, at, size)
        return size

    def rewind(self):
        """Goes back to the first byte; returns whether that is possible."""
        return False


class _File(_Feed):
    # They can put bytes where they are wanted.
    DIRECT = (io.BytesIO, io.FileIO, io.BufferedReader)

    def __init__(self, file, chunk_size):
        self.file, self.chunk_size, self.rest = file, chunk_size, b''
        self.reset = None
        if hasattr(file, 'tell') and hasattr(file, 'seek'):
            try:
                start = file.tell()
            except (OSError, ValueError):
                # A pipe has tell() too.
                return
            self.reset = lambda: file.seek(start)
        elif hasattr(file, 'reset'):
            self.reset = file.reset

    def read_into(self, address, size):
        if type(self.file) not in self.DIRECT:
            return super().read_into(address, size)
        return self.file.readinto((ctypes.c_char * min(size, self.chunk_size)).from_address(address)) or 0

    def next_piece(self, size):
        piece = self.rest or self.file.read(min(size, self.chunk_size))
        if isinstance(piece, str):
            # A character may become several bytes.
            piece = piece.encode('utf-8')
        self.rest = piece[size:]
        return piece[:size]

    def rewind(self):
        if self.reset is None:
            return False
        self.reset()
        self.rest = b''
        return True


class _Iterable(_Feed):
    def __init__(self, iterable):
        self.iterable, self.iterator, self.rest = iterable, iter(iterable), b''

    def next_piece(self, size):
        while not self.rest:
            try:
                piece = next(self.iterator)
            except StopIteration:
                return b''
            # A view, for a large piece goes in many reads.
            self.rest = memoryview(piece.encode('utf-8') if isinstance(piece, str) else piece).cast('B')
        piece, self.rest = self.rest[:size], self.rest[size:]
        return bytes(piece)

    def rewind(self):
        reset = getattr(self.iterable, 'reset', None)
        if callable(reset):
            reset()
        elif self.iterator is self.iterable:
            # An iterator runs once.
            return False
        self.iterator, self.rest = iter(self.iterable), b''
        return True


def _guarded(user_data, what, failed):
    feed = _feeds.get(user_data)

    def run():
        try:
            return what(feed)
        except BaseException as e:  # It must not get lost, and is raised when the call has ended.
            feed.error = e
            return failed
    return callback(run)


@declared.swc_read_callback
def _read(user_data, buffer, size):
    return _guarded(user_data, lambda feed: feed.read_into(buffer, size), -1)


@declared.swc_rewind_callback
def _rewind(user_data):
    return _guarded(user_data, lambda feed: feed.rewind(), False)


@declared.swc_free_callback
def _done(user_data):
    _feeds.pop(user_data, None)


class Source:
    """A body to send. Keep it until the call that sends it is over; a job keeps what it needs by itself."""

    def __init__(self, pointer, feed=None, after=None):
        self._handle, self._feed, self._after = Handle(pointer, lib.swc_source_free), feed, after

    @property
    def pointer(self):
        return self._handle.pointer

    @property
    def error(self):
        """What the file or iterable raised, if anything."""
        return self._feed and self._feed.error

    def sent(self):
        """A file that was sent past Python stands behind what was sent."""
        if self._after:
            self._after()

    def close(self):
        self._handle.close()


def _of_feed(feed, length):
    number = next(_numbers)
    _feeds[number] = feed
    # The library calls _done() also when this fails.
    return Source(made(lib.swc_source_new_callbacks, _read, _rewind, _done, number, -1 if length is None else length),
                  feed)


class _Lent(_Feed):
    """Memory that is lent to the library stays as it is."""

    def __init__(self, keep):
        self.keep = keep


def _of_memory(data):
    if not isinstance(data, bytes):
        data = bytes(data)
    number = next(_numbers)
    _feeds[number] = _Lent(data)
    return Source(made(lib.swc_source_new_memory, data, len(data), _done, number))


def _of_descriptor(file, length):
    """A plain file goes past Python altogether; None for what is none."""
    if type(file) not in (io.FileIO, io.BufferedReader) or os.name == 'nt':
        return None
    try:
        fd = file.fileno()
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return None
        start = file.tell()
        # The library begins where the descriptor stands, which is not where a buffer has been read to.
        stands = os.lseek(fd, 0, os.SEEK_CUR)
        os.lseek(fd, start, os.SEEK_SET)
        try:
            pointer = made(lib.swc_source_new_fd, fd, -1 if length is None else length)
        finally:
            os.lseek(fd, stands, os.SEEK_SET)
        size = ctypes.c_int64()
        call(lib.swc_source_size, pointer, ctypes.byref(size))
    except (OSError, ValueError):
        return None
    return Source(pointer, after=lambda: file.seek(start + size.value))


def source(contents, length=None, chunk_size=None):
    """A source for what put_object() takes as contents; None for nothing."""
    if isinstance(contents, str):
        contents = contents.encode('utf-8')
    if isinstance(contents, (bytes, bytearray, memoryview)):
        if length is not None:
            contents = contents[:length]
        return _of_memory(contents) if len(contents) else None
    if isinstance(contents, ReadableToIterable):
        return _of_feed(_Iterable(contents), length)
    if hasattr(contents, 'read'):
        return _of_descriptor(contents, length) or _of_feed(_File(contents, chunk_size or 1 << 30), length)
    if not contents and not hasattr(contents, '__iter__'):
        return None
    if not hasattr(contents, '__iter__'):
        raise TypeError('a body of type %s: give text, bytes, a file, or an iterable of bytes'
                        % type(contents).__name__)
    return _of_feed(_Iterable(contents), length)
