/** Owns somebody who serves a moving picture by WHEP, as MediaMTX does: HTTP in front, a page of Chromium behind. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { portOf } from '../../support/free-port.ts';
import type { Browser } from '../browser.ts';

export interface WhepServer {
  readonly url: string;
  /** `METHOD /path`, in the order they came. */
  readonly requests: readonly string[];
  /** In place of an answer to an offer. */
  refuses: number | undefined;
  close(): Promise<void>;
}

const SESSION = '5c2c9b6e-0d6f-4d1c-9c39-5b8e8e0c7b11';

export async function startWhep(browser: Browser): Promise<WhepServer> {
  const { page, close } = await browser.open('about:blank');
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const { method, url = '' } = request;
    requests.push(`${method} ${url}`);
    const offer = await text(request);
    if (method === 'OPTIONS') return void response.writeHead(204, { link: '' }).end();
    if (method === 'DELETE') return void response.writeHead(200).end();
    if (self.refuses !== undefined) return void response.writeHead(self.refuses).end('{}');
    const answer = await page.evaluate(answerTo, offer);
    const headers = { 'content-type': 'application/sdp', location: `${url}/${SESSION}` };
    response.writeHead(201, headers).end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const self: WhepServer = {
    url: `http://127.0.0.1:${portOf(server)}`,
    requests,
    refuses: undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await close();
    },
  };
  return self;
}

/** Runs in the page. */
async function answerTo(offer: string): Promise<string> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [320, 180];
  const context = canvas.getContext('2d');
  let turn = 0;
  setInterval(() => {
    turn += 1;
    if (!context) return;
    context.fillStyle = `hsl(${turn * 5} 80% 50%)`;
    context.fillRect(0, 0, 320, 180);
  }, 50);
  const peer = new RTCPeerConnection();
  await peer.setRemoteDescription({ type: 'offer', sdp: offer });
  for (const track of canvas.captureStream(10).getTracks()) peer.addTrack(track);
  await peer.setLocalDescription(await peer.createAnswer());
  if (peer.iceGatheringState !== 'complete') {
    await new Promise<void>((resolve) => {
      peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve();
    });
  }
  return peer.localDescription?.sdp ?? '';
}
