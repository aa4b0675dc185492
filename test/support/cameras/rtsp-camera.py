"""A real RTSP camera: a test picture in H.264 at /cam, on 127.0.0.1 and the port it is given. Prints that port when it listens."""

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

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1])
factory = GstRtspServer.RTSPMediaFactory()
factory.set_shared(True)
factory.set_launch(PICTURE)
server.get_mount_points().add_factory("/cam", factory)
if server.attach(None) == 0:
    sys.exit("cannot listen")
# As a camera it films whether or not somebody watches. Left to itself the server stops filming after each viewer, and whoever comes
# in that moment gets 503.
_, url = GstRtsp.RTSPUrl.parse(f"rtsp://127.0.0.1:{sys.argv[1]}/cam")
media = factory.construct(url)
thread = server.get_thread_pool().get_thread(GstRtspServer.RTSPThreadType.MEDIA, GstRtspServer.RTSPContext())
if not media.prepare(thread):
    sys.exit("cannot film")
print(sys.argv[1], flush=True)
GLib.MainLoop().run()
