"""What is measured: every workload with who takes part."""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

MIB = 1 << 20
GIB = 1 << 30
# Interpreters and others that take long where it is about many operations.
SLOW = {'swiftclient', 'opendal', 'rclone', 'swift'}
CHECKED = 'verified'


@dataclass
class Workload:
    key: str
    title: str
    peers: list
    # Arguments of the drivers, for so many operations.
    run: Callable
    count: int = 1
    # These do a tenth of the operations; what they cost is reckoned up.
    tenth: set = field(default_factory=set)
    tls: bool = False
    # The certificates of the system, with the server's among them.
    system: bool = False
    # How many times the quick ones run in one measurement.
    times: int = 1
    # At most so many rounds.
    rounds: int = 1000
    # One operation waits for the other: see Runner.pin().
    one_core: bool = False
    # Emptied before each run: a file, or a folder.
    output: Path = None
    # What must lie in `output` afterwards, and what in the container `up`: number of files and their size in all.
    files: Callable = None
    objects: Callable = None
    # What to ask the server for beforehand, so that it has made it up.
    warm: list = field(default_factory=list)
    # So many bytes of memory are filled, files among them when they lie there: see machine.warm().
    fills: int = 0
    # Files that must be there: names of `inputs`.
    inputs: list = field(default_factory=list)
    # What a reader must know.
    note: str = ''

    def memory(self, n):
        """How much memory is filled, at the least."""
        return self.files(n)[1] if self.files else self.fills


@dataclass
class Sizes:
    big: int
    small: int
    rows: int
    segments: int
    segment: int
    files: int
    tree: int
    lane: int
    stats: int


FULL = Sizes(big=GIB, small=20_000, rows=1_000_000, segments=64, segment=64 * MIB, files=2000, tree=20_000,
             lane=64 * MIB, stats=20)
# Small enough for a minute in all: what a process costs to start shows in these figures.
QUICK = Sizes(big=64 * MIB, small=1000, rows=100_000, segments=16, segment=16 * MIB, files=64, tree=500,
              lane=16 * MIB, stats=5)
AT_ONCE = 16


def human(size):
    return f'{size // GIB} GiB' if size % GIB == 0 else f'{size // MIB} MiB'


def workloads(scratch, sizes, quick):
    """All of them, those over TLS beside the others."""
    for make in (bodies, small, service, lists, large, batches, stats):
        for tls in (False, True):
            for w in make(scratch, sizes):
                w.tls = tls
                if tls:
                    w.title += ', https'
                w.key += ' https' if tls else ' http'
                if quick:
                    w.peers = [p for p in w.peers if in_quick(w, p)]
                    w.rounds = 1 if tls and make in (large, batches) else 2 if tls else 3
                yield w
    yield system_stat(sizes)


def in_quick(w, peer):
    """The slow ones are left out where another row says nearly the same."""
    if peer not in SLOW:
        return True
    words = w.key.split()
    if w.tls:
        return w.key in ('get null plain https', 'put file plain https', 'stat https') and peer != 'opendal'
    if words[0] in ('connection', 'service'):
        return words[2] == ('1' if words[0] == 'connection' else '8')
    return 'memory' not in words and w.key not in ('put null verified http', 'get null verified http')


def bodies(scratch, sizes):
    out, big = scratch / 'big.out', sizes.big
    words = {'null': 'read in pieces', 'memory': 'to one buffer', 'file': 'to a file'}
    for how in ('plain', CHECKED):
        sure = 'verified' if how == CHECKED else 'unverified'
        for to in ('null', 'memory', 'file'):
            peers = ['floor', 'ours'] + ['curl', 'curl+tuned'] * (how == 'plain') + ['swiftclient']
            peers += ['opendal'] * (how == 'plain')
            peers += ['rclone'] * ((to, how) in (('null', 'plain'), ('file', 'plain'), ('file', CHECKED)))
            yield Workload(f'get {to} {how}', f'GET of {human(big)} {words[to]}, {sure}', peers,
                           lambda n, to=to, how=how: ['get', big, out if to == 'file' else to, how],
                           output=out, files=(lambda n: (1, big)) if to == 'file' else None,
                           fills=big if to == 'memory' else 0,
                           warm=[f'rows-1-{big}/obj-00000000'])
    words = {'null': 'from a callback', 'memory': 'from memory', 'file': 'from a file'}
    notes = {'memory': 'to map the file that is the memory is part of it'}
    for how in ('plain', CHECKED):
        sure = 'verified' if how == CHECKED else 'unverified'
        for source in ('null', 'memory', 'file'):
            peers = ['floor', 'ours'] + ['curl', 'curl+tuned'] * (how == 'plain') + ['swiftclient']
            peers += ['opendal'] * (how == 'plain' and source != 'memory')
            peers += ['rclone'] * (source == 'file')
            yield Workload(f'put {source} {how}', f'PUT of {human(big)} {words[source]}, {sure}', peers,
                           lambda n, source=source, how=how: ['put', scratch / 'pattern', source, how],
                           inputs=['pattern'], warm=[f'rows-1-{big}/obj-00000000'],
                           note=notes.get(source, ''))


def small(scratch, sizes):
    for method in ('get', 'put', 'head', 'delete'):
        for threads in (1, 8, 32):
            peers = ['floor', 'ours', 'curl'] + ['curl+multi'] * (threads > 1) + ['swiftclient', 'opendal']
            yield Workload(f'connection {method} {threads}',
                           f'{sizes.small:,} × {method.upper()} of 1 KiB, {threads} at once, Connection', peers,
                           lambda n, method=method, threads=threads: ['small', method, n, threads],
                           count=sizes.small, tenth={'swiftclient'}, one_core=threads == 1,
                           warm=['rows-20000-1024/obj-00000000'])


def service(scratch, sizes):
    """The same as one job: GET writes files, PUT reads them."""
    folder = scratch / 'folder'
    for threads in (1, 8, 32):
        yield Workload(f'service get {threads}', f'{sizes.small:,} × GET of 1 KiB, {threads} at once, Service, to files',
                       ['floor', 'ours', 'swiftclient', 'rclone'],
                       lambda n, threads=threads: ['download', f'rows-{n}-1024', n, threads, folder],
                       count=sizes.small, tenth={'swiftclient', 'rclone'}, one_core=threads == 1,
                       output=folder, files=lambda n: (n, n * 1024),
                       warm=[f'rows-{n}-1024/obj-00000000' for n in (sizes.small, sizes.small // 10, 1)])
    for threads in (1, 8, 32):
        yield Workload(f'service put {threads}', f'{sizes.small:,} × PUT of 1 KiB, {threads} at once, Service, from files',
                       ['floor', 'ours', 'swiftclient', 'rclone'],
                       lambda n, threads=threads: ['upload', scratch / f'tree-{n}', 'up', threads],
                       count=sizes.small, tenth={'swiftclient', 'rclone'}, one_core=threads == 1,
                       objects=lambda n: (n, n * 1024),
                       inputs=[f'tree-{n}' for n in (sizes.small, sizes.small // 10, 1)])
    for method in ('head', 'delete'):
        for threads in (1, 8, 32):
            yield Workload(f'service {method} {threads}',
                           f'{sizes.small:,} × {method.upper()} of 1 KiB, {threads} at once, Service',
                           ['floor', 'ours', 'swiftclient', 'rclone'],
                           lambda n, method=method, threads=threads: ['many', method, n, threads],
                           count=sizes.small, tenth={'swiftclient', 'rclone'}, one_core=threads == 1,
                           inputs=[f'names-{n}' for n in (sizes.small, sizes.small // 10, 1)],
                           warm=[f'rows-{n}-1024/obj-00000000' for n in (20_000, sizes.small, sizes.small // 10, 1)])


def lists(scratch, sizes):
    warm = [f'rows-{sizes.rows}-1024/obj-00000000']
    yield Workload('list connection', f'{sizes.rows:,} names, Connection',
                   ['floor', 'ours', 'curl', 'swiftclient', 'opendal'],
                   lambda n: ['list', sizes.rows], warm=warm)
    yield Workload('list service', f'{sizes.rows:,} names, Service', ['floor', 'ours', 'swiftclient', 'rclone'],
                   lambda n: ['list-service', sizes.rows], warm=warm)


def large(scratch, sizes):
    size, out = sizes.segments * sizes.segment, scratch / 'huge.out'
    parts = f'{sizes.segments} segments of {human(sizes.segment)}'
    peers = ['floor', 'ours', 'swiftclient', 'rclone']
    yield Workload('segments up', f'{human(size)} up in {parts}, 8 at once, verified', peers,
                   lambda n: ['segments', scratch / 'huge', 'up', sizes.segment, 8], inputs=['huge'],
                   warm=[f'rows-1-{sizes.segment}/obj-00000000'],
                   note='rclone makes a dynamic large object, one segment after the other')
    yield Workload('segments down', f'{human(size)} down in {parts}, verified', peers,
                   lambda n: ['assemble', f'slo-{sizes.segments}-{sizes.segment}', sizes.segment, out], output=out,
                   files=lambda n: (1, size), warm=[f'slo-{sizes.segments}-{sizes.segment}/object',
                                                    f'rows-{sizes.segments}-{sizes.segment}/obj-00000000'],
                   note='neither python-swiftclient nor rclone verifies it')


def batches(scratch, sizes):
    folder = scratch / 'folder'
    peers = ['floor', 'ours', 'swiftclient', 'rclone']
    yield Workload('lanes down', f'{AT_ONCE} objects of {human(sizes.lane)} at once to files, verified', peers,
                   lambda n: ['download', f'rows-{AT_ONCE}-{sizes.lane}', AT_ONCE, AT_ONCE, folder], output=folder,
                   files=lambda n: (AT_ONCE, AT_ONCE * sizes.lane), warm=[f'rows-{AT_ONCE}-{sizes.lane}/obj-00000000'])
    yield Workload('lanes null', f'{AT_ONCE} objects of {human(sizes.lane)} at once, read and forgotten, verified',
                   ['floor', 'ours', 'swiftclient'],
                   lambda n: ['download', f'rows-{AT_ONCE}-{sizes.lane}', AT_ONCE, AT_ONCE, 'null'],
                   warm=[f'rows-{AT_ONCE}-{sizes.lane}/obj-00000000'])
    yield Workload('files down', f'{sizes.files:,} files of 1 MiB down, {AT_ONCE} at once, verified', peers,
                   lambda n: ['download', f'rows-{sizes.files}-{MIB}', sizes.files, AT_ONCE, folder], output=folder,
                   files=lambda n: (sizes.files, sizes.files * MIB), warm=[f'rows-{sizes.files}-{MIB}/obj-00000000'])
    yield Workload('files up', f'{sizes.files:,} files of 1 MiB up, {AT_ONCE} at once, verified', peers,
                   lambda n: ['upload', scratch / 'files', 'up', AT_ONCE], inputs=['files'],
                   objects=lambda n: (sizes.files, sizes.files * MIB), warm=[f'rows-1-{MIB}/obj-00000000'])
    yield Workload('tree down', f'a tree of {sizes.tree:,} files of 1 KiB down, 10 at once, verified', peers,
                   lambda n: ['tree', f'tree-{n}-1024', n, 10, folder], count=sizes.tree,
                   tenth={'swiftclient', 'rclone'}, output=folder, files=lambda n: (n, n * 1024),
                   warm=[f'tree-{n}-1024/t000/s0/obj-00000000' for n in (sizes.tree, sizes.tree // 10, 1)])
    yield Workload('tree up', f'a tree of {sizes.tree:,} files of 1 KiB up, 10 at once, verified', peers,
                   lambda n: ['upload', scratch / f'tree-{n}', 'up', 10], count=sizes.tree,
                   tenth={'swiftclient', 'rclone'}, objects=lambda n: (n, n * 1024),
                   inputs=[f'tree-{n}' for n in (sizes.tree, sizes.tree // 10, 1)])


def stats(scratch, sizes):
    yield Workload('stat', 'a single stat, the whole process',
                   ['floor', 'ours', 'curl', 'swiftclient', 'swift', 'opendal', 'rclone'],
                   lambda n: ['stat'], one_core=True, times=sizes.stats, warm=['rows-1-1024/obj-00000000'],
                   note='swift is the command of python-swiftclient')


def system_stat(sizes):
    w = next(stats(None, sizes))
    w.key, w.title = 'stat system', 'a single stat, https with the certificates of the system'
    w.tls = w.system = True
    return w
