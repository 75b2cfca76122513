"""The verbs of swift-server: start, env, status, stop and path."""
import glob
import hashlib
import json
import os
import random
import re
import shlex

from . import certificates, configuration, debian, keystone, settings
from .packages import Packages, suitable_python
from .processes import Processes, Service, is_free
from .storage import Storage
from .tools import HERE, Failure, digest, find, read, run, say, write

SWIFT_SERVERS = {'account': 'swift.account.server', 'container': 'swift.container.server',
                 'object': 'swift.obj.server', 'proxy': 'swift.proxy.server'}
# In the order of their start.
SERVERS = ('memcached', 'account', 'container', 'object', 'keystone', 'proxy', 'daemons',
           'stunnel')


def plain_path(path, option):
    """The path, whole.  It goes into configuration files, each of which has special
    characters of its own."""
    path = os.path.realpath(path)
    if re.search(r'[^\w /.,+@~=-]', path):
        raise Failure(f'the path {path} has characters that configuration files do not '
                      f'like; choose another directory with {option}')
    return path


class Server:
    """All of it, in a directory: its state, and what the verbs do."""

    def __init__(self, home):
        self.home = plain_path(home, '--dir')
        self.processes = Processes(self.home)
        self.packages = Packages(os.path.realpath(
            os.environ.get('SWIFT_SERVER_VENV') or self.at('venv')))
        self.store = Storage(self.home)
        # What `start` was told so far, and what was made for it.
        self.state = {'keystone': False, 'tls': False, 'storages': [],
                      'port': None, 'port_was_given': False,
                      'rings': None, 'keystone_made': False, 'keystone_filled': None,
                      'appcred': '', 'trust': ''}
        try:
            self.state.update(json.loads(read(self.at('state.json')) or '{}'))
        except ValueError:
            raise Failure(f'{self.at("state.json")} is damaged; delete {self.home} '
                          'and start again') from None

    def at(self, *names):
        return os.path.join(self.home, *names)

    def remember(self, **values):
        self.state.update(values)
        write(self.at('state.json'), json.dumps(self.state, indent=1) + '\n')

    @property
    def port(self):
        return {name: self.state['port'] + i for i, name in enumerate(settings.PORT_NAMES)}

    @property
    def names(self):
        """The servers that there are."""
        absent = [name for name, wanted in (('keystone', 'keystone'), ('stunnel', 'tls'))
                  if not self.state[wanted]]
        return [name for name in SERVERS if name not in absent]

    def must_exist(self):
        if not self.state['port']:
            raise Failure(f'there is no server in {self.home} yet; start it first')

    # -- start

    def start(self, args):
        for name in ('etc', 'run', 'log'):
            os.makedirs(self.at(name), exist_ok=True)
        if not os.path.exists(self.at('state.json')):
            self.processes.end()    # the directory was deleted under them
        if args.port is not None and not (
                args.port == 0 or 1 <= args.port <= 65536 - len(settings.PORT_NAMES)):
            raise Failure(f'--port {args.port}: no such ports')
        lists = ['swift'] + ['keystone'] * (args.keystone or self.state['keystone'])
        debian.require(args.tls or self.state['tls'],
                       None if self.packages.installed() else suitable_python())
        self.packages.install(*lists)

        self.remember(keystone=args.keystone or self.state['keystone'],
                      tls=args.tls or self.state['tls'])
        self.choose_ports(args.port)
        storage = self.store.choose(args.storage and plain_path(args.storage, '--storage'),
                                    self.state['storages'])
        self.remember(storages=list(dict.fromkeys([storage] + self.state['storages'])))
        if self.state['tls']:
            certificates.make(self.at('certs'))
        texts = self.configure(args.set)
        if self.state['keystone']:
            self.make_keystone()

        started, before = [], self.processes.running()
        try:
            for name in self.names:
                if self.processes.launch(self.service(name), *self.command(name, texts)):
                    started.append(name)
            for name in started:
                self.processes.wait(self.service(name))
            if self.state['keystone']:
                self.fill_keystone()
        except BaseException:
            # What did not come up shall not stay, nor what was to go with it.
            self.processes.end([name for pid, name in self.processes.running().items()
                                if pid not in before])
            raise
        say('started ' + ' '.join(started) if started else 'all servers are running already')
        self.print_env()

    def choose_ports(self, wanted):
        """The ports wanted; else those of last time, or those of the default, as long as
        they are free.  0 is for any that are free."""
        count = len(settings.PORT_NAMES)
        if wanted:
            self.remember(port=wanted, port_was_given=True)
            return
        if wanted is None and self.state['port_was_given']:
            return
        first = self.state['port']
        if wanted == 0 and self.state['port_was_given']:
            first = None
        if first is None and wanted is None:
            first = settings.DEFAULT_PORT
        # Ours may be running there, which is fine.
        ours = []
        if self.state['port']:
            for name in set(self.processes.running().values()).intersection(SERVERS):
                ours += self.service(name).ports

        def fit(first):
            return all(port in ours or is_free(port) for port in range(first, first + count))

        tries = 0
        while first is None or not fit(first):
            first, tries = random.randrange(20000, 32000), tries + 1    # below ephemeral ones
            if tries > 200:
                raise Failure('found no free ports on the loopback interface')
        self.remember(port=first, port_was_given=False)

    def configure(self, overrides):
        """Writes the configuration files and the rings; returns the files' texts."""
        texts = configuration.render(
            dict(self.port, home=self.home, storage=self.state['storages'][0],
                 auth='authtoken keystoneauth tempauth' if self.state['keystone']
                 else 'tempauth'), overrides)
        configuration.write_all(texts, self.at('etc'))
        ports = [str(self.port[kind]) for kind in configuration.STORAGE_KINDS]
        if self.state['rings'] != ports:
            self.glue('make-rings', self.at('etc'), str(settings.PART_POWER), *ports)
            self.remember(rings=ports)
        return texts

    def glue(self, *argv):
        run(self.packages.python, os.path.join(HERE, 'glue', 'run.py'), *argv, timeout=300,
            env=self.processes.environment('tool'))

    def make_keystone(self):
        """Keystone's database, keys and first user."""
        if self.state['keystone_made']:
            return
        say("making Keystone's database")
        self.processes.end(['keystone'])
        keystone.make_keys(self.at('keystone'))
        self.glue('make-keystone', self.at('etc/keystone.conf'), settings.KEYSTONE_PASSWORD)
        self.remember(keystone_made=True, keystone_filled=None)

    def fill_keystone(self):
        wanted = digest(self.state['port'], self.state['tls'],
                        read(os.path.join(HERE, 'control', 'keystone.py')),
                        read(os.path.join(HERE, 'control', 'settings.py')))
        if self.state['keystone_filled'] != wanted:
            made = keystone.fill(self.port, self.state['tls'])
            self.remember(keystone_filled=wanted, **made)

    # -- the servers

    def service(self, name):
        """Where to see that this server is ready."""
        if name == 'stunnel':
            ports = [self.port[role] for role in ('https', 'mtls', 'keystone_https')]
            return Service(name, ports, None)
        if name == 'daemons':
            return Service(name, [], None)
        path = {'memcached': None, 'keystone': '/v3'}.get(name, '/healthcheck')
        return Service(name, [self.port[name]], path)

    def command(self, name, texts):
        """How to run this server, and all that its behaviour depends on."""
        python, run_py = self.packages.python, os.path.join(HERE, 'glue', 'run.py')
        # Code, packages, and the storage: they remember which accounts and containers exist.
        everywhere = [digest(*map(read, sorted(glob.glob(glob.escape(HERE) + '/glue/*.py')))),
                      self.packages.installed(), self.state['storages'][0]]
        if name == 'memcached':
            command = [find('memcached'), '-l', '127.0.0.1', '-U', '0', '-m', '64',
                       '-p', str(self.port['memcached'])]
            if os.geteuid() == 0:
                command += ['-u', 'root']
            return command, everywhere
        if name == 'stunnel':
            return ([debian.stunnel(), self.at('etc/stunnel.conf')],
                    [texts['stunnel'], read(self.at('certs/server.pem'))])
        if name == 'keystone':
            return ([python, run_py, 'keystone', self.at('etc/keystone.conf'),
                     str(self.port['keystone'])], everywhere + [texts['keystone']])
        if name == 'daemons':
            return ([python, run_py, 'daemons', self.at('etc')],
                    everywhere + [self.state['rings']] + [texts[conf] for conf in (
                        'swift', 'container', 'object', 'object-expirer')])
        depends = everywhere + [self.state['rings'], texts['swift'], texts[name]]
        if name == 'proxy':
            # Its connections to a memcached that has ended would fail for a while.
            depends += [texts['container-sync-realms'], self.processes.pid('memcached')]
        return ([python, run_py, 'swift', self.at('etc'), SWIFT_SERVERS[name],
                 self.at('etc', name + '.conf'), '-v'], depends)

    # -- the other verbs

    def stop(self, names, wipe):
        for name in names:
            if name not in SERVERS:
                raise Failure(f'there is no server {name}; there are ' + ', '.join(SERVERS))
        if names and wipe:
            raise Failure('--wipe is for all servers, so it goes without names')
        self.processes.end(names or None)
        if wipe:
            storages = self.state['storages']
            self.store.wipe(storages)
            if storages:
                self.remember(storages=[path for path in storages[:1]
                                        if path not in self.store.own])

    def status(self):
        """Prints a line for each server; returns whether all are well."""
        self.must_exist()
        well = True
        for name in self.names:
            pid, state, rss = self.processes.pid(name), 'down', 0
            if pid:
                state = ('up' if self.processes.healthy(self.service(name))
                         else 'not answering')
                found = re.search(r'VmRSS:\s*(\d+)', read(f'/proc/{pid}/status'))
                rss = int(found[1]) // 1024 if found else 0
            well = well and state == 'up'
            print(f'{name:10} {state:14} pid {pid or "-":<8} {rss:4} MiB  '
                  + ' '.join(map(str, self.service(name).ports)))
        print(f'storage    {(self.state["storages"] or ["-"])[0]}')
        return well

    def env(self):
        """What the tests need to know, as name, value."""
        port, state = self.port, self.state
        url = f'http://127.0.0.1:{port["proxy"]}'
        yield 'SWIFT_TEST_DIR', self.home
        yield 'SWIFT_TEST_SERVER', os.path.join(HERE, 'swift-server')
        yield 'SWIFT_TEST_RUN', self.at('run')
        yield 'SWIFT_TEST_LOG', self.at('log')
        yield 'SWIFT_TEST_URL', url
        yield 'SWIFT_TEST_PORT', str(port['proxy'])
        yield 'SWIFT_TEST_MEMCACHED_PORT', str(port['memcached'])
        yield 'SWIFT_TEST_CLOSED_PORT', str(port['closed'])
        yield 'SWIFT_TEST_ADMIN_KEY', settings.ADMIN_KEY
        yield 'SWIFT_TEST_DOMAIN', settings.DOMAIN
        yield 'ST_AUTH', url + '/auth/v1.0'
        yield 'ST_USER', 'test:tester'
        yield 'ST_KEY', 'testing'
        if state['tls']:
            yield 'SWIFT_TEST_HTTPS_URL', f'https://127.0.0.1:{port["https"]}'
            yield 'SWIFT_TEST_HTTPS_PORT', str(port['https'])
            yield 'SWIFT_TEST_WRONG_NAME_URL', f'https://127.0.0.3:{port["https"]}'
            yield 'SWIFT_TEST_MTLS_URL', f'https://127.0.0.1:{port["mtls"]}'
            yield 'SWIFT_TEST_CACERT', self.at('certs/ca.pem')
            yield 'SWIFT_TEST_WRONG_CACERT', self.at('certs/wrong-ca.pem')
            for name in 'client', 'wrong-client':
                variable = 'SWIFT_TEST_' + name.upper().replace('-', '_')
                yield variable + '_CERT', self.at('certs', name + '.pem')
                yield variable + '_KEY', self.at('certs', name + '.key')
            yield 'OS_CACERT', self.at('certs/ca.pem')
        if state['keystone']:
            keystone_url = f'http://127.0.0.1:{port["keystone"]}'
            if state['tls']:
                yield ('SWIFT_TEST_KEYSTONE_HTTPS_URL',
                       f'https://127.0.0.1:{port["keystone_https"]}/v3')
            yield 'SWIFT_TEST_KEYSTONE_V2_URL', keystone_url + '/v2.0'
            yield 'SWIFT_TEST_APPCRED_ID', state['appcred']
            yield 'SWIFT_TEST_APPCRED_SECRET', settings.APPCRED_SECRET
            yield 'SWIFT_TEST_TRUST_ID', state['trust']
            yield 'SWIFT_TEST_TOTP_SECRET', settings.TOTP_SECRET
            yield 'OS_AUTH_URL', keystone_url + '/v3'
            yield 'OS_IDENTITY_API_VERSION', '3'
            yield 'OS_USERNAME', 'tester'
            yield 'OS_PASSWORD', 'testing'
            yield 'OS_PROJECT_NAME', 'test'
            yield 'OS_USER_DOMAIN_NAME', 'Default'
            yield 'OS_PROJECT_DOMAIN_NAME', 'Default'
            yield 'OS_REGION_NAME', 'RegionOne'

    def print_env(self):
        self.must_exist()
        for name, value in self.env():
            print(f'export {name}={shlex.quote(value)}')

    def path(self, name, policy):
        """Prints the newest file of an object: .data, .meta, or .ts if it was deleted."""
        self.must_exist()
        if not re.fullmatch('/[^/]+/[^/]+/.+', name, re.DOTALL):
            raise Failure(f'{name} is not /ACCOUNT/CONTAINER/OBJECT')
        affix = settings.HASH_AFFIX
        key = hashlib.md5(os.fsencode(affix + name + affix), usedforsecurity=False)
        part = int.from_bytes(key.digest()[:4], 'big') >> (32 - settings.PART_POWER)
        objects = 'objects' + (f'-{policy}' if policy else '')
        folder = os.path.join((self.state['storages'] or ['-'])[0], Storage.DEVICE, objects,
                              str(part), key.hexdigest()[-3:], key.hexdigest())
        files = sorted(glob.glob(glob.escape(folder) + '/*'))
        if not files:
            raise Failure(f'{name} has no file in {folder}')
        print(files[-1])
