/** Owns the examples of what is to be seen of cameras. */

const AT = '2026-11-21T16:48:30.698Z';
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
  'snapshots.read': { entity: '1', answer: { camera: 1, at: AT, mediaType: 'image/jpeg', data: '/9j/2Q==' } },
};
