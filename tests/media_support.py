"""A project's pictures and sounds for tests, each of other bytes; and a host that serves some, and counts who asks."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# One transparent pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000b494441"
    "5478da636000020000050001e9fadcd80000000049454e44ae426082"
)
SVG = b"""<?xml version="1.0"?><!-- a square -->
<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><script>document.title = "run"</script>
<rect width="40" height="40" fill="#c30"/></svg>"""
MP3 = b"ID3\x04\0\0\0\0\0\0" + bytes(64)
MP4 = b"\0\0\0\x18ftypmp42" + bytes(64)


def picture(name: str) -> bytes:
    """A picture that no other name has: what follows the end of a PNG is nobody's concern."""
    return PNG + name.encode()


@dataclass
class Host:
    """What a local host answers by path, as (status, headers, body); and the paths that it was asked for."""

    name: str
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    slow: float = 0.0

    def put(self, path: str, body: bytes = PNG, kind: str = "image/png", status: int = 200, **headers: str) -> str:
        """Serve this under a path; its address."""
        self.answers[path] = (status, {"Content-Type": kind, **headers}, body)
        return f"http://{self.name}{path}"


@contextmanager
def serving() -> Iterator[Host]:
    """A host on this machine, for a while."""
    host = Host("")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked.append(self.path)
            status, headers, body = host.answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            for place in range(0, len(body), 1 if host.slow else len(body) or 1):
                try:
                    self.wfile.write(body[place : place + (1 if host.slow else len(body))])
                except OSError:
                    return  # who asked has gone
                time.sleep(host.slow)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host.name = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
