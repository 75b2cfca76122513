"""The package itself."""
import ast
import inspect
import os
import pathlib
import unittest

import libswiftclient
from libswiftclient import _declarations, _library

PACKAGE = pathlib.Path(libswiftclient.__file__).parent


class Package(unittest.TestCase):
    def test_it_is_python_3_8(self):
        for path in sorted(PACKAGE.glob('*.py')):
            with self.subTest(file=path.name):
                ast.parse(path.read_text(encoding='utf-8'), feature_version=(3, 8))

    def test_it_needs_nothing_but_python(self):
        allowed = {'authv1.py': {'keystoneauth1'}}
        plain = set('ast asyncio atexit calendar collections concurrent contextlib ctypes datetime gzip hashlib io '
                    'itertools json logging os queue select stat sys threading time traceback urllib warnings '
                    'weakref'.split())
        for path in sorted(PACKAGE.glob('*.py')):
            for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else \
                    [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
                for name in names:
                    with self.subTest(file=path.name, module=name):
                        self.assertIn(name.split('.')[0], plain | allowed.get(path.name, set()))

    def test_every_function_of_the_library_is_declared(self):
        for name, returns, takes in _declarations.FUNCTIONS:
            f = getattr(_library.lib, name)
            self.assertEqual((f.restype, tuple(f.argtypes)), (returns, takes), name)

    @unittest.skipUnless(os.environ.get('PEER'), 'python-swiftclient is not here')
    def test_signatures_are_those_of_python_swiftclient(self):
        """Names and defaults of all parameters, in their order; read from its source, which is not run."""
        theirs = {}
        for module in ('client', 'service', 'utils', 'exceptions', 'multithreading', 'command_helpers'):
            tree = ast.parse(pathlib.Path(os.environ['PEER'], 'swiftclient', module + '.py').read_text())
            for node in tree.body:
                if isinstance(node, ast.FunctionDef):
                    theirs[module, node.name] = node
                elif isinstance(node, ast.ClassDef):
                    for method in node.body:
                        if isinstance(method, ast.FunctionDef):
                            theirs[module, node.name + '.' + method.name] = method
        # What is about the insides of python-swiftclient.
        private = {('client', n) for n in ('http_log', 'HTTPConnection._request')} | {
            ('multithreading', n) for n in ('MultiThreadingManager.__init__', 'MultiThreadingManager.__enter__',
                                            'MultiThreadingManager.__exit__', 'ConnectionThreadPoolExecutor.__init__',
                                            'ConnectionThreadPoolExecutor.submit')} | {
            ('service', n) for n in ('ResultsIterator.__init__', 'ResultsIterator.__iter__', 'ResultsIterator.__next__',
                                     'get_from_queue', 'get_future_result', 'interruptable_as_completed', 'mkdirs')} | {
            ('command_helpers', n) for n in ('stat_account', 'stat_container', 'stat_object')}
        compared = 0
        for (module, name), node in theirs.items():
            parts = name.split('.')
            if (module, name) in private or any(p.startswith('_') and p != '__init__' for p in parts):
                continue
            with self.subTest(module=module, name=name):
                ours = __import__('libswiftclient.' + module, fromlist=['x'])
                for part in parts:
                    ours = getattr(ours, part)
                if isinstance(ours, property) or node.args.kwarg or node.args.vararg:
                    continue
                expected = [a.arg for a in node.args.args]
                found = list(inspect.signature(ours).parameters)
                if expected and expected[0] in ('self', 'cls') and expected[0] not in found:
                    expected = expected[1:]
                self.assertEqual(found[:len(expected)], expected)
                defaults = len(node.args.defaults)
                optional = [p for p in inspect.signature(ours).parameters.values() if p.default is not p.empty]
                self.assertGreaterEqual(len(optional), defaults)
                compared += 1
        self.assertGreater(compared, 80)
