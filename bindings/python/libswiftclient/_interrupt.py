"""Calls that Ctrl-C ends.

Python runs signal handlers on its main thread alone, and between its own instructions: a call into a library holds
them off until it returns. So calls of the main thread are made by a thread beside it, while the main thread waits
where handlers can run. When one raises, as that of Ctrl-C does, the call is cancelled and the exception goes on its
way. Callbacks of such a call run on the main thread nevertheless. Other threads call directly.
"""
import queue
import threading

from . import _library

#: Seconds after which a wait is begun anew.
SLICE = 0.2

_idle = []
_local = threading.local()


class _Call:
    """A callback on its way to the main thread."""

    def __init__(self, function):
        self.function = function
        self.answer = queue.SimpleQueue()


class _Task:
    """A call on its way to a thread beside the main thread.

    A signal handler may raise at any moment. So all that was agreed on is kept here until it is done with, and the
    bell says only that there is something to look at.
    """

    def __init__(self, function):
        self.function = function
        self.begun = self.done = False
        self.result = self.error = None
        self.bell = queue.SimpleQueue()
        self.calls = []

    def work(self):
        if self.begun:
            return
        self.begun = True
        _local.task = self
        try:
            self.result = self.function()
        except BaseException as e:  # It is raised where the function was called for.
            self.error = e
        finally:
            _local.task = self.function = None
            self.done = True
            self.bell.put(None)

    def on_main(self, function):
        call = _Call(function)
        self.calls.append(call)
        self.bell.put(None)
        return call.answer.get()


class _Worker(threading.Thread):
    def __init__(self):
        super().__init__(name='libswiftclient', daemon=True)
        self.inbox = queue.SimpleQueue()

    def run(self):
        while True:
            self.inbox.get().work()


def callback(function):
    """Runs what a callback does: on the main thread when it is the main thread that waits for the call. `function`
    must not raise."""
    task = getattr(_local, 'task', None)
    return function() if task is None else task.on_main(function)


def interruptible(function, cancel):
    """Runs `function`, which calls the library. On the main thread handlers of signals run meanwhile; when one raises,
    `cancel` is called, which must make `function` end, and then the exception is raised."""
    if threading.current_thread() is not threading.main_thread():
        return function()
    try:
        worker = _idle.pop()
    except IndexError:
        worker = _Worker()
        worker.start()
    task = _Task(function)
    sent, raised = False, None
    while not task.done:
        try:
            if not sent:
                worker.inbox.put(task)
                sent = True
            elif task.calls:
                call = task.calls[0]
                call.answer.put(call.function())
                task.calls.remove(call)
            else:
                # A signal that comes just before a wait begins does not end it: so no wait is long.
                task.bell.get(timeout=SLICE)
        except queue.Empty:
            continue
        except BaseException as e:
            raised = raised or e
            _insist(cancel)
    _idle.append(worker)
    if raised is not None:
        raise raised
    if task.error is not None:
        raise task.error
    return task.result


def _insist(cancel):
    """However often Ctrl-C is pressed."""
    while True:
        try:
            return cancel()
        except BaseException:
            continue


# The threads are gone in a child process.
_library.after_fork.append(_idle.clear)
