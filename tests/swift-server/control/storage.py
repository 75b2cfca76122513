"""A place for what is stored: it must hold extended attributes, and a large object.

Swift keeps an object's metadata, 4 KiB and more, in extended attributes of its file.
XFS, btrfs and, since Linux 6.6, tmpfs hold that.  ext4 holds less than 4 KB: an object
with much metadata gets 503 there.
"""
import contextlib
import os
import re
import shutil
import tempfile

from .tools import Failure, digest, say

ROOM = 3 << 30       # what a test with large objects needs
ALL_METADATA = 16384
SOME_METADATA = 2048


class Storage:
    """DEVICE below the chosen directory is Swift's one disk."""

    DEVICE = 'd1'

    def __init__(self, home):
        in_memory = f'/dev/shm/swift-server-{os.geteuid()}-{digest(home)}'
        self.own = [os.path.join(home, 'storage'), in_memory]

    def choose(self, wanted, known):
        """The directory wanted, else that of last time (the first one known), else the
        best of our own.  Those known have been in use before."""
        if wanted:
            path = wanted
            self.claim(path, known)
            if not metadata(path):
                raise Failure(f'the file system of {path} holds no extended attributes; '
                              'Swift needs XFS, btrfs, ext4 or (since Linux 6.6) tmpfs')
        else:
            path = self.again(known) or self.best()
        if path not in known:
            say('storing in', path)
        remarks = list(shortcomings(path))
        if remarks:
            say(f'note: in {path} {" and ".join(remarks)}; '
                'if that matters choose another directory with --storage')
        os.makedirs(os.path.join(path, self.DEVICE), exist_ok=True)
        return path

    def again(self, known):
        """The directory of last time if it still is, or can be made, fit for its purpose."""
        for path in known[:1]:
            with contextlib.suppress(OSError):
                os.makedirs(path, mode=0o700, exist_ok=True)
                if metadata(path):
                    return path
        return None

    def claim(self, path, known):
        """Refuses a directory in which others may have something we would delete."""
        device = os.path.join(path, self.DEVICE)
        if path not in known + self.own and os.path.exists(device):
            raise Failure(f'{device} is there already; --storage wants a directory without')
        try:
            os.makedirs(path, exist_ok=True)
        except OSError as e:
            raise Failure(f'cannot make {path}: {e.strerror}') from None

    def best(self):
        """Of our own directories: room counts more than a lot of metadata, since tests
        with large objects are many and tests with large metadata few."""
        def merit(path):
            return room(path) >= ROOM, min(metadata(path), ALL_METADATA), room(path)

        fit = []
        for path in self.own:
            # What lies there is of no use: it belongs to a server that we know nothing of.
            self.remove(path)
            with contextlib.suppress(OSError):
                os.makedirs(path, mode=0o700)
                if metadata(path):
                    fit.append(path)
        if not fit:
            raise Failure(f'neither {" nor ".join(self.own)} holds extended attributes; name '
                          'a directory on XFS, btrfs, ext4 or (since Linux 6.6) tmpfs with '
                          '--storage')
        chosen = max(fit, key=merit)
        for path in self.own:
            if path != chosen:
                self.remove(path)
        return chosen

    def wipe(self, known):
        """Deletes all that is stored."""
        for path in dict.fromkeys(known + self.own):
            self.remove(path)

    def remove(self, path):
        """Deletes what is ours: of a directory that the user named, only the device."""
        if path in self.own:
            shutil.rmtree(path, ignore_errors=True)
        else:
            shutil.rmtree(os.path.join(path, self.DEVICE), ignore_errors=True)


def metadata(path):
    """How much of it a file below this directory can have: all, some or 0."""
    with contextlib.suppress(OSError), tempfile.NamedTemporaryFile(dir=path) as probe:
        for size in ALL_METADATA, SOME_METADATA:
            with contextlib.suppress(OSError):
                os.setxattr(probe.name, 'user.swift.metadata', b'x' * size)
                return size
    return 0


def room(path):
    """How many bytes can be stored there; what is in memory must fit into that, too."""
    free = shutil.disk_usage(path).free
    if path.startswith('/dev/shm/'):
        with contextlib.suppress(OSError), open('/proc/meminfo') as f:
            available = re.search(r'MemAvailable: *(\d+) kB', f.read())
            if available:
                free = min(free, int(available[1]) << 10)
    return free


def shortcomings(path):
    if metadata(path) < ALL_METADATA:
        yield 'objects with more than 2 KiB of metadata can fail, with 503'
    if room(path) < ROOM:
        yield f'{room(path) >> 20} MiB are free, too little for tests with large objects'
