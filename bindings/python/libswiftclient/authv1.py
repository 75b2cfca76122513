"""A plugin of keystoneauth1 for tempauth and its like, `v1password`: token and storage URL of version 1.

It needs keystoneauth1, and is found there by the name of the plugin.
"""
import datetime
import json
import time
from urllib.parse import urljoin

from keystoneauth1 import discover, exceptions, loading, plugin
from keystoneauth1.identity import base

from . import client
from ._channel import Channel
from .exceptions import ClientException, RequestException


class ServiceCatalogV1:
    """What version 1 has in the place of a catalogue: the object store and the service that authenticates."""

    def __init__(self, auth_url, storage_url, account):
        self.auth_url, self._storage_url, self._account = auth_url, storage_url, account

    @property
    def storage_url(self):
        if not self._account:
            return self._storage_url
        return urljoin(self._storage_url.rstrip('/'), self._account)

    @property
    def catalog(self):
        def endpoint(url, region='default'):
            return {'interface': 'public', 'region': region, 'url': url}
        stores = [endpoint(self._storage_url)]
        if self.storage_url != self._storage_url:
            stores.insert(0, endpoint(self.storage_url, 'override'))
        return [{'name': 'swift', 'type': 'object-store', 'endpoints': stores},
                {'name': 'auth', 'type': 'identity', 'endpoints': [endpoint(self.auth_url)]}]

    def url_for(self, **kwargs):
        return self.endpoint_data_for(**kwargs).url

    def endpoint_data_for(self, **kwargs):
        wanted = dict({'interface': 'public', 'service_type': None}, **kwargs)
        if wanted['service_type'] == 'object-store':
            return discover.EndpointData(service_type='object-store', service_name='swift',
                                         interface=wanted['interface'], region_name='default',
                                         catalog_url=self.storage_url)
        text = '%(interface)s endpoint for %(service_type)s service' % wanted
        if 'service_name' in wanted:
            text += ' named %(service_name)s' % wanted
        if 'region_name' in wanted:
            text += ' in %(region_name)s region' % wanted
        raise exceptions.EndpointNotFound(text + ' not found')


class AccessInfoV1:
    """A token of version 1 and what belongs to it."""

    project_id = None
    domain_id = 'default'
    system_scoped = False

    def __init__(self, auth_url, storage_url, account, username, auth_token, token_life):
        self.auth_url, self.storage_url, self.account = auth_url, storage_url, account
        self.username, self.auth_token = username, auth_token
        self.service_catalog = ServiceCatalogV1(auth_url, storage_url, account)
        self._issued = time.time()
        try:
            self._expires = self._issued + float(token_life)
        except (TypeError, ValueError):
            self._expires = None

    @property
    def user_id(self):
        return self.username

    @staticmethod
    def _moment(seconds):
        return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)

    @property
    def expires(self):
        return self._moment(self._expires)

    @property
    def issued(self):
        return self._moment(self._issued)

    def will_expire_soon(self, stale_duration):
        return self._expires is not None and time.time() + stale_duration > self._expires

    _STATE = ('auth_url', 'storage_url', 'account', 'username', 'auth_token')

    def get_state(self):
        """All of it as JSON."""
        state = {name: getattr(self, name) for name in self._STATE}
        return json.dumps(dict(state, issued=self._issued, expires=self._expires), sort_keys=True)

    @classmethod
    def from_state(cls, data):
        """What get_state() gave, as an object again."""
        state = json.loads(data)
        access = cls(*(state[name] for name in cls._STATE), token_life=None)
        access._issued, access._expires = state['issued'], state['expires']
        return access


class PasswordPlugin(base.BaseIdentityPlugin):
    """Authenticates with user and key; `project_name` is another account to use afterwards."""

    access_class = AccessInfoV1

    def __init__(self, auth_url, username, password, project_name=None, reauthenticate=True):
        super().__init__(auth_url=auth_url, reauthenticate=reauthenticate)
        self.user, self.key, self.account = username, password, project_name

    def get_auth_ref(self, session, **kwargs):
        # The session says how TLS is to be done; the exchange is the library's.
        verify, cert = getattr(session, 'verify', True), getattr(session, 'cert', None)
        cert, key = cert if isinstance(cert, (tuple, list)) else (cert, None)
        settings = client._credentials(self.auth_url, self.user, self.key, '1', {})
        settings.update(client._transport(cacert=verify if isinstance(verify, str) else None, insecure=verify is False,
                                          cert=cert, cert_key=key, timeout=getattr(session, 'timeout', None)))
        channel = Channel(settings)
        try:
            url, token, _ = channel.authenticate()
            expires = channel.expires()
        except ClientException as e:
            raise (exceptions.Unauthorized if e.http_status == 401 else exceptions.AuthorizationFailure)(str(e))
        except RequestException as e:
            raise exceptions.ConnectFailure(str(e))
        finally:
            channel.close()
        return self.access_class(self.auth_url, url, self.account, self.user, token,
                                 None if expires is None else expires - time.time())

    def get_cache_id_elements(self):
        return {'auth_url': self.auth_url, 'user': self.user, 'key': self.key, 'account': self.account}

    def get_endpoint(self, session, interface='public', **kwargs):
        if interface is plugin.AUTH_INTERFACE:
            return self.auth_url
        return self.get_access(session).service_catalog.url_for(interface=interface, **kwargs)

    def get_auth_state(self):
        return self.auth_ref.get_state() if self.auth_ref else None

    def set_auth_state(self, data):
        self.auth_ref = self.access_class.from_state(data) if data else None

    def get_sp_auth_url(self, *args, **kwargs):
        raise NotImplementedError

    get_sp_url = get_discovery = get_sp_auth_url


class PasswordLoader(loading.BaseLoader):
    """The options of the plugin."""

    plugin_class = PasswordPlugin

    def get_options(self):
        return [loading.Opt('auth-url', required=True, help='Authentication URL'),
                loading.Opt('project-name', help='Swift account to use'),
                loading.Opt('username', required=True, deprecated=[loading.Opt('user-name')],
                            help='Username to login with'),
                loading.Opt('password', required=True, secret=True, help='Password to use')]
