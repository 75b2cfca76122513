"""What a Connection is asked beyond what the peer's tests and the program beside them ask."""
import logging
import os

import libswiftclient as swiftclient
from libswiftclient import exceptions
from libswiftclient.client import logger_settings

from world import AUTH, Case, Failing, Stalling


def refused(**kw):
    return swiftclient.Connection(preauthurl='http://127.0.0.1:%s/v1/x' % os.environ['SWIFT_TEST_CLOSED_PORT'],
                                  preauthtoken='t', **kw)


class Connection(Case):
    def test_no_answer_is_an_exception_of_its_kind(self):
        c = refused(retries=0)
        with self.assertRaises(exceptions.ConnectionError) as raised:
            c.head_account()
        self.assertIsInstance(raised.exception, (swiftclient.RequestException, OSError))
        self.assertEqual((raised.exception.status, raised.exception.retryable, c.attempts),
                         ('SWC_ERR_CONNECT', True, 1))
        with Stalling() as server, self.assertRaises(exceptions.Timeout):
            swiftclient.Connection(preauthurl=server.url, preauthtoken='t', retries=0, timeout=0.2).head_account()

    def test_tls_is_checked_unless_insecure(self):
        url = os.environ['SWIFT_TEST_HTTPS_URL'] + '/auth/v1.0'
        with self.assertRaises(swiftclient.SSLError):
            swiftclient.Connection(url, *AUTH[1:], retries=0).head_account()
        swiftclient.Connection(url, *AUTH[1:], insecure=True).head_account()
        swiftclient.Connection(url, *AUTH[1:], cacert=os.environ['SWIFT_TEST_CACERT']).head_account()
        with self.assertRaises(OSError):
            swiftclient.Connection(url, *AUTH[1:], cacert='/nowhere').head_account()

    def test_a_client_certificate(self):
        url = os.environ['SWIFT_TEST_MTLS_URL'] + '/auth/v1.0'
        ca = {'cacert': os.environ['SWIFT_TEST_CACERT']}
        with self.assertRaises(swiftclient.RequestException):
            swiftclient.Connection(url, *AUTH[1:], retries=0, **ca).head_account()
        found = swiftclient.Connection(url, *AUTH[1:], cert=os.environ['SWIFT_TEST_CLIENT_CERT'],
                                       cert_key=os.environ['SWIFT_TEST_CLIENT_KEY'], **ca)
        self.assertEqual(found.get_auth()[0].split('/')[-1], 'AUTH_test')

    def test_attributes_take_effect_when_they_are_set(self):
        with Failing(9) as server:
            c = swiftclient.Connection(preauthurl=server.url, preauthtoken='t', retries=0, starting_backoff=0.01)
            for retries in (0, 2):
                c.retries = retries
                with self.assertRaises(swiftclient.ClientException):
                    c.head_account()
                self.assertEqual(c.attempts, retries + 1)

    def test_other_settings_keep_the_token(self):
        self.connection.head_account()
        url, token = self.connection.url, self.connection.token
        self.connection.retries = 1
        self.connection.head_account()
        self.assertEqual((self.connection.url, self.connection.token), (url, token))

    def test_url_and_token_can_be_set(self):
        self.connection.head_account()
        other = swiftclient.Connection(*AUTH)
        other.url, other.token = self.connection.url, self.connection.token
        other.head_container(self.container)
        self.assertEqual((other.attempts, other.token), (1, self.connection.token))
        other.url = other.url.replace('AUTH_test', 'AUTH_nobody')
        with self.assertRaises(swiftclient.ClientException) as raised:
            other.head_account()
        self.assertEqual(raised.exception.http_status, 403)
        other.url = other.token = None
        self.assertEqual((other.head_container(self.container) and other.url), self.connection.url)

    def test_keystone_names_what_is_wrong(self):
        env = os.environ
        options = {'project_name': env['OS_PROJECT_NAME']}
        good = swiftclient.Connection(env['OS_AUTH_URL'], env['OS_USERNAME'], env['OS_PASSWORD'], auth_version='3',
                                      os_options=options)
        good.head_account()
        bad = swiftclient.Connection(env['OS_AUTH_URL'], env['OS_USERNAME'], 'wrong', auth_version='3',
                                     os_options=options)
        with self.assertRaises(swiftclient.ClientException):
            bad.head_account()
        with self.assertRaises(swiftclient.ClientException) as raised:
            swiftclient.Connection(env['OS_AUTH_URL'], 'u', 'k', auth_version='3').head_account()
        self.assertIn('project', str(raised.exception))
        with self.assertRaises(swiftclient.ClientException) as raised:
            swiftclient.Connection(env['OS_AUTH_URL'], env['OS_USERNAME'], env['OS_PASSWORD'], auth_version='3',
                                   os_options=dict(options, region_name='Atlantis')).head_account()
        self.assertIn('Atlantis', str(raised.exception))

    def test_application_credentials(self):
        env = os.environ
        c = swiftclient.Connection(env['OS_AUTH_URL'], auth_version='3', os_options={
            'auth_type': 'v3applicationcredential', 'application_credential_id': env['SWIFT_TEST_APPCRED_ID'],
            'application_credential_secret': env['SWIFT_TEST_APPCRED_SECRET']})
        c.head_account()
        # Unlike python-swiftclient's they are renewed.
        c.token = 'expired'
        c.head_account()
        self.assertEqual(c.attempts, 2)

    def test_a_session_logs_in(self):
        url, token = swiftclient.get_auth(*AUTH)

        class Session:
            tokens, asked = ['bad', token], []

            def get_endpoint(self, **kw):
                self.asked.append(kw)
                return url

            def get_token(self):
                return self.tokens[0]

            def invalidate(self):
                return self.tokens.pop(0) and bool(self.tokens)
        session = Session()
        c = swiftclient.Connection(session=session, os_options={'region_name': 'r'})
        c.head_container(self.container)
        self.assertEqual((c.attempts, c.token, c.url), (2, token, url))
        self.assertEqual(session.asked[0], {'service_type': 'object-store', 'interface': 'public', 'region_name': 'r'})

        class Broken(Session):
            def get_token(self):
                raise ZeroDivisionError('of the session')
        with self.assertRaises(ZeroDivisionError):
            swiftclient.Connection(session=Broken()).head_account()

    def test_the_token_of_a_service_goes_along(self):
        c = swiftclient.Connection(*AUTH, os_options={'service_username': AUTH[1], 'service_key': AUTH[2]})
        self.assertTrue(c.service_auth)
        c.head_account()
        self.assertTrue(c.service_token)
        self.assertEqual(c.get_service_auth()[0], c.url)

    def test_names_are_sent_as_they_are(self):
        for name in ('a/../b', '..', './x', 'a//b', 'x.', '%41', ' ', 'a?b#c'):
            self.connection.put_object(self.container, name, name)
            self.assertEqual(self.connection.get_object(self.container, name)[1], name.encode())
        with self.assertRaises(swiftclient.ClientException) as raised:
            self.connection.put_container('a/b')
        self.assertIsInstance(raised.exception, ValueError)

    def test_a_corrupt_body_is_told(self):
        with self.assertRaises(swiftclient.ClientException) as raised:
            self.connection.put_object(self.container, 'o', b'x', etag='0' * 32)
        self.assertEqual((raised.exception.http_status, raised.exception.status), (422, 'SWC_ERR_CHECKSUM'))

    def test_the_log_is_that_of_python_swiftclient(self):
        logger = logging.getLogger('swiftclient')
        before = logger.level
        try:
            logger.setLevel(logging.DEBUG)
            with self.assertLogs(logger, logging.DEBUG) as logged:
                self.connection.head_account()
            text = '\n'.join(logged.output)
            self.assertIn('/v1/AUTH_test', text)
            self.assertNotIn(self.connection.token, text)
            logger_settings['redact_sensitive_headers'] = False
            with self.assertLogs(logger, logging.DEBUG) as logged:
                self.connection.head_account()
            self.assertIn(self.connection.token, '\n'.join(logged.output))
        finally:
            logger_settings['redact_sensitive_headers'] = True
            logger.setLevel(before)
            self.connection.head_account()

    def test_the_environment_says_where_the_proxy_is(self):
        with Failing(0, b'200 OK') as proxy:
            os.environ['http_proxy'] = proxy.url.split('/v1')[0]
            try:
                # The server answers 201 to all: it was asked, and not the one in the URL.
                c = swiftclient.Connection(preauthurl='http://swift.invalid/v1/AUTH_x', preauthtoken='t', retries=0)
                c.put_object('c', 'o', b'through the proxy')
            finally:
                del os.environ['http_proxy']
        self.assertEqual(proxy.bodies, [b'through the proxy'])

    def test_a_temporary_url_works(self):
        self.connection.put_object(self.container, 'o', b'x')
        self.connection.post_container(self.container, {'X-Container-Meta-Temp-URL-Key': 'secret'})
        origin, _, path = self.connection.url.partition('/v1')
        for method in ('GET', 'PUT'):
            url = swiftclient.utils.generate_temp_url('/v1%s/%s/o' % (path, self.container), 60, 'secret', method)
            if method == 'PUT':
                swiftclient.put_object(origin + url, contents=b'put')
            else:
                conn = swiftclient.http_connection(origin + url)[1]
                conn.request('GET', url)
                self.assertEqual(conn.getresponse().read(), b'x')
        self.assertEqual(self.connection.get_object(self.container, 'o')[1], b'put')
