#!/usr/bin/env python3
"""Compares what tests/program.py wrote down with python-swiftclient and with libswiftclient, key by key.

What may differ is listed below with its reason, which stands in README.md too; anything else is a failure, and so is
an entry of the list that nothing fits any more. usage: side_by_side.py ORIGINAL OURS"""
import json
import re
import sys

LOST = 'header names outside ASCII, and all headers after them, are not lost'
IDENTICAL = 'an identical large object is told with the answer that says so'
#: A regular expression for step and place, and why these differ.
DIFFERENCES = [
    (r'(head posted|copy): .*/(x-object-meta-ü|x-object-meta-b|etag|last-modified|x-timestamp|accept-ranges|x-trans-id|'
     r'x-openstack-request-id|date)', LOST),
    (r'download again: /[01]/dict/(error|response_dict)/.*', IDENTICAL),
    (r'download again: /2/dict/error/(http_query|text)', 'skip_identical asks for plain objects as they are (DF-20)'),
    (r'(changed|identical): .*/headers/dict/x-object-meta-mtime', 'nothing was sent for what is skipped'),
    (r'delete large: .*/response_dict/.*/headers/.*', 'the answer to the deletion of an SLO is read to its end (DF-18)'),
]


def differences(a, b, place=''):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in dict.fromkeys([*a, *b]):
            yield from differences(a.get(key, 'NOT THERE'), b.get(key, 'NOT THERE'), '%s/%s' % (place, key))
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, '%s/%d' % (place, i))
    elif type(a) is not type(b) or a != b:
        yield place, a, b


def main():
    transcripts = []
    for path in sys.argv[1:]:
        with open(path, encoding='utf-8') as f:
            transcripts.append(json.load(f))
    original, ours = transcripts
    if [label for label, _ in original] != [label for label, _ in ours]:
        sys.exit('the two programs did not take the same steps')
    used, bad = set(), 0
    for (label, a), (_, b) in zip(original, ours):
        for place, x, y in differences(a, b):
            fits = [i for i, (pattern, _) in enumerate(DIFFERENCES) if re.fullmatch(pattern, label + ': ' + place)]
            used.update(fits)
            if not fits:
                bad += 1
                print('%s: %s\n    python-swiftclient: %.500r\n    libswiftclient:     %.500r' % (label, place, x, y))
    for i, (pattern, reason) in enumerate(DIFFERENCES):
        if i not in used:
            bad += 1
            print('nothing differs any more by: %s (%s)' % (pattern, reason))
    if bad:
        sys.exit('%d differences that are not listed' % bad)
    print('%d steps give the same with both packages, but for %d listed differences'
          % (len(ours), len({reason for _, reason in DIFFERENCES})))


main()
