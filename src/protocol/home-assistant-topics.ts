/** Owns the topics that exist for Home Assistant besides discovery: what its switches show, and what its switches and buttons ask for. */

const CAMERA_ACTIONS = ['enabled', 'persistent', 'restart', 'probe', 'snapshot'] as const;

const BRIDGE_ACTIONS = ['rediscover', 'restart', 'log_level'] as const;

/** What can be asked for. Each has a topic of its own, so that an access list can part them. */
export type HomeCommand =
  | { readonly target: 'camera'; readonly id: string; readonly action: (typeof CAMERA_ACTIONS)[number] }
  | { readonly target: 'instance'; readonly id: string; readonly action: 'rotate' }
  | { readonly target: 'bridge'; readonly id: null; readonly action: (typeof BRIDGE_ACTIONS)[number] };

export interface HomeAssistantTopics {
  /** Retained; what a camera's switches show. */
  camera(id: string): string;
  /** Retained; what the entities of an instance show. */
  instance(id: string): string;
  /** Retained; what the entities of the service show. */
  readonly bridge: string;
  command(command: HomeCommand): string;
  /** Selects all commands. */
  readonly commands: string;
  /** Undefined for a topic that is no command. */
  parse(topic: string): HomeCommand | undefined;
}

export function homeAssistantTopics(base: string): HomeAssistantTopics {
  const commandPrefix = `${base}/command/`;
  return {
    camera: (id) => `${base}/homeassistant/camera/${id}`,
    instance: (id) => `${base}/homeassistant/instance/${id}`,
    bridge: `${base}/homeassistant/bridge`,
    commands: `${commandPrefix}#`,
    command: ({ target, id, action }) => commandPrefix + [target, ...(id === null ? [] : [id]), action].join('/'),
    parse: (topic) =>
      topic.startsWith(commandPrefix) ? commandOf(topic.slice(commandPrefix.length).split('/')) : undefined,
  };
}

function commandOf([target, ...rest]: readonly string[]): HomeCommand | undefined {
  if (target === 'bridge') {
    const action = BRIDGE_ACTIONS.find((known) => known === rest.join('/'));
    return action && { target, id: null, action };
  }
  const [id, name] = rest;
  if (!id || rest.length !== 2) return undefined;
  if (target === 'instance') return name === 'rotate' ? { target, id, action: name } : undefined;
  const action = CAMERA_ACTIONS.find((known) => known === name);
  return target === 'camera' && action ? { target, id, action } : undefined;
}
