"""OpenDAL's Swift service, by its Python wheel; the arguments are those of common.h. It verifies nothing."""
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import opendal

TLS = os.environ.get('BENCH_TLS_PORT')
PORT = TLS or os.environ.get('BENCH_PORT', '8090')
URL = f'{"https" if TLS else "http"}://127.0.0.1:{PORT}/v1/AUTH_bench'
PERIOD = 16 << 20


def beginning():
    """The first KiB of the pattern, as in common.h: it compares sums."""
    x, out = 0x2545f4914f6cdd1d, b''
    for _ in range(128):
        x ^= x << 13 & (1 << 64) - 1
        x ^= x >> 7
        x ^= x << 17 & (1 << 64) - 1
        out += x.to_bytes(8, 'little')
    return out


def operator(container):
    return opendal.Operator('swift', endpoint=URL, container=container, token='AUTH_tkbench')


def get(size, to, how):
    op, got = operator(f'rows-1-{size}'), 0
    if to == 'memory':
        got = len(op.read('obj-00000000'))
    else:
        with op.open('obj-00000000', 'rb') as body, open('/dev/null' if to == 'null' else to, 'wb') as out:
            while piece := body.read(256 * 1024):
                got += len(piece)
                if to != 'null':
                    out.write(piece)
    assert got == int(size), f'{got} bytes'


def put(path, source, how):
    with open(path, 'rb') as f, operator('big').open('object', 'wb') as out:
        if source == 'file':
            while piece := f.read(1 << 20):
                out.write(piece)
        else:
            pieces = [f.read(1 << 20) for _ in range(min(PERIOD, os.path.getsize(path)) >> 20)]
            for i in range(os.path.getsize(path) >> 20):
                out.write(pieces[i % len(pieces)])


def small(method, count, threads):
    op = operator('small' if method == 'put' else 'rows-20000-1024')
    body = beginning()

    def work(share):
        for i in range(share * count // threads, (share + 1) * count // threads):
            name = f'obj-{i:08}'
            if method == 'get':
                assert len(op.read(name)) == 1024
            elif method == 'put':
                op.write(name, body)
            elif method == 'head':
                op.stat(name)
            else:
                op.delete(name)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


def listing(count):
    rows = sum(1 for entry in operator(f'rows-{count}-1024').list('/') if entry.path != '/')
    assert rows == count, f'{rows} rows'


def main(what, *rest):
    {
        'get': lambda: get(*rest),
        'put': lambda: put(*rest),
        'small': lambda: small(rest[0], int(rest[1]), int(rest[2])),
        'list': lambda: listing(int(rest[0])),
        'stat': lambda: operator('rows-1-1024').stat('obj-00000000'),
    }[what]()


main(*sys.argv[1:])
