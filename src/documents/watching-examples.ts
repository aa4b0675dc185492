/** Owns the examples of what is to be seen of cameras. */

const AT = '2026-11-21T16:48:30.698Z';
/** No more than its beginning. */
const SDP = 'v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';
const STREAM_ID = '6f1f6a52-1d63-4b7e-9c57-0a4a8f3a2f5e';
const PAGE = { search: null, page: 1, itemsPerPage: 10, sortBy: null };
const GARAGE_SEEN = {
  ...{ camera: 1, name: 'Garage door', room: 'Garage' },
  ...{ at: AT, mediaType: 'image/jpeg', bytes: 48_213 },
};

export const WATCHING_EXAMPLES = {
  'snapshots.list': {
    payload: { room: 'Garage' },
    answer: { ...PAGE, room: 'Garage', total: 1, items: [GARAGE_SEEN] },
  },
  'probes.create': {
    payload: { url: 'rtsp://viewer:secret@192.0.2.7/stream1' },
    answer: { finding: 'wrong-path', message: 'the camera is there, and has no such stream' },
  },
  'streams.create': { payload: { camera: 1, offer: SDP }, answer: { id: STREAM_ID, camera: 1, answer: SDP } },
  'streams.read': { entity: '1', answer: { camera: 1, iceServers: [{ urls: ['stun:stun.example.net:3478'] }] } },
  'streams.delete': { entity: STREAM_ID },
  'snapshots.read': { entity: '1', answer: { camera: 1, at: AT, mediaType: 'image/jpeg', data: '/9j/2Q==' } },
};
