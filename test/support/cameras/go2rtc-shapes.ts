/** Owns how versions of go2rtc write a stream, as it was recorded from running ones. */

export type Go2RtcVersion = '1.8.5' | '1.9.4' | '1.9.14';

export const GO2RTC_VERSIONS = ['1.8.5', '1.9.4', '1.9.14'] as const satisfies readonly Go2RtcVersion[];

interface Source {
  readonly url: string;
  /** Absent: it is only written in the file. */
  readonly connection?: Peer | undefined;
}

/** Whoever is connected: a source, a publisher or a viewer. */
export interface Peer {
  readonly id: number;
  readonly address: string;
  readonly bytes: number;
  readonly format: string;
  readonly program: string;
}

export interface Stream {
  readonly sources: readonly Source[];
  readonly publishers: readonly Peer[];
  /** Undefined while nobody was there since the start. */
  readonly consumers: readonly Peer[] | undefined;
}

const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=Session streamed with GStreamer\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n';

export function listedStream(version: Go2RtcVersion, { sources, publishers, consumers }: Stream): object {
  const write = version === '1.8.5' ? before19 : since19;
  return {
    producers: [
      ...sources.map(({ url, connection }) => {
        const shown = version === '1.9.14' ? url.replace(/:\/\/[^/]*@/, '://***@') : url;
        if (connection) return { ...write('producer', 'active', connection), url: shown };
        return version === '1.8.5' && url === '' ? {} : { url: shown };
      }),
      ...publishers.map((peer) => write('producer', 'passive', peer)),
    ],
    consumers: consumers?.map((peer) => write('consumer', 'passive', peer)) ?? null,
  };
}

type Role = 'producer' | 'consumer';

function since19(role: Role, _mode: string, { id, address, bytes, format, program }: Peer): object {
  const codec = { codec_name: 'h264', codec_type: 'video' };
  const receivers = [{ id: id + 1, codec, childs: [id + 2], ...(bytes > 0 && { bytes, packets: bytes / 1000 }) }];
  const senders = [{ id: id + 1, codec, parent: id - 1, ...(bytes > 0 && { bytes, packets: bytes / 1000 }) }];
  const isProducer = role === 'producer';
  return {
    ...{ id, format_name: format, protocol: 'rtsp+tcp', remote_addr: address, user_agent: program },
    ...(isProducer && { sdp: SDP }),
    medias: [isProducer ? 'video, recvonly, H264' : 'video, sendonly, ALL'],
    ...(isProducer ? { receivers } : { senders }),
    ...(isProducer && bytes > 0 && { bytes_recv: bytes }),
  };
}

function before19(role: Role, mode: string, { address, bytes, format, program }: Peer): object {
  const tracks = [`96 H264, bytes=${bytes}, senders=1`];
  return {
    ...{ type: `${format.toUpperCase()} ${mode} ${role}`, remote_addr: `${address} forwarded`, user_agent: program },
    medias: ['video, recvonly, H264'],
    ...(role === 'producer' ? { receivers: tracks } : { senders: tracks }),
    ...(bytes > 0 && (role === 'producer' ? { recv: bytes } : { send: bytes })),
  };
}
