/** Pins the text that Prometheus reads: its three kinds of line, and labels that cannot break out of their quotes. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { metricsText } from '../../src/core/metrics.ts';

it('is help, type and samples, and nothing for a metric without any', () => {
  const text = metricsText([
    { name: 'up', help: 'Whether\nit\\works.', type: 'gauge', samples: [{ value: 1 }] },
    { name: 'none', help: 'x', type: 'counter', samples: [] },
    {
      name: 'a_total',
      help: 'As.',
      type: 'counter',
      samples: [{ labels: { user: 'x', kind: 'y' }, value: 1.5 }],
    },
  ]);
  expect(text).toBe(
    '# HELP up Whether\\nit\\\\works.\n# TYPE up gauge\nup 1\n# HELP a_total As.\n# TYPE a_total counter\na_total{user="x",kind="y"} 1.5\n',
  );
});

it('gives every label back to whoever reads it by the rules', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '\n', 'n', '}', ' ', 'é') }), (label) => {
      const text = metricsText([
        { name: 'm', help: 'x', type: 'gauge', samples: [{ labels: { l: label }, value: 7 }] },
      ]);
      const [, , sample = ''] = text.split('\n');
      const [, written = ''] = /^m\{l="((?:[^"\\]|\\.)*)"\} 7$/.exec(sample) ?? [];
      const read = written.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
      expect(read).toBe(label);
    }),
  );
});
