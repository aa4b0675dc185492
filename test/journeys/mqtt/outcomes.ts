/** Every row of the contract's outcome table (2.3, 3.1), spoken by a stock MQTT client; run on the embedded broker and on mosquitto. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshId, login, refused, request, requestText } from '../../support/api/mqtt.ts';
import type { TestClient } from '../../support/brokers/mqtt-client.ts';
import { ADMIN, type Service } from '../../support/service.ts';

const EXAMPLE = { command: 'list', module: 'users', requestId: 'unique-request-id' };

export function mqttOutcomes(broker: string, open: () => Promise<{ service: Service; close(): Promise<void> }>): void {
  describe(`the request API on ${broker}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let client: TestClient;
    let token: string;

    beforeAll(async () => {
      opened = await open();
      client = await opened.service.client();
      await client.subscribe('nestmtx/failures');
      token = await login(client, ADMIN.username, ADMIN.password);
    });

    afterAll(async () => {
      await client.end();
      await opened.close();
    });

    const failure = async () => JSON.parse((await client.next('nestmtx/failures')).text).error;
    const stillAnswers = () =>
      expect(request(client, { command: 'list', module: 'health' })).resolves.toHaveProperty('healthy');

    it('answers the documentation’s own example with a token', async () => {
      const page = await request<Record<string, unknown>>(client, { ...EXAMPLE, token });
      expect(Object.keys(page)).toEqual(['search', 'page', 'itemsPerPage', 'sortBy', 'total', 'items']);
      expect(page['items']).toEqual([{ id: 1, username: 'admin', can_login: true, role: 'admin' }]);
    });

    it('answers the same example without a token: Unauthorized', async () => {
      expect(await refused(client, EXAMPLE)).toEqual({
        message: 'Unauthorized',
        code: 'unauthorized',
        details: [],
        context: EXAMPLE,
      });
    });

    it.each([
      ['', 'empty'],
      ['{', 'cut off'],
      [Buffer.from([0xff, 0xfe, 0x22]), 'no UTF-8'],
    ])('%j goes to failures: %s', async (bytes, _what) => {
      await client.publish('nestmtx/requests', bytes);
      expect(await failure()).toMatchObject({ code: 'malformed_json', context: {} });
      await stillAnswers();
    });

    it('an envelope fault goes to failures and to the response topic, with the same body', async () => {
      const requestId = freshId();
      await client.subscribe(`nestmtx/responses/${requestId}`);
      await client.publish('nestmtx/requests', JSON.stringify({ requestId, module: 'users' }));
      const [answer, reported] = [
        await client.next(`nestmtx/responses/${requestId}`),
        await client.next('nestmtx/failures'),
      ];
      expect(answer.text).toBe(reported.text);
      expect(answer.text).toBe(
        `{"error":{"message":"\\"command\\" is required","code":"invalid_envelope","details":[{"message":"\\"command\\" is required","path":["command"],"type":"any.required","context":{"label":"command","key":"command"}}],"context":{"requestId":"${requestId}"}}}`,
      );
    });

    it('an unknown module is told before the token is looked at', async () => {
      const error = await refused(client, { command: 'list', module: 'nope', token: 'wrong' });
      expect(error).toMatchObject({ message: 'Module nope not initialized', code: 'unknown_module' });
    });

    it('a wrong token on an open module is ignored', async () => {
      expect(await request(client, { command: 'list', module: 'health', token: 'wrong' })).toHaveProperty('healthy');
    });

    it('a wrong token on a secured module is Unauthorized, whether or not the verb exists', async () => {
      expect((await refused(client, { command: 'list', module: 'users', token: 'wrong' })).code).toBe('unauthorized');
      expect((await refused(client, { command: 'create', module: 'cronjobs', payload: {}, token: 'wrong' })).code).toBe(
        'unauthorized',
      );
    });

    it('a verb that the module lacks is told after the token', async () => {
      const error = await refused(client, { command: 'delete', module: 'health', entity: '1', token });
      expect(error).toMatchObject({
        message: 'Module health does not implement a delete method',
        code: 'unsupported_command',
      });
    });

    it('a request without a result is answered by an empty message', async () => {
      const { id } = await request<{ id: number }>(client, {
        command: 'create',
        module: 'users',
        payload: { username: freshId(), password: 'secret', can_login: true },
        token,
      });
      expect(await requestText(client, { command: 'delete', module: 'users', entity: String(id), token })).toBe('');
    });

    it('an absent row is not found, and so is an id that is no number', async () => {
      for (const entity of ['99', 'abc', '1e0', '-1']) {
        const error = await refused(client, { command: 'read', module: 'users', entity, token });
        expect(error).toMatchObject({ message: 'Row not found', code: 'not_found' });
      }
    });

    it.each(['#', 'a+b', '/a', 'a/', 'x'.repeat(129)])(
      'the request id %j is refused on failures and nothing else happens',
      async (requestId) => {
        await client.publish('nestmtx/requests', JSON.stringify({ command: 'list', module: 'health', requestId }));
        expect(await failure()).toMatchObject({ code: 'invalid_request_id', context: {} });
        await stillAnswers();
      },
    );

    it.each(['a/b/c', 'a b', 'ü', 'x'.repeat(128)])('the request id %j is legal', async (requestId) => {
      expect(await request(client, { command: 'list', module: 'version', requestId })).toHaveProperty('release');
    });

    it('a redelivery of a request that ran does not run again', async () => {
      // mqtt.js sends the flag as given; both messages are the same request.
      const body = JSON.stringify({ command: 'list', module: 'health', requestId: 'dup-1' });
      await client.subscribe('nestmtx/responses/dup-1');
      await client.publish('nestmtx/requests', body, { qos: 1 });
      await client.next('nestmtx/responses/dup-1');
      const answersBefore = client.received.length;
      await client.publish('nestmtx/requests', body, { qos: 1, dup: true });
      await stillAnswers();
      const repeated = client.received.slice(answersBefore).filter(({ topic }) => topic === 'nestmtx/responses/dup-1');
      // A broker may clear the flag when it passes the message on; then it is a new request to the service.
      expect(repeated.length).toBeLessThanOrEqual(broker === 'the embedded broker' ? 0 : 1);
    });

    it('MQTT 5: the answer also goes to the Response Topic, with the Correlation Data', async () => {
      const requestId = freshId();
      const responseTopic = `nestmtx/responses/elsewhere-${requestId}`;
      const correlationData = Buffer.from([1, 2, 250]);
      await client.subscribe([responseTopic, `nestmtx/responses/${requestId}`]);
      await client.publish('nestmtx/requests', JSON.stringify({ command: 'list', module: 'version', requestId }), {
        properties: { responseTopic, correlationData },
      });
      const own = await client.next(`nestmtx/responses/${requestId}`);
      const elsewhere = await client.next(responseTopic);
      expect(elsewhere.text).toBe(own.text);
      expect(elsewhere.properties.correlationData).toEqual(correlationData);
    });

    it('MQTT 5: no answer is sent where the caller may not listen', async () => {
      const requestId = freshId();
      const responseTopic = 'nestmtx/availability';
      await client.subscribe(responseTopic);
      expect((await client.next(responseTopic)).text).toBe('online');
      await client.publish('nestmtx/requests', JSON.stringify({ command: 'list', module: 'version', requestId }), {
        properties: { responseTopic: 'nestmtx/requests' },
      });
      await stillAnswers();
    });

    it('many requests at once are all answered, each under its own id', async () => {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          request<Record<string, unknown>>(client, {
            ...EXAMPLE,
            requestId: `many/${index}`,
            payload: { note: index },
            token,
          }),
        ),
      );
      expect(answers.map((answer) => answer['note'])).toEqual(Array.from({ length: 100 }, (_, index) => index));
    });

    it('1,000 retained requests with # as their id stop nothing, and one that is answered later is not among them', async () => {
      const attack = JSON.stringify({ command: 'list', module: 'health', requestId: '#' });
      for (let count = 0; count < 1000; count += 1) await client.publish('nestmtx/requests', attack, { retain: true });
      await stillAnswers();
    });
  });
}
