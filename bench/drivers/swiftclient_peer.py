"""python-swiftclient, both of its APIs; the arguments are those of common.h and ours.c.

What is verified goes through SwiftService, which compares MD5 sums; what is not through a Connection, which does not.
"""
import hashlib
import mmap
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from swiftclient.client import Connection
from swiftclient.service import SwiftService, SwiftUploadObject

TLS = os.environ.get('BENCH_TLS_PORT')
PORT = TLS or os.environ.get('BENCH_PORT', '8090')
URL = f'{"https" if TLS else "http"}://127.0.0.1:{PORT}/v1/AUTH_bench'
CA = os.environ.get('BENCH_CA')
PERIOD = 16 << 20


class Pattern:
    """A body of which the next piece is made up as it is asked for."""

    def __init__(self, path):
        self.left = os.path.getsize(path)
        self.at = 0
        with open(path, 'rb') as f:
            self.bytes = memoryview(f.read(PERIOD))

    def read(self, most=65536):
        n = min(most, self.left, len(self.bytes) - self.at)
        piece = bytes(self.bytes[self.at:self.at + n])
        self.at = (self.at + n) % len(self.bytes)
        self.left -= n
        return piece


def beginning():
    """The first KiB of the pattern, as in common.h: servers and clients compare sums."""
    x, out = 0x2545f4914f6cdd1d, b''
    for _ in range(128):
        x ^= x << 13 & (1 << 64) - 1
        x ^= x >> 7
        x ^= x << 17 & (1 << 64) - 1
        out += x.to_bytes(8, 'little')
    return out


def connection():
    return Connection(preauthurl=URL, preauthtoken='AUTH_tkbench', cacert=CA)


def service(**options):
    options.update(os_storage_url=URL, os_auth_token='AUTH_tkbench', os_cacert=CA, auth='http://127.0.0.1:1')
    return SwiftService(options)


def check(results, action=None, count=None):
    done = 0
    for r in results:
        if r.get('success') is False:
            raise r['error']
        done += r.get('action') == action
    assert count is None or done == count, f'{done} results instead of {count}'


def get(size, to, how):
    if how == 'verified' and to != 'memory':
        options = {'out_file': to} if to != 'null' else {'no_download': True}
        with service() as s:
            check(s.download(f'rows-1-{size}', ['obj-00000000'], options), 'download_object', 1)
        return
    pieces = None if to == 'memory' else 65536
    headers, body = connection().get_object(f'rows-1-{size}', 'obj-00000000', resp_chunk_size=pieces)
    if to == 'memory':
        assert len(body) == int(size)
        # A service puts nothing in memory: who wants that verified does it by hand.
        assert how == 'plain' or hashlib.md5(body).hexdigest() == headers['etag']
    elif to == 'null':
        assert sum(map(len, body)) == int(size)
    else:
        with open(to, 'wb') as f:
            for piece in body:
                f.write(piece)


def put(path, source, how):
    size = os.path.getsize(path)
    with open(path, 'rb') as f:
        if source == 'memory':
            body = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
        else:
            body = f if source == 'file' else Pattern(path)
        if how == 'verified':
            with service() as s:
                given = path if source == 'file' else body
                check(s.upload('big', [SwiftUploadObject(given, 'object')]), 'upload_object', 1)
        else:
            c = connection()
            c.put_container('big')
            c.put_object('big', 'object', body, content_length=size)


def small(method, count, threads):
    body = beginning()
    connection().put_container('small')

    def work(share):
        c = connection()
        for i in range(share * count // threads, (share + 1) * count // threads):
            name = f'obj-{i:08}'
            if method == 'get':
                assert len(c.get_object('rows-20000-1024', name)[1]) == 1024
            elif method == 'put':
                c.put_object('small', name, body)
            elif method == 'head':
                c.head_object('rows-20000-1024', name)
            else:
                c.delete_object('rows-20000-1024', name)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


def many(method, count, threads):
    names = [f'obj-{i:08}' for i in range(count)]
    with service(object_dd_threads=threads) as s:
        if method == 'head':
            check(s.stat('rows-20000-1024', names), 'stat_object', count)
        else:
            # One request each: without looking for segments first.
            check(s.delete('rows-20000-1024', names, {'leave_segments': True}), 'delete_object', count)


def listing(count):
    """Page by page, as it comes."""
    c, rows, marker = connection(), 0, ''
    while page := c.get_container(f'rows-{count}-1024', marker=marker)[1]:
        rows += len(page)
        marker = page[-1]['name']
    assert rows == count


def list_service(count):
    with service() as s:
        rows = sum(len(page['listing']) for page in s.list(f'rows-{count}-1024'))
    assert rows == count


def download(container, count, threads, folder, everything):
    names = None if everything else [f'obj-{i:08}' for i in range(count)]
    with service(object_dd_threads=threads) as s:
        options = {'no_download': True} if folder == 'null' else {'out_directory': folder}
        check(s.download(container, names, options), 'download_object', count)


def upload(folder, container, threads):
    paths = [os.path.join(f, name) for f, _, names in os.walk(folder) for name in names]
    with service(object_uu_threads=threads) as s:
        check(s.upload(container, [SwiftUploadObject(p, os.path.relpath(p, folder)) for p in paths]),
              'upload_object', len(paths))


def segments(path, container, size, threads):
    with service(segment_threads=threads) as s:
        check(s.upload(container, [SwiftUploadObject(path, 'object')], {'segment_size': size, 'use_slo': True}),
              'upload_object', 1)


def assemble(container, path):
    with service() as s:
        check(s.download(container, ['object'], {'out_file': path}), 'download_object', 1)


def main(what, *rest):
    {
        'get': lambda: get(*rest),
        'put': lambda: put(*rest),
        'small': lambda: small(rest[0], int(rest[1]), int(rest[2])),
        'many': lambda: many(rest[0], int(rest[1]), int(rest[2])),
        'list': lambda: listing(int(rest[0])),
        'list-service': lambda: list_service(int(rest[0])),
        'stat': lambda: connection().head_object('rows-1-1024', 'obj-00000000'),
        'download': lambda: download(rest[0], int(rest[1]), int(rest[2]), rest[3], False),
        'tree': lambda: download(rest[0], int(rest[1]), int(rest[2]), rest[3], True),
        'upload': lambda: upload(rest[0], rest[1], int(rest[2])),
        'segments': lambda: segments(rest[0], rest[1], int(rest[2]), int(rest[3])),
        'assemble': lambda: assemble(rest[0], rest[2]),
    }[what]()


main(*sys.argv[1:])
