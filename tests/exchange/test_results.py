"""The results of both sides, key by key, for each action. They agree but in what stands here, with the reason."""
import json
import os
import re

from ours import File, Stream
from world import SEGMENT, Once, World, pipe, upload, write

# Keys ours has in every result, whatever the action and the outcome: null where there is nothing to tell.
ALWAYS = {
    'job': 'the number swc_service_…() gave for the job',
    'tag': "the caller's",
    'object': 'what it is about, if it is about an object',
    'container': 'what it is about, if it is about a container',
    'attempts': 'requests that were made',
    'last_attempts': 'requests of the last operation alone, as the peer counts',
    'error': 'null when there is none',
    'error_timestamp': 'null when there is none',
    'response_dict': 'the response, if there was one',
}
# More keys of ours, by action.
OURS = {
    'upload_object': {
        'path': 'of a stream too: null', 'status': 'the same keys whatever the outcome', 'headers': 'the same',
        'large_object': 'the same', 'segment_results': 'the same', 'manifest_response_dict': 'the same'},
    'create_dir_marker': {
        'status': 'a marker is an upload like others', 'large_object': 'the same', 'segment_results': 'the same',
        'manifest_response_dict': 'the same'},
    'upload_segment': {
        'path': 'of which file', 'status': '`skipped-identical` when it was there already',
        # The peer's segments of streams have results of another shape (UP-19, DF-27).
        **{key: 'as segments of files' for key in (
            'action', 'for_container', 'log_line', 'segment_size', 'segment_index', 'segment_etag', 'segment_location',
            'for_object')}},
    'download_object': {
        'status': '`skipped-identical` tells that from failures', 'success': 'also with `-`', **{
            key: 'the same keys whatever the outcome' for key in (
                'read_length', 'start_time', 'auth_end_time', 'headers_receipt', 'finish_time', 'pseudodir')}},
    'delete_object': {
        'version_id': 'which version', 'dlo_segments_deleted': 'null when it was none',
        'result': 'the report about the segments of an SLO, which the peer does not read (DF-18)'},
    'bulk_delete': {}, 'delete_segment': {}, 'delete_container': {}, 'create_container': {},
    'copy_object': {'large_object': 'copies above max_file_size are ours', 'segment_results': 'the same'},
    'stat_account': {}, 'stat_container': {}, 'post_account': {}, 'post_container': {}, 'post_object': {},
    'stat_object': {'items': 'the same keys whatever the outcome', 'headers': 'the same'},
    'list_account_part': {'listing': 'the last result has none'},
    'list_container_part': {'listing': 'the last result has none',
                            'version_marker': 'the peer has it only in failures (LI-05)'},
    'capabilities': {'url': 'null for the own cluster'},
}
# Keys the peer has alone.
THEIRS = {
    'traceback': "Python's (UT-12)",
    'contents': 'the open response is taken from the result by swc_result_take_response()',
    'segment_delete_results': 'each is a result of its own, a `delete_segment`; kept twice they would know no bound',
    # Of the segments of a stream, instead of a response_dict (UP-19, DF-27).
    'response_dicts': 'one response is told, the last', 'complete': 'it is', 'status': 'that of the response',
    'reason': 'that of the response', 'headers': 'those of the response',
}
# Values that differ, by key: why they do. For others it must be the same one.
DIFFERENT = {
    'attempts': 'ours counts every request, the look before it and those for segments too',
    'error': "an object with status and message here, Python's exception there",
    'response_dict': 'the last response here, all of them there', 'manifest_response_dict': 'the same',
    'segment_results': 'index, place, size and ETag of each here; all that was told there',
    'headers': 'names in lower case here', 'items': 'text here, empty when not there; None there',
    **{key: 'a time' for key in ('error_timestamp', 'timestamp', 'start_time', 'auth_end_time', 'headers_receipt',
                                 'finish_time')},
}


def plain(headers):
    """Headers as both have them, without those that each answer has of its own."""
    own = ('x-trans-id', 'x-openstack-request-id', 'date', 'last-modified', 'x-timestamp', 'transfer-encoding')
    return {name.lower(): value for name, value in headers.items() if name.lower() not in own}


class Results(World):
    def compare(self, theirs, mine, *told):
        """The results of one call on each side, of which there are as many of each kind; `told` are the actions of some
        that one side does not tell."""
        theirs, mine = list(theirs), list(mine)
        for result in theirs:
            # Segments of streams have no action there, and what is open has no success (UP-19, DL-09).
            result.setdefault('action', 'upload_segment')
            result.setdefault('success', True)

        def order(result):
            return result['action'], result['success'], str(result.get('object')), result.get('segment_index', 0)
        theirs, mine = ([r for r in sorted(some, key=order) if r['action'] not in told] for some in (theirs, mine))
        self.assertEqual([(r['action'], r['success']) for r in mine], [(r['action'], r['success']) for r in theirs])
        for their, my in zip(theirs, mine):
            with self.subTest(action=their['action'], success=their['success']):
                self.compare_one(their, my)

    def compare_one(self, their, my):
        action = my['action']
        self.seen.add(action)
        self.shapes.setdefault(action, set(my))
        self.assertEqual(set(my), self.shapes[action], 'the keys depend on the action alone')
        self.assertEqual(set(my) - set(their) - set(ALWAYS) - set(OURS[action]), set())
        self.assertEqual(set(their) - set(my) - set(THEIRS), set())
        for key in set(their) & set(my) - set(DIFFERENT):
            if action == 'upload_segment' and 'complete' in their and key == 'status':
                continue
            self.assertEqual(json.loads(json.dumps(their[key])), my[key], key)
        if 'response_dict' in their and their['response_dict']:
            a, b = their['response_dict'], my['response_dict']
            if action == 'download_object' and my['status']:
                # The peer tells the answer with the manifest.
                self.assertEqual((b['status'], b['reason']), (304, 'Not Modified'))
            elif 'status' in a:
                if my.get('result'):
                    # Ours asks for the report as JSON.
                    del a['headers']['content-type'], b['headers']['content-type']
                self.assertEqual((a['status'], a['reason'], plain(a['headers'])),
                                 (b['status'], b['reason'], plain(b['headers'])))
        if their.get('manifest_response_dict'):
            self.assertEqual(their['manifest_response_dict']['status'], my['manifest_response_dict']['status'])
        if their.get('segment_results'):
            keys = ('segment_index', 'segment_location', 'segment_size', 'segment_etag')
            # There they come as they ended.
            self.assertEqual(sorted([s[k] for k in keys] for s in their['segment_results']),
                             [[s[k] for k in keys] for s in my['segment_results']])
        if their.get('headers') and their['action'] in ('upload_object', 'create_dir_marker', 'copy_object') \
                and my.get('status') not in ('skipped-identical', 'skipped-changed'):
            # Ours tells all that were sent. What is no file has the time of its upload.
            sent = plain(their['headers'])
            if my['action'] == 'upload_object' and not my['path']:
                self.assertTrue(sent.pop('x-object-meta-mtime') and my['headers']['x-object-meta-mtime'])
            self.assertLessEqual(sent.items(), my['headers'].items())
        elif their.get('headers') and action.startswith(('stat', 'post')) and action != 'stat_account':
            self.assertEqual(plain(their['headers']), plain(my['headers']))
        if action == 'stat_account':
            # The server counts behind the scenes, and tells of a policy once something is counted.
            def steady(names):
                return [name for name in names if 'policy' not in name]
            self.assertEqual(set(steady(plain(their['headers']))), set(steady(plain(my['headers']))))
            self.assertEqual(steady(k for k, _ in their['items']), steady(k for k, _ in my['items']))
        elif 'items' in their:
            self.assertEqual([[k, '' if v is None else str(v)] for k, v in their['items']], my['items'])
        if not their['success']:
            code = getattr(their['error'], 'http_status', None) or getattr(
                getattr(their['error'], 'exception', None), 'http_status', None)
            self.assertEqual(my['error']['http_status'], code)
            self.assertAlmostEqual(my['error_timestamp'], their['error_timestamp'], delta=60)

    def both(self, verb, *arguments, told=(), **options):
        """The same call on both sides, one after the other."""
        their = getattr(self.peer, verb)(*arguments, options=dict(options))
        theirs = [their] if isinstance(their, dict) else list(their)
        self.compare(theirs, self.run_ours(verb, *arguments, failing=True, **options), *told)

    def both_upload(self, objects, **options):
        """The same; ours comes first, from the same state: `objects` are made for each."""
        own = self.container('own')
        mine = self.run_ours('upload', own, objects(File, Stream), failing=True, **options)
        text = json.dumps(mine).replace(own, self.name)
        theirs = list(self.peer.upload(self.name, objects(upload, lambda data, name: upload(Once(data), name)), options))
        # The time of a stream is that of its upload, in the peer's names of segments of whole seconds.
        of_stream = re.compile(r'(stream/slo/)\d+\.\d{6}')
        for result in theirs:
            for segment in [result, *result.get('segment_results', [])]:
                if 'segment_location' in segment:
                    segment['segment_location'] = of_stream.sub(r'\1TIME', segment['segment_location'])
        self.compare(theirs, json.loads(of_stream.sub(r'\1TIME', text)))
        # The next one finds what was there.
        return own

    def test_results_agree(self):
        self.seen, self.shapes = set(), {}
        small = write(self.at('small'), b'x' * 10)
        large, data = self.large('large')
        segmented = {'segment_size': SEGMENT}
        os.mkdir(self.at('directory'))

        def stream(make):
            return make(pipe(data) if make is Stream else data, 'stream')

        # Each uploads into a container of its own, and what was there before is overwritten.
        for objects, options in (
                (lambda file, _: [file(small, 'small')], {}),
                (lambda file, _: [file(small, 'small')], {'changed': True}),
                (lambda file, _: [file(small, 'small')], {'skip_identical': True}),
                (lambda file, _: [file(large, 'slo')], {**segmented, 'header': {'X-Object-Meta-Colour': 'blue'}}),
                (lambda file, _: [file(large, 'slo')], {'segment_size': SEGMENT + 1}),
                (lambda file, _: [file(large, 'slo')], {'segment_size': SEGMENT + 1, 'skip_identical': True}),
                (lambda file, _: [file(large, 'dlo')], {**segmented, 'use_slo': False}),
                (lambda file, _: [file(self.at('directory'), 'marker')], {}),
                (lambda file, _: [file(self.at('directory'), 'marker')], {'changed': True}),
                (lambda file, _: [file(self.at('nothing'), 'missing')], {}),
                (lambda _, make: [stream(make)], segmented)):
            own = self.both_upload(objects, **options)
        self.assertEqual(len(self.names(own)), len(self.names(self.name)))

        both = self.both
        self.addCleanup(self.run_ours, 'post', meta={'Colour': ''})
        for where in ([], [self.name]):
            both('stat', *where)
            both('post', *where, meta={'Colour': 'blue'})
        # Ours ends a list with a result without rows.
        for where in ([self.name], [self.name + '-missing']):
            theirs, mine = list(self.peer.list(*where)), self.run_ours('list', *where, failing=True)
            if mine[-1]['success']:
                self.assertEqual(mine.pop()['listing'], [])
            self.compare(theirs, mine)
        theirs, mine = list(self.peer.list()), self.run_ours('list')
        self.assertEqual(mine.pop()['listing'], [])
        self.seen.add('list_account_part')
        self.assertLessEqual(set(theirs[0]), set(mine[0]))
        self.assertEqual(set(mine[0]) - set(theirs[0]) - set(ALWAYS), set())
        both('stat', self.name, ['slo', 'dlo', 'small', 'missing'])
        both('post', self.name, ['slo', 'missing'], meta={'Colour': 'green'})
        there = self.at('there')
        both('download', self.name, ['slo', 'dlo', 'small', 'marker', 'missing'], out_directory=there)
        both('download', self.name, ['slo', 'dlo', 'small'], out_directory=there, skip_identical=True)
        # What is open has no file with ours.
        theirs, mine = (list(self.peer.download(self.name, ['small'], {'out_file': '-'})),
                        self.run_ours('download', self.name, ['small'], out_file='-'))
        for result in theirs:
            self.assertEqual((result['path'], mine[0]['path']), ('small', None))
            result['path'] = None
        self.compare(theirs, mine)
        other = self.container('copies')
        self.run_ours('post', other)
        both('copy', self.name, ['small', 'missing'], destination=f'/{other}', meta={'Colour': 'red'})
        self.compare([self.peer.capabilities()], self.run_ours('capabilities'))

        # Deletion needs something of its own for each.
        for objects, options in ((['slo', 'dlo', 'small', 'missing'], {}), (['stream'] * 30, {'leave_segments': True})):
            mine = self.run_ours('delete', own, objects, failing=True, **options)
            theirs = list(self.peer.delete(self.name, objects, options))
            text = json.dumps(mine).replace(own, self.name)
            if options:
                # In how many requests is each side's own matter.
                mine, theirs = json.loads(text)[:1], theirs[:1]
                for result in (*mine, *theirs):
                    result['objects'] = sorted(set(result['objects']))
                    result['result'] = sorted(result['result'])
                self.compare(theirs, mine)
            else:
                self.compare(theirs, json.loads(text))
        mine, theirs = self.run_ours('delete', own), list(self.peer.delete(self.name))
        self.compare(theirs, json.loads(json.dumps(mine).replace(own, self.name)))
        self.assertEqual(self.seen, set(OURS), 'every action was compared')

    def test_cancelled_results_have_their_keys(self):
        """fail_fast, which ends the peer with a KeyError (UP-25, DF-15)."""
        missing = [File(self.at(f'missing-{n}'), f'o{n}') for n in range(30)]
        results = self.run_ours('upload', self.name, missing, fail_fast=True, failing=True)
        uploads = [r for r in results if r['action'] == 'upload_object']
        self.assertEqual((len(uploads), {r['success'] for r in uploads}), (30, {False}))
        self.assertEqual(len({frozenset(r) for r in uploads}), 1)
