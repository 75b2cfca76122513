"""Reads include/swiftclient.h: its functions with their parameters and what their comments say.

For the checks beside it. It reads the style the header is generated in, not C at large, and fails on anything else.
"""
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = ROOT / 'include' / 'swiftclient.h'


class Param:
    def __init__(self, type_, name):
        self.type, self.name = type_, name
        self.direction = self.doc = ''

    @property
    def is_pointer(self):
        return '*' in self.type

    @property
    def is_callback(self):
        return self.type.endswith('_callback')

    @property
    def may_be_null(self):
        """Whether its documentation says what NULL means there."""
        said = re.split(r'[;,.] ', self.doc)
        inputs = self.direction == 'in' and any(re.match(r'NULL (?!only)|nothing happens for NULL', c) for c in said)
        return inputs or any(c.startswith('may be NULL') for c in said)


class Function:
    def __init__(self, returns, name, params, comment):
        self.returns, self.name, self.params = returns, name, params
        self.brief = ''
        self.return_doc = ''
        self.read_comment(comment)

    @property
    def can_fail(self):
        return bool(self.params) and self.params[-1].type == 'swc_error **'

    def read_comment(self, comment):
        text = re.sub(r'^[ \t]*\*+/?', '', comment, flags=re.M)
        blocks = re.split(r'\n(?=[ \t]*@)', text)
        self.brief = ' '.join(blocks[0].split())
        by_name = {p.name: p for p in self.params}
        for block in blocks[1:]:
            block = ' '.join(block.split())
            if m := re.match(r'@param\[(in|out)\] (\w+) (.+)', block):
                if m[2] not in by_name:
                    raise SystemExit(f'{self.name}: documents {m[2]}, which is no parameter')
                by_name[m[2]].direction, by_name[m[2]].doc = m[1], m[3]
            elif m := re.match(r'@return (.+)', block):
                self.return_doc = m[1]
            else:
                raise SystemExit(f'{self.name}: cannot read {block!r}')


def functions(path=HEADER):
    """Every function of the header, in its order."""
    text = path.read_text(encoding='utf-8')
    found = []
    pattern = re.compile(r'/\*\*(?P<comment>(?:(?!\*/).)*)\*/\s*'
                         r'SWC_API\s+(?P<returns>[\w\s*]+?)\b(?P<name>swc_\w+)\s*\((?P<params>[^)]*)\);', re.S)
    for m in pattern.finditer(text):
        params = []
        for param in m['params'].split(','):
            param = ' '.join(param.split())
            if param in ('', 'void'):
                continue
            p = re.fullmatch(r'(.*?)(\w+)', param)
            params.append(Param(tidy(p[1]), p[2]))
        found.append(Function(tidy(m['returns']), m['name'], params, m['comment']))
    declared = text.count('\nSWC_API')
    if len(found) != declared or not found:
        raise SystemExit(f'{path}: {declared} functions, of which {len(found)} can be read: is one without a comment?')
    return found


def tidy(type_):
    """A type with a blank before its stars and none between them."""
    stars = type_.count('*')
    if 'const *' in type_ and type_.rstrip().endswith('*') and stars == 2:
        return 'const char *const *' if 'char' in type_ else type_.strip()
    words = ' '.join(type_.replace('*', ' ').split())
    return words + (' ' + '*' * stars if stars else '')
