"""Builds and installs the clients, runs the server, and measures."""
import contextlib
import http.client
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import commands
import machine

BENCH = Path(__file__).resolve().parent
# The other clients in Python, as their packages are called.
PYTHON_PEERS = {'swiftclient': 'python-swiftclient==4.11.0', 'opendal': 'opendal==0.47.12'}


class Left(Exception):
    """A client cannot do it, and why."""


class Runner:
    def __init__(self, stage, work, rounds, slow_rounds, without, slow):
        self.stage, self.work, self.without, self.slow = stage, work, without, slow
        self.rounds, self.slow_rounds = rounds, slow_rounds
        self.work.mkdir(parents=True, exist_ok=True)
        self.bin = self.work / 'bin'
        self.venv = self.work / 'venv' / 'bin'
        self.program = self.work / 'server' / 'release' / 'bench-server'
        self.env = dict(os.environ, LD_LIBRARY_PATH=str(stage / 'lib'), PYTHONDONTWRITEBYTECODE='1')
        for name in [n for n in self.env if n.startswith(('BENCH_', 'OS_', 'ST_', 'RCLONE_'))]:
            del self.env[name]
        self.peers = {}
        self.left_out = {}
        self.cores = os.sched_getaffinity(0)

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def call(self, *command, **options):
        subprocess.run([str(c) for c in command], check=True, **options)

    # What is needed.

    def build(self, drivers=('ours', 'floor', 'stat_floor', 'curl', 'measure')):
        self.bin.mkdir(exist_ok=True)
        self.call('cargo', 'build', '--quiet', '--release', '--locked', '--manifest-path',
                  BENCH / 'server' / 'Cargo.toml', '--target-dir', self.work / 'server')
        flags = subprocess.run(['pkg-config', '--cflags', '--libs', 'swiftclient'], check=True, text=True,
                               stdout=subprocess.PIPE,
                               env=dict(os.environ, PKG_CONFIG_PATH=str(self.stage / 'lib/pkgconfig'))).stdout.split()
        cc = [os.environ.get('CC', 'cc'), '-O2', '-Wall', '-Wextra', '-o']
        libraries = {'ours': flags, 'floor': ['-lssl', '-lcrypto'], 'curl': ['-lcurl']}
        for name in drivers:
            self.call(*cc, self.bin / name, BENCH / 'drivers' / f'{name}.c', *libraries.get(name, []), '-lpthread')
            if name in libraries and name not in self.without:
                self.peers[name] = [self.bin / name]

    def install(self):
        wanted = {name: package for name, package in PYTHON_PEERS.items() if name not in self.without}
        if wanted and not (self.venv / 'python').exists():
            self.call(sys.executable, '-m', 'venv', self.work / 'venv')
        for name, package in wanted.items():
            have, _, version = package.partition('==')
            test = f'import {name}, importlib.metadata as m; assert m.version("{have}") == "{version}"'
            python = [self.venv / 'python', '-c', test]
            try:
                if subprocess.run(python, stderr=subprocess.DEVNULL).returncode:
                    self.call(self.venv / 'python', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check',
                              package)
                    subprocess.run(python, check=True)
            except subprocess.CalledProcessError:
                self.leave(name, '', 'cannot be installed by pip')
                continue
            self.peers[name] = [self.venv / 'python', BENCH / 'drivers' / f'{name}_peer.py']
        if 'swiftclient' in self.peers and 'swift' not in self.without:
            self.peers['swift'] = [self.venv / 'swift']
        if 'rclone' not in self.without:
            if shutil.which('rclone'):
                self.peers['rclone'] = [shutil.which('rclone')]
            else:
                self.leave('rclone', '', 'not installed (apt-get install rclone)')

    def leave(self, peer, what, why):
        self.say(f'left out: {peer} {what}: {why}')
        self.left_out.setdefault(peer, []).append([what, why])

    def start(self):
        """The server; TLS with a certificate made for it."""
        certificate, key = self.work / 'cert.pem', self.work / 'key.pem'
        if not certificate.exists() or not key.exists():
            self.call('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                      '-days', '3650', '-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1',
                      '-addext', 'basicConstraints=critical,CA:FALSE',
                      '-keyout', key, '-out', certificate, stderr=subprocess.DEVNULL)
        # What a system trusts, and the server's certificate.
        bundle = self.work / 'system.pem'
        system = Path('/etc/ssl/certs/ca-certificates.crt')
        bundle.write_text((system.read_text() if system.exists() else '') + certificate.read_text())
        self.system_certificates = system.exists()
        self.server = subprocess.Popen([self.program, '--cert', certificate, '--key', key], stdout=subprocess.PIPE,
                                       text=True)
        words = self.server.stdout.readline().split()
        self.env['BENCH_PORT'] = words[1]
        self.tls = {'BENCH_TLS_PORT': words[3], 'BENCH_CA': str(certificate), 'SSL_CERT_FILE': str(certificate)}
        self.system = {**self.tls, 'BENCH_CA': str(bundle), 'SSL_CERT_FILE': str(bundle), 'BENCH_SYSTEM': '1'}

    def stop(self):
        self.server.terminate()
        self.server.wait()

    def ask(self, method, path):
        connection = http.client.HTTPConnection('127.0.0.1', int(self.env['BENCH_PORT']), timeout=600)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            answer.read()
            return answer
        finally:
            connection.close()

    def server_cpu(self):
        """CPU seconds of the server so far, by the clock that Linux keeps for each process."""
        return time.clock_gettime(~self.server.pid << 3 | 2)

    # What is measured.

    def command(self, peer, w, n, scratch):
        """The command, and what it needs in the environment."""
        name, *more = peer.split('+')
        extra = dict(self.system if w.system else self.tls) if w.tls else {}
        environment = dict(self.env, **extra)
        if name == 'rclone':
            environment.update(commands.rclone_settings(environment))
            arguments = commands.rclone(scratch / 'names', *w.run(n))
        elif name == 'swift':
            arguments = commands.swift(environment)
        else:
            arguments = w.run(n)
            if arguments == ['stat'] and name == 'floor' and not w.tls:
                return [str(self.bin / 'stat_floor')], environment
            # Who has no way to do many at once by names does them in threads.
            if arguments[0] == 'many' and name in ('floor', 'curl'):
                arguments = ['small', *arguments[1:]]
            if arguments[0] == 'list-service' and name in ('floor', 'curl'):
                arguments = ['list', *arguments[1:]]
        for m in more:
            environment[f'BENCH_{m.upper()}'] = '1'
        return [str(a) for a in (*self.peers[name], *arguments)], environment

    def once(self, peer, w, n, scratch):
        """CPU seconds, wall seconds and peak memory of one run; CPU seconds of the server."""
        clean(w.output)
        self.ask('POST', '/forget')
        for container in ('big', 'small'):
            self.ask('PUT', f'/v1/AUTH_bench/{container}')
        command, environment = self.command(peer, w, n, scratch)
        # Half as much again for what the system needs beside it.
        machine.warm(w.memory(n) * 3 // 2)
        out = self.work / 'measured'
        times = 1 if peer in self.slow else w.times
        before = self.server_cpu()
        try:
            done = subprocess.run([str(self.bin / 'measure'), str(out), str(times), *command], env=environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                  errors='replace', timeout=900)
        except subprocess.TimeoutExpired:
            raise Left('it takes more than 15 minutes')
        if done.returncode:
            told = [line for line in done.stderr.splitlines() if line[:1].strip()]
            raise Left((told or [f'status {done.returncode}'])[-1][-200:])
        server = (self.server_cpu() - before) / times
        cpu, wall, memory = out.read_text().split()
        self.check(w, n)
        return float(cpu), float(wall), int(memory), server

    def check(self, w, n):
        """That it did what it says: files with all their bytes, or objects."""
        if w.files:
            paths = [w.output] if w.output.is_file() else w.output.rglob('*')
            found = [p.stat().st_size for p in paths if p.is_file()]
            if (len(found), sum(found)) != w.files(n):
                raise Left(f'{len(found)} files with {sum(found)} bytes instead of {w.files(n)}')
        if w.objects:
            answer = self.ask('HEAD', '/v1/AUTH_bench/up')
            found = tuple(int(answer.getheader(f'X-Container-{x}', 0)) for x in ('Object-Count', 'Bytes-Used'))
            if found != w.objects(n):
                raise Left(f'{found[0]} objects with {found[1]} bytes instead of {w.objects(n)}')

    def reckoned(self, peer, w, scratch):
        """A run of all operations; or of a tenth of them, whose costs beyond one count ten times."""
        if peer not in w.tenth or w.count < 1000:
            return self.once(peer, w, w.count, scratch)
        one, part = self.once(peer, w, 1, scratch), self.once(peer, w, w.count // 10, scratch)
        times = (w.count - 1) / (w.count // 10 - 1)
        up = [a + max(b - a, 0) * times for a, b in zip(one, part)]
        return up[0], up[1], part[2], up[3]

    def pin(self, one_core):
        """Where one waits for the other, client and server share a core: else most of the cost is that of waking cores up,
        and whether it is paid is chance. The clients, and new threads of the server, follow those who start them."""
        cores = {max(self.cores)} if one_core else self.cores
        os.sched_setaffinity(0, cores)
        for task in Path(f'/proc/{self.server.pid}/task').iterdir():
            # A thread of a connection that has just ended may be gone.
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(int(task.name), cores)

    def workload(self, w, scratch):
        self.pin(w.one_core)
        for path in w.warm:
            self.ask('HEAD', f'/v1/AUTH_bench/{path}')
        runs = {p: [] for p in w.peers}
        for number in range(min(self.rounds, w.rounds)):
            for peer in w.peers if number % 2 == 0 else reversed(w.peers):
                if peer not in runs or (peer in self.slow and number >= self.slow_rounds):
                    continue
                try:
                    runs[peer].append(self.reckoned(peer, w, scratch))
                except Left as why:
                    self.leave(peer, w.title, str(why))
                    runs.pop(peer)
        clean(w.output, remove=True)
        result = {'title': w.title, 'note': w.note, 'peers': {}}
        for peer, rs in runs.items():
            columns = list(zip(*rs))
            result['peers'][peer] = {
                'cpu': statistics.median(columns[0]), 'cpu_range': [min(columns[0]), max(columns[0])],
                'wall': statistics.median(columns[1]), 'wall_range': [min(columns[1]), max(columns[1])],
                'memory': statistics.median(columns[2]) / 1024, 'server': statistics.median(columns[3]),
                'rounds': len(rs), 'reckoned': peer in w.tenth and w.count >= 1000,
            }
        self.say(f'{w.title}: ' + ', '.join(f'{p} {r["cpu"]:.3f}' for p, r in result['peers'].items()))
        return result


def clean(output, remove=False):
    if not output:
        return
    if output.is_dir():
        shutil.rmtree(output)
    else:
        output.unlink(missing_ok=True)
    if not remove and output.suffix != '.out':
        output.mkdir()
