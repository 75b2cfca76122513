"""Output of several threads, as the swift command prints it."""
import sys
from concurrent.futures import ThreadPoolExecutor


class OutputManager:
    """Prints messages and errors, each in the order they were given in, and counts the errors."""

    DEFAULT_OFFSET = 14

    def __init__(self, print_stream=None, error_stream=None):
        self.print_stream = print_stream or sys.stdout
        self.error_stream = error_stream or sys.stderr
        self.print_pool = ThreadPoolExecutor(max_workers=1)
        self.error_print_pool = ThreadPoolExecutor(max_workers=1)
        self.error_count = 0

    def __enter__(self):
        return self

    def __exit__(self, *failed):
        self.error_print_pool.shutdown()
        self.print_pool.shutdown()

    def get_error_count(self):
        return self.error_count

    def print_raw(self, data):
        self.print_pool.submit(self._write, data, self.print_stream)

    def print_msg(self, msg, *fmt_args):
        self.print_pool.submit(self._print, msg % fmt_args if fmt_args else msg)

    def print_items(self, items, offset=DEFAULT_OFFSET, skip_missing=False):
        for name, value in items:
            if value or not skip_missing:
                self.print_msg(('%*s: %s' % (offset, name, value)).rstrip())

    def error(self, msg, *fmt_args):
        self.error_print_pool.submit(self._print_error, msg % fmt_args if fmt_args else msg)

    def error_with_txn_id(self, swift_err):
        self.error('%s\nFailed Transaction ID: %s' % (swift_err.value, swift_err.transaction_id or 'unknown'))

    def warning(self, msg, *fmt_args):
        self.error_print_pool.submit(self._print_error, msg % fmt_args if fmt_args else msg, 0)

    def _write(self, data, stream):
        stream.buffer.write(data)
        stream.flush()

    def _print(self, item, stream=None):
        print(item, file=stream or self.print_stream)

    def _print_error(self, item, count=1):
        self.error_count += count
        print(item, file=self.error_stream)
