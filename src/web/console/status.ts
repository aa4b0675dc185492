/** Owns how the service is and who looks: asked for again when something happens, and every few seconds besides. */

import { computed, signal } from '@preact/signals';
import type { StatusDocument } from '../../protocol/entities/status.ts';
import type { Command } from '../../protocol/verbs.ts';
import { ask, Refusal } from './api.ts';
import { connect, disconnect, isConnected, onConnect, onEvent } from './live.ts';
import { endSession, token } from './session.ts';

const REFRESH_MS = 10_000;
const RETRY_MS = 2000;

export const status = signal<StatusDocument | undefined>(undefined);
export const viewer = computed(() => status.value?.viewer ?? undefined);
/** Why nothing new is known. */
export const trouble = signal<Refusal | undefined>(undefined);
/** By how much the service's clock is ahead of the browser's. */
export const aheadMs = signal(0);

/** Whether the viewer may do that at all, to what belongs to others too. What the service does not offer, nobody may. */
export function may(module: string, command: Command): boolean {
  return viewer.value?.may[module]?.[command] === 'all';
}

/** Whether the viewer may do that to what is their own, at least. */
export function mayOwn(module: string, command: Command): boolean {
  return viewer.value?.may[module]?.[command] !== undefined;
}

let next: ReturnType<typeof setTimeout> | undefined;
let asking: Promise<void> | undefined;

/** Asks now; who asks meanwhile gets the same answer. */
export function refreshStatus(): Promise<void> {
  asking ??= askStatus().finally(() => {
    asking = undefined;
  });
  return asking;
}

/** Begins to ask, and goes on. */
export function watchStatus(): void {
  onConnect(() => void refreshStatus());
  onEvent(({ domain }) => {
    if (domain !== 'camera') void refreshStatus();
  });
  document.addEventListener('visibilitychange', look);
  token.subscribe(() => {
    disconnect();
    void refreshStatus();
  });
}

/** A page that nobody sees asks nothing. */
function look(): void {
  if (!document.hidden) void refreshStatus();
}

async function askStatus(): Promise<void> {
  clearTimeout(next);
  const askedAs = token.peek();
  try {
    const response = await ask('status.json', { signal: AbortSignal.timeout(REFRESH_MS) });
    show(await response.json(), askedAs);
    trouble.value = undefined;
  } catch (error) {
    trouble.value = error instanceof Refusal ? error : new Refusal('unreachable', String(error));
  }
  next = setTimeout(look, trouble.value ? RETRY_MS : REFRESH_MS);
}

let loadedVersion: string | undefined;
let connectedAs: string | undefined | null = null;

function show(now: StatusDocument, askedAs: string | undefined): void {
  loadedVersion ??= now.version;
  // The service was updated: this page belongs to the one before.
  if (now.version !== loadedVersion) {
    location.reload();
    return;
  }
  if (askedAs !== token.peek()) {
    setTimeout(() => void refreshStatus());
    return;
  }
  aheadMs.value = Date.parse(now.now) - Date.now();
  if (now.viewer === null) {
    if (askedAs !== undefined) endSession();
    disconnect();
    connectedAs = null;
  } else if (connectedAs !== askedAs || connectedAs === null) {
    connectedAs = askedAs;
    connect(askedAs);
  }
  status.value = now;
}

/** Whether what is shown is what is so. */
export const isFresh = computed(() => trouble.value === undefined && isConnected.value);
