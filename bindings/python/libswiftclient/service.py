"""The Service API, with python-swiftclient's names, options and results."""
import contextlib
import logging
import os
import threading
import time
from os import environ

from . import _jobs
from ._jobs import Contents, Job, Objects, settings
from ._interrupt import interruptible
from ._library import Handle, call, lib, made, text
from ._source import source
from .client import Connection
from .utils import Headers, config_true_value, split_request_headers

logger = logging.getLogger('swiftclient.service')

_OS = ('username', 'user_id', 'user_domain_name', 'user_domain_id', 'password', 'tenant_id', 'tenant_name',
       'project_name', 'project_id', 'project_domain_name', 'project_domain_id', 'auth_url', 'auth_token', 'auth_type',
       'application_credential_id', 'application_credential_secret', 'storage_url', 'region_name', 'service_type',
       'endpoint_type', 'cacert', 'cert', 'key')
_POOLS = ('segment_threads', 'object_dd_threads', 'object_uu_threads', 'container_threads')


def _build_default_global_options():
    found = {'verbose': 1, 'debug': False, 'info': False, 'auth': environ.get('ST_AUTH'),
             'auth_version': environ.get('ST_AUTH_VERSION', '1.0'), 'user': environ.get('ST_USER'),
             'key': environ.get('ST_KEY'), 'retries': 5, 'retry_on_ratelimit': True, 'force_auth_retry': False,
             'insecure': config_true_value(environ.get('SWIFTCLIENT_INSECURE')), 'ssl_compression': False}
    found.update(('os_' + name, environ.get('OS_' + name.upper())) for name in _OS)
    found.update((pool, 10) for pool in _POOLS)
    return found


_default_global_options = _build_default_global_options()
_default_local_options = {
    **{key: None for key in ('sync_to', 'sync_key', 'use_slo', 'segment_size', 'segment_container', 'changed',
                             'version_id', 'read_acl', 'write_acl', 'out_file', 'out_directory', 'prefix', 'delimiter',
                             'destination')},
    **{key: False for key in ('leave_segments', 'skip_identical', 'skip_container_put', 'yes_all', 'remove_prefix',
                              'no_download', 'long', 'totals', 'versions', 'fail_fast', 'human', 'dir_marker',
                              'shuffle', 'fresh_metadata', 'ignore_mtime')},
    'marker': '', 'header': [], 'meta': [], 'checksum': True,
}


class SwiftError(Exception):
    """An operation of a service failed, or was asked for in a way that makes no sense."""

    def __init__(self, value, container=None, obj=None, segment=None, exc=None, transaction_id=None):
        super().__init__(value)
        self.value, self.container, self.obj, self.segment, self.exception = value, container, obj, segment, exc
        self.transaction_id = getattr(exc, 'transaction_id', None) if transaction_id is None else transaction_id

    def __str__(self):
        about = (('container', self.container), ('object', self.obj), ('segment', self.segment))
        return repr(self.value) + ''.join(' %s:%s' % (what, name) for what, name in about if name is not None)

    __repr__ = __str__


def process_options(options):
    """Decides from the options which version of authentication is meant, and gathers what it needs."""
    forced = {'v1password': '1.0', 'v2password': '2.0', 'v3password': '3', 'v3applicationcredential': '3'}
    version = forced.get(options['os_auth_type']) or options.get('auth_version')
    version = {'3.0': '3', '2': '2.0'}.get(version, version)
    if version not in ('2.0', '3') and options.get('os_auth_type') != 'v1password' \
            and not all(options.get(key) for key in ('auth', 'user', 'key')):
        domains = ('os_user_domain_id', 'os_user_domain_name', 'os_project_domain_id', 'os_project_domain_name')
        version = '3' if any(options.get(key) for key in domains) else '2.0'
    options['auth_version'] = version
    for key, other in (('auth', 'os_auth_url'), ('user', 'os_username'), ('key', 'os_password')):
        options[key] = options[key] or options[other]
    options['os_options'] = {key: options['os_' + key] for key in (
        'user_id', 'user_domain_id', 'user_domain_name', 'tenant_id', 'tenant_name', 'project_id', 'project_name',
        'project_domain_id', 'project_domain_name', 'service_type', 'endpoint_type', 'auth_token', 'region_name',
        'auth_type', 'application_credential_id', 'application_credential_secret')}
    options['os_options']['object_storage_url'] = options['os_storage_url']


def get_conn(options):
    """A connection as the options of a service say."""
    options = dict(_default_global_options, **options)
    return Connection(
        options['auth'], options['user'], options['key'], retries=options['retries'],
        auth_version=options['auth_version'], os_options=options['os_options'], cacert=options['os_cacert'],
        insecure=options['insecure'], cert=options['os_cert'], cert_key=options['os_key'],
        ssl_compression=options['ssl_compression'], retry_on_ratelimit=options['retry_on_ratelimit'],
        timeout=options.get('timeout'), force_auth_retry=options['force_auth_retry'],
        starting_backoff=options.get('starting_backoff', 1), max_backoff=options.get('max_backoff', 64))


def split_headers(options, prefix=''):
    """Headers of lines 'Name: value', pairs, or a mapping."""
    try:
        return split_request_headers(options, prefix)
    except ValueError as e:
        raise SwiftError(e) from None


class SwiftUploadObject:
    """What to upload: a path, a file-like object, or nothing; its name, and options of its own."""

    def __init__(self, source, object_name=None, options=None):
        if isinstance(source, str):
            object_name = object_name or source
        elif source is not None and not hasattr(source, 'read'):
            raise SwiftError('Unexpected source type for SwiftUploadObject: %s' % type(source))
        elif not (object_name and isinstance(object_name, str)):
            raise SwiftError('Object names must be specified as strings for uploads from None or file like objects.')
        if not object_name:
            raise SwiftError('Object names must not be empty strings')
        self.object_name, self.options, self.source = object_name.lstrip('/'), options, source


class _NamedObject:
    def __init__(self, object_name, options=None):
        if not (isinstance(object_name, str) and object_name):
            raise SwiftError('Object names must be specified as non-empty strings')
        self.object_name, self.options = object_name, options


class SwiftPostObject(_NamedObject):
    """An object to post to, with options of its own."""


class SwiftDeleteObject(_NamedObject):
    """An object to delete, with options of its own."""


class SwiftCopyObject(_NamedObject):
    """An object to copy, with options of its own: its destination among them."""

    def __init__(self, object_name, options=None):
        super().__init__(object_name, options)
        self.destination = (options or {}).get('destination')
        self.fresh_metadata = (options or {}).get('fresh_metadata', False)
        if self.destination is not None:
            self.destination = _destination(self.destination, object_name)


def _destination(destination, object_name):
    parts = destination.split('/')
    if parts[0] or len(parts) < 2:
        raise SwiftError('destination must be in format /cont[/obj]')
    if not parts[-1]:
        raise SwiftError('destination must not end in a slash')
    return destination if len(parts) > 2 else '%s/%s' % (destination, object_name)


class SwiftService:
    """Jobs on one account, many at once, by the library's workers.

    Its methods are python-swiftclient's. Each may be called by any thread at any time. A generator that is closed, or
    left to the garbage collector, before its end cancels its job.
    """

    def __init__(self, options=None):
        self._options = dict(_default_global_options, **dict(_default_local_options, **(options or {})))
        process_options(self._options)
        self.capabilities_cache = {}
        self._connection = get_conn(self._options)
        self._service, self._making = None, threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *failed):
        if not failed[0]:
            self._finish()
        self.close()

    def _finish(self):
        """Waits for what is under way, also for what nobody asks the results of."""
        service = self._service
        if service is None or not service.usable:
            return
        interruptible(lambda: call(lib.swc_service_shutdown, service.pointer, -1),
                      lambda: lib.swc_service_cancel_all(service.pointer))

    def close(self):
        """Ends what is under way."""
        service, self._service = self._service, None
        if service is not None and service.usable:
            service.close()

    @property
    def _handle(self):
        """The library's service, made when it is first needed, and anew in a child process."""
        with self._making:
            return self._made()

    def _made(self):
        if self._service is None or not self._service.usable:
            wanted = {pool: int(self._options[pool]) for pool in _POOLS}
            config = _jobs.Config(dict(wanted, max_queued=1_000_000))
            try:
                pointer = made(lib.swc_service_new, self._connection.channel().pointer, config.pointer)
            finally:
                config.close()
            self._service = Handle(pointer, lib.swc_service_free)
        return self._service

    def _merged(self, options):
        return self._options if options is None else dict(self._options, **options)

    def _job(self, verb, kind, *args, options, objects=None, **more):
        wanted = settings(options, _jobs.OPTIONS[kind], split_headers)
        size = wanted.pop('segment_size', None)
        if size is not None:
            wanted['segment_size'] = _segment_size(size)
        wanted.update(more)
        return Job(self._handle, getattr(lib, 'swc_service_' + verb), *args, objects=objects, options=wanted)

    def _objects(self, kind, objects, cls, verb):
        """The library's list of objects, of names and of ours with options."""
        found = Objects()
        for o in objects:
            if isinstance(o, str):
                o = cls(o)
            elif not isinstance(o, cls):
                raise SwiftError('The %s operation takes only strings or %ss as input' % (verb, cls.__name__), obj=o)
            found.add(lib.swc_objects_add, text(o.object_name), options=self._own(kind, o))
        return found

    @staticmethod
    def _own(kind, o):
        """The options an object has of its own."""
        given = o.options or {}
        wanted = settings(given, [k for k in _jobs.OBJECT_OPTIONS[kind] if k in given], split_headers)
        if 'segment_size' in wanted:
            wanted['segment_size'] = _segment_size(wanted['segment_size'])
        return wanted

    # Each verb begins with a function that checks what it was asked for and starts the job. It returns the job and what
    # makes dictionaries of its results (None: not to be told), or instead of a job the dictionaries themselves. So
    # asyncio, which waits in another way, has all of this too.

    @staticmethod
    def _results(start, *args):
        """The dictionaries, as they come. Nothing is begun before the first is asked for."""
        job, shape = start(*args)
        if job is None:
            yield from shape
            return
        with contextlib.closing(job):
            for result in job:
                told = shape(result)
                if told is not None:
                    yield told

    @staticmethod
    def _one_or_each(job, shape, one):
        """The dictionary of a job that has one, or an iterator over them; the job has begun."""
        if not one:
            return SwiftService._results(lambda: (job, shape))
        with contextlib.closing(job):
            return shape(next(job))

    # ---- stat

    def stat(self, container=None, objects=None, options=None):
        """What there is to know about the account, a container, or each of some objects."""
        return self._one_or_each(*self._start_stat(container, objects, options))

    def _start_stat(self, container, objects, options):
        options = self._merged(options)
        if objects and not container:
            raise SwiftError('Objects specified without container')
        if not objects:
            container = container or None
            return self._job('stat', 'stat', container, options=options), _existing(_stat, container), True
        named = Objects()
        for name in objects:
            named.add(lib.swc_objects_add, text(name))
        return self._job('stat', 'stat_objects', container, objects=named, options=options), _stat, False

    # ---- post

    def post(self, container=None, objects=None, options=None):
        """Sets metadata of the account, a container, or each of some objects."""
        return self._one_or_each(*self._start_post(container, objects, options))

    def _start_post(self, container, objects, options):
        options = self._merged(options)
        if objects and not container:
            raise SwiftError('Objects specified without container')
        if not container:
            sent = _sent(options, 'X-Account-Meta-')
            return (self._job('post', 'post_account', None, options=options),
                    _existing(lambda r: _post(r, sent), None), True)
        if not objects:
            sent = _sent(options, 'X-Container-Meta-')
            for key, name in (('read_acl', 'X-Container-Read'), ('write_acl', 'X-Container-Write'),
                              ('sync_to', 'X-Container-Sync-To'), ('sync_key', 'X-Container-Sync-Key')):
                if options[key] is not None:
                    sent[name] = options[key]
            return (self._job('post', 'post_container', container, options=options),
                    _existing(lambda r: _post(r, sent), container), True)
        objects = list(objects)
        named = self._objects('post_objects', objects, SwiftPostObject, 'post')
        own = {o.object_name: o.options for o in objects if isinstance(o, SwiftPostObject)}

        def shape(result):
            sent = _sent(options, 'X-Object-Meta-', own.get(result.values['object']))
            told = dict(result.pick('success', 'action', 'container', 'object'), headers=sent,
                        response_dict=result.response_dict())
            return result.failed(told)
        return self._job('post', 'post_objects', container, objects=named, options=options), shape, False

    # ---- list

    def list(self, container=None, options=None):
        """Pages of the list of containers, or of the objects of a container."""
        return self._results(self._start_list, container, options)

    def _start_list(self, container, options):
        options = self._merged(options)
        kind = 'list_account' if container is None else 'list_container'

        def shape(result):
            # The last page has no rows.
            return None if result.success and not result.values['listing'] else _page(result, options, container)
        return self._job('list', kind, container, options=options), shape

    # ---- download

    def download(self, container=None, objects=None, options=None):
        """Downloads objects: those named, all of a container, or with `yes_all` all of the account."""
        return self._results(self._start_download, container, objects, options)

    def _start_download(self, container, objects, options):
        options = self._merged(options)
        if not container and not options['yes_all'] or objects is not None and not objects:
            return None, ()
        if container and '/' in container:
            raise SwiftError("'/' in container name", container=container)
        more, named, kind = {}, None, 'download'
        if container and objects is not None:
            named, kind = Objects(), 'download_objects'
            for name in objects:
                named.add(lib.swc_objects_add, text(name))
            if options['out_file'] and len(named) > 1:
                options = dict(options, out_file=None)
            if options['yes_all']:
                # The path has the container before the name then.
                more['out_directory'] = os.path.join(options['out_directory'] or '', container)
            if not (options['prefix'] and options['remove_prefix']):
                options = dict(options, prefix=None, remove_prefix=False)
        if options['out_file'] == '-' and not options['no_download']:
            options = dict(options, skip_identical=False)

        def shape(result):
            if result.action == 'download_object':
                return _download(result, options)
            if result.of_listing:
                raise _missing(result, container) or result.error
            return result.values if result.action == 'progress' else None
        return self._job('download', kind, container or None, objects=named, options=options, **more), shape

    # ---- upload

    def upload(self, container, objects, options=None):
        """Uploads files, file-like objects and nothing (for empty objects and markers of directories)."""
        return self._results(self._start_upload, container, objects, options)

    def _start_upload(self, container, objects, options):
        options = self._merged(options)
        _segment_size(options['segment_size'])
        container, _, folder = container.partition('/')
        named = Objects()
        for o in objects:
            if isinstance(o, str):
                o = SwiftUploadObject(o, o.lstrip('/'))
            elif not isinstance(o, SwiftUploadObject):
                raise SwiftError('The upload operation takes only strings or SwiftUploadObjects as input', obj=o)
            own = self._own('upload', o)
            if isinstance(o.source, str):
                named.add(lib.swc_objects_add_file, os.fsencode(o.source), text(o.object_name), options=own)
                continue
            body = source(o.source) if o.source is not None else None
            if body is not None:
                # By the name the results have.
                named.sources['/'.join(p for p in (folder, o.object_name) if p)] = body
            named.add(lib.swc_objects_add_source, text(o.object_name), body and body.pointer, options=own)
        if not len(named):
            return None, () if options['skip_container_put'] else self._created(container, options)
        segments = {}
        return (self._job('upload', 'upload', '%s/%s' % (container, folder) if folder else container, objects=named,
                          options=options), lambda result: _upload(result, options, container, segments))

    def _created(self, container, options):
        """The container alone, when there is nothing to put into it."""
        headers = {k: v for k, v in split_headers(options['header']).items() if k == 'X-Storage-Policy'}
        told = {'action': 'create_container', 'container': container, 'headers': headers, 'success': True,
                'response_dict': {}}
        try:
            self._connection.put_container(container, headers, told['response_dict'])
        except Exception as e:
            told.update(success=False, error=e, traceback=str(e), error_timestamp=time.time())
        return [told]

    # ---- delete

    def delete(self, container=None, objects=None, options=None):
        """Deletes objects: those named, a container with all that is in it, or with `yes_all` all of the account."""
        return self._results(self._start_delete, container, objects, options)

    def _start_delete(self, container, objects, options):
        options = self._merged(options)
        if container is None:
            if objects:
                raise SwiftError('Objects specified without container')
            if options['prefix']:
                raise SwiftError('Prefix specified without container')
            if not options['yes_all']:
                return None, ()
        named, kind = None, 'delete'
        if container is not None and objects is not None:
            named, kind = self._objects('delete_objects', objects, SwiftDeleteObject, 'delete'), 'delete_objects'
            if not len(named):
                return None, ()
        elif container is not None:
            options = dict(options, yes_all=False)
        return (self._job('delete', kind, container, objects=named, options=options),
                lambda result: _delete(result, container))

    # ---- copy

    def copy(self, container, objects, options=None):
        """Copies objects within the cluster."""
        return self._results(self._start_copy, container, objects, options)

    def _start_copy(self, container, objects, options):
        options = self._merged(options)
        objects = list(objects)
        if options.get('destination'):
            parts = options['destination'].split('/')
            if parts[0]:
                raise SwiftError('destination must be in format /cont[/obj]')
            if len(parts) > 2 and sum(not isinstance(o, SwiftCopyObject) for o in objects) > 1:
                raise SwiftError('Combination of multiple objects and destination including object is invalid')
            if not parts[-1]:
                raise SwiftError('destination can not end in a slash')
        own = {o.object_name: o for o in objects if isinstance(o, SwiftCopyObject)}
        named = self._objects('copy', objects, SwiftCopyObject, 'copy')
        if not len(named):
            return None, ()

        def shape(result):
            if result.action == 'create_container':
                return _create(result, options)
            if result.action != 'copy_object':
                return result.values
            name = result.values['object']
            told = result.pick('success', 'action', 'container', 'object', 'destination', 'fresh_metadata')
            if not (own[name].destination if name in own else options.get('destination')):
                told['destination'] = None
            told['headers'] = _sent(options, 'X-Object-Meta-', own[name].options if name in own else None)
            told['response_dict'] = result.response_dict()
            return result.failed(told)
        return self._job('copy', 'copy', container, objects=named, options=options), shape

    # ---- capabilities

    def capabilities(self, url=None, refresh_cache=False):
        """What the cluster offers; that of another one by its URL."""
        return self._one_or_each(*self._start_capabilities(url, refresh_cache))

    def _start_capabilities(self, url, refresh_cache):
        # The library keeps what it has been told.
        job = self._job('capabilities', 'capabilities', options={'url': url, 'refresh_cache': bool(refresh_cache)})

        def shape(result):
            if result.failure is not None:
                raise result.failure.exception('Capabilities GET failed') if result.failure.http_status else result.error
            told = result.pick('action', 'timestamp', 'success', 'capabilities')
            if url is not None:
                told['url'] = url
            self.capabilities_cache[url] = told
            return told
        return job, shape, True


# ---- Results of the library as python-swiftclient's

def _segment_size(value):
    try:
        return int(value or 0)
    except ValueError:
        raise SwiftError('Segment size should be an integer value') from None


def _sent(options, prefix, own=None):
    """The headers that an item's options come to."""
    headers = {}
    for said in (options, own or {}):
        headers.update(split_headers(said.get('meta') or [], prefix))
        headers.update(split_headers(said.get('header') or []))
    return headers


def _missing(result, container):
    """What is raised when that which a job is about is not there; None when it is."""
    if getattr(result.error, 'http_status', None) != 404:
        return None
    said = 'Container %r not found' % container if container else 'Account not found'
    return SwiftError(said, container=container, exc=result.error)


def _existing(shape, container):
    """A shape for what must be there."""
    def checked(result):
        missing = _missing(result, container)
        if missing:
            raise missing
        return shape(result)
    return checked


def _stat(result):
    told = result.pick('action', 'container', 'object', 'success')
    if result.success:
        items = [(name, value) for name, value in result.values['items']]
        if result.action == 'stat_account':
            items = [(n, int(v) if n == 'Containers' else v) for n, v in items]
        elif result.action == 'stat_object':
            items = [(n, v or None) for n, v in items]
        told.update(items=items, headers=Headers(result.values['headers']))
    return result.failed(told)


def _post(result, sent):
    told = dict(result.pick('success', 'container', 'object', 'action'), headers=sent)
    if not result.success:
        told['response_dict'] = result.response_dict()
    return result.failed(told)


def _page(result, options, container):
    told = dict(result.pick('action', 'success'), container=container, prefix=options['prefix'],
                marker=result.values.get('marker') or '')
    if result.success:
        told['listing'] = result.values['listing']
        for row in told['listing']:
            if 'meta' in row:
                row['meta'] = Headers(row['meta'])
        return told
    if container is not None:
        told['version_marker'] = result.values.get('version_marker') or ''
    result.error = _missing(result, container) or result.error
    return result.failed(told)


def _download(result, options):
    told = result.pick('action', 'container', 'object', 'path', 'pseudodir')
    if options['out_file']:
        # The path is that of the object all the same.
        told['path'] = os.path.join(options['out_directory'] or '', told['object'].lstrip('/'))
    if result.response is not None:
        told['contents'] = Contents(result.response)
        return told
    told.update(success=result.success, attempts=result.values['attempts'], response_dict=result.response_dict())
    if result.success:
        told.update(result.pick('start_time', 'finish_time', 'headers_receipt', 'auth_end_time', 'read_length'))
        told['auth_end_time'] = told['auth_end_time'] or told['start_time']
    return result.failed(told)


def _create(result, options, segments=False):
    told = dict(result.pick('action', 'container', 'success'), response_dict=result.response_dict())
    # The policy that was asked for; that of segments may have been found out.
    policy = {n: v for n, v in split_headers(options['header']).items() if n == 'X-Storage-Policy'}
    told['headers'] = policy or (None if segments else {})
    return result.failed(told)


def _as_sent(headers):
    """The headers of an upload with the names python-swiftclient gives them."""
    return {name if name in ('x-object-meta-mtime', 'x-object-manifest') else name.title(): value for name, value in headers.items()}


def _upload(result, options, container, segments):
    values = result.values
    if result.action == 'create_container':
        return _create(result, options, values['container'] != container)
    if result.action == 'delete_segment':
        told = dict(result.pick('success', 'action', 'container', 'object', 'attempts'),
                    response_dict=result.response_dict())
        return result.failed(told)
    if result.action == 'upload_segment':
        told = result.pick('action', 'for_container', 'for_object', 'segment_index', 'segment_size',
                           'segment_location', 'log_line', 'success', 'attempts')
        told['response_dict'] = result.response_dict()
        if result.success:
            told['segment_etag'] = values['segment_etag']
        told = result.failed(told)
        segments.setdefault(told['for_object'], []).append(told)
        return told
    if result.action not in ('upload_object', 'create_dir_marker'):
        return values if result.action == 'progress' else None
    told = result.pick('action', 'container', 'object', 'path', 'success')
    if result.failure is not None and isinstance(result.error, OSError) and told['path'] is not None:
        try:
            # What the system says about the file, with its number.
            os.stat(told['path'])
        except OSError as e:
            result.error = e
            return result.failed(told)
    told['headers'] = _as_sent(values['headers'])
    if result.action == 'create_dir_marker':
        # That it is one says the action.
        told['headers'].pop('Content-Type', None)
        if values['status'] != 'skipped-changed':
            told['response_dict'] = result.response_dict()
        return result.failed(told)
    if values['status']:
        told['status'] = values['status']
    if result.success and values['status'] != 'uploaded':
        return told
    told['large_object'] = values['large_object']
    if values['large_object'] or values['object'] in segments:
        told['segment_results'] = segments.pop(values['object'], None) or values['segment_results']
        told['manifest_response_dict'] = result.response_dict()
    else:
        told['response_dict'] = result.response_dict()
    if result.success:
        told['attempts'] = values['attempts']
    return result.failed(told)


def _delete(result, container):
    """The dictionary; None for what python-swiftclient does not tell."""
    if result.action == 'progress':
        return result.values
    if result.action == 'bulk_delete':
        told = dict(result.pick('container', 'objects', 'success', 'action', 'attempts'),
                    response_dict=result.response_dict())
        if result.values['result'] is not None:
            told['result'] = result.values['result']
        return result.failed(told)
    if result.action == 'delete_account':
        if result.of_listing:
            raise result.error
        return None
    if result.action in ('delete_container', 'delete_prefix'):
        if result.action == 'delete_prefix' and not result.of_listing:
            return None
        told = dict(result.pick('success', 'container', 'object', 'attempts'), action='delete_container',
                    response_dict=result.response_dict())
        if result.of_listing:
            del told['attempts'], told['response_dict']
            result.error = _missing(result, container) or result.error
        return result.failed(told)
    told = dict(result.pick('action', 'container', 'object', 'success', 'attempts'),
                response_dict=result.response_dict())
    if result.action == 'delete_object' and result.values['dlo_segments_deleted'] is not None:
        told['dlo_segments_deleted'] = result.values['dlo_segments_deleted']
    if result.error is not None and result.action == 'delete_object':
        # No more is said of it.
        del told['attempts'], told['response_dict']
    return result.failed(told)
