"""Bodies from Python: what callbacks raise, what is sent again, what is read."""
import io
import os
import tempfile

import libswiftclient as swiftclient
from libswiftclient import _source
from libswiftclient.service import SwiftService, SwiftUploadObject

from world import OPTIONS, Case, Failing


class Broken(io.RawIOBase):
    """Gives a few bytes, then raises."""

    def __init__(self, error):
        self.error, self.given = error, False

    def read(self, size=-1):
        if self.given:
            raise self.error
        self.given = True
        return b'some'

    def seekable(self):
        return False

    tell = seek = property(lambda self: (_ for _ in ()).throw(AttributeError()))


def broken_generator(error):
    yield b'some'
    raise error


class Bodies(Case):
    def put(self, contents, **kw):
        return self.connection.put_object(self.container, 'o', contents, **kw)

    def get(self):
        return self.connection.get_object(self.container, 'o')[1]

    def test_what_a_file_raises_comes_out_of_the_call(self):
        for error in (ZeroDivisionError('of the file'), KeyboardInterrupt(), SystemExit(3)):
            for contents in (Broken(error), broken_generator(error)):
                with self.assertRaises(type(error)) as raised:
                    self.put(contents)
                self.assertIs(raised.exception, error)
        # Nothing of it was stored, and the connection goes on.
        self.assertEqual(self.names(), [])
        self.put(b'x')
        self.assertEqual(self.get(), b'x')

    def test_what_a_file_raises_in_a_job_is_its_error(self):
        error = ZeroDivisionError('of the file')
        with SwiftService(OPTIONS) as swift:
            results = list(swift.upload(self.container, [SwiftUploadObject(Broken(error), 'o'),
                                                         SwiftUploadObject(io.BytesIO(b'good'), 'good')]))
        failed = [r for r in results if not r['success']]
        self.assertEqual([r['object'] for r in failed], ['o'])
        self.assertIs(failed[0]['error'], error)
        self.assertEqual(self.names(), ['good'])

    def test_a_file_that_gives_no_bytes_is_an_error(self):
        class Wrong:
            def read(self, size):
                return 5
        with self.assertRaises(TypeError):
            self.put(Wrong())
        with self.assertRaises(TypeError):
            self.put(5)

    def test_all_kinds_arrive_whole(self):
        data = os.urandom(300_000)
        pieces = [data[i:i + 1000] for i in range(0, len(data), 1000)]
        with tempfile.NamedTemporaryFile() as f:
            f.write(data)
            f.flush()
            for contents in (data, bytearray(data), memoryview(data), io.BytesIO(data), io.BufferedReader(
                    io.BytesIO(data)), open(f.name, 'rb'), open(f.name, 'rb', buffering=0), iter(pieces), pieces,
                    (p for p in pieces), iter([data])):
                with self.subTest(kind=type(contents)):
                    self.put(contents)
                    self.assertEqual(self.get(), data)
                    if hasattr(contents, 'close'):
                        contents.close()

    def test_a_file_goes_from_where_it_is_and_stands_behind_what_was_sent(self):
        with tempfile.TemporaryFile() as f:
            f.write(b'0123456789' * 1000)
            f.seek(0)
            self.assertEqual(f.read(3), b'012')
            self.put(f, content_length=4)
            self.assertEqual((self.get(), f.tell(), f.read(2)), (b'3456', 7, b'78'))
            self.put(f)
            self.assertEqual((len(self.get()), f.read()), (9991, b''))

    def test_text_files_are_sent_as_utf_8(self):
        self.put(io.StringIO('Grüße' * 10_000), chunk_size=7)
        self.assertEqual(self.get(), ('Grüße' * 10_000).encode())

    def test_what_can_be_read_again_is_sent_again(self):
        for contents in (b'body', 'body', io.BytesIO(b'body'), [b'bo', b'dy'],
                         swiftclient.LengthWrapper(io.BytesIO(b'body and more'), 4)):
            with self.subTest(kind=type(contents)), Failing(2) as server:
                c = swiftclient.Connection(preauthurl=server.url, preauthtoken='t', starting_backoff=0.01)
                c.put_object('c', 'o', contents)
                self.assertEqual((server.bodies, c.attempts), ([b'body'] * 3, 3))

    def test_what_cannot_be_read_again_is_not(self):
        for contents in (iter([b'body']), (x for x in [b'body']), Once(b'body')):
            with self.subTest(kind=type(contents)), Failing(2) as server:
                c = swiftclient.Connection(preauthurl=server.url, preauthtoken='t', starting_backoff=0.01)
                with self.assertRaises(swiftclient.ClientException) as raised:
                    c.put_object('c', 'o', contents)
                self.assertEqual(server.bodies, [b'body'])
                self.assertRegex(str(raised.exception), '503.*once|once.*503|rewind')

    def test_response_dicts_tell_of_every_attempt(self):
        with Failing(2) as server:
            c = swiftclient.Connection(preauthurl=server.url, preauthtoken='t', starting_backoff=0.01)
            told = {}
            c.put_object('c', 'o', b'x', response_dict=told)
            self.assertEqual([d['status'] for d in told['response_dicts']], [503, 503, 201])
            self.assertEqual((told['status'], told['reason']), (201, 'Created'))
        with Failing(9) as server:
            c = swiftclient.Connection(preauthurl=server.url, preauthtoken='t', retries=1, starting_backoff=0.01)
            told = {}
            with self.assertRaises(swiftclient.ClientException) as raised:
                c.put_object('c', 'o', b'x', response_dict=told)
            self.assertEqual([d['status'] for d in told['response_dicts']], [503, 503])
            self.assertEqual((raised.exception.attempts, raised.exception.retryable, c.attempts), (2, True, 2))

    def test_a_body_is_read_in_pieces_of_any_size(self):
        data = os.urandom(200_000)
        self.put(data)
        for size in (1 << 30, 100_000, 65_536, 1_000):
            chunks = list(self.connection.get_object(self.container, 'o', resp_chunk_size=size)[1])
            self.assertEqual(b''.join(chunks), data)
            self.assertTrue(all(len(c) == size for c in chunks[:-1]))
        body = self.connection.get_object(self.container, 'o', resp_chunk_size=10)[1]
        parts = [body.read(5), body.read(0), body.read(70_000), next(body), body.read()]
        self.assertEqual([len(p) for p in parts], [5, 0, 70_000, 10, 129_985])
        self.assertEqual(b''.join(parts), data)
        self.assertEqual((body.read(), list(body)), (b'', []))

    def test_a_body_may_be_left_and_a_closed_one_is_at_its_end(self):
        self.put(b'x' * 1_000_000)
        body = self.connection.get_object(self.container, 'o', resp_chunk_size=10)[1]
        next(body)
        body.close()
        self.assertEqual(body.read(), b'')
        self.assertEqual(len(self.get()), 1_000_000)

    def test_what_was_read_from_the_answer_itself_is_asked_for_again(self):
        self.put(b'0123456789' * 10_000)
        body = self.connection.get_object(self.container, 'o', resp_chunk_size=10)[1]
        first = next(body)
        self.assertEqual(len(b''.join(body.resp)), 99_990)
        # An object that has changed since is not mixed with what was read.
        self.assertEqual(first + b''.join(body), b'0123456789' * 10_000)
        body = self.connection.get_object(self.container, 'o', resp_chunk_size=10)[1]
        next(body)
        b''.join(body.resp)
        self.put(b'another')
        with self.assertRaises(swiftclient.ClientException) as raised:
            next(body)
        self.assertEqual(raised.exception.http_status, 412)

    def test_nothing_of_a_body_is_kept(self):
        self.put(io.BytesIO(b'x'))
        self.put(b'x')
        with self.assertRaises(ZeroDivisionError):
            self.put(broken_generator(ZeroDivisionError()))
        with SwiftService(OPTIONS) as swift:
            list(swift.upload(self.container, [SwiftUploadObject(io.BytesIO(b'x'), 'o')]))
        self.assertEqual(_source._feeds, {})


class Once:
    """Can be read, and no more."""

    def __init__(self, data):
        self.file = io.BytesIO(data)

    def read(self, size=-1):
        return self.file.read(size)
