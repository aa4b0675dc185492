/** What the app keeps: over a stop and a start, over a crash, and from every version before. */

import { readdirSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startContainer } from '../../support/app/container.ts';
import { type AppImage, appImageIsMissing, BUILD_TIMEOUT_MS, buildAppImage } from '../../support/app/image.ts';
import { expectAtHome, expectRemembered, moveIn } from '../../support/home-assistant/household.ts';
import { ADMIN } from '../../support/service.ts';

/** A data folder per version, left behind by the household of the tests: a release adds its own. */
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const versions = readdirSync(fixtures).filter((name) => name.startsWith('data-'));

describe.skipIf(appImageIsMissing)('the state of the app', () => {
  let app: AppImage;
  let folder: string;

  beforeAll(async () => {
    app = await buildAppImage();
    folder = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-state-'));
  }, BUILD_TIMEOUT_MS);

  afterAll(() => rm(folder, { recursive: true }));

  it('outlives a restart and a crash: users, cameras, logins, and passwords of instances', async () => {
    const data = await mkdtemp(join(folder, 'data-'));
    const env = { ADMIN_PASSWORD: ADMIN.password };
    const container = await startContainer(app, { data, env });
    try {
      const { token, instance } = await moveIn(await container.healthy());
      expect(await container.stop()).toBe(0);

      await container.start();
      const restarted = await container.healthy();
      expect((await expectAtHome(restarted)).instance).toMatchObject(instance);
      await expectRemembered(restarted, token);

      await app.podman(['kill', '--signal', 'KILL', container.name]);
      await container.ended();
      await container.start();
      await expectRemembered(await container.healthy(), token);
    } finally {
      await container.remove();
    }
  });

  it.each(versions)('is taken over from %s', async (version) => {
    const data = join(folder, version);
    await cp(join(fixtures, version), data, { recursive: true });
    const container = await startContainer(app, { data });
    try {
      await expectAtHome(await container.healthy());
      expect(await container.log()).not.toContain('The first administrator');
    } finally {
      await container.remove();
    }
  });
});
