"""Packages from PyPI, in exact versions, in a virtual environment: Swift and Keystone, or what other tests need."""
import json
import os
import shutil
import subprocess
import sys

from .tools import (HERE, CommandFailed, Failure, digest, find, lock, read, run, say, write)

OLDEST_PYTHON = (3, 11)    # by the metadata of the packages


class Packages:
    def __init__(self, venv, lists=HERE):
        self.venv = venv
        self.lists = lists
        self.python = os.path.join(venv, 'bin', 'python')
        # Which lists were installed, and for which Python: while this is written down,
        # all of that is there and whole.
        self.record = os.path.join(venv, 'installed.json')

    def install(self, *names):
        """Installs requirements-NAME.txt, each unless it is installed already."""
        if not self.missing(names):
            return
        os.makedirs(os.path.dirname(self.venv), exist_ok=True)
        with lock(self.venv + '.lock'):    # another --dir may share this environment
            missing, installed = self.missing(names), self.installed()
            if not missing:
                return
            if not installed:
                self.make()
            if os.path.exists(self.record):
                os.unlink(self.record)
            for name in missing:
                say(f'installing {first_line(self.requirements(name))} and what it needs, into {self.venv}')
                self.pip(name)
                installed[name] = digest(read(self.requirements(name)))
            write(self.record, json.dumps(dict(installed, python=self.base())) + '\n')

    def missing(self, names):
        installed = self.installed()
        return [name for name in names
                if installed.get(name) != digest(read(self.requirements(name)))]

    def installed(self):
        """The lists that are installed; none if the environment is not to be trusted:
        when a run was interrupted, or its Python was upgraded or has gone."""
        try:
            installed = json.loads(read(self.record))
        except ValueError:
            return {}
        if installed.pop('python', None) != self.base():
            return {}
        return installed

    def base(self):
        python = os.path.realpath(self.python)
        return python if os.path.exists(python) else None

    def make(self):
        shutil.rmtree(self.venv, ignore_errors=True)
        run(suitable_python(), '-m', 'venv', self.venv, timeout=300, env=clean_env())

    def pip(self, name):
        try:
            run(self.python, '-m', 'pip', '--disable-pip-version-check', '--no-input',
                'install', '--quiet', '--retries', '2', '--no-deps',
                '--only-binary', ':all:', '--requirement', self.requirements(name),
                timeout=1800, env=clean_env())
        except CommandFailed as e:
            raise Failure(f'{e}\n{advice(e.output)}') from None

    def requirements(self, name):
        return os.path.join(self.lists, f'requirements-{name}.txt')


def first_line(path):
    """swift==1.2.3: what the list is for."""
    for line in read(path).splitlines():
        if line and not line.startswith('#'):
            return line
    raise Failure(f'{path} names no package')


def clean_env():
    """Our environment (pip needs the user's proxy and index) but for what would make
    Python look, or pip install, elsewhere."""
    astray = ('PYTHONHOME', 'PYTHONPATH', 'PIP_USER', 'PIP_TARGET', 'PIP_PREFIX', 'PIP_ROOT',
              'PIP_REQUIREMENT', 'PIP_CONSTRAINT', 'PIP_REQUIRE_HASHES', 'PIP_DRY_RUN')
    return {name: value for name, value in os.environ.items() if name not in astray}


def advice(output):
    """What to do about a failure of pip, by what it printed."""
    unreachable = ('NewConnectionError', 'ConnectTimeoutError', 'ReadTimeoutError',
                   'Max retries exceeded', 'Connection refused', 'ProxyError', 'SSLError',
                   'Connection broken')
    if any(word in output for word in unreachable) or '(from versions: none)' in output:
        return ('pip cannot get at its package index (PyPI, if nothing else is configured).  '
                'Behind a proxy set https_proxy; for a mirror set PIP_INDEX_URL; without any '
                'network set PIP_NO_INDEX=1 and PIP_FIND_LINKS to a directory of wheels.')
    if 'No matching distribution found' in output:
        return ('There is no wheel of this package for this Python or this machine; '
                f'Python {dotted(OLDEST_PYTHON)} to 3.13 on x86-64 and 64-bit ARM have all.')
    return 'What pip says above tells why.'


def suitable_python():
    """This Python, or else another one: a pyenv may put an old one in front."""
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    for name in ['/usr/bin/python3'] + [f'python3.{minor}' for minor in (13, 12, 11)]:
        python = find(name)
        check = f'import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})'
        if python and subprocess.run([python, '-c', check], stdin=subprocess.DEVNULL,
                                     capture_output=True, timeout=60).returncode == 0:
            return python
    raise Failure(f'Swift needs Python {dotted(OLDEST_PYTHON)} or later, this is '
                  f'{dotted(sys.version_info[:2])} and no other was found; '
                  'run this script with a newer one')


def dotted(version):
    return '.'.join(map(str, version))
