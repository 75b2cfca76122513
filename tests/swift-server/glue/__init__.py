"""What runs inside the virtual environment, with Swift and Keystone at hand.

run.py is the program; the other modules are what it runs and the filters that the
configuration files name.  control/ is the other side: it starts this.
"""
