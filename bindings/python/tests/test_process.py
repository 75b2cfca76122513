"""What goes on around calls: signals, threads, fork, memory, the end of the interpreter."""
import gc
import io
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import unittest
import weakref

import libswiftclient as swiftclient
from libswiftclient import _library
from libswiftclient.service import SwiftService, SwiftUploadObject

from world import AUTH, OPTIONS, Answering, Case, Stalling


def after(event, function):
    """Runs a function on another thread once something has happened."""
    def run():
        event.wait(300)
        function()
    threading.Thread(target=run, daemon=True).start()


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


class Signals(Case):
    def stalled(self, server):
        return swiftclient.Connection(preauthurl=server.url, preauthtoken='t')

    def test_ctrl_c_ends_a_call(self):
        with Stalling() as server:
            after(server.asked, interrupt)
            with self.assertRaises(KeyboardInterrupt):
                self.stalled(server).head_account()

    def test_ctrl_c_ends_a_pause_between_attempts(self):
        c = swiftclient.Connection(preauthurl='http://127.0.0.1:%s/v1/x' % os.environ['SWIFT_TEST_CLOSED_PORT'],
                                   preauthtoken='t', starting_backoff=600, max_backoff=600)
        started = threading.Event()
        after(started, interrupt)
        with self.assertRaises(KeyboardInterrupt):
            started.set()
            c.head_account()
            self.fail('it did not wait')

    def test_ctrl_c_ends_an_upload_from_a_file(self):
        reading = threading.Event()

        def endless():
            while True:
                reading.set()
                yield b'x' * 1000
        after(reading, interrupt)
        with self.assertRaises(KeyboardInterrupt):
            self.connection.put_object(self.container, 'o', endless())
        self.assertEqual(self.names(), [])

    def test_ctrl_c_ends_a_job(self):
        with Stalling() as server:
            after(server.asked, interrupt)
            options = dict(OPTIONS, os_storage_url=server.url, os_auth_token='t')
            with self.assertRaises(KeyboardInterrupt), SwiftService(options) as swift:
                list(swift.list('c'))

    def test_a_handler_that_returns_ends_nothing(self):
        heard = []
        before = signal.signal(signal.SIGUSR1, lambda *a: heard.append(threading.current_thread()))
        try:
            reading = threading.Event()

            def body():
                reading.set()
                while not heard:
                    time.sleep(0.01)
                    yield b'x'
            after(reading, lambda: os.kill(os.getpid(), signal.SIGUSR1))
            self.connection.put_object(self.container, 'o', body())
            self.assertEqual(heard, [threading.main_thread()])
            self.assertEqual(self.names(), ['o'])
        finally:
            signal.signal(signal.SIGUSR1, before)

    def test_callbacks_of_the_main_thread_run_there(self):
        threads = set()

        def body():
            for _ in range(10):
                threads.add(threading.current_thread())
                yield b'x' * 100_000
        self.connection.put_object(self.container, 'o', body())
        self.assertEqual(threads, {threading.main_thread()})

    def test_a_callback_may_use_the_library(self):
        self.connection.put_object(self.container, 'from', b'x' * 1_000_000)
        body = self.connection.get_object(self.container, 'from', resp_chunk_size=65536)[1]
        self.connection.put_object(self.container, 'to', body)
        self.assertEqual(self.connection.get_object(self.container, 'to')[1], b'x' * 1_000_000)


class Threads(Case):
    def test_one_connection_serves_many_threads(self):
        failures = []

        def work(number):
            try:
                for i in range(5):
                    name, data = '%d/%d' % (number, i), os.urandom(1000 + number)
                    self.connection.put_object(self.container, name, io.BytesIO(data))
                    if self.connection.get_object(self.container, name)[1] != data:
                        failures.append(name)
            except BaseException as e:
                failures.append(e)
        threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(failures, [])
        self.assertEqual(len(self.names()), 80)

    def test_other_threads_run_during_a_call(self):
        ran = threading.Event()
        with Stalling() as server:
            c = swiftclient.Connection(preauthurl=server.url, preauthtoken='t')
            # It can only be set, and the call interrupted, if the call lets other threads run.
            after(server.asked, lambda: (ran.set(), interrupt()))
            with self.assertRaises(KeyboardInterrupt):
                c.head_account()
        self.assertTrue(ran.is_set())

    def test_a_service_serves_several_threads(self):
        found = {}
        with SwiftService(OPTIONS) as swift:
            def work(number):
                names = ['%d/%d' % (number, i) for i in range(5)]
                objects = [SwiftUploadObject(io.BytesIO(b'x'), n) for n in names]
                done = [r['object'] for r in swift.upload(self.container, objects) if r['action'] == 'upload_object']
                found[number] = sorted(done) == names
            threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
        self.assertEqual(found, {n: True for n in range(8)})


class Memory(Case):
    def test_objects_are_freed_when_nobody_has_them(self):
        channel = weakref.ref(self.connection.channel())
        body = self.connection.get_account()  # noqa: F841
        self.connection = swiftclient.Connection(*AUTH)
        gc.collect()
        self.assertIsNone(channel())

    def test_ten_thousand_operations_leave_nothing(self):
        def operations(connection, times):
            for _ in range(times // 5):
                connection.put_object('c', 'o', io.BytesIO(b'x' * 1000))
                connection.get_object('c', 'o')
                list(connection.get_object('c', 'o', resp_chunk_size=100)[1])
                with self.assertRaises(swiftclient.ClientException):
                    connection.head_object('c', 'none')
                with self.assertRaises(ZeroDivisionError):
                    connection.put_object('c', 'o', (1 // 0 for _ in range(1)))
        with Answering() as server:
            connection = swiftclient.Connection(preauthurl=server.url, preauthtoken='t')
            operations(connection, 1_000)
            grown = []
            # Heaps grow for a while, with what happens to run at once; what is left behind grows every time.
            while not grown or grown[-1] >= 3_000 and len(grown) < 5:
                gc.collect()
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                operations(connection, 10_000)
                gc.collect()
                grown.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
            # In KiB: a leak of 500 bytes each would be 5,000.
            self.assertLess(grown[-1], 3_000, grown)

    def test_what_nobody_waits_for_is_done_all_the_same(self):
        for i in range(5):
            self.connection.put_object(self.container, 'o%d' % i, b'')
        names = ['o%d' % i for i in range(5)]
        with SwiftService(OPTIONS) as swift:
            swift.post(self.container, names, {'meta': ['a:b']})
        self.assertEqual([self.connection.head_object(self.container, n).get('x-object-meta-a') for n in names],
                         ['b'] * 5)

    def test_an_abandoned_generator_cancels_its_job(self):
        for i in range(30):
            self.connection.put_object(self.container, 'o%02d' % i, b'')
        with SwiftService(OPTIONS) as swift:
            listing = swift.list(self.container)
            next(listing)
            listing.close()
            upload = swift.upload(self.container, [SwiftUploadObject(io.BytesIO(b'x'), 'n%d' % i) for i in range(9)])
            next(upload)
            del upload
            gc.collect()
            self.assertEqual(swift.stat(self.container)['success'], True)


@unittest.skipUnless(hasattr(os, 'fork'), 'there is no fork here')
class Fork(Case):
    def child(self, function):
        """Runs a function in a child process; fails unless it returns True."""
        pid = os.fork()
        if not pid:
            good = False
            try:
                good = function() is True
            finally:
                os._exit(0 if good else 1)
        self.assertEqual(os.waitpid(pid, 0)[1], 0)

    def test_a_connection_works_in_parent_and_child(self):
        self.connection.put_object(self.container, 'o', b'x' * 100_000)
        url = self.connection.url
        self.child(lambda: self.connection.get_object(self.container, 'o')[1] == b'x' * 100_000
                   and self.connection.url == url)
        self.assertEqual(len(self.connection.get_object(self.container, 'o')[1]), 100_000)

    def test_a_service_works_in_parent_and_child(self):
        with SwiftService(OPTIONS) as swift:
            self.assertTrue(swift.stat(self.container)['success'])
            self.child(lambda: swift.stat(self.container)['success'])
            self.assertTrue(swift.stat(self.container)['success'])

    def test_what_was_under_way_belongs_to_the_parent(self):
        self.connection.put_object(self.container, 'o', b'x' * 1_000_000)
        body = self.connection.get_object(self.container, 'o', resp_chunk_size=65536)[1]
        first = next(body)

        def read():
            try:
                body.read()
            except RuntimeError as e:
                return 'fork' in str(e)
        self.child(read)
        self.assertEqual(len(first + b''.join(body)), 1_000_000)


class Interpreter(unittest.TestCase):
    def run_program(self, program, **env):
        return subprocess.run([sys.executable, '-c', program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=120, env=dict(os.environ, **env))

    def test_it_ends_with_work_under_way(self):
        with Stalling() as server:
            done = self.run_program(
                'import libswiftclient as s, threading, os, sys\n'
                'from libswiftclient.service import SwiftService\n'
                'c = s.Connection(preauthurl=%r, preauthtoken="t")\n'
                'threading.Thread(target=c.head_account, daemon=True).start()\n'
                'g = SwiftService({"auth": "http://x", "user": "u", "key": "k", "os_storage_url": %r,'
                ' "os_auth_token": "t"}).stat("c", ["a", "b"])\n'
                'print("end")\n' % (server.url, server.url))
        self.assertEqual((done.returncode, done.stdout), (0, b'end\n'))

    def test_a_library_that_is_not_there_is_named(self):
        done = self.run_program('import libswiftclient', LIBSWIFTCLIENT='/nowhere/lib.so')
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'/nowhere/lib.so', done.stdout)
        self.assertIn(b'LIBSWIFTCLIENT', done.stdout)

    def test_another_library_is_refused(self):
        done = self.run_program('import libswiftclient', LIBSWIFTCLIENT='libc.so.6')
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'swc_version', done.stdout)

    def test_the_variable_names_the_library(self):
        path = _library.lib._name
        with open('/proc/self/maps') as maps:
            path = next(line.split()[-1] for line in maps if 'libswiftclient' in line)
        done = self.run_program('import libswiftclient; print(libswiftclient.__version__)', LIBSWIFTCLIENT=path,
                                LD_LIBRARY_PATH='')
        self.assertEqual(done.stdout.decode().strip(), swiftclient.__version__)
