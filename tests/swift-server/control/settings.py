"""What the server is like: ports, names, users.  The tests know these values too."""

DEFAULT_PORT = 26080

# In this order, from the first port on.  Nothing ever listens at the last one: for tests
# that want a refused connection.
PORT_NAMES = ('proxy', 'https', 'mtls', 'keystone', 'keystone_https',
              'account', 'container', 'object', 'memcached', 'closed')

ADMIN_KEY = 'adminkey'                  # opens the admin part of /info
HASH_AFFIX = 'libswiftclient'           # swift_hash_path_prefix and _suffix
REALM = 'libswiftclient'                # of container sync
DOMAIN = 'swift.test'                   # below it hosts name accounts and containers
PART_POWER = 4                          # the rings have 2^4 partitions

KEYSTONE_PASSWORD = 'adminpass'         # of Keystone's users admin and swift
APPCRED_NAME = 'libswiftclient'         # an application credential of tester
APPCRED_SECRET = 'appcred-secret'
TOTP_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'    # of the passcodes of tester and tester5

# user, password, project, domain, role.  With the role admin or swiftoperator a user may
# do all in the project's account, with the role reseller in every account.
KEYSTONE_USERS = [
    ('admin', KEYSTONE_PASSWORD, 'admin', 'default', 'reseller'),
    ('swift', KEYSTONE_PASSWORD, 'service', 'default', 'service'),    # the proxy itself
    ('tester', 'testing', 'test', 'default', 'swiftoperator'),
    ('tester2', 'testing2', 'test2', 'default', 'swiftoperator'),
    ('tester3', 'testing3', 'test', 'default', 'member'),             # has no rights
    ('tester4', 'testing4', 'test4', 'test-domain', 'swiftoperator'),
    ('tester5', 'testing5', 'test', 'default', 'swiftoperator'),      # needs a passcode as well
]
# tempauth's users are in conf/proxy.conf.
