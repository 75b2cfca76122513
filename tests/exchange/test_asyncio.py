"""The queue in Python's event loop, by ctypes: what a coroutine waits for comes without a thread of Python's."""
import asyncio
import os

import ours
from world import World, content, write

JOBS = 60


class Client:
    """Jobs as coroutines: one reader takes the results of all of them."""
    def __init__(self, service):
        self.service, self.queue = service, ours.Queue()
        self.waiting, self.told, self.empty, self.tag = {}, 0, 0, 0
        asyncio.get_running_loop().add_reader(self.queue.fd(), self.read)

    def read(self):
        self.told += 1
        # It is a level: what does not fit is told again.
        batch = self.queue.pop(8, 0)
        self.empty += not batch
        for result, last in batch:
            results, future = self.waiting[result['tag']]
            results.append(result)
            if last:
                future.set_result(self.waiting.pop(result['tag'])[0])

    async def run(self, verb, *arguments, **options):
        self.tag += 1
        future = asyncio.get_running_loop().create_future()
        self.waiting[self.tag] = [], future
        self.service.submit(self.queue, self.tag, verb, *arguments, **options)
        return await future

    def close(self):
        asyncio.get_running_loop().remove_reader(self.queue.fd())
        self.queue.close()


class Asyncio(World):
    def test_coroutines_wait_for_jobs(self):
        async def main():
            client = Client(self.ours)
            [_] = await client.run('post', self.name)
            uploads = await asyncio.gather(*(
                client.run('upload', self.name, [ours.File(paths[n], f'o{n}')], skip_container_put=True)
                for n in range(JOBS)))
            self.assertEqual([[r['object'] for r in results] for results in uploads], [[f'o{n}'] for n in range(JOBS)])
            self.assertTrue(all(r['success'] for results in uploads for r in results))
            *pages, _ = await client.run('list', self.name)
            self.assertEqual(sorted(row['name'] for page in pages for row in page['listing']),
                             sorted(f'o{n}' for n in range(JOBS)))
            # Nobody was woken for nothing, and the loop sleeps when there is nothing.
            told = client.told
            await asyncio.sleep(0.2)
            self.assertEqual((client.empty, client.told), (0, told))
            self.assertLessEqual(told, JOBS + 1 + len(pages) + 1)
            self.assertEqual(client.waiting, {})
            client.close()
        paths = [write(self.at(f'f{n}'), content(f'f{n}', 100)) for n in range(JOBS)]
        asyncio.run(main())
        self.assertTrue(os.path.exists(paths[0]))
