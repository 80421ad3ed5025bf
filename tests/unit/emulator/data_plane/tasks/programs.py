"""What the tasks of these tests run, and where a load balancer looks for them."""

from tests.unit.emulator.data_plane.tasks.small_world import GROUP, PORT

TARGET = {"targets": [(GROUP, PORT)], "address": "10.0.10.4"}
MAPPED = {"portMappings": [{"containerPort": PORT}]}

SLEEPS = "echo up; exec sleep 60"
STUBBORN = "trap '' TERM; echo up; sleep 60"
POLITE = "trap 'exit 5' TERM; echo up; sleep 60 & wait"

SERVER = {
    "http.server": (
        "import runpy, sys; sys.argv = ['x', '5000']; "
        "runpy.run_module('http.server', run_name='__main__')"
    ),
    "asyncio, all addresses of both families": """
import asyncio
async def answer(reader, writer):
    await reader.readline()
    writer.write(b"HTTP/1.0 200 OK\\r\\n\\r\\n")
    writer.close()
async def serve():
    async with await asyncio.start_server(answer, None, 5000) as server:
        await server.serve_forever()
asyncio.run(serve())
""",
    "IPv6": """
import http.server, socket
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
Server(("::", 5000), http.server.SimpleHTTPRequestHandler).serve_forever()
""",
    "HOST and PORT": """
import http.server, os
where = (os.environ["HOST"], int(os.environ["PORT"]))
http.server.HTTPServer(where, http.server.SimpleHTTPRequestHandler).serve_forever()
""",
}
