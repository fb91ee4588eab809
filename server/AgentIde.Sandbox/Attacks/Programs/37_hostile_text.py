# Text that does something where it is shown: on a terminal, in an editor, on a page, in a review.
pieces = [
    "\x1b]0;owned\x07", "\x1b]52;c;b3duZWQ=\x07", "\x1b]8;;https://example.org\x1b\\click\x1b]8;;\x1b\\", "\x1b[2J\x1b[31mred\x1b[0m", "\x9b31m", "\x90q\x9c",
    "\x07\x08\x0c\x0b\x7f", "over\rwritten", "\u202egnp.exe\u2066\u2067\u2068\u2069", "\u200b\u200e\u200f\u2060\ufeff\u061c", "\U000e0041\U000e0042", "\u2028\u2029", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "<!-- hidden -->",
    "![tracked](https://example.org/pixel.png)", "[run](command:workbench.action.terminal.new)", "<https://example.org>", "www.example.org", "https://example.org/x",
    "```\n# out of the fence\n", "````````\nout\n", "~~~~\n", "# heading", "* list", "| a | b |", "@everyone", "fixes #1", "${{ secrets.TOKEN }}",
    "::set-env name=PATH::/tmp", "::add-mask::x", "[red]markup[/]", "=cmd|' /C calc'!A0", "{{constructor}}", "%s%n", "$(true)", "`true`",
]
if facts["control"]:
    # As a terminal gets it from whoever prints it as it is.
    if any(ord(character) < 32 and character not in "\n\t" for piece in pieces for character in piece):
        broken("printed as it is, it commands the terminal")
    done()
    sys.exit(0)
for piece in pieces:
    sys.stdout.buffer.write(piece.encode("utf-8", "surrogateescape") + b"\n")
sys.stdout.buffer.write(b"\xff\xfe\xc3\x28\xed\xa0\x80\n")
print("W" * (1 << 20))
for piece in pieces:
    sys.stdout.buffer.write(piece.encode("utf-8", "surrogateescape") + b"\n")
done()
sys.stdout.flush()
raise ValueError("".join(pieces))
