"""What a program does with python-swiftclient, written down as JSON: it is run with the original and with
libswiftclient under its name, and tests/side_by_side.py compares. usage: program.py PREFIX FOLDER"""
import io
import json
import os
import re
import sys
import time

import swiftclient
from swiftclient import service as s
from swiftclient import utils

prefix, folder = sys.argv[1:]
os.makedirs(folder)
os.chdir(folder)
auth = (os.environ['ST_AUTH'], os.environ['ST_USER'], os.environ['ST_KEY'])
transcript = []

#: Values that no two runs have alike; that they are there, and of what kind, is compared.
VARYING = {'date', 'last-modified', 'x-trans-id', 'x-openstack-request-id', 'x-timestamp', 'last_modified', 'token',
           'transaction_id', 'traceback', 'error_timestamp', 'start_time', 'finish_time', 'headers_receipt',
           'auth_end_time', 'timestamp', 'x-object-meta-mtime', 'Auth Token', 'Last Modified',
           'x-copied-from-last-modified', 'x-account-container-count', 'x-account-object-count',
           'x-account-bytes-used', 'x-container-object-count', 'x-container-bytes-used', 'version_id',
           'x-object-version-id', 'x-object-current-version-id', 'x-manifest-etag', 'Containers', 'Objects', 'Bytes'}


def plain(value, key=''):
    """A value as JSON has it, without what differs from run to run."""
    if hasattr(value, 'items'):
        if 'count' in value and 'bytes' in value:
            # An account hears of what is in its containers some time later.
            value = dict(value, count='', bytes='')
        if 'slo_etag' in value and 'hash' in value:
            # The manifest has the name of its container in it.
            value = dict(value, hash='')
        if value.get('action') == 'stat_account' and 'items' in value:
            # Policies come in any order.
            value = dict(value, items=sorted((n, str(v) if 'policy' not in n else '') for n, v in value['items']))
        return {('dict' if type(value) is dict else 'headers'):
                {str(k).replace(prefix, 'P'): plain(v, str(k)) for k, v in value.items()}}
    if key.lower() in VARYING or key in VARYING or key.startswith('x-account-storage-policy-'):
        return '<%s>' % type(value).__name__
    if isinstance(value, BaseException):
        kind = next((c.__name__ for c in type(value).__mro__ if c.__name__ in ('ClientException', 'SwiftError')),
                    type(value).__name__)
        return {'raised': kind, **{k: plain(getattr(value, k), k) for k in (
            'msg', 'http_scheme', 'http_host', 'http_port', 'http_path', 'http_query', 'http_status', 'http_reason',
            'http_device', 'http_response_content', 'http_response_headers', 'transaction_id', 'value', 'container',
            'obj', 'segment', 'exception') if hasattr(value, k)},
            'text': re.sub(r'\(txn: [^)]*\)', '(txn)', plain(str(value)))}
    if isinstance(value, tuple):
        return {'tuple': [plain(v, str(value[0]) if len(value) == 2 and not i == 0 else '')
                          for i, v in enumerate(value)]}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, bytes):
        return {'bytes': plain(value.decode('latin1'))}
    if isinstance(value, str):
        value = re.sub(r'\d{10}\.\d{5,6}', '<time>', value.replace(prefix, 'P'))
        value = re.sub(r'tx[0-9a-f]{21}-[0-9a-f]{10}', '<txn>', value)
        return re.sub(r'/tmp/\S*?/work-\w+', '<folder>', value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return '<%s>' % type(value).__name__


def step(label, function):
    try:
        value = function()
        if hasattr(value, '__next__') or type(value).__name__ in ('ResultsIterator', 'generator'):
            value = ordered(value)
    except Exception as e:
        value = e
    transcript.append([label, plain(value)])
    return value


def ordered(results):
    """Results of workers come in any order."""
    found = list(results)
    for r in found:
        if 'contents' in r:
            r['contents'] = b''.join(r['contents'])
        for segment in r.get('segment_results') or ():
            segment.setdefault('segment_index', 0)
        if r.get('segment_results'):
            r['segment_results'].sort(key=lambda x: x['segment_index'])
    return sorted(found, key=lambda r: (r.get('action', ''), str(r.get('container')), str(r.get('object')),
                                        r.get('segment_index', 0)))


def connection_api():
    c = swiftclient.Connection(*auth)
    one, two = prefix + 'one', prefix + 'two'

    def told(function, *args, **kw):
        """Result, response_dict and attempts of a call."""
        said = {}
        try:
            value = function(*args, response_dict=said, **kw)
        except Exception as e:
            value = e
        return {'value': value, 'response_dict': said, 'attempts': c.attempts}

    step('url before', lambda: (c.url, c.token, c.attempts))
    step('head account', c.head_account)
    step('url', lambda: (c.url, type(c.token).__name__, c.attempts, type(c.auth_end_time).__name__))
    step('put container', lambda: told(c.put_container, one, headers={'X-Container-Meta-Color': 'blue'}))
    step('put container again', lambda: told(c.put_container, one))
    step('second container', lambda: c.put_container(two))
    step('head container', lambda: c.head_container(one))
    step('no container', lambda: c.head_container(prefix + 'none'))
    step('delete no container', lambda: told(c.delete_container, prefix + 'none'))
    for name, contents in (('text', 'Grüße'), ('bytes', b'12345' * 4), ('file', io.BytesIO(b'a file')), ('none', None),
                           ('empty', b''), ('generator', (x for x in (b'a', b'', b'bc'))),
                           ('iterable', io.BytesIO(b'l\nm\n')), ('Grüße/ü', b'umlaut'), ('a b%20c?d#e', b'odd'),
                           ('text file', io.StringIO('text')),
                           ('readable', utils.ReadableToIterable(io.BytesIO(b'readable'), 3)),
                           ('length', utils.LengthWrapper(io.BytesIO(b'length'), 3))):
        step('put ' + name, lambda: told(c.put_object, one, name, contents))
        step('get ' + name, lambda: c.get_object(one, name))
    step('length given', lambda: c.put_object(one, 'part', io.BytesIO(b'123456'), content_length=3))
    step('length in headers', lambda: c.put_object(one, 'part2', io.BytesIO(b'123456'),
                                                   headers={'Content-Length': '4'}))
    step('from the middle', lambda: c.put_object(one, 'middle', at(io.BytesIO(b'123456'), 2)))
    step('get middle', lambda: c.get_object(one, 'middle'))
    step('content type', lambda: c.put_object(one, 'typed', b'x', content_type='image/png',
                                              headers={'Content-Type': 'text/plain', 'X-Object-Meta-A': 'a%20b'}))
    step('head typed', lambda: c.head_object(one, 'typed'))
    step('etag', lambda: c.put_object(one, 'etag', b'x', etag='"9dd4e461268c8034f5c8564e155c67a6"'))
    step('wrong etag', lambda: told(c.put_object, one, 'etag', b'x', etag='0' * 32))
    step('no such container', lambda: told(c.put_object, prefix + 'none', 'o', b'x'))
    step('get nothing', lambda: told(c.get_object, one, 'nothing'))
    step('range', lambda: c.get_object(one, 'bytes', headers={'Range': 'bytes=2-4'}))
    step('no such range', lambda: c.get_object(one, 'bytes', headers={'Range': 'bytes=200-'}))
    step('not modified', lambda: c.get_object(one, 'etag', headers={'If-None-Match': '*'}))
    step('chunks', lambda: [chunk for chunk in c.get_object(one, 'bytes', resp_chunk_size=7)[1]])
    step('reads', lambda: reads(c.get_object(one, 'bytes', resp_chunk_size=7)[1]))
    step('post object', lambda: told(c.post_object, one, 'bytes', {'X-Object-Meta-Int': 3, 'X-Object-Meta-Ü': 'ü',
                                                                   'X-Object-Meta-B': b'bytes'}))
    step('head posted', lambda: c.head_object(one, 'bytes'))
    step('post nothing', lambda: told(c.post_object, one, 'nothing', {}))
    step('copy', lambda: told(c.copy_object, one, 'bytes', '/%s/copied' % two))
    step('copy to itself', lambda: told(c.copy_object, one, 'bytes', headers={'X-Object-Meta-C': 'c'},
                                        fresh_metadata=True))
    step('head copied', lambda: c.head_object(one, 'bytes'))
    step('copy nothing', lambda: told(c.copy_object, one, 'nothing', '/%s/x' % two))
    step('list', lambda: c.get_container(one))
    step('list narrowed', lambda: c.get_container(one, prefix='t', limit=2, marker='text', end_marker='z'))
    step('list with delimiter', lambda: c.get_container(one, delimiter='/', prefix='Gr'))
    step('list by path', lambda: c.get_container(one, path='Grüße'))
    step('list reversed', lambda: c.get_container(one, query_string='reverse=true', limit=3)[1])
    step('list all', lambda: c.get_container(one, full_listing=True, limit=3)[1])
    step('list no container', lambda: c.get_container(prefix + 'none'))
    step('list an empty page', lambda: c.get_container(one, prefix='zzz'))
    step('list account', lambda: c.get_account(prefix=prefix)[1])
    step('list account with delimiter', lambda: c.get_account(prefix=prefix, delimiter='o')[1])
    step('list account all', lambda: c.get_account(prefix=prefix, full_listing=True, limit=1)[1])
    step('post container', lambda: told(c.post_container, one, {'X-Container-Read': '.r:*'}))
    step('post no container', lambda: told(c.post_container, prefix + 'none', {}))
    step('post account', lambda: c.post_account({'X-Account-Meta-Peer': 'x'}))
    step('post account', lambda: c.post_account({'X-Account-Meta-Peer': ''}))
    step('bulk delete', lambda: bulk(c, one))
    step('not empty', lambda: told(c.delete_container, one))
    step('capabilities', lambda: sorted(c.get_capabilities()))
    step('capabilities of', lambda: sorted(c.get_capabilities(c.url)))
    step('get_auth', lambda: (c.get_auth()[0], type(c.get_auth()[1]).__name__))
    step('wrong key', lambda: swiftclient.Connection(auth[0], auth[1], 'wrong', retries=0).head_account())
    step('wrong version', lambda: swiftclient.Connection(*auth, auth_version='9').head_account())
    step('wrong scheme', lambda: swiftclient.http_connection('ftp://host/'))

    def preauth():
        d = swiftclient.Connection(preauthurl=c.url, preauthtoken=c.token)
        d.head_account()
        return d.url == c.url, d.token == c.token
    step('preauth', preauth)

    def expired():
        d = swiftclient.Connection(*auth, preauthurl=c.url, preauthtoken='expired')
        d.head_container(one)
        return d.attempts, d.token != 'expired', d.url
    step('expired', expired)
    step('only a bad token', lambda: swiftclient.Connection(preauthurl=c.url, preauthtoken='bad').head_account())
    c.close()
    step('after close', lambda: len(c.get_container(one)[1]) > 3)

    url, token = c.url, c.token
    step('m head account', lambda: swiftclient.head_account(url, token))
    step('m put', lambda: swiftclient.put_object(url, token, one, 'module', b'module'))
    step('m whole url', lambda: swiftclient.put_object('%s/%s/whole' % (url, one), token, contents=b'whole'))
    step('m get', lambda: swiftclient.get_object(url, token, one, 'module'))
    parsed, conn = swiftclient.http_connection(url)
    both = {'http_conn': (parsed, conn)}
    step('m http_conn', lambda: swiftclient.head_object(url, token, one, 'module', **both))
    step('m bad token', lambda: swiftclient.head_container(url, 'bad', one, **both))
    step('m list', lambda: swiftclient.get_container(url, token, one, limit=2, **both)[1])
    step('m post', lambda: swiftclient.post_object(url, token, one, 'module', {'X-Object-Meta-M': '1'}, **both))
    step('m copy', lambda: swiftclient.copy_object(url, token, one, 'module', '/%s/m' % two, **both))
    step('m delete', lambda: swiftclient.delete_object(url, token, one, 'module', **both))
    step('m delete again', lambda: swiftclient.delete_object(url, token, one, 'module', **both))
    step('m delete whole url', lambda: swiftclient.delete_object('%s/%s/whole' % (url, one), token))
    step('m container', lambda: swiftclient.put_container(url, token, prefix + 'm', **both))
    step('m post container', lambda: swiftclient.post_container(url, token, prefix + 'm', {'X-Container-Meta-A': '1'}))
    step('m delete container', lambda: swiftclient.delete_container(url, token, prefix + 'm', **both))
    step('m account', lambda: swiftclient.get_account(url, token, prefix=prefix, **both)[1])
    step('m post account', lambda: swiftclient.post_account(url, token, {'X-Account-Meta-M': ''}, **both)[1])
    step('m get_auth', lambda: swiftclient.get_auth(*auth)[0])
    step('m get_auth wrong', lambda: swiftclient.get_auth(auth[0], auth[1], 'wrong'))
    step('raw request', lambda: raw(conn, parsed, token))


def at(file, position):
    file.seek(position)
    return file


def reads(body):
    return [body.read(3), body.read(), body.read()]


def bulk(c, container):
    c.put_object(container, 'bulk', b'x')
    headers, body = c.post_account({'Accept': 'application/json', 'Content-Type': 'text/plain'},
                                   query_string='bulk-delete', data=('/%s/bulk\n' % container).encode())
    return type(headers).__name__, json.loads(body)


def raw(conn, parsed, token):
    conn.request('HEAD', parsed.path, '', {'X-Auth-Token': token})
    answer = conn.getresponse()
    return answer.status, answer.reason, answer.getheader('x-account-nothing'), answer.read(), sorted(
        k.lower() for k, _ in answer.getheaders())


def service_api():
    one, two = prefix + 'sone', prefix + 'stwo'
    for name, size in (('small', 5), ('large', 2500), ('dir/inner', 7)):
        if '/' in name:
            os.makedirs(os.path.dirname(name))
        with open(name, 'wb') as f:
            f.write(b'x' * size)
        os.utime(name, (1500000000, 1500000000))
    os.mkdir('empty')
    options = {'auth': auth[0], 'user': auth[1], 'key': auth[2], 'object_uu_threads': 2}
    with s.SwiftService(options) as swift:
        step('stat account', swift.stat)
        step('stat no container', lambda: swift.stat(one))
        step('upload', lambda: swift.upload(one, ['small', 'dir/inner', 'empty',
                                                  s.SwiftUploadObject('small', object_name='named'),
                                                  s.SwiftUploadObject(None, 'nothing'),
                                                  s.SwiftUploadObject(None, 'marker', {'dir_marker': True}),
                                                  s.SwiftUploadObject(io.BytesIO(b'stream'), 'stream')],
                                            {'meta': ['color:blue'], 'header': {'content-type': 'text/x-mine'}}))
        step('upload a missing file', lambda: swift.upload(one, ['missing'], {'skip_container_put': True}))
        step('upload below', lambda: swift.upload(one + '/below', ['small']))
        step('upload in segments', lambda: swift.upload(one, ['large'], {'segment_size': 1000}))
        step('upload in segments of a DLO', lambda: swift.upload(one, [s.SwiftUploadObject('large', 'dlo')],
                                                                 {'segment_size': '1000', 'use_slo': False}))
        step('changed', lambda: swift.upload(one, ['small'], {'changed': True, 'skip_container_put': True}))
        step('identical', lambda: swift.upload(one, ['small', 'large'], {'skip_identical': True,
                                                                        'skip_container_put': True}))
        step('bad segment size', lambda: swift.upload(one, ['small'], {'segment_size': 'x'}))
        step('upload of what', lambda: swift.upload(one, [5]))
        step('list', lambda: swift.list(one))
        step('list with options', lambda: swift.list(one, {'prefix': 'd', 'delimiter': '/'}))
        step('list no container', lambda: swift.list(prefix + 'none'))
        step('list account', lambda: swift.list(None, {'prefix': prefix + 's'}))
        step('list account long', lambda: swift.list(None, {'prefix': prefix + 's', 'long': True}))
        step('stat container', lambda: swift.stat(one))
        step('stat objects', lambda: swift.stat(one, ['small', 'large', 'nope'], {'human': True}))
        step('stat with token', lambda: swift.stat(one, options={'verbose': 2}))
        step('objects without container', lambda: swift.stat(None, ['x']))
        step('post account', lambda: swift.post(options={'meta': {'peer': 'x'}}))
        step('post account', lambda: swift.post(options={'meta': {'peer': ''}}))
        step('post container', lambda: swift.post(one, options={'meta': ['a:b'], 'read_acl': '.r:*'}))
        step('post new container', lambda: swift.post(prefix + 'snew', options={'header': ['X-Container-Meta-N: n']}))
        step('post objects', lambda: swift.post(one, ['small', s.SwiftPostObject('nope', {'meta': ['x:y']}),
                                                      s.SwiftPostObject('named', {'meta': [('x', 'y')]})],
                                                {'meta': ['a:b']}))
        step('post nonsense', lambda: swift.post(one, options={'meta': ['nonsense']}))
        step('download', lambda: swift.download(one, options={'out_directory': 'out', 'header': ['X-Newest: true']}))
        step('downloaded', lambda: files('out'))
        step('download some', lambda: swift.download(one, ['small', 'nope'], {'out_directory': 'some'}))
        step('download again', lambda: swift.download(one, ['small', 'large', 'dlo'],
                                                      {'out_directory': 'out', 'skip_identical': True}))
        step('download to a file', lambda: swift.download(one, ['small'], {'out_file': 'target'}))
        step('download to the caller', lambda: swift.download(one, ['small'], {'out_file': '-'}))
        step('download nothing', lambda: swift.download(one, []))
        step('download without writing', lambda: swift.download(one, ['small'], {'no_download': True}))
        step('download with prefix', lambda: swift.download(one, options={'prefix': 'dir/', 'remove_prefix': True,
                                                                          'out_directory': 'cut'}))
        step('downloaded', lambda: files('cut'))
        step('download no container', lambda: swift.download(prefix + 'none'))
        step('download with a slash', lambda: swift.download(one + '/x'))
        step('copy', lambda: swift.copy(one, ['small', 'named'], {'destination': '/' + two}))
        step('copy one', lambda: swift.copy(one, [s.SwiftCopyObject('small', {'destination': '/%s/new' % two,
                                                                             'fresh_metadata': True})],
                                            {'meta': ['m:n']}))
        step('copy to itself', lambda: swift.copy(one, ['small'], {'meta': ['c:d']}))
        step('copy nothing', lambda: swift.copy(one, ['nope'], {'destination': '/' + two}))
        step('copy to nonsense', lambda: swift.copy(one, ['small'], {'destination': 'x'}))
        step('capabilities', lambda: {k: v for k, v in swift.capabilities().items() if k != 'capabilities'})
        step('delete some', lambda: swift.delete(one, ['small', 'nope', s.SwiftDeleteObject('named')]))
        step('delete with prefix', lambda: swift.delete(one, options={'prefix': 'dir/'}))
        step('delete large', lambda: swift.delete(one, ['large', 'dlo']))
        step('delete container', lambda: swift.delete(one))
        step('delete no container', lambda: swift.delete(prefix + 'none'))
        step('delete prefix of nothing', lambda: swift.delete(options={'prefix': 'x'}))
        many = [s.SwiftUploadObject(io.BytesIO(b'x'), 'm%02d' % i) for i in range(25)]
        step('many', lambda: len(list(swift.upload(two, many))))
        # In how many requests they go is not the same.
        step('delete many', lambda: sorted(o for r in swift.delete(two, ['m%02d' % i for i in range(25)])
                                           for o in r.get('objects', [r.get('object')])))
        step('delete the rest', lambda: [r['success'] for r in swift.delete(two)])
    step('default options', lambda: {k: v for k, v in s._default_local_options.items()})
    for make in (lambda: s.SwiftUploadObject(5), lambda: s.SwiftUploadObject(io.BytesIO()),
                 lambda: s.SwiftUploadObject(''), lambda: s.SwiftPostObject(''), lambda: s.SwiftDeleteObject(None),
                 lambda: s.SwiftCopyObject('x', {'destination': 'y'}),
                 lambda: s.SwiftCopyObject('x', {'destination': '/y/'}),
                 lambda: vars(s.SwiftCopyObject('x', {'destination': '/y'}))):
        step('object', make)
    step('error', lambda: str(s.SwiftError('x', container='c', obj='o', segment=1)))


def files(top):
    return sorted((os.path.join(d, f), os.path.getsize(os.path.join(d, f))) for d, _, fs in os.walk(top) for f in fs)


def helpers():
    for n in (0, 1, 999, 1023, 1024, 1536, 10240, 10 ** 6, 10 ** 9, 10 ** 25, 10 ** 30):
        step('bytes', lambda: (utils.prt_bytes(n, True), utils.prt_bytes(n, False)))
    for value in (True, 1, 'yes', 'T', 'no', None):
        step('true', lambda: utils.config_true_value(value))
    for value in ('1', '1.5m', '2min', '1h', '1hr', '2d', '3s', 'x', ''):
        step('timeout', lambda: utils.parse_timeout(value))
    for args in ((3600,), ('3600',), (1.5,), ('-1',), ('1.5h',), ('2030-01-01',), ('2030-01-01T01:02:03Z',),
                 ('2030-01-01T01:02:03',), ('1h', True), ('x',), ('2030-13-01',)):
        step('timestamp', lambda: utils.parse_timestamp(*args))
    for args in (('/v1/a/c/o', 2000000000, 'k', 'GET', True), ('/v1/a/c/o', 2000000000, b'k', 'put', True),
                 (b'/v1/a/c/o', 2000000000, 'k', 'GET', True), ('/v1/a/c/', 2000000000, 'k', 'GET', True, True),
                 ('/v1/a/c/\u00fc x', 2000000000, 'k', 'GET', True), ('/v1/a/c', 2000000000, 'k', 'GET'),
                 ('/v1/a/c/o', '2030-01-01T00:00:00Z', 'k', 'GET', False, False, True),
                 ('/v1/a/c/o', 2000000000, 'k', 'GET', True, False, False, '10.0.0.0/8'),
                 ('/v1/a/c/o', 2000000000, 'k', 'GET', True, False, False, None, 'sha1'),
                 ('/v1/a/c/o', 2000000000, 'k', 'GET', True, False, False, None, 'sha512'),
                 ('/v1/a/c/o', 2000000000, 'k', 'GET', True, False, False, None, 'md5'),
                 ('/info', 2000000000, 'k', 'GET', True, False, False, None, 'sha1'),
                 ('/v1/a/c/p', 2000000000, 'k', 'GET', True, True, True, '::1', 'sha256'),
                 ('/v1/a/c/o', 'x', 'k', 'GET'), ('v1/a/c/o', 1, 'k', 'GET'), (b'/v1/\xff/c/o', 1, 'k', 'GET')):
        step('temp url', lambda: utils.generate_temp_url(*args))
    step('headers', lambda: utils.split_request_headers(['a: b', ('c-d', ' e ')], 'x-'))
    step('headers', lambda: utils.split_request_headers({'a': 'b'}))
    step('headers', lambda: utils.split_request_headers(['a']))
    step('headers', lambda: utils.split_request_headers([('a',)]))
    step('json', lambda: utils.parse_api_response({'content-type': 'x; charset=latin1'}, '["\u00fc"]'.encode('latin1')))
    step('groups', lambda: [list(utils.n_groups(range(n), 3)) and [list(g) for g in utils.n_groups(range(n), 3)]
                            for n in (1, 3, 7)])
    step('manifest', lambda: (utils.normalize_manifest_path('/a/b'), utils.normalize_manifest_path('a/b')))

    def wrapped():
        w = utils.LengthWrapper(io.BytesIO(b'123456'), 4, md5=True)
        first = (len(w), w.read(3), w.read(), w.read(1), w.get_md5sum())
        w.reset()
        return first, w.read(2), w.get_md5sum()
    step('LengthWrapper', wrapped)

    def iterated():
        r = utils.ReadableToIterable(io.BytesIO(b'123456'), 4, md5=True)
        return list(r), r.get_md5sum(), utils.ReadableToIterable(io.BytesIO(b'')).get_md5sum()
    step('ReadableToIterable', iterated)
    step('JSONable', lambda: (json.dumps(list(utils.JSONableIterable(iter([1, 2])))),
                              bool(utils.JSONableIterable([])), bool(utils.JSONableIterable([0]))))
    e = swiftclient.ClientException('m', 'http', 'h', 80, '/p', 'q=1', 404, 'Not Found', 'sda', b'x' * 70,
                                    {'X-Trans-Id': 'tx1'})
    step('ClientException', lambda: e)
    step('ClientException', lambda: swiftclient.ClientException('m', http_reason='r', http_device='d'))
    step('ClientException', lambda: swiftclient.ClientException('m', http_status=500, http_response_content=b'c'))
    step('safe', lambda: swiftclient.client.safe_value('X-Auth-Token', 'x' * 40))
    step('scrub', lambda: swiftclient.client.scrub_headers({'X-Auth-Key': 'short', 'A': b'\xc3\xbc'}))
    step('encode', lambda: swiftclient.client.encode_meta_headers({'X-Object-Meta-\u00dc': 5, 'A': '\u00fc'}))


started = time.time()
helpers()
connection_api()
service_api()
json.dump(transcript, sys.stdout, indent=1, ensure_ascii=False)
print('%d steps in %.1f s' % (len(transcript), time.time() - started), file=sys.stderr)
