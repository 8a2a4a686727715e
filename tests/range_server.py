"""Serves the files of a folder on the loopback address, with Range, for test_scripts.c:

    python3 tests/range_server.py FOLDER

Prints its port. Appends the Range header of each request, or "all", to FOLDER/requests.
It ends when its standard input does."""
import http.server
import pathlib
import sys
import threading

folder = pathlib.Path(sys.argv[1])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        wanted = self.headers.get("Range")
        if (folder / "whole").exists():  # a server that has whole files only
            wanted = None
        with open(folder / "requests", "a") as log:
            log.write((wanted or "all") + "\n")
        path = folder / pathlib.Path(self.path).name
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        start = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted else 0
        if start >= len(data):
            self.send_error(416)
            return
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(data) - start))
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        self.wfile.write(data[start:])

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
