"""The files that are uploaded, made when they are first needed and removed after the last workload that needs them."""
import shutil
import subprocess

MIB = 1 << 20


class Inputs:
    def __init__(self, scratch, program, sizes, workloads):
        self.scratch, self.program, self.sizes = scratch, program, sizes
        self.last = {name: w.key for w in workloads for name in w.inputs}
        self.there = set()

    def make(self, workload):
        for name in workload.inputs:
            if name not in self.there:
                self.one(name, self.scratch / name)
                self.there.add(name)

    def drop(self, workload):
        """Those that nobody needs any more."""
        for name in [n for n in self.there if self.last[n] == workload.key]:
            path = self.scratch / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            self.there.remove(name)

    def pattern(self, path, size):
        subprocess.run([self.program, '--pattern', path, str(size)], check=True)

    def one(self, name, path):
        kind, _, count = name.partition('-')
        if kind == 'pattern':
            self.pattern(path, self.sizes.big)
        elif kind == 'huge':
            self.pattern(path, self.sizes.segments * self.sizes.segment)
        elif kind == 'names':
            path.write_text(''.join(f'obj-{i:08}\n' for i in range(int(count))))
        elif kind == 'files':
            path.mkdir()
            for i in range(self.sizes.files):
                self.copy(path / f'obj-{i:08}', MIB)
        else:
            for i in range(int(count)):
                folder = path / f't{i // 1000:03}' / f's{i // 100 % 10}'
                if i % 100 == 0:
                    folder.mkdir(parents=True)
                self.copy(folder / f'obj-{i:08}', 1024)

    def copy(self, path, size):
        """The beginning of the pattern, as any object."""
        if not hasattr(self, 'beginning'):
            whole = self.scratch / 'beginning'
            self.pattern(whole, MIB)
            self.beginning = whole.read_bytes()
            whole.unlink()
        path.write_bytes(self.beginning[:size])
