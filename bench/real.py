"""Trees of small files and single operations on the real Swift that tests/swift-server starts: what users see."""
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

import machine

ROOT = Path(__file__).resolve().parent.parent
SERVER = ROOT / 'tests' / 'swift-server' / 'swift-server'
FILES, SIZE, AT_ONCE = 1000, 1024, 10


def exports(text):
    """What `swift-server env` exports."""
    return dict(re.findall(r"^export (\w+)='?(.*?)'?$", text, re.M))


class Real:
    def __init__(self, bench):
        self.bench = bench
        status = subprocess.run([SERVER, 'status'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running = status.returncode == 0
        self.started = not running
        command = ['env'] if running else ['start', '--keystone', '--tls']
        text = subprocess.run([SERVER, *command], check=True, stdout=subprocess.PIPE, text=True).stdout
        account = {n: v for n, v in exports(text).items() if n in ('ST_AUTH', 'ST_USER', 'ST_KEY')}
        rclone = {f'RCLONE_CONFIG_B_{name[3:]}': value for name, value in account.items()}
        self.env = dict(bench.env, **account, **rclone, BENCH_REAL='1', RCLONE_CONFIG='/dev/null',
                        RCLONE_CONFIG_B_TYPE='swift')

    def stop(self):
        if self.started:
            subprocess.run([SERVER, 'stop', '--wipe'], check=True, stdout=subprocess.DEVNULL)

    def swift(self, *arguments):
        return [str(self.bench.venv / 'swift'), '--quiet', *arguments]

    def commands(self, container, source, target):
        """Of each client: upload of a tree, and download of it."""
        threads = str(AT_ONCE)
        both = ['--transfers', threads, '--checkers', threads, '--fast-list']
        rclone = ['rclone', '--quiet']
        ours = str(self.bench.bin / 'ours')
        return {
            'ours': ([ours, 'upload', source, container, threads],
                     [ours, 'tree', container, str(FILES), threads, target]),
            'swiftclient': (['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', source,
                             *self.swift('upload', '--object-threads', threads, container, '.')],
                            self.swift('download', '--object-threads', threads, '-D', target, container)),
            'rclone': ([*rclone, 'copy', source, f'b:{container}', *both],
                       [*rclone, 'copy', f'b:{container}', target, *both]),
        }

    def measure(self, command):
        out = self.bench.work / 'measured'
        done = subprocess.run([str(self.bench.bin / 'measure'), str(out), '1', *command], env=self.env,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              timeout=600)
        if done.returncode:
            raise RuntimeError(done.stderr.strip()[-300:] or f'status {done.returncode}')
        cpu, wall, memory = out.read_text().split()
        return float(cpu), float(wall), int(memory)

    def empty(self, container):
        subprocess.run(self.swift('delete', container), env=self.env, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def rounds(self, scratch, count):
        source = scratch / 'tree'
        for i in range(FILES):
            folder = source / f't{i // 100}' / f's{i // 10 % 10}'
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f'obj-{i:08}').write_bytes(os.urandom(SIZE))
        runs, left_out = {}, {}
        for number in range(count):
            names = [n for n in ('ours', 'swiftclient', 'rclone') if n in self.bench.peers and n not in left_out]
            for name in names if number % 2 == 0 else reversed(names):
                container, target = f'bench-{name}-{number}', scratch / 'back'
                up, down = self.commands(container, str(source), str(target))[name]
                try:
                    for what, command in (('up', up), ('down', down)):
                        shutil.rmtree(target, ignore_errors=True)
                        target.mkdir()
                        runs.setdefault(what, {}).setdefault(name, []).append(self.measure(command))
                    same(source, target)
                except RuntimeError as e:
                    left_out[name] = str(e)
                    self.bench.say(f'left out: {name}: {e}')
                finally:
                    self.empty(container)
        return runs, left_out


def same(one, other):
    """That what came back is what was sent."""
    files = lambda top: {p.relative_to(top): p.read_bytes() for p in top.rglob('*') if p.is_file()}
    if files(one) != files(other):
        raise RuntimeError('what came back is not what was sent')


def run(bench, rounds, folder):
    """With the files in a folder, if one is named: a file system on a disk looks long for room that was not given up a moment
    ago, which can be most of what a client seems to cost."""
    real = Real(bench)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix='swiftclient-bench-') as scratch:
            runs, left_out = real.rounds(Path(scratch), rounds)
    finally:
        real.stop()
    results = {what: {name: [statistics.median(r[i] for r in rs) for i in range(3)] for name, rs in of.items()
                      if name not in left_out} for what, of in runs.items()}
    return {'about': machine.about(bench), 'results': results, 'left_out': left_out, 'rounds': rounds}


NAMES = {'ours': 'libswiftclient', 'swiftclient': '`swift` command', 'rclone': 'rclone'}


def readme(found):
    """The same in short."""
    clients = [c for c in NAMES if all(c in of for of in found['results'].values())]
    lines = ['| on a real Swift, wall time | ' + ' | '.join(NAMES[c] for c in clients) + ' |',
             '|---|' + '---:|' * len(clients)]
    for what, of in found['results'].items():
        cells = [f'{of[c][1]:.2f} s' if c == 'ours' else f'{of[c][1] / of["ours"][1]:.2f} ×' for c in clients]
        lines.append(f'| a tree of {FILES} files of 1 KiB {what}, {AT_ONCE} at once, verified | ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def table(found):
    lines = ['# On a real Swift', '',
             f'A tree of {FILES} files of {SIZE} bytes, {AT_ONCE} at once, verified; {found["rounds"]} rounds, of which the '
             f'median is told, on {found["about"]["processor"]}, load average {found["about"]["load"][0]}. The wall time is mostly '
             "the server's, which runs on the same machine.", '',
             '| | client | wall | CPU | peak memory | wall × ours | CPU × ours |', '|---|---|---:|---:|---:|---:|---:|']
    for what, of in found['results'].items():
        ours = of.get('ours')
        for name, (cpu, wall, memory) in of.items():
            ratios = f'{wall / ours[1]:.2f} | {cpu / ours[0]:.1f}' if ours else ' | '
            lines.append(f'| {what} | {NAMES[name]} | {wall:.2f} s | {cpu:.3f} s | {memory / 1024:.1f} MiB | {ratios} |')
    lines += [f'\nLeft out: {name}: {why}' for name, why in found['left_out'].items()]
    return '\n'.join(lines) + '\n'
