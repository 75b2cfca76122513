"""OpenDAL's Swift service, by its Python wheel; the arguments are those of common.h."""
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import opendal

PORT = os.environ.get('BENCH_PORT', '8090')
URL = f'http://127.0.0.1:{PORT}/v1/AUTH_bench'


def operator(container):
    return opendal.Operator('swift', endpoint=URL, container=container, token='AUTH_tkbench')


def get(size, to, how):
    with operator(f'rows-1-{size}').open('obj-00000000', 'rb') as body:
        out = open(to, 'wb') if to != 'null' else None
        while piece := body.read(256 * 1024):
            if out:
                out.write(piece)


def put(path, how):
    with open(path, 'rb') as f, operator('big').open('object', 'wb') as out:
        while piece := f.read(1 << 20):
            out.write(piece)


def small(method, count, threads):
    op = operator('small' if method == 'put' else 'rows-20000-1024')
    body = b'\0' * 1024

    def work(share):
        for i in range(share * count // threads, (share + 1) * count // threads):
            name = f'obj-{i:08}'
            if method == 'get':
                op.read(name)
            elif method == 'put':
                op.write(name, body)
            elif method == 'head':
                op.stat(name)
            else:
                op.delete(name)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


def listing(count):
    assert sum(1 for _ in operator(f'rows-{count}-1024').list('/')) >= count


def main(what, *rest):
    if what == 'small':
        small(rest[0], int(rest[1]), int(rest[2]))
    elif what == 'list':
        listing(int(rest[0]))
    elif what == 'stat':
        operator('rows-1-1024').stat('obj-00000000')
    else:
        {'get': get, 'put': put}[what](*rest)


main(*sys.argv[1:])
