"""`NamedTuple` as `typing` has it, made in a sixth of the time; never anything else than named tuples.

More than a hundred of them are made whenever Gatepost starts. `typing` compiles a function and looks at the type of
each field for every one; here the functions are copies of one for the same number of fields, and types are for readers
and type checkers only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from collections import _tuplegetter
    from collections.abc import Mapping
    from types import FunctionType

    _tuple_new = tuple.__new__

    class _Record(tuple):
        """What all named tuples can do."""

        __slots__ = ()
        _fields: tuple[str, ...] = ()
        _places: Mapping[str, int] = {}  # of the fields, by name

        @classmethod
        def _make(cls, iterable: Any) -> Any:
            """Make one from a sequence or iterable."""
            made = _tuple_new(cls, iterable)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changes: Any) -> Any:
            """Return a copy with some fields replaced; raises `ValueError` for what is no field."""
            values, places = list(self), self._places
            try:
                for name in changes:
                    values[places[name]] = changes[name]
            except KeyError:
                unknown = [name for name in changes if name not in places]
                raise ValueError(f"Got unexpected field names: {unknown!r}") from None
            return _tuple_new(self.__class__, values)

        def _asdict(self) -> dict[str, Any]:
            """Return the fields by name."""
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            parts = (f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{self.__class__.__name__}({', '.join(parts)})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    # One function for each number of fields; what differs between classes are the names of its arguments. The usual
    # numbers are written out, as compiling them takes a quarter of the time that all classes take.
    _usual = (
        lambda _cls, a: _tuple_new(_cls, (a,)),
        lambda _cls, a, b: _tuple_new(_cls, (a, b)),
        lambda _cls, a, b, c: _tuple_new(_cls, (a, b, c)),
        lambda _cls, a, b, c, d: _tuple_new(_cls, (a, b, c, d)),
        lambda _cls, a, b, c, d, e: _tuple_new(_cls, (a, b, c, d, e)),
        lambda _cls, a, b, c, d, e, f: _tuple_new(_cls, (a, b, c, d, e, f)),
        lambda _cls, a, b, c, d, e, f, g: _tuple_new(_cls, (a, b, c, d, e, f, g)),
        lambda _cls, a, b, c, d, e, f, g, h: _tuple_new(_cls, (a, b, c, d, e, f, g, h)),
        lambda _cls, a, b, c, d, e, f, g, h, i: _tuple_new(_cls, (a, b, c, d, e, f, g, h, i)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j: _tuple_new(_cls, (a, b, c, d, e, f, g, h, i, j)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k: _tuple_new(_cls, (a, b, c, d, e, f, g, h, i, j, k)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m: _tuple_new(_cls, (a, b, c, d, e, f, g, h, i, j, k, m)),
    )
    _makers: dict[int, Any] = dict(enumerate(_usual, 1))

    def _maker(count: int) -> Any:
        found = _makers.get(count)
        if found is None:
            names = "".join(f"_{number}, " for number in range(count))
            found = _makers[count] = eval(f"lambda _cls, {names}: _tuple_new(_cls, ({names}))")
        return found

    class _Make(type):
        """Makes a named tuple of what looks like its subclass."""

        def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(mcs, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            if tuple(defaults) != fields[len(fields) - len(defaults) :]:
                raise TypeError("a field without default cannot follow one with a default")
            like = _maker(len(fields))
            code = like.__code__.replace(
                co_varnames=("_cls", *fields), co_name="__new__", co_qualname=f"{name}.__new__"
            )
            body["__slots__"] = ()
            body["_fields"] = body["__match_args__"] = fields
            body["_field_defaults"] = defaults
            body["_places"] = dict(zip(fields, range(len(fields)), strict=True))
            body["__new__"] = FunctionType(code, _globals, "__new__", tuple(defaults.values()))
            for index, field in enumerate(fields):
                body[field] = _tuplegetter(index, "")
            return type.__new__(type, name, (_Record,), body)

    _globals = {"_tuple_new": _tuple_new, "__builtins__": {}, "__name__": __name__}

    class NamedTuple(metaclass=_Make):
        """A tuple with names for its fields: see `typing.NamedTuple`."""
