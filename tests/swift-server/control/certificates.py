"""Certificates for TLS: good ones, and bad ones for tests that want to be refused.

    ca            an authority, which clients trust
    server        by it, for localhost and 127.0.0.1
    client        by it, for clients of the port that demands a certificate
    wrong-ca      another authority, which has nothing to do with all that
    wrong-client  by that one
"""
import os
import shutil

from .tools import HERE, digest, read, run, write

CONFIG = os.path.join(HERE, 'conf', 'openssl.conf')

# name, section of openssl.conf, issuer
CERTIFICATES = [
    ('ca', 'ca', None),
    ('server', 'server', 'ca'),
    ('client', 'client', 'ca'),
    ('wrong-ca', 'ca', None),
    ('wrong-client', 'client', 'wrong-ca'),
]


def make(directory):
    """NAME.pem and NAME.key for each of them, unless they are there."""
    version = digest(CERTIFICATES, read(CONFIG))
    if read(os.path.join(directory, 'version')) == version:
        return
    new = directory + '.new'    # all or nothing
    shutil.rmtree(new, ignore_errors=True)
    os.makedirs(new)
    for name, section, issuer in CERTIFICATES:
        make_one(os.path.join(new, name), name, section,
                 os.path.join(new, issuer or name))
    write(os.path.join(new, 'version'), version)
    shutil.rmtree(directory, ignore_errors=True)
    os.rename(new, directory)


def make_one(path, name, section, issuer):
    """In two steps, a request and its signature, which old versions of OpenSSL can do."""
    run('openssl', 'req', '-new', '-newkey', 'ec', '-pkeyopt',
        'ec_paramgen_curve:prime256v1', '-nodes', '-config', CONFIG,
        '-subj', f'/CN=libswiftclient test {name}',
        '-keyout', path + '.key', '-out', path + '.csr', timeout=60)
    signer = (['-signkey', path + '.key'] if issuer == path else
              ['-CA', issuer + '.pem', '-CAkey', issuer + '.key'])
    serial = int.from_bytes(os.urandom(8), 'big')
    run('openssl', 'x509', '-req', '-in', path + '.csr', *signer, '-sha256',
        '-set_serial', str(serial), '-days', '3650', '-extfile', CONFIG,
        '-extensions', section, '-out', path + '.pem', timeout=60)
    os.unlink(path + '.csr')
