"""The container updater, the object updater and the object expirer, in one process.

As daemons of their own they sweep over everything every few minutes, and doing so each
second would cost half a processor.  But tests wait for their effects: so this does a
round each second, over those containers only that have changed.
"""
import glob
import os
import time

import eventlet
from swift.common import utils


def run(etc):
    utils.set_swift_dir(etc)
    utils.monkey_patch()
    # With eventlet's default hub a forked child would disturb its parent's epoll set.
    eventlet.hubs.use_hub(utils.get_hub())
    # Only now, as they read the configuration when they are imported.
    from swift.container.updater import ContainerUpdater
    from swift.obj.expirer import ObjectExpirer
    from swift.obj.updater import ObjectUpdater

    def make(daemon, conf, section):
        return daemon(utils.readconf(os.path.join(etc, conf), section,
                                     defaults={'log_level': 'WARNING'}))

    utils.get_logger({}, log_to_console=True)    # and so do all that are made from now on
    containers = make(ContainerUpdater, 'container.conf', 'container-updater')
    objects = make(ObjectUpdater, 'object.conf', 'object-updater')
    expirer = make(ObjectExpirer, 'object-expirer.conf', 'object-expirer')
    device = os.path.join(containers.devices, 'd1')
    last, changed = 0, set()
    while True:
        now = time.time()
        changed |= changed_since(last - 1, device)
        for path in list(changed):
            failures = containers.failures
            try:
                containers.process_container(path)
            except Exception:    # whatever it is: the container may be gone by now
                containers.logger.exception(path)
            if containers.failures == failures:
                changed.remove(path)    # else it is tried again in the next round
        objects.object_sweep(device)
        expirer.run_once()
        last = now
        time.sleep(max(0, now + 1 - time.time()))


def changed_since(moment, device):
    """The containers' databases that were written to since then."""
    found = set()
    for path in glob.glob(glob.escape(device) + '/containers/*/*/*/*.db'):
        for name in path, path + '.pending':
            try:
                if os.path.getmtime(name) > moment:
                    found.add(path)
            except FileNotFoundError:
                pass
    return found
