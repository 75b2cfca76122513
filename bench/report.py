"""Tables and a picture of what was measured."""
import math

NAMES = {'floor': 'floor', 'ours': 'libswiftclient', 'curl': 'libcurl', 'curl+tuned': 'libcurl, 512 KiB buffers',
         'curl+multi': 'libcurl multi', 'swiftclient': 'python-swiftclient', 'swift': '`swift` command',
         'opendal': 'OpenDAL', 'rclone': 'rclone'}
COLOURS = {'floor': '#9aa5b1', 'curl': '#4c78a8', 'curl+tuned': '#9ecae9', 'curl+multi': '#72b7b2',
           'swiftclient': '#e45756', 'swift': '#ff9da6', 'opendal': '#f58518', 'rclone': '#54a24b'}


def seconds(n):
    return f'{n * 1000:.1f} ms' if n < 0.0995 else f'{n:.2f} s' if n < 99.5 else f'{n:.0f} s'


def times(ratio):
    return f'{ratio:.2f}' if ratio < 10 else f'{ratio:.0f}'


def heading(found):
    about = found['about']
    versions = ', '.join(f'{name} {v}' for name, v in about['versions'].items())
    lines = [f'{about["processor"]}, {about["cores"]} cores, MD5 lanes of {about["instruction_set"] or "no kind"}; '
             f'{about["system"]}; {about["files"]}; {about["network"]}. '
             f'Load average {about["load"][0]} before, {about["load"][-1]} after. {about["when"]}; {about["rounds"]}.',
             '', f'{versions}.', '']
    if about['quick']:
        lines += ['This is the quick run: sizes are so small that what a process costs to start shows in many ratios.', '']
    return lines


def table(found):
    """All results as Markdown: first the ratios, then every figure."""
    results = {key: r for key, r in found['results'].items() if r['peers']}
    columns = [p for p in NAMES if p != 'ours' and any(p in r['peers'] for r in results.values())]
    lines = ['# CPU seconds of each client', '', *heading(found),
             'Medians of the whole process, user and system. In brackets: as many times that of libswiftclient.', '']
    for title, tls in (('http', False), ('https', True)):
        rows = [r for key, r in results.items() if ('https' in key or 'system' in key) == tls]
        if not rows:
            continue
        lines += [f'## {title}', '',
                  '| workload | libswiftclient | × floor | ' + ' | '.join(NAMES[c] for c in columns) + ' |',
                  '|---|' + '---:|' * (len(columns) + 2)]
        for r in rows:
            peers = r['peers']
            ours = peers.get('ours')
            cells = [seconds(ours['cpu']) if ours else '',
                     times(ours['cpu'] / peers['floor']['cpu']) if ours and 'floor' in peers else '']
            for c in columns:
                p = peers.get(c)
                ratio = f' ({times(p["cpu"] / ours["cpu"])})' if p and ours else ''
                cells.append(f'{"~" * p["reckoned"]}{seconds(p["cpu"])}{ratio}' if p else '')
            lines.append(f'| {r["title"]} | ' + ' | '.join(cells) + ' |')
        lines.append('')
    lines += ['~: reckoned from a tenth of the operations; what the client costs to start is taken off before and added '
              'after.', '']
    said = {}
    for r in results.values():
        if r['note']:
            said.setdefault(r['note'], []).append(r['title'])
    notes = [f'- {"; ".join(titles)}: {note}.' for note, titles in said.items()]
    if any('opendal' in r['peers'] for r in results.values()):
        notes.append('- OpenDAL sends bodies in segments of 5 MiB, and verifies nothing that it receives; neither does '
                     'libcurl, which verifies nothing that it sends either.')
    if any('rclone' in r['peers'] for r in results.values()):
        notes.append('- rclone lists a container before it copies from or to it, and asks for each object that it stored '
                     'or will delete (HEAD): two requests for each.')
    notes += [f'- Left out: {NAMES[peer.split("+")[0]]}, {what or "everywhere"}: {why}'
              for peer, whys in found['left_out'].items() for what, why in whys]
    if notes:
        lines += ['Notes:', '', *notes, '']
    return '\n'.join(lines) + '\n' + figures(results)


def figures(results):
    lines = ['## Every figure', '',
             'Server is its CPU: by one that costs more than a client the client cannot be measured. Memory is what the '
             'kernel counts, files that are mapped with it.', '',
             '| workload | client | CPU | least–most | wall | least–most | peak memory | × floor | × ours | server |',
             '|---|---|---:|---:|---:|---:|---:|---:|---:|---:|']
    for r in results.values():
        floor, ours = r['peers'].get('floor'), r['peers'].get('ours')
        for name, p in r['peers'].items():
            lines.append(
                f'| {r["title"]} | {NAMES[name]} | {"~" * p["reckoned"]}{seconds(p["cpu"])} '
                f'| {"–".join(seconds(n) for n in p["cpu_range"])} | {seconds(p["wall"])} '
                f'| {"–".join(seconds(n) for n in p["wall_range"])} | {p["memory"]:.1f} MiB '
                f'| {times(p["cpu"] / floor["cpu"]) if floor else ""} '
                f'| {times(p["cpu"] / ours["cpu"]) if ours else ""} | {seconds(p["server"])} |')
    return '\n'.join(lines) + '\n'


# Of the table for the README.
SHORT = ('get null plain http', 'get file verified http', 'put file verified http', 'get null plain https',
         'segments up http', 'segments down http', 'lanes down http', 'files down http', 'files up http',
         'tree down http', 'tree up http', 'connection get 1 http', 'connection put 1 http', 'list service http',
         'stat http')


def readme(found):
    """The rows that say most, as a short table."""
    columns = ['floor', 'curl', 'swiftclient', 'rclone']
    lines = ['| workload | libswiftclient | ' + ' | '.join(NAMES[c] for c in columns) + ' |',
             '|---|' + '---:|' * (len(columns) + 1)]
    for key in SHORT:
        r = found['results'].get(key, {'peers': {}})
        ours = r['peers'].get('ours')
        if not ours:
            continue
        cells = [f'{times(r["peers"][c]["cpu"] / ours["cpu"])} ×' if c in r['peers'] else '' for c in columns]
        lines.append(f'| {r["title"]} | {seconds(ours["cpu"])}, {ours["memory"]:.0f} MiB | ' + ' | '.join(cells) + ' |')
    about = found['about']
    lines += ['', f'CPU seconds of the whole process and its peak memory; the others as many times that. '
                  f'{about["processor"]}, {about["cores"]} cores; '
                  + ', '.join(f'{n} {v}' for n, v in about['versions'].items() if n in (
                      'python-swiftclient', 'rclone', 'libcurl')) + '.']
    return '\n'.join(lines)


def picture(found):
    """Bars on a logarithmic scale: how many times the CPU of ours each peer takes."""
    rows = [(title, {p: peers[p]['cpu'] / peers['ours']['cpu'] for p in COLOURS if p in peers})
            for title, peers in ((r['title'], r['peers']) for r in found['results'].values())
            if peers.get('ours', {}).get('cpu', 0) > 0]
    left, width, bar, top = 400, 560, 9, 40
    out, y = [], top
    scale = lambda x: left + width * (math.log10(min(max(x, 0.1), 1000)) + 1) / 4
    for name, ratios in rows:
        out.append(f'<text x="{left - 8}" y="{y + 9}" text-anchor="end">{name}</text>')
        for peer, ratio in ratios.items():
            a, b = sorted((scale(1), scale(ratio)))
            out.append(f'<rect x="{a:.1f}" y="{y}" width="{max(b - a, 1):.1f}" height="{bar - 2}" '
                       f'fill="{COLOURS[peer]}"><title>{NAMES[peer]}: {ratio:.2f} times ours</title></rect>')
            y += bar
        y += 8
    marks = ''.join(f'<line x1="{scale(m):.1f}" x2="{scale(m):.1f}" y1="{top - 8}" y2="{y}" stroke="#ddd"/>'
                    f'<text x="{scale(m):.1f}" y="{top - 12}" text-anchor="middle">{m:g} ×</text>'
                    for m in (0.1, 1, 10, 100, 1000))
    legend = ''.join(f'<rect x="{10 + 120 * i}" y="4" width="10" height="10" fill="{c}"/>'
                     f'<text x="{24 + 120 * i}" y="13">{NAMES[p].strip("`")}</text>'
                     for i, (p, c) in enumerate(COLOURS.items()))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 40}" height="{y + 10}" '
            f'font-family="sans-serif" font-size="10"><title>CPU of each client, as many times that of libswiftclient'
            f'</title>{legend}{marks}{"".join(out)}</svg>\n')
