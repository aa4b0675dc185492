"""A real RTSP camera: a test picture in H.264, on 127.0.0.1. Arguments: port, path, and user:password where it wants a login. Prints the port when it listens."""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PICTURE = (
    "( videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=10/1"
    " ! x264enc tune=zerolatency key-int-max=5 ! rtph264pay name=pay0 pt=96 )"
)
VIEWER = "viewer"

port, path, *login = sys.argv[1:]
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_shared(True)
factory.set_launch(PICTURE)
if login:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", VIEWER)
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(*login[0].split(":", 1)), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    for what in ("access", "construct"):
        permissions.add_permission_for_role(VIEWER, f"media.factory.{what}", True)
    factory.set_permissions(permissions)
server.get_mount_points().add_factory(f"/{path}", factory)
if server.attach(None) == 0:
    sys.exit("cannot listen")
# As a camera it films whether or not somebody watches. Left to itself the server stops filming after each viewer, and whoever comes
# in that moment gets 503.
_, url = GstRtsp.RTSPUrl.parse(f"rtsp://127.0.0.1:{port}/{path}")
media = factory.construct(url)
thread = server.get_thread_pool().get_thread(GstRtspServer.RTSPThreadType.MEDIA, GstRtspServer.RTSPContext())
if not media.prepare(thread):
    sys.exit("cannot film")
print(port, flush=True)
GLib.MainLoop().run()
