/** Owns one live picture by WebRTC: the offer and its answer go through the API, picture and sound come from whoever carries the stream. */

import { call, Refusal } from '../../api.ts';

export interface Live {
  readonly stream: MediaStream;
  /** Ends it, here and at whoever carries it. */
  close(): void;
}

/** Candidates of the own network are there at once; whoever waits for servers far away waits no longer than this. */
const GATHER_MS = 1500;
/** From the answer until something arrives. */
const ARRIVE_MS = 12_000;

/**
 * @param onLost it was there, and is not any more
 * @throws Refusal: of the service, or `unreachable` where the stream is there and nothing of it arrives here
 */
export async function watchLive(cameraId: number, onLost: () => void, isOver: AbortSignal): Promise<Live> {
  const { iceServers } = await call('streams.read', undefined, cameraId);
  const peer = new RTCPeerConnection({
    iceServers: iceServers.map(({ urls, ...rest }) => ({ ...rest, urls: [...urls] })),
  });
  let id: string | undefined;
  const close = () => {
    peer.onconnectionstatechange = null;
    peer.close();
    // It may have ended by itself.
    if (id !== undefined) call('streams.delete', undefined, id).catch(() => undefined);
    id = undefined;
  };
  isOver.addEventListener('abort', close);
  try {
    const stream = new MediaStream();
    peer.ontrack = ({ track }) => stream.addTrack(track);
    for (const kind of ['video', 'audio']) peer.addTransceiver(kind, { direction: 'recvonly' });
    const offer = await offerOf(peer);
    const opened = await call('streams.create', { camera: cameraId, offer });
    id = opened.id;
    if (isOver.aborted) close();
    const arriving = arrival(peer);
    await peer.setRemoteDescription({ type: 'answer', sdp: opened.answer });
    await arriving;
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === 'failed' || peer.connectionState === 'closed') onLost();
    };
    return { stream, close };
  } catch (error) {
    close();
    throw error instanceof Refusal ? error : new Refusal('unreachable', String(error));
  }
}

async function offerOf(peer: RTCPeerConnection): Promise<string> {
  const gathered = new Promise<void>((resolve) => {
    peer.onicegatheringstatechange = () => {
      if (peer.iceGatheringState === 'complete') resolve();
    };
    setTimeout(resolve, GATHER_MS);
  });
  await peer.setLocalDescription(await peer.createOffer());
  await gathered;
  return peer.localDescription?.sdp ?? '';
}

function arrival(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('nothing arrives')), ARRIVE_MS);
    peer.onconnectionstatechange = () => {
      const { connectionState } = peer;
      if (connectionState === 'connected') resolve();
      else if (connectionState === 'failed' || connectionState === 'closed') reject(new Error(connectionState));
      else return;
      clearTimeout(timer);
    };
  });
}
