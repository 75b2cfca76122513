"""python-swiftclient, both of its APIs; the arguments are those of common.h, and:

    download CONTAINER COUNT THREADS DIRECTORY
    upload DIRECTORY CONTAINER THREADS
    segments FILE CONTAINER SEGMENT_SIZE THREADS
"""
import os
import sys

from swiftclient.client import Connection
from swiftclient.service import SwiftService, SwiftUploadObject

TLS = os.environ.get('BENCH_TLS_PORT')
PORT = TLS or os.environ.get('BENCH_PORT', '8090')
URL = f'{"https" if TLS else "http"}://127.0.0.1:{PORT}/v1/AUTH_bench'
CA = os.environ.get('BENCH_CA')


def connection():
    return Connection(preauthurl=URL, preauthtoken='AUTH_tkbench', cacert=CA)


def service(**options):
    options.update(os_storage_url=URL, os_auth_token='AUTH_tkbench', os_cacert=CA, auth='http://127.0.0.1:1')
    return SwiftService(options)


def check(results):
    for r in results:
        if r.get('success') is False:
            raise r['error']


def get(size, to, how):
    if how == 'verified':
        options = {'out_file': to} if to != 'null' else {'no_download': True}
        with service() as s:
            check(s.download(f'rows-1-{size}', ['obj-00000000'], options))
        return
    _, body = connection().get_object(f'rows-1-{size}', 'obj-00000000', resp_chunk_size=65536)
    if to == 'null':
        for _ in body:
            pass
    else:
        with open(to, 'wb') as f:
            for piece in body:
                f.write(piece)


def put(path, how):
    if how == 'verified':
        with service() as s:
            check(s.upload('big', [SwiftUploadObject(path, 'object')]))
        return
    c = connection()
    c.put_container('big')
    with open(path, 'rb') as f:
        c.put_object('big', 'object', f, content_length=os.path.getsize(path))


def small(method, count, threads):
    from concurrent.futures import ThreadPoolExecutor
    body = b'\0' * 1024
    connection().put_container('small')

    def work(share):
        c = connection()
        for i in range(share * count // threads, (share + 1) * count // threads):
            name = f'obj-{i:08}'
            if method == 'get':
                c.get_object('rows-20000-1024', name)
            elif method == 'put':
                c.put_object('small', name, body)
            elif method == 'head':
                c.head_object('rows-20000-1024', name)
            else:
                c.delete_object('rows-20000-1024', name)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


def listing(count):
    rows = 0
    with service() as s:
        for page in s.list(f'rows-{count}-1024'):
            rows += len(page['listing'])
    assert rows == count


def download(container, count, threads, directory):
    with service(object_dd_threads=threads) as s:
        check(s.download(container, [f'obj-{i:08}' for i in range(count)], {'out_directory': directory}))


def upload(directory, container, threads):
    paths = [os.path.join(folder, f) for folder, _, files in os.walk(directory) for f in files]
    with service(object_uu_threads=threads) as s:
        check(s.upload(container, [SwiftUploadObject(p, os.path.relpath(p, directory)) for p in paths]))


def segments(path, container, size, threads):
    with service(segment_threads=threads) as s:
        check(s.upload(container, [SwiftUploadObject(path, 'object')], {'segment_size': size, 'use_slo': True}))


def main(what, *rest):
    if what == 'small':
        small(rest[0], int(rest[1]), int(rest[2]))
    elif what == 'list':
        listing(int(rest[0]))
    elif what == 'stat':
        connection().head_object('rows-1-1024', 'obj-00000000')
    elif what == 'download':
        download(rest[0], int(rest[1]), int(rest[2]), rest[3])
    elif what == 'upload':
        upload(rest[0], rest[1], int(rest[2]))
    elif what == 'segments':
        segments(rest[0], rest[1], int(rest[2]), int(rest[3]))
    else:
        {'get': get, 'put': put}[what](*rest)


main(*sys.argv[1:])
