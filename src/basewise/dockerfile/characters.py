"""Which characters are blanks, as BuildKit's parser has it: Unicode's in some places, ASCII's in others.

BuildKit's parser is Go: `unicode.IsSpace` is Unicode's property White_Space; `frontend/dockerfile/parser/parser.go`
(`reWhitespace`) cuts arguments at ASCII blanks only. Python's own `str.isspace` counts U+001C to U+001F too.
"""

from __future__ import annotations

SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""Every character with Unicode's property White_Space."""
BLANKS = "\t\v\f\r "
"""Where arguments are cut; a line holds no line feed."""
SPACE_CLASS = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""`SPACES` for use between the brackets of a regular expression."""
