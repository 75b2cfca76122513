"""Jobs of the Service API for asyncio: the loop waits for the descriptor of the library's queue.

A result is awaited where there is one, and iterated over where there are several::

    async with SwiftService() as swift:
        await swift.post('photos', options={'read_acl': '.r:*'})
        async for result in swift.upload('photos', ['cat.jpg', 'dog.jpg']):
            print(result['object'], result['success'])

Whoever leaves the loop early, or is cancelled, cancels the job.
"""
import asyncio

from . import service
from .service import (SwiftCopyObject, SwiftDeleteObject, SwiftError, SwiftPostObject,  # noqa: F401
                      SwiftUploadObject)


class Contents:
    """The bytes of an object that is read instead of written to a file; read on a thread of the loop's."""

    def __init__(self, contents):
        self._contents = contents

    async def read(self, size=None):
        return await asyncio.get_running_loop().run_in_executor(None, self._contents.read, size)

    async def __aiter__(self):
        while True:
            chunk = await self.read(65536)
            if not chunk:
                return
            yield chunk

    def bytes_read(self):
        return self._contents.bytes_read()


class Results:
    """The results of a job, which begins when they are awaited or iterated over."""

    def __init__(self, start, *args):
        self._start, self._args = start, args

    def __await__(self):
        return self._first().__await__()

    async def _first(self):
        results = self._each()
        try:
            async for told in results:
                return told
            return None
        finally:
            await results.aclose()

    def __aiter__(self):
        return self._each()

    async def _each(self):
        loop = asyncio.get_running_loop()
        # What is begun may read files of settings, but asks no server.
        job, shape = self._start(*self._args)[:2]
        if job is None:
            for told in shape:
                yield told
            return
        try:
            while not job.ended:
                await _readable(loop, job.fileno())
                for result in job.pop():
                    told = shape(result)
                    if told is None:
                        continue
                    if 'contents' in told:
                        told['contents'] = Contents(told['contents'])
                    yield told
        finally:
            job.close()


async def _readable(loop, fd):
    ready = loop.create_future()

    def told():
        loop.remove_reader(fd)
        if not ready.done():
            ready.set_result(None)
    loop.add_reader(fd, told)
    try:
        await ready
    finally:
        loop.remove_reader(fd)


class SwiftService:
    """The service with python-swiftclient's verbs, options and results, for asyncio."""

    def __init__(self, options=None):
        self._service = service.SwiftService(options)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *failed):
        if not failed[0]:
            await asyncio.get_running_loop().run_in_executor(None, self._service._finish)
        await self.close()

    async def close(self):
        """Ends what is under way; waits for callbacks that have not returned."""
        await asyncio.get_running_loop().run_in_executor(None, self._service.close)

    def stat(self, container=None, objects=None, options=None):
        return Results(self._service._start_stat, container, objects, options)

    def post(self, container=None, objects=None, options=None):
        return Results(self._service._start_post, container, objects, options)

    def list(self, container=None, options=None):
        return Results(self._service._start_list, container, options)

    def download(self, container=None, objects=None, options=None):
        return Results(self._service._start_download, container, objects, options)

    def upload(self, container, objects, options=None):
        return Results(self._service._start_upload, container, objects, options)

    def delete(self, container=None, objects=None, options=None):
        return Results(self._service._start_delete, container, objects, options)

    def copy(self, container, objects, options=None):
        return Results(self._service._start_copy, container, objects, options)

    def capabilities(self, url=None, refresh_cache=False):
        return Results(self._service._start_capabilities, url, refresh_cache)
