"""The regular expressions of HCL's tokens, most of them fused for speed; never builds a node.

Facts: HCL native syntax specification (github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md) and what `terraform fmt`
accepts. Repeats are possessive wherever one could eat what another may, so that nothing backtracks.
"""

from __future__ import annotations

import re

from gatepost.model.regexes import regex

IDENTIFIER = r"[^\W\d][\w-]*+"
# Text in quotes without interpolation; "$${" and "%%{" are escapes.
PLAIN_TEXT = (
    r'"[^"\\$%\n]*+(?:(?:\\[^\n]|\$(?!\{)(?:\$\{)?|%(?!\{)(?:%\{)?)[^"\\$%\n]*+)*+"'  # one unrolled loop, no choice
)
NUMBER = r"[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
COMMENT = r"(?:(?:#|//)[^\n]*+(?:\n|\Z)|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/)"
SPACE = rf"[ \t\r\n]*+(?:{COMMENT}[ \t\r\n]*+)*+"  # where line breaks do not count
INLINE = r"[ \t]*+(?:/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/[ \t]*+)*+"  # where they do
# A name with static steps, as nodes.Reference keeps it; `.0.1` is refused by HCL.
REFERENCE = rf'{IDENTIFIER}(?:\.(?:{IDENTIFIER}|\*|[0-9]++(?!\.[0-9]))|\[(?:[0-9]++|\*|"[^"\\$%\n]*+")\])*+'
LINE_ENDS = r"(?=[ \t]*+(?:\r?\n|#|//|\Z))"

# What may begin an item of a body. Groups: 1 name, 2 text, 3 number, 4 reference (each a whole value that ends its
# line), 5 labels, 6 end of block, 7 end of text.
ITEM = re.compile(
    rf"{SPACE}(?:({IDENTIFIER})(?:[ \t]*+=(?![=>])[ \t]*+"
    rf"(?:(?:({PLAIN_TEXT})|(-?{NUMBER})|({REFERENCE})){LINE_ENDS})?"
    rf'|((?:[ \t]++{IDENTIFIER}|[ \t]*+"[^"\\$%\n]*+")*+)[ \t]*+\{{)|(\}})|(\Z))'
).match
LABELS = re.compile(rf'"([^"\n]*+)"|({IDENTIFIER})').finditer
LINE_END = re.compile(rf"{INLINE}(?:(?:#|//)[^\n]*+)?(?:\r?\n|\Z)").match

# What may begin an expression; where line breaks do not count, BLANK is passed over first. Groups: 1 text, 2 reference
# or keyword, 3 number, 4 [, 5 {, 6 function, 7 quotation mark of a template, 8 (, 9 unary operator, 10 heredoc
# operator, 11 its marker.
TERM = re.compile(
    rf"{INLINE}(?:({PLAIN_TEXT})|({REFERENCE})(?![ \t]*\(|[ \t]*::)|({NUMBER})|(\[)|(\{{)"
    rf"|({IDENTIFIER}(?:[ \t]*::[ \t]*{IDENTIFIER})*+)[ \t]*\(|(\")|(\()|([-!])|(<<-?)({IDENTIFIER})\r?\n)"
).match

# What may follow a term; for line breaks see TERM. Groups: 1 binary operator, 2 ?, 3 a step with a dot (4 star,
# 5 number, 6 name), 7 [ (the match ends with ] for a full splat).
FOLLOWING = re.compile(
    INLINE + r"(?:(\|\||&&|==|!=|<=|>=|<(?!<)|>|[-+*%]|/(?![/*]))|(\?)"
    rf"|(\.(?!\.\.)[ \t]*+(?:(\*)|([0-9]++(?!\.[0-9]))|({IDENTIFIER})))|(\[)(?:[ \t]*\*[ \t]*\])?)"
).match
PRECEDENCE = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
UNARY_PRECEDENCE = 7
KEYWORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}

LIST_SEPARATOR = re.compile(rf"{SPACE}(?:(,)|(\.\.\.)|([\])]))").match
CLOSING = re.compile(rf"{SPACE}([\])}}])").match
# Groups: 1 }, 2 bare key, 3 quoted key, 4 number.
OBJECT_KEY = re.compile(rf"{SPACE}(?:(\}})|(?:({IDENTIFIER})|({PLAIN_TEXT})|([0-9]++)){INLINE}(?:=(?!=)|:(?!:)))").match
OBJECT_SEPARATOR = re.compile(rf"{INLINE}(?:(,)|((?:#|//)[^\n]*+\n|\r?\n)|(\}}))").match
FOR_KEYWORD = re.compile(rf"{SPACE}for(?![\w-])").match

# Literal text in a quoted template, up to a quotation mark, an interpolation or a directive.
QUOTED_PIECE = re.compile(r"(?:[^\"\\$%\n]++|\\[^\n]|\$(?!\{)(?:\$\{)?|%(?!\{)(?:%\{)?)*+").match
SEQUENCE_END = re.compile(rf"{SPACE}(~?)\}}").match

# Tokens that most files have none of. HEADER_PART: a part of a header with comments or escapes in it, which is read
# label by label.
HEADER_PART = regex(rf"{INLINE}(?:({PLAIN_TEXT})|({IDENTIFIER})|(\{{)|(=)(?![=>]))")
BLOCK_END = regex(rf"{INLINE}\}}")
ONLY_ATTRIBUTE = regex(rf"{INLINE}({IDENTIFIER}){INLINE}=(?![=>])")
FOR_INTRODUCTION = regex(
    rf"{SPACE}for(?![\w-]){SPACE}({IDENTIFIER}){SPACE}(?:,{SPACE}({IDENTIFIER}){SPACE})?in(?![\w-])"
)
COLON = regex(rf"{SPACE}:")
INLINE_COLON = regex(rf"{INLINE}:")
ARROW = regex(rf"{SPACE}=>")
IF_KEYWORD = regex(rf"{SPACE}if(?![\w-])")
ELLIPSIS = regex(rf"{SPACE}\.\.\.")
OBJECT_EQUALS = regex(rf"{INLINE}(?:=(?![=>])|:)")
BLANK = regex(SPACE)
INLINE_BLANK = regex(INLINE)
DIRECTIVE = regex(r"%\{~?\s*+(if|else|endif|for|endfor)(?![\w-])")
# The next interpolation, directive or escape of one in a heredoc.
HEREDOC_MARK = regex(r"\$\$\{|%%\{|\$\{|%\{")
ESCAPE = regex(r"\\(?:([nrt\"\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([^\n]?))|\$(\$\{)|%(%\{)")
