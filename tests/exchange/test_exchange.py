"""What one of python-swiftclient and ours has left on the server, the other takes for what it is."""
import itertools
import os
import unittest

from ours import File, Stream, Tree
from world import LARGE, SEGMENT, Keystone, Once, World, content, microseconds, pipe, upload, write

# The peer takes no answer with names of metadata outside ASCII; values it takes.
META = {'Colour': 'blau-grün 日本', 'Weight': '5 %41'}


def by_object(results, action=None):
    return {r['object']: r for r in results if action in (None, r['action'])}


class OverHttp(World):
    def store(self, side):
        """Has one side upload objects of every kind. Returns the bytes of each file that a download gives, and for those
        with a time the file they were made of."""
        data = self.tree('tree')
        times = {name: self.at('tree', name) for name in data}
        other = self.container('other')
        large = {}
        for name in ('slo', 'slo elsewhere?', 'dlo#%41', 'exact', 'one'):
            length = {'exact': 3 * SEGMENT, 'one': SEGMENT}.get(name, LARGE)
            times[name], data[name] = large[name], _ = self.large(name, length)
        stream, short, said = (content(name, LARGE) for name in ('stream', 'short', 'stdin'))
        data.update({'stream': stream, 'stream-slo': stream, 'stream-short': short[:10], 'nothing': b'',
                     'stdin.txt': said})
        segmented = {'segment_size': SEGMENT}
        if side == 'theirs':
            self.upload_theirs([upload(self.at('tree', name), name) for name in times if name not in large])
            self.upload_theirs([
                upload(large['slo'], 'slo', header=[f'X-Object-Meta-{k}:{v}' for k, v in META.items()],
                       use_slo=True, **segmented),
                upload(large['dlo#%41'], 'dlo#%41', use_slo=False, **segmented),
                upload(large['exact'], 'exact', **segmented),
                upload(large['one'], 'one', **segmented),
                upload(Once(stream), 'stream-slo', use_slo=True, **segmented),
                upload(Once(short[:10]), 'stream-short', use_slo=True, **segmented),
            ], **segmented)
            # It makes the container of segments that the call names alone.
            self.upload_theirs([upload(large['slo elsewhere?'], 'slo elsewhere?')], segment_container=other,
                               use_slo=True, **segmented)
            self.upload_theirs([upload(Once(stream), 'stream'), upload(None, 'nothing'), upload(None, 'pseudo/'),
                                upload(None, 'marked', dir_marker=True), upload(self.at('tree', 'sub'), 'marker')])
            # The command walks trees, and reads its standard input.
            self.swift('upload', self.name, 'tree', '--object-name', 'walked')
            self.swift('upload', self.name, '-', '--object-name', 'stdin.txt', stdin=said)
        else:
            self.run_ours('upload', self.name, [File(self.at('tree', name), name)
                                                for name in times if name not in large])
            self.run_ours('upload', self.name, [
                File(large['slo'], 'slo', meta=META, use_slo=True),
                File(large['slo elsewhere?'], 'slo elsewhere?', segment_container=other, use_slo=True),
                File(large['dlo#%41'], 'dlo#%41', use_slo=False),
                File(large['exact'], 'exact'),
                File(large['one'], 'one'),
                Stream(pipe(stream), 'stream-slo', use_slo=True),
                Stream(pipe(short[:10]), 'stream-short', use_slo=True),
            ], **segmented)
            self.run_ours('upload', self.name, [
                Stream(pipe(stream), 'stream'), Stream(None, 'nothing'), Stream(None, 'pseudo/'),
                Stream(None, 'marked', dir_marker=True), File(self.at('tree', 'sub'), 'marker'),
                Tree(self.at('tree'), 'walked'), Stream(pipe(said), 'stdin.txt')])
        for name in [name for name in times if name not in large]:
            data[f'walked/{name}'], times[f'walked/{name}'] = data[name], times[name]
        return data, times, large, other

    def assertDownloaded(self, data, times):
        self.assertSameFiles(self.at('back'), data, times)
        for directory in ('marker', 'marked', 'walked/sub/hollow', 'pseudo'):
            self.assertTrue(os.path.isdir(self.at('back', directory)), directory)

    def assertNoSegments(self, other):
        """What was deleted has left nothing behind."""
        self.assertEqual([self.names(), self.names(self.segments), self.names(other)], [[], [], []])

    def test_ours_takes_what_the_peer_left(self):
        data, times, large, other = self.store('theirs')
        # Listings and stat tell the same on both sides.
        [*pages, end] = self.run_ours('list', self.name)
        [page] = self.theirs(self.peer.list(self.name))
        self.assertEqual(([row for p in pages for row in p['listing']], end['listing']), (page['listing'], []))
        names = self.names()
        mine, their = by_object(self.run_ours('stat', self.name, names)), {
            r['object']: r for r in self.theirs(self.peer.stat(self.name, names))}
        for name in names:
            # What is not there is empty with ours.
            self.assertEqual([[key, value or ''] for key, value in their[name]['items']], mine[name]['items'])
        self.assertEqual(mine['slo']['headers']['x-object-meta-colour'], META['Colour'])

        # Everything comes as it was, large objects in parts too.
        results = self.run_ours('download', self.name, out_directory=self.at('back'), part_size=SEGMENT)
        self.assertDownloaded(data, times)
        self.assertEqual([r['object'] for r in results if r.get('pseudodir')], ['pseudo/'])

        # What is there on both sides is not moved again, either way.
        before = self.stamps(), self.stamps(self.segments), self.stamps(other)
        again = self.run_ours('download', self.name, list(data), out_directory=self.at('back'), skip_identical=True,
                              failing=True)
        self.assertEqual({(r['object'], r['status'], r['error']['http_status']) for r in again},
                         {(name, 'skipped-identical', 304) for name in data})
        for option, status in (('skip_identical', 'skipped-identical'), ('changed', 'skipped-changed')):
            options = {option: True, 'segment_size': SEGMENT}
            files = [File(path, name) for name, path in times.items() if name != 'slo elsewhere?']
            results = self.run_ours('upload', self.name, files, **options)
            results += self.run_ours('upload', self.name, [File(times['slo elsewhere?'], 'slo elsewhere?')],
                                     **options, segment_container=other)
            results = [r for r in results if r['action'] != 'create_container']
            self.assertEqual({(r['action'], r['object'], r['status']) for r in results},
                             {('upload_object', name, status) for name in times})
        self.assertEqual((self.stamps(), self.stamps(self.segments), self.stamps(other)), before)
        # A marker is left alone when it has the time of the directory.
        [_, marker] = self.run_ours('upload', self.name, [File(self.at('tree', 'sub'), 'marker')], changed=True)
        self.assertEqual((marker['action'], marker['status']), ('create_dir_marker', 'skipped-changed'))

        # Copies hold the same bytes.
        copies = self.container('copies')
        chosen = [name for name in names if name not in ('pseudo/', 'marker', 'marked', 'walked/sub/hollow')]
        self.run_ours('copy', self.name, chosen, destination=f'/{copies}')
        self.theirs(self.peer.download(copies, options={'out_directory': self.at('copies')}))
        self.assertSameFiles(self.at('copies'), data, times)
        self.run_ours('delete', copies)

        # Metadata is replaced by a post.
        self.run_ours('post', self.name, ['slo'], meta={'New': 'nëw'})
        self.assertEqual(self.head('slo')['x-object-meta-new'], 'nëw')
        self.assertEqual(self.names(self.segments), sorted(before[1]))

        results = self.run_ours('delete', self.name, names)
        self.assertTrue(by_object(results)['dlo#%41']['dlo_segments_deleted'])
        self.assertNoSegments(other)

    def test_the_peer_takes_what_ours_left(self):
        data, times, large, other = self.store('ours')
        names = self.names()
        wanted = {'slo', 'dlo#%41', 'exact', 'one', 'stream-slo'}
        found = {name.split('/')[0] for name in self.names(self.segments)}
        self.assertEqual(found, wanted - {'one'})
        self.assertEqual(self.head('slo')['x-object-meta-colour'], META['Colour'])

        self.theirs(self.peer.download(self.name, options={'out_directory': self.at('back')}))
        self.assertDownloaded(data, times)

        before = self.stamps(), self.stamps(self.segments), self.stamps(other)
        again = self.theirs(self.peer.download(self.name, list(data), {
            'out_directory': self.at('back'), 'skip_identical': True}), failing=True)
        self.assertEqual({(r['object'], getattr(r['error'], 'http_status', r)) for r in again},
                         {(name, 304) for name in data})
        for option, status in (('skip_identical', 'skipped-identical'), ('changed', 'skipped-changed')):
            options = {option: True, 'segment_size': SEGMENT}
            results = self.upload_theirs([upload(path, name) for name, path in times.items()
                                          if name != 'slo elsewhere?'], **options)
            results += self.upload_theirs([upload(times['slo elsewhere?'], 'slo elsewhere?')], **options,
                                          segment_container=other)
            self.assertEqual({(r['action'], r['object'], r['status']) for r in results
                              if r['action'] != 'create_container'},
                             {('upload_object', name, status) for name in times})
        self.assertEqual((self.stamps(), self.stamps(self.segments), self.stamps(other)), before)
        [_, marker] = self.upload_theirs([upload(self.at('tree', 'sub'), 'marker')], changed=True)
        self.assertEqual((marker['action'], self.stamps()['marker']), ('create_dir_marker', before[0]['marker']))

        # The command too.
        self.swift('download', self.name, '--prefix', 'walked/', '--remove-prefix', '--output-dir', self.at('command'))
        self.assertSameFiles(self.at('command'), {name.removeprefix('walked/'): bytes_ for name, bytes_ in data.items()
                                                  if name.startswith('walked/')})
        self.assertEqual(self.swift('download', self.name, 'dlo#%41', '--output', '-'), data['dlo#%41'])

        copies = self.container('copies')
        self.theirs(self.peer.copy(self.name, ['slo', 'plain.bin'], {'destination': f'/{copies}'}))
        self.run_ours('download', copies, out_directory=self.at('copies'))
        self.assertSameFiles(self.at('copies'), {name: data[name] for name in ('slo', 'plain.bin')})

        # Object by object, as in bulk the peer leaves all segments.
        for some in itertools.batched(names, 8) if hasattr(itertools, 'batched') else (
                names[n:n + 8] for n in range(0, len(names), 8)):
            self.theirs(self.peer.delete(self.name, list(some)))
        self.assertNoSegments(other)

    def test_ours_goes_on_with_segments_the_peer_left(self):
        for name, slo in (('slo', True), ('dlo', False)):
            path, data = self.large(name)
            self.upload_theirs([upload(path, name)], segment_size=SEGMENT, use_slo=slo)
            # As when the peer had ended before the manifest, or had not come to its last segment.
            self.theirs(self.peer.delete(self.name, [name], {'leave_segments': True}))
            left = self.stamps(self.segments)
            *_, last = sorted(n for n in left if n.startswith(f'{name}/'))
            self.theirs(self.peer.delete(self.segments, [last]))
            results = self.run_ours('upload', self.name, [File(path, name)], segment_size=SEGMENT, use_slo=slo)
            status = {r['object']: r['status'] for r in results if r['action'] == 'upload_segment'}
            self.assertEqual(status, {n: 'uploaded' if n == last else 'skipped-identical' for n in left
                                      if n.startswith(f'{name}/')})
            now = self.stamps(self.segments)
            self.assertEqual({n for n in now if now[n] != left.get(n)}, {last})
            self.theirs(self.peer.download(self.name, [name], {'out_file': self.at('back')}))
            with open(self.at('back'), 'rb') as f:
                self.assertEqual(f.read(), data)

    def test_what_replaces_an_object_takes_its_segments_away(self):
        """Plain, static and dynamic, one side over the other, both ways."""
        kinds = {'plain': {}, 'slo': {'segment_size': SEGMENT, 'use_slo': True},
                 'dlo': {'segment_size': SEGMENT, 'use_slo': False}}
        path = self.at('file')

        def put(side, name, options, version):
            write(path, content(f'{name} {version}', LARGE))
            os.utime(path, (1_500_000_000 + version, 1_500_000_000 + version))
            if side == 'ours':
                self.run_ours('upload', self.name, [File(path, name)], **options)
            else:
                self.upload_theirs([upload(path, name)], **options)
        for first, (one, then) in itertools.product(('ours', 'theirs'), itertools.product(kinds, repeat=2)):
            with self.subTest(first=first, one=one, then=then):
                name = f'{first} {one} {then}'
                put(first, name, kinds[one], 1)
                count = len(self.names(self.segments))
                self.assertEqual(count, 0 if one == 'plain' else 4)
                put('theirs' if first == 'ours' else 'ours', name, kinds[then], 2)
                self.assertEqual(len(self.names(self.segments)), 0 if then == 'plain' else 4)
                self.assertNotIn('1500000001', ''.join(self.names(self.segments)))
                for side in ('ours', 'theirs'):
                    back = self.at(f'back-{side}')
                    if side == 'ours':
                        self.run_ours('download', self.name, [name], out_file=back)
                    else:
                        self.theirs(self.peer.download(self.name, [name], {'out_file': back}))
                    with open(back, 'rb') as f:
                        self.assertEqual(f.read(), content(f'{name} 2', LARGE))
                    self.assertEqual(microseconds(back), 1_500_000_002_000_000)
                self.run_ours('delete', self.name, [name])
                self.assertEqual(self.names(self.segments), [])


class OverTls(Keystone, OverHttp):
    # Once is enough of what does not depend on the way.
    test_ours_goes_on_with_segments_the_peer_left = None
    test_what_replaces_an_object_takes_its_segments_away = None


if __name__ == '__main__':
    unittest.main()
