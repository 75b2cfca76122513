"""Starts, watches and ends the servers.

A process is known by a mark in its environment, which holds DIR and the server's name.
The files run/NAME.pid are for the tests: nothing is ever sent to a process for being in
one of them, since another process may have got that id by now.
"""
import contextlib
import glob
import http.client
import os
import signal
import socket
import subprocess
import time
import typing

from .tools import Failure, digest, read, tail, write

MARK = 'SWIFT_SERVER_PROCESS'


class Service(typing.NamedTuple):
    """A server, and how to see that it is ready."""
    name: str
    ports: list            # it listens at these,
    path: typing.Optional[str]    # and answers a GET of this, if it speaks HTTP


class Processes:
    def __init__(self, home):
        self.home = home
        self.mark = os.fsencode(f'{MARK}={home}:')

    def at(self, *names):
        return os.path.join(self.home, *names)

    # -- who is running

    def name_of(self, pid):
        """Which of our servers the process is; None if it is none."""
        with contextlib.suppress(OSError), open(f'/proc/{pid}/environ', 'rb') as f:
            for variable in f.read().split(b'\0'):
                if variable.startswith(self.mark):
                    return os.fsdecode(variable[len(self.mark):])
        return None

    def running(self):
        """The name of each process that is ours, by its id.  These are all of them, also
        those whose start was interrupted or whose files have been deleted."""
        found = {int(pid): self.name_of(pid) for pid in os.listdir('/proc') if pid.isdigit()}
        return {pid: name for pid, name in found.items() if name}

    def pid(self, name):
        """The process that runs as this server, or None."""
        pid = read(self.at('run', name + '.pid')).strip()
        return int(pid) if pid.isdigit() and self.name_of(pid) == name else None

    def healthy(self, service):
        """Does it serve?  Of one without a port: does it run?"""
        return bool(self.pid(service.name)) and all(answers(port, service.path)
                                                    for port in service.ports)

    # -- start

    def launch(self, service, command, depends):
        """Starts a server, unless it runs and would be the same; returns whether.

        depends is all that it reads when it starts: it would be another if that changes.
        """
        name, version = service.name, digest(command, depends)
        if self.pid(name) and read(self.at('run', name + '.version')) == version:
            self.thaw(name)
            if self.comes_up(service, 30):    # on a busy machine even one that is well is slow
                return False
        self.end([name])
        end = time.monotonic() + 5    # a server that a test has killed may still be closing
        for port in service.ports:
            while not is_free(port):
                if time.monotonic() > end:
                    raise Failure(f'port {port}, for {name}, is taken; '
                                  'choose other ports with --port')
                time.sleep(0.05)
        path = self.at('log', name + '.log')
        with contextlib.suppress(FileNotFoundError):
            if os.path.getsize(path) > 4 << 20:
                os.replace(path, path + '.1')
        with open(path, 'ab') as log:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd='/',
                env=self.environment(name), start_new_session=True)
        write(self.at('run', name + '.version'), version)
        write(self.at('run', name + '.pid'), f'{child.pid}\n')
        return True

    def thaw(self, name):
        """Wakes a server that a test has frozen."""
        pid = self.pid(name)
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def environment(self, name):
        """What a server gets to see: little, and above all no http_proxy, as the proxy
        server would try to reach Keystone through that."""
        env = {name: os.environ[name] for name in ('PATH', 'TMPDIR', 'LD_LIBRARY_PATH')
               if name in os.environ}
        env.update(HOME=self.home, LANG='C.UTF-8', PYTHONDONTWRITEBYTECODE='1')
        env[MARK] = f'{self.home}:{name}'
        for library in glob.glob(f'/usr/lib/{os.uname().machine}-*/libeatmydata.so'):
            env['LD_PRELOAD'] = library    # fsync() does nothing: faster, and right here
        return env

    def wait(self, service, seconds=120):
        """Until a server that was started is ready."""
        if not self.comes_up(service, seconds):
            log = self.at('log', service.name + '.log')
            how = (f'was not ready after {seconds} s' if self.pid(service.name)
                   else 'ended at once')
            raise Failure(f'{service.name} {how}; the end of {log}:\n{tail(log)}')

    def comes_up(self, service, seconds):
        end = time.monotonic() + seconds
        while self.pid(service.name) and time.monotonic() < end:
            if self.healthy(service):
                return True
            time.sleep(0.05)
        return False

    # -- stop

    def end(self, names=None):
        """Ends these servers, or all; first politely."""
        for signum, seconds in ((signal.SIGTERM, 5), (signal.SIGKILL, 60)):
            end = time.monotonic() + seconds
            told = {}
            while True:
                for pid, name in self.running().items():
                    if pid not in told and (names is None or name in names):
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(pid, signum)
                            os.kill(pid, signal.SIGCONT)    # a frozen one hears nothing
                        told[pid] = name
                left = [f'{name} ({pid})' for pid, name in told.items() if is_alive(pid)]
                if not left or time.monotonic() > end:
                    break
                time.sleep(0.02)
        if left:
            raise Failure('these do not end: ' + ', '.join(left))
        for path in glob.glob(glob.escape(self.at('run')) + '/*.pid'):
            if names is None or os.path.basename(path)[:-len('.pid')] in names:
                os.unlink(path)


def is_alive(pid):
    """Until the last of its threads is a zombie, or gone, its ports are in use, although
    it has lost its environment by then."""
    for stat in glob.glob(f'/proc/{pid}/task/*/stat'):
        state = read(stat).rpartition(')')[2].split()[:1]
        if state and state[0] not in 'ZX':
            return True
    return False


# ------------------------------------------------------------------------------- ports

def answers(port, path):
    """Does the port accept a connection and, with a path, answer well to it?"""
    try:
        if path is None:
            socket.create_connection(('127.0.0.1', port), 10).close()
            return True
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=10)
        with contextlib.closing(connection):
            connection.request('GET', path)
            return connection.getresponse().status in (200, 204, 300)
    except (OSError, http.client.HTTPException):
        return False


def is_free(port, address='127.0.0.1'):
    """Could one listen there?"""
    try:
        socket.create_server((address, port)).close()
        return True
    except PermissionError:
        raise Failure(f'port {port} is for root only; choose others with --port') from None
    except (OSError, OverflowError):
        return False
