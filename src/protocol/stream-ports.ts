/** Owns the ports that streams are served at, by protocol. */

export const STREAM_PROTOCOLS = ['rtsp', 'rtp', 'rtcp', 'rtmp', 'hls', 'webrtc', 'srt'] as const;

type StreamProtocol = (typeof STREAM_PROTOCOLS)[number];

/** Null where the protocol is off. */
export type StreamPorts = Readonly<Record<StreamProtocol, number | null>>;

/** Those of MediaMTX, and of NestMTX. */
export const STREAM_PORTS: StreamPorts = {
  rtsp: 8554,
  rtp: 8000,
  rtcp: 8001,
  rtmp: 1935,
  hls: 8888,
  webrtc: 8889,
  srt: 8890,
};
