"""Keystone's database, its keys, and what the tests find in it."""
import base64
import json
import os
import shutil
import urllib.error
import urllib.request

from .settings import (APPCRED_NAME, APPCRED_SECRET, KEYSTONE_PASSWORD, KEYSTONE_USERS,
                       TOTP_SECRET)
from .tools import Failure, write


def make_keys(directory):
    """An empty directory with the keys for tokens and credentials."""
    shutil.rmtree(directory, ignore_errors=True)
    for name in ('fernet', 'credential'):
        os.makedirs(os.path.join(directory, name), mode=0o700)
        for key in '0', '1':
            write(os.path.join(directory, name, key),
                  base64.urlsafe_b64encode(os.urandom(32)).decode())


def fill(port, tls):
    """Endpoints, projects, users, roles, an application credential, passcodes and a trust,
    each unless it is there already; returns the ids of application credential and trust.
    tls adds a region."""
    admin = Api(port['keystone'], 'admin', KEYSTONE_PASSWORD, 'admin')
    regions = [('RegionOne', 'http', port['keystone'], port['proxy'])]
    if tls:
        regions.append(('RegionTLS', 'https', port['keystone_https'], port['https']))
    for region, scheme, keystone, proxy in regions:
        admin.ensure('regions', {'id': region})
        for name, kind, address in (
                ('keystone', 'identity', f'127.0.0.1:{keystone}/v3'),
                ('swift', 'object-store', f'127.0.0.1:{proxy}/v1/KEY_%(project_id)s')):
            add_endpoints(admin, region, name, kind, f'{scheme}://{address}')

    domains = {'default': 'default',
               'test-domain': admin.ensure('domains', {'name': 'test-domain'})['id']}
    users = {}
    for name, password, project, domain, role in KEYSTONE_USERS:
        where = {'domain_id': domains[domain]}
        user = users[name] = admin.ensure('users', {'name': name, **where}, password=password)['id']
        project = admin.ensure('projects', {'name': project, **where})['id']
        role = admin.ensure('roles', {'name': role})['id']
        admin.call('PUT', f'/projects/{project}/users/{user}/roles/{role}')

    # The admin may do all in the domain and, as Keystone's own first user, in the system.
    reseller = admin.ensure('roles', {'name': 'reseller'})['id']
    admin.call('PUT', f'/domains/default/users/{users["admin"]}/roles/{reseller}')
    for name in 'tester', 'tester5':
        admin.ensure('credentials', {'type': 'totp', 'user_id': users[name]}, blob=TOTP_SECRET)
    admin.call('PATCH', f'/users/{users["tester5"]}', {'user': {'options': {
        'multi_factor_auth_enabled': True, 'multi_factor_auth_rules': [['password', 'totp']]}}})

    tester = Api(port['keystone'], 'tester', 'testing', 'test')
    appcred = tester.ensure(f'users/{tester.user}/application_credentials',
                            {'name': APPCRED_NAME}, secret=APPCRED_SECRET)['id']
    # tester2 may act for tester.
    trust = tester.ensure('OS-TRUST/trusts', {
        'trustor_user_id': tester.user, 'trustee_user_id': users['tester2'],
        'project_id': tester.project, 'impersonation': False},
        query='?trustor_user_id=' + tester.user, roles=[{'name': 'swiftoperator'}])['id']
    return {'appcred': appcred, 'trust': trust}


def add_endpoints(admin, region, name, kind, url):
    service = admin.ensure('services', {'name': name}, type=kind)
    for interface in ('public', 'internal', 'admin'):
        endpoint = admin.ensure('endpoints', {'service_id': service['id'],
                                              'interface': interface,
                                              'region_id': region}, url=url)
        if endpoint['url'] != url:    # the ports are others now
            admin.call('PATCH', '/endpoints/' + endpoint['id'], {'endpoint': {'url': url}})


class Api:
    """As much of Keystone's API as that takes."""

    def __init__(self, port, user, password, project):
        self.url, self.token, self.known = f'http://127.0.0.1:{port}/v3', '', {}
        # Without a proxy, whatever the environment says.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        domain = {'id': 'default'}
        headers, answer = self.call('POST', '/auth/tokens', {'auth': {
            'identity': {'methods': ['password'], 'password': {
                'user': {'name': user, 'domain': domain, 'password': password}}},
            'scope': {'project': {'name': project, 'domain': domain}}}})
        self.token, self.user = headers['X-Subject-Token'], answer['token']['user']['id']
        self.project = answer['token']['project']['id']

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, body and json.dumps(body).encode(), method=method,
            headers={'X-Auth-Token': self.token, 'Content-Type': 'application/json'})
        try:
            with self.opener.open(request, timeout=60) as response:
                return response.headers, json.loads(response.read() or '{}')
        except urllib.error.HTTPError as e:
            answer = e.read(1000).decode(errors='replace')
            raise Failure(f'Keystone: {method} {path}: {e.code} {e.reason} {answer}') from None
        except OSError as e:
            raise Failure(f'Keystone: {method} {path}: {e}') from None

    def ensure(self, path, key, query='', **values):
        """The thing with these attributes; it is made when there is none."""
        kind = path.rsplit('/', 1)[-1]
        if path not in self.known:
            self.known[path] = self.call('GET', '/' + path + query)[1][kind]
        for thing in self.known[path]:
            if all(thing[name] == value for name, value in key.items()):
                return thing
        thing = self.call('POST', '/' + path, {kind[:-1]: {**key, **values}})[1][kind[:-1]]
        self.known[path].append(thing)
        return thing
