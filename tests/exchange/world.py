"""Both sides for the tests beside it: python-swiftclient and ours on the same account, and files to exchange."""
import io
import os
import random
import subprocess
import sys
import tempfile
import unittest
import uuid

# Both are told where the server is, each by its options: what the environment says of it would come in between.
SERVER = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(('ST_', 'OS_', 'SWIFT_TEST_'))}

from swiftclient.service import SwiftService, SwiftUploadObject    # noqa: E402

import ours                                                        # noqa: E402

SEGMENT = 100_000
THREADS = {'object_uu_threads': 4, 'object_dd_threads': 4, 'segment_threads': 4, 'container_threads': 4}
# Files with their lengths: names of every kind.
NAMES = {
    'plain.bin': 200_000,
    'empty': 0,
    '.hidden': 3,
    'blanks  in it .txt': 1000,
    'größe-日本-\U0001f600.txt': 1001,
    'percent %41 %zz %2F 100%': 1002,
    'what? & so #1;a=b+c': 1003,
    "quo'te\"s and back\\slash": 1004,
    'line\nbreak\ttab': 1005,
    'sub/deep/er/file': 1006,
    'sub/other': 1007,
    'sub/...': 1008,
}
LARGE = 350_000


def content(name, length):
    return random.Random(name).randbytes(length)


def write(path, data):
    """A file whose time has microseconds, as they are what is kept of it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)
    time = 1_600_000_000_000_001_000 + random.Random(path).randrange(10 ** 17) // 1000 * 1000
    os.utime(path, ns=(time, time))
    return path


def microseconds(path):
    return (os.stat(path).st_mtime_ns + 500) // 1000


class Once(io.RawIOBase):
    """A stream that cannot be read twice."""
    def __init__(self, data):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def read(self, size=-1):
        return self.data.read(size)


def pipe(data):
    """The end of a pipe that gives these bytes; they must fit into it, or a thread writes them."""
    import threading
    end, other = os.pipe()

    def feed():
        with os.fdopen(other, 'wb') as f:
            f.write(data)
    threading.Thread(target=feed, daemon=True).start()
    return end


class World(unittest.TestCase):
    """Two services on one account, containers that are there for one test, and a directory."""
    maxDiff = None

    @classmethod
    def options(cls):
        """Options both understand, and the environment of the `swift` command."""
        v1 = {'auth': SERVER['ST_AUTH'], 'user': SERVER['ST_USER'], 'key': SERVER['ST_KEY']}
        return v1, {f'ST_{key.upper()}': value for key, value in v1.items()}

    @classmethod
    def setUpClass(cls):
        own, cls.environment = cls.options()
        cls.peer = SwiftService({**own, **THREADS})
        cls.ours = ours.Service({**own, **THREADS})

    @classmethod
    def tearDownClass(cls):
        cls.ours.close()

    def setUp(self):
        self.name = f'exchange-{uuid.uuid4().hex[:10]}'
        self.segments = f'{self.name}_segments'
        self.containers = [self.name, self.segments]
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.addCleanup(self.empty)

    def empty(self):
        for container in self.containers:
            for _ in self.peer.delete(container):
                pass

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def container(self, word):
        """The name of one more container."""
        self.containers.append(f'{self.name}-{word}')
        return self.containers[-1]

    # ------------------------------------------------------------------------------------------ the peer

    def theirs(self, results, failing=False):
        """Results of the peer, none of which failed."""
        results = list(results)
        if not failing:
            self.assertEqual([(r['action'], r.get('object'), r['error']) for r in results if not r['success']], [])
        return results

    def upload_theirs(self, objects, container=None, **options):
        return self.theirs(self.peer.upload(container or self.name, objects, options))

    def swift(self, *arguments, stdin=None):
        """The peer's command."""
        command = [os.path.join(os.path.dirname(sys.executable), 'swift'), *arguments]
        return subprocess.run(command, env={**os.environ, **self.environment}, cwd=self.folder, input=stdin,
                              check=True, timeout=600, stdout=subprocess.PIPE).stdout

    def names(self, container=None):
        """What is in a container; nothing when it is not there."""
        found = []
        for page in self.peer.list(container or self.name):
            if page['success']:
                found += [row['name'] for row in page['listing']]
        return found

    def stamps(self, container=None):
        """When each object of a container was stored: who stores it again changes that."""
        return {name: self.head(name, container)['x-timestamp'] for name in self.names(container)}

    def head(self, name, container=None):
        [result] = self.theirs(self.peer.stat(container or self.name, [name]))
        return result['headers']

    # ---------------------------------------------------------------------------------------------- ours

    def run_ours(self, verb, *arguments, failing=False, **options):
        """Results of ours, none of which failed."""
        results = self.ours.run(verb, *arguments, **options)
        if not failing:
            self.assertEqual([(r['action'], r['object'], r['error']) for r in results if not r['success']], [])
        return results

    # --------------------------------------------------------------------------------------------- files

    def tree(self, root):
        """A tree of files with names of every kind; what is in it, by name."""
        found = {}
        for name, length in NAMES.items():
            write(self.at(root, name), content(name, length))
            found[name] = content(name, length)
        os.makedirs(self.at(root, 'sub', 'hollow'), exist_ok=True)
        return found

    def large(self, name, length=LARGE):
        return write(self.at('large', name), content(name, length)), content(name, length)

    def assertSameFiles(self, root, wanted, times=None):
        """A directory holds these files and no others; and with the times of the files that `times` names."""
        found = {}
        for at, _, files in os.walk(root):
            for name in files:
                path = os.path.join(at, name)
                with open(path, 'rb') as f:
                    found[os.path.relpath(path, root)] = f.read()
        self.assertEqual(sorted(found), sorted(wanted))
        for name, data in wanted.items():
            self.assertTrue(found[name] == data, f'{name} has other bytes')
        for name, original in (times or {}).items():
            self.assertEqual(microseconds(os.path.join(root, name)), microseconds(original), name)


class Keystone:
    """The same over TLS, with Keystone's version 3."""
    @classmethod
    def options(cls):
        v3 = {
            'auth_version': '3', 'os_auth_url': SERVER['SWIFT_TEST_KEYSTONE_HTTPS_URL'],
            'os_cacert': SERVER['SWIFT_TEST_CACERT'], 'os_region_name': 'RegionTLS',
            **{f'os_{key}': SERVER[f'OS_{key.upper()}']
               for key in ('username', 'password', 'project_name', 'user_domain_name', 'project_domain_name')}}
        names = {'auth_version': 'ST_AUTH_VERSION'}
        return v3, {names.get(key, key.upper()): value for key, value in v3.items()}


def upload(source, name, **options):
    """An object for the peer to upload."""
    return SwiftUploadObject(source, name, options or None)
