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
    from types import FunctionType

    _tuple_new = tuple.__new__

    class _Record(tuple):
        """What all named tuples can do."""

        __slots__ = ()
        _fields: tuple[str, ...] = ()

        @classmethod
        def _make(cls, iterable: Any) -> Any:
            """Make one from a sequence or iterable."""
            made = _tuple_new(cls, iterable)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changes: Any) -> Any:
            """Return a copy with some fields replaced; raises `ValueError` for what is no field."""
            fields, made = self._fields, [*self]
            for name in changes:  # there are hardly ever more than two
                made[fields.index(name)] = changes[name]
            return _tuple_new(self.__class__, made)

        def _asdict(self) -> dict[str, Any]:
            """Return the fields by name."""
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            parts = (f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{self.__class__.__name__}({', '.join(parts)})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    # One function for each number of fields; what differs between classes are the names of its arguments.
    _makers: dict[int, Any] = {}

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
            body["__new__"] = FunctionType(code, _globals, "__new__", tuple(defaults.values()))
            for index, field in enumerate(fields):
                body[field] = _tuplegetter(index, "")
            return type.__new__(type, name, (_Record,), body)

    _globals = {"_tuple_new": _tuple_new, "__builtins__": {}, "__name__": __name__}

    class NamedTuple(metaclass=_Make):
        """A tuple with names for its fields: see `typing.NamedTuple`."""
