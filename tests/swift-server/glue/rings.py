"""The rings: where Swift finds accounts, containers and objects.  Here, in one place each."""
import os

from swift.common.ring import RingBuilder


def make(etc, part_power, account, container, obj):
    """Writes a ring with one device and one replica for each kind and each policy."""
    for name, port in (('account', account), ('container', container),
                       ('object', obj), ('object-1', obj)):
        builder = RingBuilder(part_power, 1, 0)
        builder.add_dev({'id': 0, 'region': 1, 'zone': 1, 'weight': 1, 'device': 'd1',
                         'ip': '127.0.0.1', 'port': port,
                         'replication_ip': '127.0.0.1', 'replication_port': port})
        builder.rebalance()
        builder.get_ring().save(os.path.join(etc, name + '.ring.gz'))
