"""Owners in words, as several reports tell them; never whose anything is."""

from __future__ import annotations

from gatepost.model.decisions import Context


def owner_words(context: Context) -> str:
    """Return the owners with how each is known, and how sure that is where it is not; "" when nobody is known."""
    named = [
        f"{one.name} ({one.how}{'' if one.confidence == 'high' else f'; {one.confidence}'})"
        for one in context.owners or ()
    ]
    guessed = [f"perhaps {one.name} ({one.how}; {one.confidence})" for one in context.guessed_owners]
    return ", ".join(named or guessed) + ("; the sources disagree" if context.owners_disagree else "")
