/** Owns how bridges answer one another what the API wants to know: sealed, since people's addresses and passwords may be in it, and bounded by a message of NATS. */

import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Others } from '../../core/cluster/others.ts';
import type { Secrets } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { decode, isObject } from '../../protocol/envelope.ts';
import { isErrorCode } from '../../protocol/errors.ts';
import type { Membership } from './join.ts';

const PATIENCE_MS = 1000;
/** What a message of NATS holds that nobody has set, and some room. */
const MOST_BYTES = 1_000_000;
const MOST_UNPACKED_BYTES = 64 * 1024 * 1024;
/** In front of an answer. */
const NOTHING = 0;
const SOMETHING = 1;
const pack = promisify(gzip);
const unpack = promisify(gunzip);

export function othersOf(
  { exchange, bridge, holdings }: Pick<Membership, 'exchange' | 'bridge' | 'holdings'>,
  secrets: Pick<Secrets, 'seal' | 'open'>,
): Others {
  const own = `${bridge.name}/${shortOf(bridge.id)}`;

  async function write(subject: string, value: unknown): Promise<Buffer> {
    const packed = await pack(JSON.stringify(value ?? null));
    const sealed = Buffer.from(secrets.seal(packed.toString('base64'), subject));
    if (sealed.length > MOST_BYTES) throw new Error(`an answer of ${sealed.length} bytes is more than is sent`);
    return sealed;
  }

  async function read(subject: string, sealed: Uint8Array): Promise<unknown> {
    const packed = secrets.open(Buffer.from(sealed).toString(), subject);
    const text = await unpack(Buffer.from(packed, 'base64'), { maxOutputLength: MOST_UNPACKED_BYTES });
    return decode(text);
  }

  async function answered(subject: string, bytes: Uint8Array): Promise<{ bridge: string; outcome: unknown }> {
    const answer = await read(subject, bytes.subarray(1));
    const { bridge = '', outcome } = isObject(answer) ? answer : {};
    return { bridge: String(bridge), outcome };
  }

  const nameOf = (id: string) =>
    holdings.bridges.find(({ bridge: name }) => name.endsWith(`/${shortOf(id)}`))?.bridge ?? shortOf(id);

  return {
    own,
    async ask(subject, question, believes) {
      const { answers, silent } = await exchange.ask(subject, await write(subject, question), PATIENCE_MS);
      const heard = await Promise.all(answers.map((bytes) => answered(subject, bytes)));
      const believed = heard.flatMap(({ bridge: name, outcome }) => {
        if (isFailure(outcome)) return [];
        const value = told(outcome);
        return believes(value) ? [{ bridge: name, value }] : [];
      });
      const names = new Set(believed.map(({ bridge: name }) => name));
      const failed = heard.map(({ bridge: name }) => name).filter((name) => !names.has(name));
      return { answers: believed, silent: [...silent.map(nameOf), ...failed] };
    },
    async find(subject, question, believes) {
      const asked = exchange.ask(
        subject,
        await write(subject, question),
        PATIENCE_MS,
        (bytes) => bytes[0] === SOMETHING,
      );
      const { answers, silent } = await asked;
      const found = answers.find((bytes) => bytes[0] === SOMETHING);
      if (found !== undefined) {
        const { bridge: name, outcome } = await answered(subject, found);
        const value = told(outcome);
        if (believes(value)) return value;
        throw new ApiError('unavailable', {
          message: `${name} is of another version, and answers what nobody here knows`,
        });
      }
      if (silent.length === 0) return undefined;
      const message = `${silent.map(nameOf).join(', ')} did not answer, and may know of it`;
      throw new ApiError('unavailable', { message });
    },
    onAsked(subject, answer) {
      exchange.onAsked(subject, async (question) => {
        const outcome = await outcomeOf(async () => answer(await read(subject, question)));
        const status = outcome['value'] === undefined && !isFailure(outcome) ? NOTHING : SOMETHING;
        return Buffer.concat([Buffer.of(status), await write(subject, { bridge: own, outcome })]);
      });
    },
  };
}

async function outcomeOf(answer: () => Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    return { value: await answer() };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, message } = error;
    return { code, message };
  }
}

function isFailure(outcome: unknown): boolean {
  return isObject(outcome) && outcome['code'] !== undefined;
}

/** @throws ApiError as the other bridge has */
function told(outcome: unknown): unknown {
  const { value, code, message } = isObject(outcome) ? outcome : {};
  if (isErrorCode(code) && typeof message === 'string') throw new ApiError(code, { message });
  return value;
}

function shortOf(id: string): string {
  return id.slice(0, 8);
}
