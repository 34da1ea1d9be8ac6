"""Loaded by schemathesis as its hooks: lets its workers parse Python one after the other.

CPython before 3.11.8 and 3.12.2 counts once for all threads how deep `ast.parse` is. Where a garbage collection lets
another worker in that parses too, the count is wrong, and an operation fails by "SystemError: AST constructor recursion
depth mismatch". https://github.com/python/cpython/issues/106905
"""

import ast
import functools
import threading

_parse = ast.parse
_parsing = threading.RLock()


@functools.wraps(_parse)
def _parse_alone(*args, **kwargs):
    with _parsing:
        return _parse(*args, **kwargs)


ast.parse = _parse_alone
