/** Pins that what Google's cameras notice is told once each, in order, with the moment at which it happened; and what becomes of a subscription that fails. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAMERA_STATES, CAMERAS } from '../../../src/core/cameras/records.ts';
import type { Google } from '../../../src/google/start-google.ts';
import type { JsonObject } from '../../../src/protocol/envelope.ts';
import { eventually } from '../../support/eventually.ts';
import { failure } from '../../support/google/google.ts';
import { noticedMessage, PUBSUB_SCOPE, SUBSCRIPTION } from '../../support/google/pubsub.ts';
import { type GoogleSetting, googleSetting, PROJECT } from '../google-setting.ts';

const MINUTE_MS = 60_000;
const SCOPE = `sdm ${PUBSUB_SCOPE}`;
const ORIGIN = 'https://nest.local:2001';
const MOTION = 'CameraMotion.Motion';
const device = (id: string) => `enterprises/${PROJECT}/devices/${id}`;

let setting: GoogleSetting;

beforeEach(async () => {
  setting = await googleSetting();
});

afterEach(() => setting.close());

async function start(scope = SCOPE, subscription: string | null = SUBSCRIPTION) {
  await setting.addCredentials(setting.server.login(scope), subscription ?? undefined);
  const google = await setting.start();
  await setting.addCameras(2);
  return google;
}

const at = (agoMs = 0) => new Date(setting.clock.now() - agoMs).toISOString();
const noticed = () =>
  setting.events.filter(({ event }) => ['motion', 'person', 'sound', 'chime'].includes(event)).map(shown);
const shown = ({ event, entity, details }: (typeof setting.events)[number]) =>
  `${event} ${entity}${details['late'] === true ? ' late' : ''}`;

async function nextLink(google: Google, more: object): Promise<string> {
  const payload = { origin: ORIGIN, ...more };
  const request = { command: 'update', module: 'credentials', entity: '1', payload } as const;
  return String(await setting.credentialsApi(google).value(request));
}

/** Resolves when all that was published is acknowledged, and the next pull is held. */
async function heard(): Promise<void> {
  const { pubsub } = setting.server;
  await eventually(() => pubsub.outstanding === 0 && pubsub.held === 1, 'heard');
}

const publish = (...messages: readonly JsonObject[]) => setting.server.pubsub.publish(...messages);

describe('what a camera of Google notices', () => {
  it('is an event of that camera, with the moment at which it happened', async () => {
    await start();
    const moment = at(3000);
    publish(noticedMessage(device('d1'), MOTION, 'a', moment));
    await heard();
    expect(setting.events.at(-1)).toMatchObject({ domain: 'camera', event: 'motion', entity: 2, at: moment });
    expect(setting.events.at(-1)?.details).toMatchObject({ name: 'Camera d1', path: 'cam2', enabled: true });
    expect(setting.server.faults).toEqual([]);
  });

  it.each([
    [MOTION, 'motion'],
    ['CameraPerson.Person', 'person'],
    ['CameraSound.Sound', 'sound'],
    ['DoorbellChime.Chime', 'chime'],
  ])('as %s is `%s`', async (trait, event) => {
    await start();
    publish(noticedMessage(device('d0'), trait, 'a', at()));
    await heard();
    expect(noticed()).toEqual([`${event} 1`]);
  });

  it('is told once, however often Google tells it, over a restart of the service too', async () => {
    const google = await start();
    const message = noticedMessage(device('d0'), MOTION, 'a', at());
    publish(message, message);
    await heard();
    publish({ ...message, eventThreadState: 'ENDED' }, noticedMessage(device('d0'), MOTION, 'b', at()));
    await heard();
    expect(noticed()).toEqual(['motion 1', 'motion 1']);
    await google.close();
    expect(setting.store.collection(CAMERA_STATES).get('1')?.noticed).toHaveLength(2);
    await setting.start();
    publish(message);
    await heard();
    expect(noticed()).toHaveLength(2);
  });

  it('comes again where it could not be acknowledged, and is known then', async () => {
    await start();
    setting.server.intercept = (operation) => (operation === 'acknowledge' ? failure(500, 'INTERNAL') : undefined);
    publish(noticedMessage(device('d0'), MOTION, 'a', at()));
    await eventually(() => noticed().length === 1, 'told');
    await eventually(() => (setting.server.calls.get('acknowledge') ?? 0) > 0, 'tried to acknowledge');
    setting.server.intercept = () => undefined;
    setting.server.pubsub.expireLeases();
    await setting.pass(MINUTE_MS);
    await heard();
    expect(noticed()).toEqual(['motion 1']);
  });

  it.each([
    [96, 'after all that waited'],
    [200, 'at once'],
  ])(
    'is known after a restart, also where much of it was told and could not be acknowledged: %i messages that come again %s',
    async (count, when) => {
      const google = await start();
      setting.server.intercept = (operation) => (operation === 'acknowledge' ? failure(500, 'INTERNAL') : undefined);
      publish(...Array.from({ length: count }, (_, i) => noticedMessage(device('d0'), MOTION, `m${i}`, at(i))));
      await eventually(() => (setting.server.calls.get('acknowledge') ?? 0) > 0, 'tried to acknowledge');
      const before = noticed().length;
      expect(before).toBeGreaterThan(0);
      await google.close();
      setting.server.intercept = () => undefined;
      if (when === 'at once') setting.server.pubsub.expireLeases();
      await setting.start();
      await eventually(() => noticed().length === count, 'all that waited');
      if (when !== 'at once') setting.server.pubsub.expireLeases();
      await heard();
      expect(noticed()).toHaveLength(count);
    },
  );

  it('is left to come again where it could not be kept', async () => {
    await start();
    const { observe } = setting.cameras;
    setting.cameras.observe = async () => ({ events: [], seq: 0, isRefused: true });
    publish(noticedMessage(device('d0'), MOTION, 'a', at()));
    await eventually(() => setting.log.lines.some(({ message }) => message.includes('cannot be heard')), 'said');
    expect([setting.server.calls.get('acknowledge'), setting.server.pubsub.outstanding]).toEqual([undefined, 1]);
    setting.cameras.observe = observe;
    setting.server.pubsub.expireLeases();
    await setting.pass(MINUTE_MS);
    await heard();
    expect(noticed()).toEqual(['motion 1']);
  });

  it('is told in the order in which it happened, in whichever it was delivered', async () => {
    await start();
    publish(
      noticedMessage(device('d0'), 'DoorbellChime.Chime', 'c', at(1000)),
      noticedMessage(device('d1'), MOTION, 'b', at(2000)),
      noticedMessage(device('d0'), 'CameraPerson.Person', 'a', at(3000)),
    );
    await heard();
    expect(noticed()).toEqual(['person 1', 'motion 2', 'chime 1']);
  });

  it('is marked as late when it is older than a minute', async () => {
    await start();
    publish(noticedMessage(device('d0'), 'DoorbellChime.Chime', 'old', at(MINUTE_MS + 1)));
    publish(noticedMessage(device('d0'), 'DoorbellChime.Chime', 'new', at(MINUTE_MS - 1)));
    await heard();
    expect(noticed()).toEqual(['chime 1 late', 'chime 1']);
  });

  it('never happens later than now, whatever the clock of Google says', async () => {
    await start();
    publish(noticedMessage(device('d0'), MOTION, 'a', at(-5 * MINUTE_MS)));
    await heard();
    expect(setting.events.at(-1)?.at).toBe(at());
  });

  it('changes nothing of what is known of the feed, however old it is', async () => {
    await start();
    await setting.cameras.observe('1', { kind: 'look', at: at(), finding: 'unreachable' });
    const { seq: _before, ...state } = setting.cameras.state(1) ?? {};
    publish(noticedMessage(device('d0'), MOTION, 'a', at(10 * MINUTE_MS)));
    await heard();
    expect(setting.cameras.state(1)).toMatchObject(state);
  });

  it('is nobody’s where the camera is switched off, or is not ours; such messages do not come again', async () => {
    await start();
    await setting.store.commit((tx) => {
      const rows = tx.collection(CAMERAS);
      const camera = rows.get('1');
      if (camera) rows.put({ ...camera, isEnabled: false });
    });
    const relation = { eventId: 'x', timestamp: at(), relationUpdate: { type: 'CREATED', object: device('d9') } };
    publish(noticedMessage(device('d0'), MOTION, 'a', at()), noticedMessage(device('d9'), MOTION, 'b', at()), relation);
    await heard();
    expect(noticed()).toEqual([]);
  });
});

describe('a subscription', () => {
  it('that is not set is not asked', async () => {
    await start(SCOPE, null);
    await setting.pass(5 * MINUTE_MS);
    expect(setting.server.calls.get('pull')).toBeUndefined();
  });

  it('is heard again with a renewed login when Google refuses the token', async () => {
    await start();
    await eventually(() => setting.server.pubsub.held === 1, 'listening');
    setting.server.expireAccess();
    publish(noticedMessage(device('d0'), MOTION, 'a', at()));
    await eventually(() => noticed().length === 1, 'told');
    await heard();
    expect(setting.server.faults).toEqual([]);
  });

  it.each([
    ['that the login does not include', 'sdm', SUBSCRIPTION, 'authorise again'],
    ['that is not there', SCOPE, 'projects/house-1234/subscriptions/other', 'no such subscription'],
  ])('%s is said once with what to do, and asked less and less', async (_what, scope, subscription, hint) => {
    await setting.close();
    setting = await googleSetting({ holdsPulls: false });
    await start(scope, subscription);
    const said = () => setting.log.lines.filter(({ message }) => message.includes('cannot be heard'));
    await setting.pass(20 * MINUTE_MS);
    expect(said().filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(JSON.stringify(said()[0])).toContain(hint);
    const minutes = said().map(({ fields }) => Number(fields['pauseMs']) / MINUTE_MS);
    expect(minutes.slice(0, 4).map(Math.floor)).toEqual([1, 2, 4, 9]);
  });

  it('is heard from the moment on at which somebody authorises it', async () => {
    const google = await start('sdm');
    await eventually(() => setting.server.calls.get('pull') === 1, 'refused');
    const link = await nextLink(google, {});
    expect(new URL(link).searchParams.get('scope')).toContain(PUBSUB_SCOPE);
    const answer = { ...setting.server.consent(link), origin: ORIGIN };
    const entity = Buffer.from(JSON.stringify(answer)).toString('base64');
    await setting.credentialsApi(google).value({ command: 'read', module: 'credentials', entity });
    publish(noticedMessage(device('d0'), MOTION, 'a', at()));
    await heard();
    expect(noticed()).toEqual(['motion 1']);
    expect(await nextLink(google, {})).toContain('partnerconnections');
  });

  it('that is taken away is not asked any more', async () => {
    const google = await start();
    await eventually(() => setting.server.pubsub.held === 1, 'listening');
    await nextLink(google, { pubsub_subscription: null });
    publish(noticedMessage(device('d0'), MOTION, 'a', at()));
    const asked = setting.server.calls.get('pull');
    await setting.pass(5 * MINUTE_MS);
    expect(setting.server.calls.get('pull')).toBe(asked);
    expect(noticed()).toEqual([]);
  });
});
