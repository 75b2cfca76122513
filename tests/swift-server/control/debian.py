"""The programs that do not come from PyPI: finds those missing, installs their packages."""
import os
import subprocess

from .tools import CommandFailed, Failure, find, run, say


def require(tls, venv_python=None):
    """Installs the Debian packages that are missing when we may, else names them all.

    venv_python is the Python that is to make a virtual environment, if one must be made.
    """
    missing = []
    if not find('memcached'):
        missing.append('memcached')
    if tls and not find('openssl'):
        missing.append('openssl')
    if tls and not stunnel():
        missing.append('stunnel4')
    if venv_python and not makes_venvs(venv_python):
        missing.append(venv_package(venv_python))
    if not missing:
        return
    packages = ' '.join(missing)
    if not find('apt-get'):
        raise Failure('missing on this system; these are the names of the Debian packages: '
                      + packages)
    if os.geteuid():
        raise Failure(f'missing on this system: {packages}\n'
                      f'please run, as root:  apt-get install {packages}')
    say('installing the Debian packages', packages)
    install(missing)


def stunnel():
    return find('stunnel4') or find('stunnel')


def makes_venvs(python):
    """Debian has these parts of the standard library in a package of their own."""
    return subprocess.run([python, '-c', 'import venv, ensurepip'], timeout=60,
                          stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


def venv_package(python):
    program = os.path.realpath(python)
    if not program.startswith('/usr/bin/'):
        raise Failure(f'{python} was built without ensurepip, so it cannot make a virtual '
                      'environment; run this script with another Python')
    if program == os.path.realpath('/usr/bin/python3'):
        return 'python3-venv'
    return os.path.basename(program) + '-venv'    # as in python3.13-venv


def install(packages):
    env = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive', 'LC_ALL': 'C.UTF-8',
           # A package brings a service, which is not what we want: we run our own
           # memcached.  With these neither systemd nor System V init starts it.
           'SYSTEMD_OFFLINE': '1', 'RUNLEVEL': '1', 'PREVLEVEL': 'N'}
    # Without our locks (keep_locks): should a service start all the same, it would
    # hold them for good.
    apt = {'timeout': 900, 'env': env, 'keep_locks': False}
    update = ''
    try:
        run('apt-get', 'update', '-q', **apt)
    except CommandFailed as e:
        update = f'{e}\n'    # does no harm if the lists that are there will do
    try:
        run('apt-get', 'install', '-y', '-q', '--no-install-recommends',
            '-o', 'DPkg::Lock::Timeout=120', *packages, **apt)
    except CommandFailed as e:
        raise Failure(f'{update}{e}\nplease install them by hand:  apt-get install '
                      + ' '.join(packages)) from None
