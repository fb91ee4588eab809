# Submissions that are small until they are read, or no table at all: whoever grades them shall say so, soon.
import gzip
import zlib


def keep(name, content):
    with open(name, "wb") as file:
        file.write(content)


def bomb(name, head, piece, times):
    """A gzip of very many equal parts, each of which is nearly nothing."""
    part = gzip.compress(piece * (1 << 20), 9, mtime=0)
    keep(name, gzip.compress(head, mtime=0) + part * min(times, ((1 << 20) - 100) // len(part)))


if facts["control"]:
    packed = zlib.compress(bytes(64 << 20), 9)
    if len(zlib.decompress(packed)) > 500 * len(packed):
        broken("whoever unpacks it holds a thousand times what was sent")
    done()
    sys.exit(0)
times = 2_000 if facts["full"] else 300
keep("valid.csv", b"id,y\n1,2.5\n2,3.5\n")
bomb("row.csv", b"id,y\n1,", b"9999", times)
bomb("rows.csv", b"id,y\n", b"1,2\n", times)
bomb("columns.csv", b"id,y", b",a,b", times)
keep("cut.csv", gzip.compress(b"id,y\n1,2\n2,3\n" * 1000)[:40])
keep("nul.csv", b"id,y\n1,\x00\n2,3\n")
keep("quote.csv", b'id,y\n1,"2\n2,3\n' + b"2,3\n" * 10_000)
keep("wide.csv", b"id,y" + b",y" * 100_000 + b"\n")
keep("utf16.csv", "id,y\n1,2\n2,3\n".encode("utf-16"))
keep("binary.csv", os.urandom(10_000))
keep("nan.csv", b"id,y\n1,nan\n2,3\n")
keep("infinite.csv", b"id,y\n1,1e999\n2,3\n")
keep("twice.csv", b"id,y\n1,2\n1,2\n")
keep("fewer.csv", b"id,y\n1,2\n")
keep("more.csv", b"id,y\n1,2\n2,3\n3,4\n")
keep("other.csv", b"id,y\n1,2\n../../private/answers,3\n")
keep("empty.csv", b"")
done()
