/** Owns the proof that a login works: a real one, from this browser, at the broker's WebSocket. Nothing else of MQTT is spoken. */

const PATIENCE_MS = 8000;
const CONNACK = 0x20;
const DISCONNECT = new Uint8Array([0xe0, 0]);

/** @returns undefined where the broker cannot be reached from a browser, which says nothing about the login */
export function loginWorks(username: string, password: string): Promise<boolean | undefined> {
  const address = new URL('mqtt', document.baseURI);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return new Promise((resolve) => {
    const socket = new WebSocket(address, 'mqtt');
    socket.binaryType = 'arraybuffer';
    const end = (works: boolean | undefined) => {
      clearTimeout(timer);
      resolve(works);
      socket.close();
    };
    const timer = setTimeout(() => end(undefined), PATIENCE_MS);
    socket.onopen = () => socket.send(connectPacket(username, password));
    socket.onerror = () => end(undefined);
    socket.onclose = () => end(undefined);
    socket.onmessage = ({ data }) => {
      const [kind, , , code] = data instanceof ArrayBuffer ? new Uint8Array(data) : [];
      if (kind !== CONNACK) return end(undefined);
      if (code === 0) socket.send(DISCONNECT);
      end(code === 0);
    };
  });
}

/** CONNECT of MQTT 3.1.1, section 3.1: a clean session with user name and password. */
function connectPacket(username: string, password: string): Uint8Array<ArrayBuffer> {
  const clientId = `console-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  const body = [...text('MQTT'), 4, 0b1100_0010, 0, 10, ...text(clientId), ...text(username), ...text(password)];
  // The remaining length, seven bits a byte.
  const length = body.length < 128 ? [body.length] : [(body.length % 128) | 128, body.length >> 7];
  return new Uint8Array([0x10, ...length, ...body]);
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)];
  return [bytes.length >> 8, bytes.length & 255, ...bytes];
}
