"""The program `swift-server` itself; standard library only, Python 3.9 or later.

    settings        ports, users, passwords: what the server is like
    server          the verbs; holds the rest together
    debian          missing Debian packages
    packages        Swift and Keystone, in a virtual environment
    storage         a place for what is stored
    certificates    for TLS
    configuration   from the templates in conf/ to files in DIR/etc
    keystone        Keystone's database and what is in it
    processes       start, watch and end the servers
    tools           small things
"""
