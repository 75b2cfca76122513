"""Small things: messages, files, commands and locks."""
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


class Failure(Exception):
    """Ends the program; its text is for the person who called it."""


def say(*words):
    print('swift-server:', *words, file=sys.stderr, flush=True)


def find(program):
    """The program's path; the directories that only root has in $PATH count too."""
    return shutil.which(program, path=os.environ.get('PATH', os.defpath)
                        + ':/usr/sbin:/sbin:/usr/bin:/bin')


def read(path):
    """The file's text, '' if it is not there."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError, ProcessLookupError):
        with open(path, encoding='utf-8', errors='replace') as f:
            return f.read()
    return ''


def tail(path, lines=20):
    """The end of a log of whatever size."""
    with contextlib.suppress(OSError), open(path, 'rb') as f:
        f.seek(max(0, os.fstat(f.fileno()).st_size - 16384))
        return '\n'.join(f.read().decode(errors='replace').splitlines()[-lines:])
    return ''


def write(path, text):
    """All of the text or nothing: who is interrupted leaves no half of a file."""
    with open(path + '.new', 'w', encoding='utf-8') as f:
        f.write(text)
    os.replace(path + '.new', path)


def digest(*things):
    return hashlib.sha256(repr(things).encode()).hexdigest()[:16]


# ---------------------------------------------------------------------------- commands

class CommandFailed(Failure):
    def __init__(self, argv, why, output):
        super().__init__(f'{" ".join(argv)}: {why}\n{output}'.rstrip())
        self.output = output


def run(*argv, timeout, env=None, keep_locks=True):
    """Runs a command to its end and returns what it printed.

    The command holds our locks too, so that it cannot work on something at the same
    time as our successor, should we be killed: that one waits for it.
    """
    with tempfile.TemporaryFile() as printed:    # a pipe might stay open in a grandchild
        try:
            process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, env=env,
                pass_fds=[lock.fileno() for lock in _held] if keep_locks else [])
        except OSError as e:
            raise CommandFailed(argv, e.strerror, '') from None
        why = None
        try:
            status = process.wait(timeout)
            if status:
                why = f'failed with status {status}'
        except subprocess.TimeoutExpired:
            why = f'not done after {timeout} s'
        finally:
            process.kill()    # does nothing to one that has ended
            process.wait()
        printed.seek(0)
        output = printed.read().decode(errors='replace')
    if why:
        raise CommandFailed(argv, why, output)
    return output


# ------------------------------------------------------------------------------- locks

_held = []


@contextlib.contextmanager
def lock(path, timeout=1800):
    """Keeps others out who lock the same file; waits for them, within reason."""
    try:
        file = open(path, 'w')
    except OSError as e:
        raise Failure(f'cannot write {path}: {e.strerror}; '
                      'choose another directory with --dir') from None
    with file:
        end, told = time.monotonic() + timeout, False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise Failure(f'another swift-server has held {path} for '
                                  f'{timeout} s; is it stuck?') from None
                if not told:
                    say('another swift-server is at work here; waiting for it')
                    told = True
                time.sleep(0.1)
        _held.append(file)
        try:
            yield
        finally:
            _held.remove(file)
