/** Owns the question whether a program that a suite needs is installed: skipped with a line on a laptop, a failure in CI. */

import { spawnSync } from 'node:child_process';

/** What each program is for, in the words of the line that says why something is skipped. */
export const PROGRAMS = {
  apparmor_parser: 'the AppArmor profile',
  bash: 'the completion of bash',
  buildah: 'the image',
  chromium: 'the pages, and the editor of Node-RED',
  debootstrap: 'the image',
  ffmpeg: 'pictures of cameras',
  flock: 'the image',
  haproxy: 'the balancer of a cluster',
  ip: 'partitions of a cluster in network namespaces',
  mosquitto: 'other brokers than our own',
  mosquitto_ctrl: 'instances at mosquitto',
  mosquitto_passwd: 'other brokers than our own',
  mosquitto_sub: "mosquitto's clients",
  'nats-server': 'several bridges on one NATS cluster',
  openssl: 'TLS to other brokers',
  podman: 'the image',
  runc: 'the image',
  'systemd-analyze': 'the systemd unit',
  tini: 'the image',
  wget: 'publishers at a real MediaMTX',
} as const;

export type Program = keyof typeof PROGRAMS;

/** True when `program` is on the PATH; where everything is required (`CI`), an absent program throws instead. */
export function hasProgram(program: Program): boolean {
  if (isInstalled(program)) return true;
  if (process.env['CI']) throw new Error(`${program} is required in CI and is not installed`);
  process.stdout.write(`skipped: ${program} is not installed\n`);
  return false;
}

/** What does the same: Debian's build of Chromium without windows needs half of the time. */
export const LIGHTER_CHROMIUM = 'chromium-headless-shell';

export function isInstalled(program: Program): boolean {
  return isOnPath(program) || (program === 'chromium' && isOnPath(LIGHTER_CHROMIUM));
}

export function isOnPath(program: string): boolean {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`;
  return spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH: path } }).status === 0;
}
