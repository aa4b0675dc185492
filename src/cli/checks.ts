/** Owns the checks that need no part of the running service: Node, configuration, folder, ports, broker, MediaMTX, store. */

import { createClient } from '../client/client.ts';
import type { Config } from '../config/config.ts';
import { readFileSync } from 'node:fs';
import type { Context } from './command.ts';
import { locate } from './locate.ts';
import { httpRequest } from './http-request.ts';
import type { Check, Finding } from './program.ts';

const OLDEST_NODE = [20, 19] as const;
