/** Pins who looks after a project at Google where several bridges could: the one that has it, from the moment on at which it does. */

import { beforeEach, expect, it } from 'vitest';
import type { HeldTerm, Holdings } from '../../src/core/cluster/holdings.ts';
import { holdProjects, type Projects } from '../../src/google/projects/projects.ts';

let done: string[];
let begins: Map<string, (term: HeldTerm) => () => void | Promise<void>>;
let projects: Projects;
let isGone: boolean;
const TERM: HeldTerm = { takesOver: false, fence: () => undefined };

beforeEach(() => {
  done = [];
  isGone = false;
  begins = new Map();
  const holdings: Holdings = {
    holds: () => false,
    whileHolding(name, begin) {
      begins.set(name, begin);
      return async () => void begins.delete(name);
    },
  };
  const note = (what: string) => (id: string) => void done.push(`${what} ${id}`);
  projects = holdProjects({
    holdings,
    logins: { watch: note('renew'), leave: note('renew no more') },
    noticing: { watch: note('hear'), leave: note('hear no more') },
    sync: { soon: note('list') },
    isGone: () => isGone,
  });
});

const give = (id: string) => begins.get(`google/${id}`)?.(TERM) ?? (() => undefined);
const since = () => done.splice(0);

it('nothing is asked for a project that another bridge has, and all that is wanted while it is ours', async () => {
  projects.changed('1');
  expect(since()).toEqual([]);
  const end = give('1');
  expect(since()).toEqual(['renew 1', 'hear 1']);
  projects.changed('1');
  expect(since()).toEqual(['renew 1', 'hear 1']);
  await end();
  expect(since()).toEqual(['renew no more 1', 'hear no more 1']);
});

it('the cameras of a project that was authorised just now are listed by whoever has it, also where that comes to be a moment later', () => {
  projects.authorised('1');
  expect(since()).toEqual([]);
  give('1');
  expect(since()).toEqual(['renew 1', 'hear 1', 'list 1']);
  projects.authorised('1');
  expect(since()).toEqual(['renew 1', 'list 1']);
});

it('who comes to have a project while Google is gone looks whether it is back', () => {
  projects.changed('1');
  isGone = true;
  give('1');
  expect(since()).toEqual(['renew 1', 'hear 1', 'list 1']);
});

it('a project is known once, and given up at the end', async () => {
  projects.changed('1');
  projects.changed('1');
  projects.authorised('2');
  expect([...begins.keys()]).toEqual(['google/1', 'google/2']);
  await projects.close();
  expect([...begins.keys()]).toEqual([]);
});
