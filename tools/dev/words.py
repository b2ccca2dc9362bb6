"""Find words and phrases that the writing guide bans: part of ``make check``.

Reads every tracked document, comment, docstring and text for people.  Code is not read: not names,
not texts without a space, and nothing between backticks.  Quotations (lines that start with ``>``)
and the section of 1.0.0 in CHANGELOG.md are the only exceptions.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tools.command_line import start
from tools.project import ROOT

BANNED = {
    r"what(?! to | you |[^.\n]*\?)": "name the thing",
    r"tells?|told|telling": "show, report, detect, know",
    r"asks?|asked|asking": "request, query, prompt",
    r"rhythms?": "interval, schedule",
    r"seldom|more rarely": "less often",
    r"as of the last": "at its last",
    r"lasts|lasted|lasting|to last": "is committed, is permanent, takes",
    r"stands?|stood|standing|stand-ins?": "is, emulator",
    r"whoever|whatever|whichever|however|wherever|be it": "name the subject",
    r"(?<!there )(?:is|are|was|were) (?-i:none|no(?! (?:longer|more|less|later)))": "is not",
    r"anew|written again": "rewrite, re-sync, create",
    r"(?:go|goes|gone|going|went) on": "continue, resume",
    r"besides?": "next to, in addition to",
    r"mend(?:s|ed|ing)?|slip of the pen|put away|called off": "fix, typo, archived, canceled",
    r"of (?:its|their|his|her|one's|your|our|my) own|one's own": "separate, own",
    r"as above|the like|\| The same[.,]": "repeat the noun",
    r"(?:did|does|do|done) so": "name the verb",
    r"so that|so large as|of which|of whom": "so, and its",
    r"accepted is": "must be",
    r"quiet": "without changes",
    r"nothing but|all but|nobody but|no surprise": "only",
    r"shall|hence|thus|thereof|whereas": "plain words",
    r"(?:behav|col|fav|hon|neighb)our\w*|licence\w*|cancell(?:ed|ing)|whilst|learnt|(?:mis)?spelt"
    r"|(?:organ|recogn|serial|normal|optim|author)is(?:e\w*|ing|ation\w*)|centres?|grey"
    r"|modell(?:ed|ing)|labell(?:ed|ing)|catalogues?": "American spelling",
}
PATTERNS = {
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE): better for words, better in BANNED.items()
}
CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`|<!--.*?-->|https?://\S+|\]\([^)]*\)", re.DOTALL)
QUOTED = re.compile(r"^ *>.*$", re.MULTILINE)
OLD = re.compile(r"^## 1\.0\.0 .*", re.MULTILINE | re.DOTALL)
"""The part of CHANGELOG.md that was released; it stays as it was."""
INSERTED = re.compile(r"\{[^{}]*\}")
COMMENTS = {".sql": re.compile(r"--.*|\{#(?s:.*?)#\}"), "": re.compile(r"#.*")}
TEXTS = (".md", ".yml", ".yaml", ".toml", ".in", ".json", ".html", ".js", ".css")
LEFT_OUT = re.compile(
    r"^(?:tests/(?:recordings|released)/|tests/support/examples/\w+\.json$"
    r"|emulator/cma_emulator/samples/demo/|docs/sample/|tools/dev/words\.py$|tests/project/test_words\.py$)"
)
"""Answers of Contentful, promises of a version, made-up content, its report, and the list."""


def main() -> int:
    """Print each banned word with its line; 1 if there is one."""
    command = ["git", "ls-files", *sys.argv[1:]]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found = [line for name in listed.stdout.splitlines() for line in banned_in(name)]
    for line in found:
        print(line)
    return 1 if found else 0


def banned_in(name: str) -> Iterator[str]:
    """Yield a line for each banned word of a tracked file."""
    path = ROOT / name
    if LEFT_OUT.search(name) or path.suffix not in {".py", ".sql", *TEXTS} | {""}:
        return
    for number, text in texts(path):
        plain = QUOTED.sub("", CODE.sub(lambda code: "\n" * code[0].count("\n"), text))
        for pattern, better in PATTERNS.items():
            for match in pattern.finditer(plain):
                line = number + plain.count("\n", 0, match.start())
                yield f"{name}:{line}: {match[0]!r}: {better}"


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a file that people read, each with the line on which it begins."""
    source = path.read_text(encoding="utf-8")
    if path.suffix in TEXTS:
        yield 1, OLD.sub("", source) if path.name == "CHANGELOG.md" else source
    elif path.suffix == ".py":
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in (tokenize.COMMENT, tokenize.STRING) and " " in token.string:
                yield token.start[0], INSERTED.sub("", token.string)
    else:
        for match in COMMENTS[path.suffix].finditer(source):
            yield 1 + source.count("\n", 0, match.start()), match[0]


if __name__ == "__main__":
    start(main, __doc__)
