/** Pins that the cameras here are those at Google, page by page; and that a list that could not be read whole changes nothing. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import type { Google } from '../../src/google/start-google.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { failure, googleDevice } from '../support/google/google.ts';
import { type GoogleSetting, googleSetting, PROJECT } from './google-setting.ts';

let setting: GoogleSetting;
let google: Google;

beforeEach(async () => {
  setting = await googleSetting();
  await setting.addCredentials();
  google = await setting.start();
});

afterEach(() => setting.close());

const sync = () => google.jobs[0]?.run();
const rows = () => [...setting.store.collection(CAMERAS).values()];
const told = () => setting.events.map(({ event, entity }) => `${event} ${entity}`);
const list = (...ids: string[]) => {
  setting.server.devices = ids.map((id) => googleDevice(PROJECT, id));
};

describe('reading the cameras at Google', () => {
  it('adds what is new, without a path and disabled, from every page', async () => {
    list('a', 'b', 'c', 'd', 'e');
    await sync();
    expect(
      rows()
        .map(({ uid }) => uid.at(-1))
        .join(''),
    ).toBe('abcde');
    expect(rows()[0]).toMatchObject({
      credentialId: 1,
      uid: 'enterprises/b2c3-project/devices/a',
      name: 'Camera a',
      room: 'Garden',
      mtxPath: null,
      isEnabled: false,
      sourceType: 'google',
    });
    expect(told()).toEqual(['created 1', 'created 2', 'created 3', 'created 4', 'created 5']);
    expect(setting.server.calls.get('list')).toBe(3);
  });

  it('waits for the next minute where there are more pages than Google lets us read in one', async () => {
    setting.server.pageSize = 1;
    list('a', 'b', 'c', 'd', 'e', 'f', 'g');
    const syncing = sync();
    await setting.settled();
    expect(rows()).toEqual([]);
    await setting.pass(2 * 60_000);
    await syncing;
    expect(rows().length).toBe(7);
    expect(setting.server.faults).toEqual([]);
  });

  it('changes and tells nothing the second time', async () => {
    list('a', 'b');
    await sync();
    const before = rows();
    await sync();
    expect(rows()).toEqual(before);
    expect(told().length).toBe(2);
  });

  it('renames what was renamed and keeps what people chose here', async () => {
    await setting.addCameras(1);
    setting.server.devices = [googleDevice(PROJECT, 'd0', { name: 'Gate', room: 'Yard' })];
    await sync();
    expect(rows()[0]).toMatchObject({ id: '1', name: 'Gate', room: 'Yard', mtxPath: 'cam1', isEnabled: true });
    expect(told()).toEqual(['created 1', 'updated 1']);
  });

  it('removes what is gone, and no camera that came from elsewhere', async () => {
    await setting.addCameras(2);
    const [row] = rows();
    if (!row) throw new Error('there is no camera');
    const own = { ...row, id: '9', credentialId: null, uid: 'bridge/1', mtxPath: 'own' };
    await setting.store.commit((tx) => tx.collection(CAMERAS).put(own));
    setting.server.devices = [googleDevice(PROJECT, 'd1')];
    await sync();
    expect(rows().map(({ id }) => id)).toEqual(['2', '9']);
    expect(told().at(-1)).toBe('removed 1');
  });

  it('changes nothing when a later page cannot be read, and says why', async () => {
    await setting.addCameras(3);
    setting.server.devices = [];
    setting.server.intercept = () => failure(403, 'PERMISSION_DENIED');
    await expect(sync()).rejects.toThrow('The cameras at Google could not be listed: Google says PERMISSION_DENIED');
    expect(rows().length).toBe(3);
  });

  it('lets everything through that is no camera, or no device at all', async () => {
    const thermostat = { name: `enterprises/${PROJECT}/devices/t`, traits: { 'sdm.devices.traits.Info': {} } };
    const bare = { name: `enterprises/${PROJECT}/devices/x`, traits: { 'sdm.devices.traits.CameraMotion': {} } };
    setting.server.devices = [thermostat, { name: 'enterprises/../devices/a', traits: thermostat.traits }, {}, bare];
    await sync();
    expect(rows().map(({ name, room }) => ({ name, room }))).toEqual([{ name: 'Unknown', room: 'Unknown' }]);
  });

  it('that could not be stored, as while NATS chooses a leader, is done again soon, and not an hour later', async () => {
    list('a');
    const { commit } = setting.store;
    setting.store.commit = () => Promise.reject(new ApiError('unavailable'));
    await expect(sync()).rejects.toThrow();
    setting.store.commit = commit;
    await setting.pass(60_000);
    expect(rows().length).toBe(1);
  });

  it('says that a camera is offline also where that could not be stored at first, and not an hour later', async () => {
    await setting.addCameras(1);
    const device = googleDevice(PROJECT, 'd0');
    const trait = { 'sdm.devices.traits.Connectivity': { status: 'OFFLINE' } };
    setting.server.devices = [{ ...device, traits: { ...device.traits, ...trait } }];
    const { observe } = setting.cameras;
    setting.cameras.observe = async () => ({ events: [], seq: 0, isRefused: true });
    await Promise.resolve(sync()).catch(() => undefined);
    setting.cameras.observe = observe;
    await setting.pass(60_000);
    expect(setting.cameras.state(1)).toMatchObject({ online: false, reason: 'unreachable' });
  });

  it('tries again by itself after an authorisation until Google can be reached', async () => {
    list('a');
    setting.server.isCut = true;
    setting.bus.emit('event', { domain: 'credentials', event: 'authenticated', entity: 1, details: {}, at: 'now' });
    await setting.pass(10 * 60_000);
    setting.server.isCut = false;
    await setting.pass(60_000);
    expect(rows().length).toBe(1);
  });
});
