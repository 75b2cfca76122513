"""Keystone: its database, its server, and a stand-in for the version 2 it has no more."""
import json
import os
import sys
import urllib.error
import urllib.request

from glue.filters import behind_tls


def make(conf, password):
    """keystone-manage db_sync and bootstrap, in one process as its start takes seconds."""
    from keystone.cmd import cli
    for command in (['db_sync'], ['bootstrap', '--bootstrap-password', password]):
        cli.main(['keystone-manage', '--config-file', conf, *command])
        cli.CONF.reset()


def serve(conf, port):
    import waitress
    os.environ['OS_KEYSTONE_CONFIG_FILES'] = conf
    del sys.argv[1:]    # Keystone would take it for its own
    from keystone.wsgi.api import application
    waitress.serve(behind_tls(v2_tokens(application, port)),
                   listen='127.0.0.1:' + port, threads=4)


def v2_tokens(app, port):
    """A stand-in for POST /v2.0/tokens, which Keystone removed in 2018.

    It passes the credentials on to /v3/auth/tokens and puts the answer into the form of
    version 2.  The token is a real one.
    """
    def call(env, start_response):
        if (env['REQUEST_METHOD'], env['PATH_INFO']) != ('POST', '/v2.0/tokens'):
            return app(env, start_response)
        body = env['wsgi.input'].read(int(env.get('CONTENT_LENGTH') or 0))
        try:
            status, answer = '200 OK', v2_answer(json.loads(body)['auth'], port)
        except urllib.error.HTTPError as e:
            status, answer = f'{e.code} {e.reason}', json.load(e)
        except (KeyError, TypeError, ValueError) as e:
            status = '400 Bad Request'
            answer = {'error': {'code': 400, 'title': 'Bad Request', 'message': repr(e)}}
        answer = json.dumps(answer).encode()
        start_response(status, [('Content-Type', 'application/json'),
                                ('Content-Length', str(len(answer)))])
        return [answer]
    return call


def v2_answer(auth, port):
    """Asks version 3 with the credentials of version 2, and answers as version 2 did."""
    request = urllib.request.Request(
        f'http://127.0.0.1:{port}/v3/auth/tokens', json.dumps(v3_request(auth)).encode(),
        {'Content-Type': 'application/json'})
    with urllib.request.urlopen(request, timeout=60) as response:
        token_id = response.headers['X-Subject-Token']
        v3 = json.load(response)['token']
    token = {'id': token_id, 'expires': v3['expires_at'], 'issued_at': v3['issued_at']}
    if 'project' in v3:
        token['tenant'] = {'id': v3['project']['id'], 'name': v3['project']['name'],
                           'enabled': True}
    user = {'id': v3['user']['id'], 'name': v3['user']['name'],
            'username': v3['user']['name'], 'roles_links': [],
            'roles': [{'name': role['name']} for role in v3.get('roles', [])]}
    return {'access': {'token': token, 'user': user,
                       'serviceCatalog': v2_catalog(v3.get('catalog', [])),
                       'metadata': {'is_admin': 0}}}


def v3_request(auth):
    domain = {'id': 'default'}
    if 'token' in auth:
        identity = {'methods': ['token'], 'token': {'id': auth['token']['id']}}
    else:
        given = auth['passwordCredentials']
        user = {'name': given['username'], 'password': given['password'], 'domain': domain}
        identity = {'methods': ['password'], 'password': {'user': user}}
    request = {'auth': {'identity': identity}}
    if 'tenantId' in auth:
        request['auth']['scope'] = {'project': {'id': auth['tenantId']}}
    elif 'tenantName' in auth:
        request['auth']['scope'] = {'project': {'name': auth['tenantName'],
                                                'domain': domain}}
    return request


def v2_catalog(catalog):
    """Version 3 has an endpoint for each interface; version 2 had one for each region."""
    services = []
    for service in catalog:
        regions = {}
        for endpoint in service['endpoints']:
            entry = regions.setdefault(endpoint['region'], {'region': endpoint['region'],
                                                            'id': endpoint['id']})
            entry[endpoint['interface'] + 'URL'] = endpoint['url']
        services.append({'type': service['type'], 'name': service['name'],
                         'endpoints': list(regions.values()), 'endpoints_links': []})
    return services
