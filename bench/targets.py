"""What we hold ourselves to, beside what was measured."""
import json
from dataclasses import dataclass
from pathlib import Path

from report import NAMES

BASELINE = Path(__file__).resolve().parent / 'instructions.json'
SMALL = ('get', 'put', 'head', 'delete')


@dataclass
class Target:
    row: str
    words: str
    # The figure; None where it was not measured.
    measured: float = None
    limit: float = None
    least: bool = False
    unit: str = '×'
    remark: str = ''

    def verdict(self):
        if self.limit is None:
            return 'no target on this processor'
        if self.measured is None:
            return 'not measured here'
        return 'met' if (self.measured >= self.limit if self.least else self.measured <= self.limit) else '**missed**'


class Found:
    def __init__(self, found, work):
        self.results = found['results']
        self.kind = found['about']['instruction_set']
        self.targets = []
        path, library = work / 'instructions.json', Path(found['about']['library'])
        # Those of another library say nothing.
        self.counted_now = path.exists() and library.exists() and path.stat().st_mtime > library.stat().st_mtime
        self.counts = json.loads((path if self.counted_now else BASELINE).read_text())

    def value(self, key, peer, what='cpu'):
        p = self.results.get(key, {'peers': {}})['peers'].get(peer)
        return p and p[what]

    def ratio(self, row, key, one, other, limit, least=False, words=None):
        """CPU of one client as many times that of the other."""
        a, b = self.value(key, one), self.value(key, other)
        names = dict(NAMES, ours='ours', floor='the floor')
        text = f'{names[one]} against {names[other]}'
        title = words or self.results.get(key, {}).get('title', key)
        self.targets.append(Target(row, f'{title}: {text}', a / b if a and b else None, limit, least))

    def most(self, row, key, other, limit, words=None):
        self.ratio(row, key, 'ours', other, limit, False, words)

    def others(self, row, key, **peers):
        for peer, limit in peers.items():
            self.ratio(row, key, peer, 'ours', limit, True)

    def by_set(self, avx512=None, avx2=None, sse2=None, else_=None):
        return {'avx512': avx512, 'avx2': avx2, 'sse2': sse2}.get(self.kind, else_)

    def memory(self, row, key, limit, words=None):
        self.targets.append(Target(row, f'{words or self.results.get(key, {}).get("title", key)}: peak memory',
                                   self.value(key, 'ours', 'memory'), limit, unit='MiB'))

    def count(self, row, words, name, what, limit):
        measured = self.counts.get(name, {}).get(what)
        self.targets.append(Target(row, words, measured, limit, unit='', remark='' if self.counted_now else
                                   'from bench/instructions.json'))


def rows(found, work):
    f = Found(found, work)
    for key in ('get null plain http', 'get memory plain http'):
        f.most('1', key, 'floor', 1.05)
        f.most('1', key, 'curl', 0.70)
    f.others('1', 'get null plain http', swiftclient=2, rclone=9)
    f.most('2', 'get file plain http', 'floor', 0.80)
    f.most('3', 'put file plain http', 'floor', 0.45)
    f.most('3', 'put file plain http', 'curl', 0.30)
    f.most('4', 'get file verified http', 'floor', f.by_set(avx512=0.90, avx2=1.03, sse2=1.03, else_=1.03))
    f.others('4', 'get file verified http', swiftclient=1.35, rclone=1.45)
    f.most('5', 'put file verified http', 'floor', f.by_set(avx512=0.88))
    f.others('5', 'put file verified http', swiftclient=1.45, rclone=2.6)
    f.most('6', 'lanes null http', 'floor', f.by_set(avx512=0.25, avx2=0.40, sse2=0.60))
    for key in ('lanes down http', 'segments down http', 'files down http'):
        f.most('6', key, 'floor', f.by_set(avx512=0.25, avx2=0.40, sse2=0.60))
        # Of large objects the others verify nothing.
        if key != 'segments down http':
            f.others('6', key, swiftclient=5, rclone=6)
    f.most('7', 'segments up http', 'floor', f.by_set(avx512=0.20))
    f.others('7', 'segments up http', swiftclient=8, rclone=12)
    for method in SMALL:
        f.most('8', f'connection {method} 1 http', 'floor', 2.1)
        f.most('8', f'connection {method} 1 http', 'curl', 0.60)
        f.most('8', f'connection {method} 1 http', 'opendal', 0.45)
        f.most('8', f'connection {method} 8 http', 'curl', 0.60)
        f.most('8', f'connection {method} 32 http', 'curl', 0.70)
        f.most('8', f'connection {method} 32 http', 'curl+multi', 0.90)
        f.others('8', f'connection {method} 1 http', swiftclient=90)
        f.others('8', f'service {method} 8 http', rclone=10 if method in ('get', 'put') else 7)
        name = f'{method.upper()} of 1 KiB'
        f.count('8', f'{name}: instructions', name, 'instructions', 37_000)
        f.count('8', f'{name}: allocations', name, 'allocations', 48)
        f.count('8', f'{name}: system calls', name, 'system calls', 2)
    f.most('9', 'list connection http', 'floor', 3)
    f.most('9', 'list connection http', 'curl', 1.0)
    f.others('9', 'list service http', swiftclient=6)
    f.others('9', 'list connection http', opendal=18)
    f.others('9', 'list service http', rclone=25)
    f.memory('9', 'list connection http', 12)
    f.memory('9', 'list service http', 12)
    f.most('10', 'stat http', 'floor', 2)
    f.most('10', 'stat http', 'curl', 0.6)
    system = f.value('stat system', 'ours')
    f.targets.append(Target('10', 'a single stat, https with the certificates of the system: ours',
                            system and system * 1000, 10, unit='ms'))
    f.others('10', 'stat http', swift=40)
    f.most('11', 'get null plain https', 'curl', 0.60)
    f.most('11', 'get null plain https', 'curl', 0.45, words='and then')
    f.others('11', 'get null plain https', swiftclient=3.5, rclone=9)
    for where in ('http', 'https'):
        # From a callback the pattern of the driver is part of it.
        for key in ('get null plain', 'get null verified', 'get file plain', 'get file verified', 'put file plain',
                    'put file verified'):
            f.memory('12', f'{key} {where}', 8)
    for where in ('http', 'https'):
        one, many = (f.value(f'connection get {n} {where}', 'ours', 'memory') for n in (1, 32))
        f.targets.append(Target('12', f'each further connection: GET of 1 KiB, 32 at once against 1, {where}',
                                one and many and (many - one) * 1024 / 31, 300, unit='KiB'))
        one, many = (f.value(f'{key} {where}', 'ours', 'memory') for key in ('get file verified', 'lanes down'))
        f.targets.append(Target('12', f'each further connection: 16 large objects at once against 1, {where}',
                                one and many and (many - one) * 1024 / 15, 300, unit='KiB'))
    return f.targets


def table(found, work):
    targets = rows(found, work)
    kind = found['about']['instruction_set']
    lines = ['# What we hold ourselves to', '',
             f'Ratios of CPU seconds in this run, on a processor with MD5 lanes of {kind or "no kind"}'
             f'{" (and AVX-512VL)" if kind == "avx512" else ""}.', '',
             '| # | what | target | measured | |', '|---|---|---:|---:|---|']
    for t in targets:
        unit = f' {t.unit}' if t.unit else ''
        target = '' if t.limit is None else f'{"≥" if t.least else "≤"} {t.limit:,g}{unit}'
        digits = '.2f' if t.measured is not None and t.measured < 10 and t.unit else ',.0f'
        measured = '' if t.measured is None else f'{t.measured:{digits}}{unit}'
        verdict = ', '.join(filter(None, (t.verdict(), t.remark)))
        lines.append(f'| {t.row} | {t.words} | {target} | {measured} | {verdict} |')
    verdicts = [t.verdict() for t in targets]
    lines += ['', f'{verdicts.count("met")} met, {verdicts.count("**missed**")} missed, '
                  f'{verdicts.count("not measured here")} not measured here.', '']
    return '\n'.join(lines)
