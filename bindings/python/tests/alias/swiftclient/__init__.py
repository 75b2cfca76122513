"""libswiftclient under the name swiftclient, for programs that are run unchanged: python-swiftclient's own tests and
its command, which is taken from where SWIFT_COMMAND says."""
import importlib
import importlib.util
import os
import sys

import libswiftclient

sys.modules['swiftclient'] = libswiftclient
for _name in ('authv1', 'client', 'command_helpers', 'exceptions', 'multithreading', 'service', 'utils', 'version'):
    try:
        sys.modules['swiftclient.' + _name] = importlib.import_module('libswiftclient.' + _name)
    except ImportError:
        # authv1 is for keystoneauth1, which need not be there.
        assert _name == 'authv1', _name
if os.environ.get('SWIFT_COMMAND'):
    _spec = importlib.util.spec_from_file_location('swiftclient.shell', os.environ['SWIFT_COMMAND'])
    libswiftclient.shell = sys.modules['swiftclient.shell'] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(libswiftclient.shell)
