/** Pins that each setting tells its value and who gave it, and that no secret is among the values. */

import { describe, expect, it } from 'vitest';
import { SETTING_NAMES } from '../../src/config/schema.ts';
import { load } from './written.ts';

describe('the settings in force', () => {
  it('are all there are, with their defaults', () => {
    const { inForce } = load({});
    expect(inForce.map(({ name }) => name)).toEqual(SETTING_NAMES);
    expect(inForce.find(({ name }) => name === 'PORT')).toMatchObject({
      yaml: 'http.port',
      value: 2000,
      isSet: true,
      source: 'default',
      key: null,
    });
  });

  it('name the source that counts: the environment over the file', () => {
    const files = { 'nestmtx-bridge.yaml': 'http:\n  port: 3000\n  host: 127.0.0.1\n' };
    const { inForce } = load({ files, env: { PORT: '4000' } });
    const told = Object.fromEntries(inForce.map(({ name, value, source, key }) => [name, [value, source, key]]));
    expect(told['PORT']).toEqual([4000, 'environment', 'PORT']);
    expect(told['HOST']).toEqual(['127.0.0.1', 'nestmtx-bridge.yaml', 'http.host']);
  });

  it('keep secrets to themselves', () => {
    const { inForce } = load({ env: { ADMIN_PASSWORD: 'hush hush' } });
    expect(JSON.stringify(inForce)).not.toContain('hush');
    expect(inForce.find(({ name }) => name === 'ADMIN_PASSWORD')).toMatchObject({
      value: null,
      isSet: true,
      isSecret: true,
      source: 'environment',
    });
    expect(inForce.find(({ name }) => name === 'MQTT_PASS')).toMatchObject({ value: null, isSet: false });
  });
});
