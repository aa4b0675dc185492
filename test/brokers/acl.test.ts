/** Pins who may publish, subscribe to and receive what on our brokers (I-30, I-31, N-08, N-09). */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAcl } from '../../src/brokers/acl.ts';
import type { Account } from '../../src/core/accounts/accounts.ts';
import { isSubset, isTopicFilter, matches, withoutShare } from '../../src/protocol/topic-match.ts';
import { topicsOf } from '../../src/protocol/topics.ts';

const topics = topicsOf('nestmtx');
const ROOTS = ['alice', 'bob'];
/** The last but one was given when the base topic was another. */
const DEVICE_TOPICS = ['homeassistant/#', 'tele/+/#', '/stat/plug', 'nestmtx/#', '/nestmtx/events/#'];
const acl = createAcl({
  topics,
  isInstanceRoot: (name) => ROOTS.includes(name),
  topicsOf: ({ kind }) => (kind === 'device' ? DEVICE_TOPICS : []),
});

const account = (kind: Account['kind'], username: string): Account => ({
  key: username,
  kind,
  username,
  generation: 1,
});
const root = account('admin', 'root');
const carol = account('user', 'carol');
const alice = account('instance', 'alice');
const plug = account('device', 'plug');
const EVERYBODY = [root, carol, plug, alice];

const subscribes = (who: Account, filter: string) => acl.subscribe(who, filter).allowed;
const publishes = (who: Account, topic: string) => acl.publish(who, topic).allowed;

/** Levels that tend to hit something. */
const level = fc.constantFrom(
  '',
  'alice',
  'bob',
  'nestmtx',
  'requests',
  'responses',
  'events',
  'state',
  'homeassistant',
  'tele',
  '$SYS',
  '$share',
  'a',
);
const prefix = fc.constantFrom('', 'alice/', '/alice/', 'nestmtx/', 'nestmtx/responses/', '/nestmtx/events/');
const filter = fc
  .tuple(prefix, fc.array(fc.oneof(level, fc.constantFrom('+', '#')), { minLength: 1, maxLength: 4 }))
  .map(([start, levels]) => start + levels.join('/'))
  .filter(isTopicFilter);
/** A filter and a name that it selects. */
const selection = fc.tuple(filter, fc.array(level, { minLength: 4, maxLength: 4 })).map(([wanted, fillings]) => {
  const fillIn = (wildcard: string, index: number) =>
    wildcard === '+' || wildcard === '#' ? (fillings[index % 4] ?? '') : wildcard;
  return { wanted, topic: (withoutShare(wanted) ?? wanted).split('/').map(fillIn).join('/') };
});

describe('the service', () => {
  it.each(EVERYBODY)('shares its requests with nobody, $kind included', (who) => {
    expect(subscribes(who, 'nestmtx/requests')).toBe(false);
    expect(acl.receive(who, 'nestmtx/requests')).toBe(false);
  });

  it.each([
    'nestmtx/responses/a',
    'nestmtx/responses/a/b',
    'nestmtx/failures',
    'nestmtx/events',
    'nestmtx/events/camera/1/ready',
    'nestmtx/stream/camera/ready',
    'nestmtx/state/camera/1',
    'nestmtx/snapshot/camera/1',
    'nestmtx/homeassistant/camera/1',
    'nestmtx/availability',
    '/nestmtx/events/camera/1/ready',
    '/nestmtx/stream/camera/ready',
    '/nestmtx/availability',
    '$SYS',
    '$SYS/broker/uptime',
  ])('alone publishes %s', (topic) => {
    for (const who of EVERYBODY) expect(publishes(who, topic)).toBe(false);
  });
});

describe('a user', () => {
  it('publishes requests and nothing else', () => {
    expect(publishes(carol, 'nestmtx/requests')).toBe(true);
    for (const topic of ['nestmtx/command/camera/1/restart', 'nestmtx/command/instance/abc/rotate']) {
      expect(publishes(carol, topic)).toBe(false);
      expect(publishes(alice, topic)).toBe(false);
      expect(publishes(root, topic)).toBe(true);
    }
    for (const topic of ['nestmtx', 'nestmtx/requests/a', '/nestmtx/requests', 'carol/a', 'a', '$anything']) {
      expect(publishes(carol, topic)).toBe(false);
    }
  });

  it('receives answers and what the service tells everybody, and nothing else', () => {
    const readable = ['nestmtx/responses/a', 'nestmtx/failures', 'nestmtx/state/camera/1', '/nestmtx/events/x/1/y'];
    const others = [
      'nestmtx/requests',
      'nestmtx/command/x',
      'responses/a',
      'a/nestmtx/responses/',
      'home/lights',
      'alice/a',
    ];
    expect([...readable, ...others].filter((topic) => acl.receive(carol, topic))).toEqual(readable);
  });

  it.each([
    'nestmtx/failures',
    'nestmtx/availability',
    'nestmtx/state/#',
    'nestmtx/state/camera/+',
    'nestmtx/snapshot/#',
    'nestmtx/snapshot/camera/1',
    'nestmtx/events/#',
    'nestmtx/events/camera/+/ready',
    'nestmtx/stream/#',
    '/nestmtx/events/#',
    '/nestmtx/stream/camera/+',
    'nestmtx/responses/a-b',
    'nestmtx/responses/with/slashes and spaces',
    `nestmtx/responses/${'x'.repeat(128)}`,
  ])('may subscribe to %s', (wanted) => {
    expect(subscribes(carol, wanted)).toBe(true);
  });

  it.each([
    '#',
    '+/#',
    '/#',
    'nestmtx/#',
    'nestmtx/+',
    '+/events/#',
    'nestmtx/responses',
    'nestmtx/responses/#',
    'nestmtx/responses/+',
    'nestmtx/responses/a/+',
    'nestmtx/responses/a/',
    '/nestmtx/failures',
    '/nestmtx/state/#',
    '/nestmtx/snapshot/#',
    '$SYS/#',
    '$share/group/nestmtx/requests',
    '$share/group/#',
    '$share/nestmtx/events',
    'alice/#',
    'nestmtx/events/#/a',
    'nestmtx/events+',
    '',
  ])('may not subscribe to %j', (wanted) => {
    expect(subscribes(carol, wanted)).toBe(false);
  });

  it('never selects an answer whose request id the filter does not spell out', () => {
    fc.assert(
      fc.property(selection, ({ wanted, topic }) => {
        if (subscribes(carol, wanted) && topic.startsWith('nestmtx/responses/'))
          expect(topic).toBe(withoutShare(wanted) ?? wanted);
      }),
    );
  });
});

describe('an admin', () => {
  it.each(['#', 'nestmtx/#', 'nestmtx/requests/#', '+/+', '/+/#', 'nestmtx/responses/+', '$SYS/#', 'home/lights'])(
    'may subscribe to %s',
    (wanted) => {
      expect(subscribes(root, wanted)).toBe(true);
    },
  );

  it.each(['nestmtx/requests', 'nestmtx', 'home/lights', '/home/lights', 'homeassistant/camera/a/config', '$other'])(
    'may publish %s',
    (topic) => {
      expect(publishes(root, topic)).toBe(true);
    },
  );

  it.each(['alice', '/alice', 'alice/a', '/alice/a/b', '/bob/'])('neither publishes nor receives %s', (topic) => {
    expect(publishes(root, topic)).toBe(false);
    expect(acl.receive(root, topic)).toBe(false);
    expect(subscribes(root, topic)).toBe(false);
    expect(subscribes(root, `${topic}/#`)).toBe(false);
  });
});

describe('a device', () => {
  it.each(['homeassistant/switch/plug/config', 'homeassistant', 'tele/plug/a/b', 'tele/x', '/stat/plug'])(
    'publishes, subscribes to and receives %s',
    (topic) => {
      expect([publishes(plug, topic), subscribes(plug, topic), acl.receive(plug, topic)]).toEqual([true, true, true]);
    },
  );

  it.each(['homeassistant/#', 'homeassistant/+/#', 'tele/+/#', 'tele/plug/#', 'tele/+/state', '$share/g/tele/plug/#'])(
    'may subscribe to %s',
    (wanted) => {
      expect(subscribes(plug, wanted)).toBe(true);
    },
  );

  it.each([
    ...['nestmtx/availability', 'nestmtx/state/camera/1', 'nestmtx/snapshot/camera/1', 'nestmtx/homeassistant/bridge'],
    ...['nestmtx/events/camera/1/ready', '/nestmtx/events/camera/1/ready', 'nestmtx/stream/x/ready'],
  ])('that was given %s subscribes to it and receives it, and leaves it to the service to say it', (topic) => {
    expect([publishes(plug, topic), subscribes(plug, topic), acl.receive(plug, topic)]).toEqual([false, true, true]);
  });

  it('that was given commands gives them', () => {
    expect(publishes(plug, 'nestmtx/command/camera/1/restart')).toBe(true);
  });

  it('that was given everything has everything but what the service and instances have for themselves', () => {
    const all = createAcl({ topics, isInstanceRoot: (name) => ROOTS.includes(name), topicsOf: () => ['#'] });
    expect(
      ['#', '+/x', 'zigbee2mqtt/#', 'nestmtx/state/#'].map((filter) => all.subscribe(plug, filter).allowed),
    ).toEqual([true, true, true, true]);
    const others = ['nestmtx/requests', 'nestmtx/responses/x', 'nestmtx/#', 'alice/a', '$SYS/#'];
    expect(others.filter((filter) => all.subscribe(plug, filter).allowed)).toEqual([]);
    const names = [
      ...['a/b', 'nestmtx/state/camera/1', 'nestmtx/requests', 'nestmtx/responses/x', 'alice/a', '$SYS/x'],
      ...['/nestmtx/requests', '/nestmtx/state/camera/1', '/nestmtx'],
    ];
    expect(names.filter((name) => all.receive(plug, name))).toEqual(['a/b', 'nestmtx/state/camera/1']);
    expect(names.filter((name) => all.publish(plug, name).allowed)).toEqual(['a/b']);
  });

  it.each(['tele', 'stat/plug', '/stat/plug/a', 'a', 'plug/a', 'nestmtx/requests', 'nestmtx/responses/x', 'nestmtx/x'])(
    'neither publishes, subscribes to nor receives %s',
    (topic) => {
      expect([publishes(plug, topic), subscribes(plug, topic), acl.receive(plug, topic)]).toEqual([
        false,
        false,
        false,
      ]);
    },
  );

  it.each(['#', '+/plug/#', 'tele/#', '/+/plug', 'nestmtx/#', '/nestmtx/#', '$SYS/#', '$share/g/tele/#', '$share/g/#'])(
    'may not subscribe to %s',
    (wanted) => {
      expect(subscribes(plug, wanted)).toBe(false);
    },
  );

  it('selects by a granted filter only what it was given, and nothing of the service', () => {
    fc.assert(
      fc.property(selection, ({ wanted, topic }) => {
        if (!subscribes(plug, wanted) || !matches(withoutShare(wanted) ?? wanted, topic)) return;
        expect(DEVICE_TOPICS.some((given) => matches(given, topic))).toBe(true);
        expect(topic).not.toMatch(/^\/?nestmtx\/(requests|responses|failures)/);
      }),
    );
  });
});

describe('an instance', () => {
  it.each(['alice', '/alice', 'alice/', 'alice/a', '/alice/a/b', 'alice/$SYS'])('owns %s', (topic) => {
    expect(publishes(alice, topic)).toBe(true);
    expect(subscribes(alice, topic)).toBe(true);
    expect(acl.receive(alice, topic)).toBe(true);
    expect(acl.receive(account('instance', 'bob'), topic)).toBe(false);
  });

  it.each(['alice/#', '/alice/#', 'alice/+', '/alice/+/b/#', '$share/g/alice/#', '$share/g//alice/+'])(
    'may subscribe to %s',
    (wanted) => {
      expect(subscribes(alice, wanted)).toBe(true);
      expect(publishes(alice, wanted)).toBe(false);
    },
  );

  it.each([
    '#',
    '+',
    '/#',
    '+/a',
    '/+/a',
    '+/#',
    'bob/#',
    '/bob/a',
    'alicex/a',
    'Alice/a',
    '//alice/a',
    '$SYS/#',
    '$share/g/bob/#',
    '$share/alice/#',
    '$share/g/#',
    'nestmtx/events/#',
    'nestmtx/requests',
  ])('may not subscribe to %s', (wanted) => {
    expect(subscribes(alice, wanted)).toBe(false);
  });

  it('selects no name of another root by any filter it is granted', () => {
    fc.assert(
      fc.property(selection, ({ wanted, topic }) => {
        if (!subscribes(alice, wanted)) return;
        expect(topic).toMatch(/^\/?alice($|\/)/);
        expect(acl.receive(alice, topic)).toBe(true);
      }),
    );
  });

  it('is granted every filter within its root', () => {
    fc.assert(
      fc.property(filter, (wanted) => {
        const meant = withoutShare(wanted) ?? wanted;
        return subscribes(alice, wanted) === (isSubset(meant, 'alice/#') || isSubset(meant, '/alice/#'));
      }),
    );
  });

  it.each(['+', '#', 'a/b', '$SYS', '', 'nestmtx'])('called %j owns nothing', (username) => {
    const odd = account('instance', username);
    for (const topic of [username, `${username}/a`, 'a', 'a/b', '$SYS/a', 'nestmtx/events', '/']) {
      expect(publishes(odd, topic)).toBe(false);
      expect(subscribes(odd, topic)).toBe(false);
      expect(acl.receive(odd, topic)).toBe(false);
    }
  });
});

describe('every account', () => {
  it('receives all that a granted filter selects, save requests and foreign roots', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EVERYBODY), selection, (who, { wanted, topic }) => {
        if (!subscribes(who, wanted) || !matches(withoutShare(wanted) ?? wanted, topic)) return;
        const isHidden = topic === 'nestmtx/requests' || (who.kind === 'admin' && /^\/?(alice|bob)($|\/)/.test(topic));
        expect(acl.receive(who, topic)).toBe(!isHidden);
      }),
    );
  });
});
