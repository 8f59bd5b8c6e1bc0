"""Dockerfiles the tests share: each odd in a way BuildKit's parser has an opinion on."""

from __future__ import annotations

SAMPLES = {
    "continuations with comments and blank lines": "FROM a\nRUN a \\\n\n# c\n  # d \\\n  b\nUSER x\n",
    "a doubled escape ends the line": "FROM a\nRUN echo \\\\\nRUN b\n",
    "three escapes": "FROM a\nRUN echo \\\\\\\nUSER b\n",
    "blanks behind the escape": "FROM a\nRUN echo \\ \t\n b\n",
    "an escape at the end of the file": "FROM a\nRUN echo \\",
    "an escape alone in the middle": "FROM a\nRUN echo a \\\n  \\\n  b\n",
    "backtick as escape": "# escape=`\nFROM a\nRUN a `\n  b\nRUN c\\\nUSER d\n",
    "an unknown directive ends them": "# foo=bar\n# escape=`\nFROM a\nRUN `\nUSER x\n",
    "all directives": "# syntax=docker/dockerfile:1\n# check=skip=all\nFROM a\n",
    "heredocs": "FROM a\nRUN a <<'A B' <<-\"C\"\nx\nUSER root\nA B\n\ty\n\tC\nUSER b\n",
    "a heredoc with an attached redirection": "FROM a\nRUN cat <<EOF>x\nhi\nEOF>x\nUSER b\n",
    "a heredoc in ONBUILD": "FROM a\nONBUILD RUN <<E\nx\nE\nUSER b\n",
    "a heredoc in quotes is none": "FROM a\nRUN echo '<<E F'\nUSER b\n",
    "a heredoc in the exec form is none": 'FROM a\nRUN ["a", "<<E"]\nUSER b\n',
    "a heredoc of COPY with a continuation": "FROM a\nCOPY <<E \\\n  /x\nRUN no\nE\nUSER b\n",
    "arithmetic is no heredoc": "FROM a\nRUN echo $((1<<2))\nUSER b\n",
    "JSON forms": 'FROM a\nRUN ["a", "b\\n"]\nCMD [ "x" ]\nVOLUME ["/a b"]\nRUN [ a ]\nRUN ["a"] b\nRUN [ -f x ]\n',
    "flags": 'FROM --platform=x a\nRUN --mount=type=bind,source="a b" --x echo\nCOPY --from=x -- --y /z\n',
    "CRLF": "FROM a\r\nRUN a \\\r\n  b\r\nRUN <<E\r\nx\r\nE\r\nUSER c\r\n",
    "BOM": "\ufefffrom a\nRun b\n",
    "indented": "  FROM a\n\tRUN b\n",
    "a comment that looks like a continuation": "FROM a\n# x \\\nRUN b\n",
    "non-ASCII": 'FROM a\nLABEL ä=ö x="日本"\nRUN echo é \\\n  ü\n',
    "no FROM": "ARG x\n",
}
