"""Jobs on the loop of asyncio."""
import asyncio
import io
import os
import tempfile

from libswiftclient import aio

from world import OPTIONS, Case, Stalling


class Aio(Case):
    def run_with(self, function):
        async def run():
            async with aio.SwiftService(OPTIONS) as swift:
                return await asyncio.wait_for(function(swift), 600)
        return asyncio.run(run())

    def test_results_are_awaited_and_iterated_over(self):
        async def work(swift):
            found = [(await swift.post(self.container, options={'meta': ['a:b']}))['action']]
            objects = [aio.SwiftUploadObject(io.BytesIO(b'x'), 'o%d' % i) for i in range(5)]
            async for result in swift.upload(self.container, objects):
                found.append((result['action'], result['success']))
            found.append((await swift.stat(self.container))['headers']['x-container-meta-a'])
            found.append(sorted([r['object'] async for r in swift.stat(self.container, ['o1', 'o2'])]))
            async for page in swift.list(self.container):
                found.append(len(page['listing']))
            found.append('swift' in (await swift.capabilities())['capabilities'])
            return found
        self.assertEqual(self.run_with(work), ['post_container', ('create_container', True)]
                         + [('upload_object', True)] * 5 + ['b', ['o1', 'o2'], 5, True])

    def test_every_verb(self):
        async def work(swift):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, 'f')
                with open(path, 'wb') as f:
                    f.write(b'content')
                upload = [r async for r in swift.upload(self.container, [aio.SwiftUploadObject(path, 'f')])]
                copy = [r async for r in swift.copy(self.container, ['f'],
                                                    {'destination': '/%s/g' % self.container})]
                down = [r async for r in swift.download(self.container, options={'out_directory': folder})]
                held = [r async for r in swift.download(self.container, ['g'], {'out_file': '-'})]
                body = [chunk async for chunk in held[0]['contents']]
                gone = [r async for r in swift.delete(self.container, ['f', 'g'])]
                return [len(upload), len(copy), sorted(r['object'] for r in down), body, len(gone)]
        self.assertEqual(self.run_with(work), [2, 2, ['f', 'g'], [b'content'], 2])

    def test_failures_are_raised_or_told(self):
        async def work(swift):
            with self.assertRaises(aio.SwiftError):
                await swift.stat(self.container + 'none')
            return [r['success'] async for r in swift.stat(self.container, ['none'])]
        self.assertEqual(self.run_with(work), [False])

    def test_the_loop_runs_meanwhile(self):
        async def work(swift):
            ticks = 0

            async def tick():
                nonlocal ticks
                while True:
                    ticks += 1
                    await asyncio.sleep(0)
            ticking = asyncio.ensure_future(tick())
            async for _ in swift.upload(self.container, [aio.SwiftUploadObject(io.BytesIO(b'x' * 10), 'o')]):
                pass
            ticking.cancel()
            return ticks > 1
        self.assertTrue(self.run_with(work))

    def test_many_jobs_at_once(self):
        async def one(swift, number):
            objects = [aio.SwiftUploadObject(io.BytesIO(b'x'), '%d/%d' % (number, i)) for i in range(4)]
            return len([r async for r in swift.upload(self.container, objects, {'skip_container_put': True})])

        async def work(swift):
            return await asyncio.gather(*(one(swift, n) for n in range(10)))
        self.assertEqual(self.run_with(work), [4] * 10)
        self.assertEqual(len(self.names()), 40)

    def test_cancelling_the_task_cancels_the_job(self):
        async def work():
            with Stalling() as server:
                options = dict(OPTIONS, os_storage_url=server.url, os_auth_token='t')
                async with aio.SwiftService(options) as swift:
                    async def listing():
                        async for _ in swift.list('c'):
                            pass
                    task = asyncio.ensure_future(listing())
                    await asyncio.get_running_loop().run_in_executor(None, server.asked.wait, 300)
                    task.cancel()
                    with self.assertRaises(asyncio.CancelledError):
                        await task
                    pending = aio.service._jobs.lib.swc_service_pending
                    while pending(swift._service._handle.pointer):
                        await asyncio.sleep(0.01)
            return True
        self.assertTrue(asyncio.run(asyncio.wait_for(work(), 600)))

    def test_leaving_the_loop_cancels_the_job(self):
        async def work(swift):
            objects = [aio.SwiftUploadObject(io.BytesIO(b'x'), 'o%d' % i) for i in range(50)]
            results = swift.upload(self.container, objects).__aiter__()
            async for _ in results:
                break
            await results.aclose()
            pending = aio.service._jobs.lib.swc_service_pending
            while pending(swift._service._handle.pointer):
                await asyncio.sleep(0.01)
            return True
        self.assertTrue(self.run_with(work))
