"""What a run was made on, and with what."""
import ctypes
import mmap
import platform
import re
import subprocess
import time
from pathlib import Path


def load():
    return ' '.join(Path('/proc/loadavg').read_text().split()[:3])


def available():
    """Bytes of memory that may be used."""
    return int(re.search(r'MemAvailable:\s+(\d+)', Path('/proc/meminfo').read_text()).group(1)) * 1024


def warm(size):
    """Takes so much memory and gives it back. A virtual machine may have left memory that lay idle to its host, and has to
    get it again from there page by page: whoever comes first would pay for that, several times what all else costs."""
    if size:
        mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, 'MAP_POPULATE', 0)).close()


CONGESTION = Path('/proc/sys/net/ipv4/tcp_congestion_control')
NEW_NETWORK = 0x40000000
# The most specific route to the server says how it is sent there.
CUBIC = ('ip link set lo up && ip route change local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1 table local '
         'congctl cubic')


def own_network():
    """Where we may, a network of our own, in which TCP does not pace: a sender on loopback that is woken by timers, as BBR
    has it, spends more on these than on sending, and not the same in two runs. How it is, in words."""
    system = CONGESTION.read_text().strip() if CONGESTION.exists() else 'unknown'
    possible = subprocess.run(['unshare', '-n', 'sh', '-c', CUBIC], stderr=subprocess.DEVNULL).returncode == 0
    if possible and ctypes.CDLL(None).unshare(NEW_NETWORK) == 0:
        subprocess.run(['sh', '-c', CUBIC], check=True)
        return 'TCP with cubic, in a network of its own'
    return f'TCP with {system}'


def instruction_set():
    """What the library's MD5 lanes are built for on this processor: avx512, avx2, sse2, neon or nothing; and whether one
    stream has the three-operand logic of AVX-512VL."""
    text = Path('/proc/cpuinfo').read_text()
    found = re.search(r'^(?:flags|Features)\s*:(.*)$', text, re.M)
    flags = set(found.group(1).split()) if found else set()
    if {'avx512f', 'avx512bw', 'avx512vl'} <= flags:
        return 'avx512'
    for name in ('avx2', 'sse2'):
        if name in flags:
            return name
    return 'neon' if 'asimd' in flags else ''


def version(command, pattern=r'(\d+\.\d[\w.]*)'):
    try:
        done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60)
    except OSError:
        return None
    found = re.search(pattern, done.stdout)
    return found.group(1) if found else None


def about(bench):
    text = Path('/proc/cpuinfo').read_text()
    model = re.search(r'model name\s*:\s*(.*)', text)
    python = bench.venv / 'python'
    package = lambda name: version([python, '-c', f'import importlib.metadata as m; print(m.version("{name}"))'])
    versions = {
        'python-swiftclient': 'swiftclient' in bench.peers and package('python-swiftclient'),
        'OpenDAL (Python)': 'opendal' in bench.peers and package('opendal'),
        'Python': version([python, '--version']),
        'rclone': 'rclone' in bench.peers and version(['rclone', 'version']),
        'libcurl': version(['curl-config', '--version']),
        'OpenSSL': version(['openssl', 'version']),
        'rustc': version(['rustc', '--version']),
    }
    return {
        'processor': model.group(1) if model else platform.machine(),
        'cores': text.count('processor\t:'),
        'instruction_set': instruction_set(),
        'system': f'{platform.system()} {platform.release()}, {" ".join(platform.libc_ver())}'.strip(', '),
        'when': time.strftime('%Y-%m-%d %H:%M'),
        'library': str(bench.stage / 'lib' / 'libswiftclient.so'),
        'load': [load()],
        'versions': {name: v for name, v in versions.items() if v},
    }
