/** Pins how the provisioner gets on with a mosquitto that is away, slow, set up wrongly, or shared with others. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InstanceSpec } from '../../../src/core/instances/provisioner.ts';
import { dynsecIsMissing } from '../../support/brokers/mosquitto-dynsec.ts';
import { type MosquittoInstances, startMosquittoInstances } from '../../support/brokers/mosquitto-instances.ts';
import type { TestClient } from '../../support/brokers/mqtt-client.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { PATIENCE_MS } from '../../support/patience.ts';

const ALICE: InstanceSpec = { id: 'a', user: 'Alice123', passwords: ['Secret1'], generation: 1, enabled: true };
const CONTROL_TOPIC = '$CONTROL/dynamic-security/v1';
const NO_DRIFT = { added: [], removed: [] };
const UNAVAILABLE = { code: 'unavailable' };

describe.skipIf(dynsecIsMissing)('mosquitto', () => {
  let instances: MosquittoInstances;
  let ups: number;
  let administrator: TestClient;
  let asked = 0;

  beforeEach(async () => {
    ups = 0;
    instances = await startMosquittoInstances({
      onUp: () => {
        ups += 1;
      },
      timeoutMs: PATIENCE_MS,
    });
    administrator = await login();
  });

  afterEach(async () => {
    await administrator.destroy();
    await instances.stop();
  });

  async function login(): Promise<TestClient> {
    const { username, password } = instances.mosquitto.control;
    const client = await instances.connect(username, password);
    await client.subscribe(`${CONTROL_TOPIC}/response`);
    return client;
  }

  /** The answers to all of them, as the broker puts it. */
  async function dynsec(...commands: object[]): Promise<string> {
    asked += 1;
    const correlationData = `administrator ${asked}`;
    const payload = JSON.stringify({ commands: commands.map((command) => ({ ...command, correlationData })) });
    await administrator.publish(CONTROL_TOPIC, payload, { qos: 1 });
    return (await administrator.next(({ text }) => text.includes(`"${correlationData}"`))).text;
  }

  async function defaults(): Promise<unknown> {
    const { responses } = JSON.parse(await dynsec({ command: 'getDefaultACLAccess' }));
    return responses[0].data.acls.map(({ allow }: { allow: boolean }) => allow);
  }

  it('denies by default whatever no role allows, before it does anything else, and again after each restart', async () => {
    await instances.provisioner.provision(ALICE);
    expect(await defaults()).toEqual([false, false, false, false]);
    await dynsec({
      command: 'setDefaultACLAccess',
      acls: [{ acltype: 'publishClientReceive', allow: true }],
    });
    expect(await defaults()).toContain(true);
    await instances.mosquitto.restart();
    await instances.provisioner.provision({ ...ALICE, user: 'Bob12345' });
    administrator = await login();
    expect(await defaults()).toEqual([false, false, false, false]);
  });

  it('says at each connection that it is there, with the accounts it had', async () => {
    await eventually(() => ups === 1, 'the first connection');
    await instances.provisioner.provision(ALICE);
    await instances.mosquitto.restart();
    await eventually(() => ups === 2, 'the second connection');
    await instances.connect(ALICE.user, 'Secret1').then((client) => client.end());
    expect(await instances.provisioner.reconcile([ALICE])).toEqual(NO_DRIFT);
  });

  /** Gives up soon. Connected, and with Alice's account there. */
  async function openImpatient() {
    let connections = 0;
    const onUp = () => {
      connections += 1;
    };
    const provisioner = instances.open({ timeoutMs: 2000, onUp });
    await instances.provisioner.provision(ALICE);
    await eventually(() => connections === 1, 'the first connection');
    return { provisioner, isBack: () => eventually(() => connections === 2, 'the second connection') };
  }

  it('fails in time while the broker is away, and works when it is back', async () => {
    const { provisioner, isBack } = await openImpatient();
    await instances.mosquitto.halt();
    const { provision, deprovision, disconnect, reconcile } = provisioner;
    const attempts = [provision(ALICE), deprovision(ALICE.user), disconnect(ALICE.user), reconcile([ALICE])];
    await Promise.all(attempts.map((attempt) => expect(attempt).rejects.toMatchObject(UNAVAILABLE)));
    await instances.mosquitto.restart();
    await isBack();
    expect(await deprovision(ALICE.user)).toMatchObject({ retainedPurged: 0 });
  });

  it('fails in time when the broker answers nothing any more, and works when it does again', async () => {
    const { provisioner, isBack } = await openImpatient();
    instances.mosquitto.freeze();
    await expect(provisioner.disconnect(ALICE.user)).rejects.toMatchObject(UNAVAILABLE);
    instances.mosquitto.thaw();
    await isBack();
    await provisioner.deprovision(ALICE.user);
    await expect(instances.connect(ALICE.user, 'Secret1')).rejects.toHaveProperty('code');
  });

  it('fails in time where no broker is, or one that refuses it, and tells why without the password', async () => {
    const address = { ...instances.mosquitto.control, port: await freePort() };
    const wrong = { ...instances.mosquitto.control, password: 'no-log-may-hold-this-either' };
    for (const options of [{ address }, { address: wrong }]) {
      const provisioner = instances.open({ ...options, timeoutMs: 300 });
      await expect(provisioner.provision(ALICE)).rejects.toMatchObject(UNAVAILABLE);
    }
    expect(instances.log.visible()).toContain('warn: no connection to the MQTT broker, trying on');
    expect(JSON.stringify(instances.log.lines)).not.toContain('no-log-may-hold-this');
  });

  it('fails in time under an account that may not use the control topic', async () => {
    await dynsec({ command: 'createClient', username: 'powerless', password: 'powerless' });
    const address = { ...instances.mosquitto.control, username: 'powerless', password: 'powerless' };
    const provisioner = instances.open({ address, timeoutMs: 300 });
    await expect(provisioner.provision(ALICE)).rejects.toMatchObject(UNAVAILABLE);
  });

  it('never touches the account that it uses itself', async () => {
    const { username } = instances.mosquitto.control;
    const { provision, deprovision, disconnect, reconcile } = instances.provisioner;
    await expect(provision({ ...ALICE, user: username })).rejects.toMatchObject(UNAVAILABLE);
    await expect(deprovision(username)).rejects.toMatchObject(UNAVAILABLE);
    await expect(disconnect(username)).rejects.toMatchObject(UNAVAILABLE);
    expect(await reconcile([])).toEqual(NO_DRIFT);
    expect(ups).toBe(1);
  });

  it('does not take the answers to another client for its own', async () => {
    const others = ['one', 'two', 'three'].map((installation, index) => {
      return { provisioner: instances.open({ installation }), spec: { ...ALICE, user: `User${index}xyz` } };
    });
    await Promise.all(others.map(({ provisioner, spec }) => provisioner.provision(spec)));
    const drifts = await Promise.all(others.map(({ provisioner, spec }) => provisioner.reconcile([spec])));
    expect(drifts).toEqual(others.map(() => NO_DRIFT));
    for (const { spec } of others) await (await instances.connect(spec.user, 'Secret1')).end();
  });

  it('leaves the accounts of another installation alone', async () => {
    const neighbour = instances.open({ installation: 'other' });
    await neighbour.provision(ALICE);
    expect(await instances.provisioner.reconcile([])).toEqual(NO_DRIFT);
    await expect(instances.provisioner.deprovision(ALICE.user)).rejects.toMatchObject(UNAVAILABLE);
    expect(await neighbour.reconcile([ALICE])).toEqual(NO_DRIFT);
  });

  it('finishes a removal that was broken off half-way', async () => {
    await instances.provisioner.provision(ALICE);
    const client = await instances.connect(ALICE.user, 'Secret1');
    await client.publish(`${ALICE.user}/kept`, 'kept', { qos: 1, retain: true });
    const mark = { textdescription: 'nestmtx-bridge test', roles: [{ rolename: `nb_${ALICE.user}`, priority: 0 }] };
    await dynsec(
      { command: 'deleteClient', username: ALICE.user },
      { command: 'createClient', username: `nb_purge_${ALICE.user}`, password: 'left behind', ...mark },
    );
    expect(await instances.provisioner.reconcile([])).toEqual({ added: [], removed: [ALICE.user] });
    expect(await dynsec({ command: 'listClients' }, { command: 'listRoles' })).not.toContain(ALICE.user);
    await administrator.subscribe(`${ALICE.user}/#`);
    await dynsec({ command: 'listRoles' });
    expect(administrator.received.filter(({ topic }) => topic.startsWith(ALICE.user))).toEqual([]);
  });

  it('gives a changed role its two roots back', async () => {
    await instances.provisioner.provision(ALICE);
    const role = { rolename: `nb_${ALICE.user}`, textdescription: 'nestmtx-bridge test' };
    const everything = { acltype: 'subscribePattern', topic: '#', allow: true };
    await dynsec({ command: 'modifyRole', ...role, acls: [everything] });
    expect(await instances.provisioner.reconcile([ALICE])).toEqual(NO_DRIFT);
    const client = await instances.connect(ALICE.user, 'Secret1');
    expect(await client.subscribe(['#', `/${ALICE.user}/#`])).toEqual([0x87, 1]);
  });

  it('removes more retained messages than the broker sends at once', async () => {
    await instances.provisioner.provision(ALICE);
    const client = await instances.connect(ALICE.user, 'Secret1');
    for (let n = 0; n < 4000; n += 1) {
      await client.publish(`${n % 2 ? '/' : ''}${ALICE.user}/${n}`, 'x'.repeat(8000), { retain: true });
    }
    await client.publish(`${ALICE.user}/last`, 'x', { qos: 1 });
    expect(await instances.provisioner.deprovision(ALICE.user)).toMatchObject({ retainedPurged: 4000 });
  });
});
