/** Owns the live connection: it hints that something has happened, or that the service came or went. What it was is asked for. */

const RECONNECT_MS = 2000;

/**
 * @param {string | undefined} token
 * @param {() => void} onHint
 * @returns {() => void} ends it
 */
export function openFeed(token, onHint) {
  const { io } = /** @type {{ io: typeof import('socket.io-client').io }} */ (/** @type {unknown} */ (window));
  const { pathname } = new URL('socket.io/', document.baseURI);
  const socket = io({
    path: pathname,
    auth: token === undefined ? {} : { token },
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    forceNew: true,
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  socket.on('nestmtx:*', onHint);
  socket.on('connect', onHint);
  socket.on('disconnect', (reason) => {
    onHint();
    // A service that stops says goodbye, and the client takes that for a wish to be left alone.
    if (reason === 'io server disconnect') timer = setTimeout(() => socket.connect(), RECONNECT_MS);
  });
  return () => {
    clearTimeout(timer);
    socket.off();
    socket.disconnect();
  };
}
