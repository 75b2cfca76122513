#!/usr/bin/env python3
"""Runs the swift command, python-swiftclient's own shell module unchanged, on python-swiftclient and on libswiftclient,
and compares what it prints and how it ends. usage: command.py PEER FOLDER (python-swiftclient installed in PEER)"""
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback

peer, folder = (os.path.abspath(a) for a in sys.argv[1:3])
here = os.path.dirname(os.path.abspath(__file__))

#: Commands in their order; C is a container of their own, {url} the storage URL, and what follows '<' is given to stdin.
COMMANDS = [
    'stat', 'stat -v', 'stat --lh', 'list -p C', 'post C', 'post C -m Color:blue -r .r:*', 'stat C', 'stat -v C',
    'upload C small dir empty', 'upload C small', 'upload --changed C small', 'upload --skip-identical C small',
    'upload -S 1000 C large', 'upload -S 1K --use-dlo C large --object-name dlo', 'upload C/below small',
    'upload C small --object-name name', 'upload C dir --object-name moved', 'upload C missing',
    'upload C - --object-name stdin < from stdin', 'upload -q C small', 'upload --header X-Object-Meta-A:b C small',
    'upload -S x C small', 'upload C', 'upload --threads C',
    'list C', 'list -l C', 'list --lh C', 'list -t C', 'list -p d C', 'list -d / C', 'list -j C', 'list none-C',
    'list -p C -l', 'stat C small', 'stat C large', 'stat C dlo', 'stat -v C small', 'stat C none', 'stat none-C',
    'post C small -m A:b -H X-Object-Meta-B:c', 'post C none -m A:b', 'stat C small', 'post C/x',
    'copy -d /C-copy C small', 'copy -d /C-copy/new C small', 'copy -M -m New:1 C small', 'copy C none',
    'copy -d x C small', 'copy -d /C-copy/one C small name',
    'download C -D out', 'download C small -o target', 'download C small -o -', 'download C none',
    'download none-C', 'download C -D out --skip-identical', 'download C -p dir/ -r -D cut', 'download C/x',
    'download --no-download C small', 'download -H Range:bytes=0-1 C small -o part', 'download',
    'capabilities', 'capabilities --json', 'info', 'capabilities {url}',
    'tempurl GET 2000000000 /v1/a/c/o key --absolute', 'tempurl PUT 2030-01-01 {url}/c/o key --digest sha1',
    'tempurl GET 1h /v1/a/c key', 'tempurl GET 2000000000 /v1/a/c/p key --absolute --prefix-based --iso8601',
    'auth', 'auth -v', 'delete C small name', 'delete C none', 'delete C -p dir/', 'delete C large dlo',
    'delete C', 'delete C-copy', 'delete none-C', 'delete', 'nonsense', '--version', '-K wrong stat',
    'post -m Peer:x', 'post -m Peer:',
]
#: What may differ, and why; the same is in README.md.
DIFFERENCES = {
    '--version': 'the version is that of libswiftclient',
}


def prepare(where):
    os.makedirs(os.path.join(where, 'dir', 'deep'))
    os.mkdir(os.path.join(where, 'empty'))
    for name, size in (('small', 5), ('large', 2500), ('dir/a', 1), ('dir/deep/b', 2)):
        path = os.path.join(where, name)
        with open(path, 'wb') as f:
            f.write(b'x' * size)
        os.utime(path, (1500000000, 1500000000))


def settle(text, container, url):
    """Output without what differs from run to run. Threads end in any order, and so do lines."""
    text = text.replace(container, 'C')
    for pattern, to in ((r'tx[0-9a-f]{21}-[0-9a-f]{10}', 'TXN'), (r'AUTH_tk[0-9a-f]{32}', 'TOKEN'),
                        (r'\[auth [^\]]*\]', '[TIMES]'), (r'[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} [\d: ]+ GMT', 'DATE'),
                        (r'\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?', 'DATE'), (r'\d{10}\.\d{5,6}', 'TIME'),
                        (r'(?m)^ *((X-)?Timestamp|(X-)?Manifest-Etag|Meta Mtime|X-Timestamp): .*$', r'\1'),
                        (r'(?m)^ *(Containers|Objects|Bytes)( in policy "\w+")?: \d.*$', r'\1\2'),
                        (r'"hash": "[0-9a-f]{32}"', '"hash"')):
        text = re.sub(pattern, to, text)
    return sorted(text.splitlines())


def run(command, where, container):
    """Runs a command in a child of this process, which has read all the modules."""
    command, _, stdin = command.partition(' < ')
    words = [re.sub(r'\bC\b', container, w).replace('{url}', os.environ['URL']) for w in command.split()]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin.encode())
        given.seek(0)
        child = os.fork()
        if not child:
            for fd, file in enumerate((given, out, err)):
                os.dup2(file.fileno(), fd)
            os.chdir(where)
            # The shell module has this very list.
            sys.argv[:] = ['swift', *words]
            status = 0
            try:
                from swiftclient.shell import main as swift
                swift()
            except SystemExit as e:
                if isinstance(e.code, str):
                    print(e.code, file=sys.stderr)
                status = e.code if isinstance(e.code, int) else int(bool(e.code))
            except BaseException:
                traceback.print_exc()
                status = 99
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        for file in (out, err):
            file.seek(0)
        out, err = (settle(f.read().decode(), container, os.environ['URL']) for f in (out, err))
    return {'status': status, 'stdout': out, 'stderr': err}


def side(where):
    """All commands on the package that is called swiftclient here."""
    import swiftclient.shell  # noqa: F401
    prepare(where)
    container = 'command-%d-%s' % (os.getpid(), os.path.basename(where)[:3])
    printed = [run(c, where, container) for c in COMMANDS]
    # Beyond what was printed: the files that downloads made.
    printed.append(sorted((os.path.relpath(os.path.join(d, f), where), os.path.getsize(os.path.join(d, f)))
                          for d, _, fs in os.walk(where) for f in fs))
    json.dump(printed, sys.stdout)


def main():
    env = {k: v for k, v in os.environ.items() if not k.startswith('OS_')}
    sys.path.insert(0, peer)
    import swiftclient
    env['URL'] = swiftclient.get_auth(env['ST_AUTH'], env['ST_USER'], env['ST_KEY'])[0]
    shell = os.path.join(peer, 'swiftclient', 'shell.py')
    sides = {'python-swiftclient': (peer, {}),
             'libswiftclient': (os.pathsep.join([os.path.join(here, 'alias'), os.path.dirname(here)]),
                                {'SWIFT_COMMAND': shell})}
    running = {name: subprocess.Popen([sys.executable, __file__, peer, os.path.join(folder, name), 'side'],
                                      stdout=subprocess.PIPE, env=dict(env, PYTHONPATH=path, **more))
               for name, (path, more) in sides.items()}
    printed = {name: json.loads(p.communicate(timeout=600)[0]) for name, p in running.items()}
    bad = 0
    for command, a, b in zip(COMMANDS + ['files'], *printed.values()):
        if command in DIFFERENCES:
            if a == b:
                bad += 1
                print('%s: nothing differs any more' % command)
        elif a != b:
            bad += 1
            print('swift %s\n  python-swiftclient %s\n  libswiftclient     %s' % (command, a, b))
    if bad:
        sys.exit('%d of %d commands print something else' % (bad, len(COMMANDS)))
    print('the swift command: %d runs print the same on both packages, %d of them apart from listed differences'
          % (len(COMMANDS), len(DIFFERENCES)))


if sys.argv[3:] == ['side']:
    side(folder)
else:
    main()
