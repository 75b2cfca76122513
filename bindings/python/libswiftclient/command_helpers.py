"""What the swift command shows of an account, a container or an object."""
POLICY_HEADER_PREFIX = 'x-account-storage-policy-'
PER_POLICY_QUOTA_HEADER_PREFIX = 'x-account-quota-bytes-policy-'


def headers_to_items(headers, meta_prefix='', exclude_headers=None):
    """Names and values to show of headers: metadata behind all others."""
    shown = [(name, value) for name, value in headers.items() if name not in (exclude_headers or ())]
    others = [(name.title(), value) for name, value in shown if not name.startswith(meta_prefix)]
    return others + [('Meta %s' % name[len(meta_prefix):].title(), value)
                     for name, value in shown if name.startswith(meta_prefix)]


def _print(items, headers, output_manager, meta_prefix, known, skip_missing=False):
    items.extend(headers_to_items(headers, meta_prefix, known))
    output_manager.print_items(items, offset=max(len(name) for name, _ in items), skip_missing=skip_missing)


def print_account_stats(items, headers, output_manager):
    policies = [n for n in headers if n.lower().startswith((POLICY_HEADER_PREFIX, PER_POLICY_QUOTA_HEADER_PREFIX))]
    _print(items, headers, output_manager, 'x-account-meta-',
           ['content-length', 'date', 'x-account-container-count', 'x-account-object-count', 'x-account-bytes-used',
            'x-account-meta-quota-bytes'] + policies)


def print_container_stats(items, headers, output_manager):
    _print(items, headers, output_manager, 'x-container-meta-',
           ('content-length', 'date', 'x-container-object-count', 'x-container-bytes-used', 'x-container-read',
            'x-container-write', 'x-container-sync-to', 'x-container-sync-key'))


def print_object_stats(items, headers, output_manager):
    _print(items, headers, output_manager, 'x-object-meta-',
           ('content-type', 'content-length', 'last-modified', 'etag', 'date', 'x-object-manifest'), True)
