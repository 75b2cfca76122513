"""The library's log as that of python-swiftclient: the logger "swiftclient"."""
import atexit
import logging

from . import _declarations as declared
from ._library import call, lib

_LEVELS = {declared.SWC_LOG_ERROR: logging.INFO, declared.SWC_LOG_WARN: logging.WARNING,
           declared.SWC_LOG_INFO: logging.INFO, declared.SWC_LOG_DEBUG: logging.DEBUG}
_now = None
_logger = logging.getLogger('swiftclient')


@declared.swc_log_callback
def _log(user_data, level, message):
    try:
        _logger.log(_LEVELS.get(level, logging.INFO), '%s', message.decode('utf-8', 'replace'))
    except Exception:
        # Nobody to tell.
        pass


def follow(settings):
    """Has the library log what the logger wants now; nothing below the level INFO."""
    global _now
    if _logger.isEnabledFor(logging.DEBUG):
        level = declared.SWC_LOG_DEBUG
    else:
        level = declared.SWC_LOG_INFO if _logger.isEnabledFor(logging.INFO) else declared.SWC_LOG_OFF
    wanted = (level, bool(settings.get('redact_sensitive_headers', True)), settings.get('reveal_sensitive_prefix', 16))
    if wanted == _now or (_now is None and level == declared.SWC_LOG_OFF):
        return
    _now = wanted
    lib.swc_log_show_secrets(not wanted[1])
    lib.swc_log_set_secret_prefix(wanted[2])
    lib.swc_log_show_curl(level == declared.SWC_LOG_DEBUG)
    call(lib.swc_log_set, level, _log, declared.swc_free_callback(), None)


@atexit.register
def _stop():
    """No message may come to an interpreter that is gone."""
    if _now is not None:
        call(lib.swc_log_set, declared.SWC_LOG_OFF, declared.swc_log_callback(), declared.swc_free_callback(), None)
