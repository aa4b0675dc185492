/** Owns what MediaMTX's configuration says of its servers: which of them are on, and at which ports. */

import { isObject, type JsonObject } from '../protocol/envelope.ts';
import type { StreamPorts } from '../protocol/stream-ports.ts';

/** @param config the answer of `/config/global/get`; what it leaves out is left out */
export function streamPortsOf(config: unknown): Partial<StreamPorts> {
  if (!isObject(config)) return {};
  const udp = config['rtsp'] !== false && isUdp(config);
  return {
    ...server(config, 'rtsp', 'rtsp'),
    ...(udp
      ? { ...port(config, 'rtp', 'rtpAddress'), ...port(config, 'rtcp', 'rtcpAddress') }
      : { rtp: null, rtcp: null }),
    ...server(config, 'rtmp', 'rtmp'),
    ...server(config, 'hls', 'hls'),
    ...server(config, 'webrtc', 'webrtc'),
    ...server(config, 'srt', 'srt'),
  };
}

function server(config: JsonObject, protocol: keyof StreamPorts, name: string): Partial<StreamPorts> {
  return config[name] === false ? { [protocol]: null } : port(config, protocol, `${name}Address`);
}

function port(config: JsonObject, protocol: keyof StreamPorts, key: string): Partial<StreamPorts> {
  const [, digits] = /:(\d{1,5})$/.exec(String(config[key])) ?? [];
  return digits === undefined ? {} : { [protocol]: Number(digits) };
}

/** `protocols` before 1.11. */
function isUdp(config: JsonObject): boolean {
  const transports = config['rtspTransports'] ?? config['protocols'];
  return !Array.isArray(transports) || transports.includes('udp');
}
