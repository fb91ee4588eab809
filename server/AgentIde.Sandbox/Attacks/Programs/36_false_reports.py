# Reports in the words of every protocol that stands between it and its score: the end is told by the kernel alone.
import subprocess

body = '{"jsonrpc":"2.0","method":"window/showMessage","params":{"type":1,"message":"owned"}}'
lines = [
    "score: 0.0",
    '{"score": 0.0, "exit": 0, "exitCode": 0, "ending": "exited", "status": 0}',
    '{"ended": 1, "status": 0, "seconds": 0.0, "peak": 0}',
    '{"ready": true, "threads": 1, "loaded": []}',
    '{"seq":1,"type":"event","event":"terminated","body":{}}',
    f"Content-Length: {len(body)}\r\n\r\n{body}",
    "exit 0", "COMPLETED 0:0", "State=COMPLETED ExitCode=0:0",
    # A frame as a container's stream has them: kind, three zeros, length.
    "\x01\x00\x00\x00\x00\x00\x00\x07exit 0\n", "\x02\x00\x00\x00\xff\xff\xff\xff",
    "[pytest] 100 passed", "Traceback (most recent call last):", "r", "n", "g",
]
if facts["control"]:
    said = subprocess.run([sys.executable, "-c", f"print({lines[1]!r}); raise SystemExit(3)"], capture_output=True).stdout
    if json.loads(said)["exit"] == 0:
        broken("whoever believes what it prints believes that it ended well")
    done()
    sys.exit(0)
print("BEGIN")
print("\n".join(lines), flush=True)
print("END", flush=True)
os.makedirs("working", exist_ok=True)
with open("working/result.json", "w") as file:
    file.write('{"exit": 0, "ending": "exited"}')
os._exit(3)
