"""Makes the files in DIR/etc from the templates in conf/, with the options of --set."""
import configparser
import io
import os
import re
import string

from . import settings
from .tools import HERE, Failure, write

STORAGE_KINDS = ('account', 'container', 'object')
PLAIN = ('swift', 'proxy', 'object-expirer', 'container-sync-realms', 'keystone', 'stunnel')
# What --set can change; the one of stunnel has another syntax.
SETTABLE = STORAGE_KINDS + tuple(name for name in PLAIN if name != 'stunnel')
# Here a section that the template does not have can make sense.
OPEN = ('swift', 'keystone')


def render(values, overrides):
    """The text of each configuration file by the file's name, without .conf.

    values are what stands for the templates' $names; overrides are from --set.
    """
    common = fill('common', values).rstrip('\n')
    values = dict(values, common=common, hash_affix=settings.HASH_AFFIX,
                  realm=settings.REALM, domain=settings.DOMAIN, admin_key=settings.ADMIN_KEY,
                  keystone_password=settings.KEYSTONE_PASSWORD)
    texts = {name: fill(name, values) for name in PLAIN}
    for kind in STORAGE_KINDS:
        texts[kind] = fill('storage', dict(values, kind=kind, bind_port=values[kind]))
    for override in overrides:
        set_option(texts, override)
    return texts


def fill(name, values):
    with open(os.path.join(HERE, 'conf', name + '.conf'), encoding='utf-8') as f:
        return string.Template(f.read()).substitute(values)


def set_option(texts, override):
    """Carries out one --set FILE:SECTION:KEY=VALUE."""
    parsed = re.fullmatch(r'([^:=]+):([^=]+):([^:=]+)=([^\n]*)', override)
    if not parsed or parsed[1] not in SETTABLE:
        raise Failure(f'--set {override}: not FILE:SECTION:KEY=VALUE, where FILE is one of '
                      + ', '.join(sorted(SETTABLE)))
    name, section, key, value = parsed.groups()
    parser = configparser.RawConfigParser(default_section='(none)')
    parser.optionxform = str
    parser.read_string(texts[name])
    if not parser.has_section(section):
        if name not in OPEN:    # nobody would read it
            raise Failure(f'--set {override}: {name}.conf has no section {section}, but '
                          + ', '.join(parser.sections()))
        parser.add_section(section)
    parser.set(section, key, value)
    text = io.StringIO()
    parser.write(text)
    texts[name] = text.getvalue()


def write_all(texts, directory):
    for name, text in texts.items():
        write(os.path.join(directory, name + '.conf'), text)
