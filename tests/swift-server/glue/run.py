"""Starts a server in this process, or makes what it needs:  run.py VERB ARGUMENTS...

    swift ETC MODULE CONF...    a Swift server, with ETC in place of /etc/swift
    daemons ETC                 updaters and expirer
    keystone CONF PORT          Keystone
    make-rings ETC PART_POWER ACCOUNT_PORT CONTAINER_PORT OBJECT_PORT
    make-keystone CONF PASSWORD Keystone's database with its first user, "admin"
"""
import importlib
import os
import sys

# So that `glue` is a package here, also for the filters that proxy.conf names.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def swift(etc, module, *argv):
    # First of all: the option swift_dir is read after swift.conf's policies and limits.
    from swift.common import utils
    utils.set_swift_dir(etc)
    # A server would turn into the user of its configuration, "swift" by default.  It
    # shall stay who it is, and that need not even be someone in /etc/passwd.
    from swift.common import wsgi
    wsgi.drop_privileges = lambda user: None
    sys.argv = [module, *argv]
    sys.exit(importlib.import_module(module).main())


def daemons(etc):
    from glue.daemons import run
    run(etc)


def keystone(conf, port):
    from glue.keystone import serve
    serve(conf, port)


def make_rings(etc, part_power, account, container, obj):
    from glue.rings import make
    make(etc, int(part_power), int(account), int(container), int(obj))


def make_keystone(conf, password):
    from glue.keystone import make
    make(conf, password)


if __name__ == '__main__':
    {'swift': swift, 'daemons': daemons, 'keystone': keystone, 'make-rings': make_rings,
     'make-keystone': make_keystone}[sys.argv[1]](*sys.argv[2:])
