"""The server of the tests, and a container for each."""
import itertools
import os
import socket
import subprocess
import sys
import threading
import time
import unittest

import libswiftclient as swiftclient

AUTH = (os.environ['ST_AUTH'], os.environ['ST_USER'], os.environ['ST_KEY'])
OPTIONS = {'auth': AUTH[0], 'user': AUTH[1], 'key': AUTH[2]}
_numbers = itertools.count()


class Case(unittest.TestCase):
    """A test with a connection and a container, which is emptied and deleted afterwards."""

    def setUp(self):
        self.connection = swiftclient.Connection(*AUTH)
        self.container = 'python-%d-%d-%d' % (os.getpid(), time.time(), next(_numbers))
        self.connection.put_container(self.container)

    def tearDown(self):
        from libswiftclient.service import SwiftService
        with SwiftService(OPTIONS) as swift:
            for container in (self.container, self.container + '_segments'):
                list(swift.delete(container))

    def names(self):
        return [row['name'] for row in self.connection.get_container(self.container)[1]]


class Stalling:
    """A server that takes requests and never answers."""

    def __enter__(self):
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.asked = threading.Event()
        self.taken = []
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def _run(self):
        while True:
            try:
                taken = self.socket.accept()[0]
            except OSError:
                return
            taken.recv(65536)
            self.taken.append(taken)
            self.asked.set()

    @property
    def url(self):
        return 'http://127.0.0.1:%d/v1/AUTH_test' % self.socket.getsockname()[1]

    def __exit__(self, *failed):
        self.socket.close()
        for taken in self.taken:
            taken.close()


class Failing:
    """A server that refuses so many requests with a status, and then takes one."""

    def __init__(self, times, status=b'503 Busy'):
        self.times, self.status, self.bodies = times, status, []

    def __enter__(self):
        self.socket = socket.create_server(('127.0.0.1', 0))
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def _run(self):
        while True:
            try:
                taken = self.socket.accept()[0]
            except OSError:
                return
            with taken, taken.makefile('rb') as lines:
                headers = {}
                while True:
                    line = lines.readline()
                    if line in (b'\r\n', b''):
                        break
                    name, _, value = line.partition(b':')
                    headers[name.lower()] = value.strip()
                body = b''
                if headers.get(b'transfer-encoding') == b'chunked':
                    while True:
                        size = int(lines.readline() or b'0', 16)
                        piece = lines.read(size + 2)[:-2]
                        if not size:
                            break
                        body += piece
                else:
                    body = lines.read(int(headers.get(b'content-length', b'0')))
                self.bodies.append(body)
                status = self.status if len(self.bodies) <= self.times else b'201 Created'
                taken.sendall(b'HTTP/1.1 ' + status + b'\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')

    url = Stalling.url

    def __exit__(self, *failed):
        self.socket.close()


class Answering:
    """A process that is a server as it should be, and quick: an object 'o', and nothing else."""

    PROGRAM = """
import http.server, sys
BODY = b'y' * 500
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    def answer(self, status, body=b''):
        self.send_response(status)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)
    def do_GET(self):
        self.answer(200, BODY)
    def do_HEAD(self):
        self.answer(404)
    def do_PUT(self):
        if 'content-length' in self.headers:
            self.rfile.read(int(self.headers['content-length']))
        else:
            while True:
                size = int(self.rfile.readline().strip() or b'0', 16)
                self.rfile.read(size + 2)
                if not size:
                    break
        self.answer(201)
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, '-c', self.PROGRAM], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.url = 'http://127.0.0.1:%d/v1/AUTH_x' % int(self.process.stdout.readline())
        return self

    def __exit__(self, *failed):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
