"""rclone and the `swift` command, as someone would call them for what the drivers do; see drivers/common.h."""


def url(environment):
    tls = environment.get('BENCH_TLS_PORT')
    return f'{"https" if tls else "http"}://127.0.0.1:{tls or environment["BENCH_PORT"]}/v1/AUTH_bench'


def rclone_settings(environment):
    """What rclone needs in its environment."""
    settings = dict(RCLONE_CONFIG='/dev/null', RCLONE_CONFIG_B_TYPE='swift', RCLONE_CONFIG_B_AUTH_TOKEN='AUTH_tkbench',
                    RCLONE_CONFIG_B_STORAGE_URL=url(environment))
    if environment.get('BENCH_TLS_PORT'):
        settings['RCLONE_CA_CERT'] = environment['BENCH_CA']
    return settings


def rclone(names, what, *rest):
    """Its arguments; `names` is where lists of names lie, by their length."""
    return ['--quiet', *RCLONE[what](names, *map(str, rest))]


def at_once(threads):
    return ['--transfers', threads, '--checkers', threads]


def get(_, size, to, how):
    if to == 'null':
        return ['cat', f'b:rows-1-{size}/obj-00000000']
    # One stream, as the row says.
    return ['copyto', f'b:rows-1-{size}/obj-00000000', to, '--multi-thread-streams', '0',
            *(['--ignore-checksum'] if how == 'plain' else [])]


def put(_, path, source, how):
    return ['copyto', path, 'b:big/object', '--no-check-dest', *(['--ignore-checksum'] if how == 'plain' else [])]


def many(names, method, count, threads):
    # Names from a list are looked up one by one when their times are asked for: a HEAD each.
    if method == 'head':
        return ['lsl', 'b:rows-20000-1024', '--files-from-raw', f'{names}-{count}', *at_once(threads)]
    return ['delete', f'b:rows-{count}-1024', *at_once(threads)]


RCLONE = {
    'get': get,
    'put': put,
    'many': many,
    'list-service': lambda _, count: ['lsf', f'b:rows-{count}-1024'],
    'stat': lambda _: ['lsf', 'b:rows-1-1024/obj-00000000'],
    'download': lambda _, container, count, threads, folder: ['copy', f'b:{container}', folder, *at_once(threads)],
    'tree': lambda _, container, count, threads, folder:
        ['copy', f'b:{container}', folder, '--fast-list', *at_once(threads)],
    'upload': lambda _, folder, container, threads:
        ['copy', folder, f'b:{container}', '--fast-list', *at_once(threads)],
    'segments': lambda _, path, container, size, threads:
        ['copyto', path, f'b:{container}/object', '--swift-chunk-size', f'{size}B', '--no-check-dest', *at_once(threads)],
    'assemble': lambda _, container, size, path:
        ['copyto', f'b:{container}/object', path, '--multi-thread-streams', '0'],
}


def swift(environment):
    """A stat by the `swift` command."""
    certificates = ['--os-cacert', environment['BENCH_CA']] if environment.get('BENCH_TLS_PORT') else []
    return ['--os-storage-url', url(environment), '--os-auth-token', 'AUTH_tkbench', *certificates,
            'stat', 'rows-1-1024', 'obj-00000000']
