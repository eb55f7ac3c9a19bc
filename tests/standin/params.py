"""What a request may say: a bracketed form, checked and made into values by stripe's own typed parameters."""

import re
import sys
import types
import typing
from decimal import Decimal
from functools import cache
from typing import Any, Literal, NoReturn
from urllib.parse import parse_qsl

import typing_extensions
from stripe._request_options import RequestOptions
from stripe._stripe_context import StripeContext
from stripe._stripe_object import UntypedStripeObject

Thing = dict[str, Any]
OPTIONS = frozenset(RequestOptions.__annotations__)  # these go into headers; every typed parameter set inherits them


class Wrong(Exception):
    """An answer that is an error, as Stripe words it. `kept`: the idempotency key remembers it."""

    def __init__(
        self, message: str, code: str | None = None, param: str | None = None, status: int = 400, *,
        kept: bool = True, type_: str = "invalid_request_error", **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status, self.kept = status, kept
        error = {"type": type_, "message": message, "code": code, "param": param, **more}
        self.body = {"error": {name: value for name, value in error.items() if value is not None}}


def _refuse(message: str, code: str | None, param: str) -> NoReturn:
    raise Wrong(message, code, param, kept=False)


def decode(form: str) -> Thing:
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}: which of them are lists, the types say."""
    tree: Thing = {}
    for name, value in parse_qsl(form, keep_blank_values=True, errors="strict"):
        first, *rest = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name) or [name]
        branch, keys = tree, [first, *rest]
        for key in keys[:-1]:
            branch = branch.setdefault(key, {})
            if not isinstance(branch, dict):
                _refuse(f"Invalid parameter: {name}", "parameter_unknown", name)
        last = keys[-1] if keys[-1] or len(keys) == 1 else str(len(branch))
        branch[last] = value
    return tree


@cache
def _hints(kind: type) -> dict[str, Any]:
    """The fields of a typed parameter set. Its module hides some names from the running program, so they are given."""
    names = vars(typing) | vars(typing_extensions) | {"StripeContext": StripeContext, "Decimal": Decimal}
    return typing_extensions.get_type_hints(
        kind, globalns=names | vars(sys.modules[kind.__module__]), include_extras=True
    )


def check(tree: Thing, kind: Any) -> Thing:
    """The request's values, typed; `Wrong` names the first parameter that stripe's own types do not know."""
    for name in tree:
        if name in OPTIONS:
            _refuse(f"Received unknown parameter: {name} (an option, not a parameter)", "parameter_unknown", name)
    return _fields(tree, kind, "")


def _fields(tree: Any, kind: Any, where: str) -> Thing:
    if not isinstance(tree, dict):
        _refuse("Invalid object", "parameter_invalid_object", where)
    hints = _hints(kind)

    def called(name: str) -> str:
        return f"{where}[{name}]" if where else name

    for name in tree:
        if name not in hints:
            _refuse(f"Received unknown parameter: {called(name)}", "parameter_unknown", called(name))
    for name in kind.__required_keys__ - OPTIONS:
        if name not in tree:
            _refuse(f"Missing required param: {called(name)}.", "parameter_missing", called(name))
    return {name: _value(value, hints[name], called(name)) for name, value in tree.items()}


def _value(value: Any, hint: Any, where: str) -> Any:
    origin, inner = typing_extensions.get_origin(hint), typing_extensions.get_args(hint)
    if origin in {typing_extensions.NotRequired, typing_extensions.Required}:
        return _value(value, inner[0], where)
    if origin in {typing.Union, types.UnionType}:
        return _one_of(value, inner, where)
    if origin in {list, dict} or typing_extensions.is_typeddict(hint):
        return _branch(value, hint, where)
    return _leaf(value, hint, where)


def _one_of(value: Any, hints: tuple[Any, ...], where: str) -> Any:
    """A union: whatever fits. Words beside a bare `str` are still all there is: Stripe refuses others, whatever the
    type leaves open for later versions. An empty word means that the field may be unset."""
    words = [word for hint in hints for word in typing_extensions.get_args(hint) if isinstance(word, str)]
    if value in words:
        return value
    left = [hint for hint in hints if typing_extensions.get_origin(hint) is not Literal]
    left = [hint for hint in left if typing_extensions.get_origin(hint) is not UntypedStripeObject]
    if any(words) and str in left:
        left.remove(str)
    refused = Wrong(f"Invalid {where}: must be one of {', '.join(words)}", None, where, kept=False)
    for hint in left:
        try:
            return _value(value, hint, where)
        except Wrong as wrong:
            refused = wrong
    raise refused


def _branch(value: Any, hint: Any, where: str) -> Any:
    if typing_extensions.is_typeddict(hint):
        return _fields(value, hint, where)
    if not isinstance(value, dict):
        _refuse("Invalid array or hash", "parameter_invalid_type", where)
    inner = typing_extensions.get_args(hint)
    if typing_extensions.get_origin(hint) is list:
        if not all(key.isdecimal() for key in value):
            _refuse("Invalid array", "parameter_invalid_type", where)
        return [_value(value[key], inner[0], f"{where}[{key}]") for key in sorted(value, key=int)]
    if len(value) > 50 or any(len(key) > 40 or len(str(one)) > 500 for key, one in value.items()):
        _refuse("Metadata has at most 50 keys of 40 characters, with values of 500", None, where)
    return {key: one if one == "" else _value(one, inner[1], f"{where}[{key}]") for key, one in value.items()}


def _leaf(value: Any, hint: Any, where: str) -> Any:
    if not isinstance(value, str):
        _refuse("Invalid string", "parameter_invalid_string", where)
    if typing_extensions.get_origin(hint) is Literal:
        if value not in typing_extensions.get_args(hint):
            _refuse(f"Invalid {where}: {value}", None, where)
        return value
    if value == "":
        _refuse(f"You passed an empty string for '{where}'.", "parameter_invalid_empty", where)
    if hint is str:
        return value
    if hint is bool and value in {"true", "false"}:
        return value == "true"
    if hint is int and re.fullmatch(r"-?\d{1,18}", value):
        return int(value)
    if hint in {float, Decimal} and re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", value):
        return hint(value)
    return _refuse(f"Invalid {getattr(hint, '__name__', hint)}: {value}", "parameter_invalid_integer", where)
