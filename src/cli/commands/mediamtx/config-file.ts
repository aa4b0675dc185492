/** Owns the text that belongs into `mediamtx.yml`, for a version of MediaMTX and a configuration of ours. Pure; holds no secret. */

export interface MediaMtxConfigFor {
  /** As in 1.20: the oldest that is spoken to is 1.8. */
  readonly minor: number;
  /** 1 of 1.18.1. */
  readonly patch: number;
  /** Where MediaMTX finds us, for example `http://127.0.0.1:2000`. */
  readonly ourUrl: string;
  /** Whether the hooks must show that they know the secret. */
  readonly hasHookSecret: boolean;
  /** The user of the control API; undefined where it is asked without a login. */
  readonly apiUser: string | undefined;
  /** Whether it gets WebRTC cameras of Google from us. */
  readonly hasGoogleWhep: boolean;
}

export function mediaMtxConfig(wanted: MediaMtxConfigFor): string {
  return [...head(wanted), ...login(wanted), ...patience(wanted), ...hooks(wanted), ...viewers(wanted)].join('\n');
}

function head(wanted: MediaMtxConfigFor): string[] {
  const { minor, patch, hasHookSecret, ourUrl } = wanted;
  const secret = hasHookSecret ? ['# MediaMTX needs HOOK_SECRET in its environment, with the value it has here.'] : [];
  return [
    `# For MediaMTX 1.${minor}.${patch}, to be merged into mediamtx.yml.`,
    '# The control API is all that is needed. The hooks only make events faster; they need an image with wget,',
    '# such as bluenviron/mediamtx:latest-ffmpeg, and are left out where there is none.',
    ...secret,
    ...(hasOnlineHooks(wanted)
      ? ['# runOnOnline and runOnOffline take the place of runOnReady and runOnNotReady: take those out.']
      : []),
    `# Hooks go to ${ourUrl}: correct the address where MediaMTX runs elsewhere.`,
    '',
    'api: yes',
    'apiAddress: :9997',
    '',
  ];
}

/** Whether it tells when the real source comes and goes: `alwaysAvailable` keeps a path ready without one. */
function hasOnlineHooks({ minor, patch }: MediaMtxConfigFor): boolean {
  return minor > 19 || (minor === 19 && patch >= 3);
}

/** Without users of its own MediaMTX lets only its own machine use the API. */
function login({ apiUser }: MediaMtxConfigFor): string[] {
  if (apiUser === undefined) {
    return [
      '# Without MEDIAMTX_USER and MEDIAMTX_PASS the API answers to programs on the machine of MediaMTX only.',
      '',
    ];
  }
  return [
    '# Everybody may watch and publish, as MediaMTX has it by default. The API is for us.',
    'authInternalUsers:',
    '  - user: any',
    '    permissions:',
    '      - action: publish',
    '      - action: read',
    '      - action: playback',
    `  - user: ${JSON.stringify(apiUser)}`,
    '    pass: "" # the value of MEDIAMTX_PASS',
    '    permissions:',
    '      - action: api',
    '',
  ];
}

/** Google may take longer to answer an offer than MediaMTX waits by itself. */
function patience({ minor, patch, hasGoogleWhep }: MediaMtxConfigFor): string[] {
  if (!hasGoogleWhep) return [];
  const isTooOld = minor < 18 || (minor === 18 && patch < 2);
  return [
    ...(isTooOld
      ? ['# WebRTC cameras of Google (GOOGLE_WHEP) need MediaMTX 1.18.2 or newer: this version cannot get them.']
      : []),
    '# Google takes its time to wake a camera (GOOGLE_WHEP). The timeouts of the paths are set by us.',
    'readTimeout: 30s',
    '',
  ];
}

function hooks(wanted: MediaMtxConfigFor): string[] {
  const feed = 'path=$MTX_PATH&sourceType=$MTX_SOURCE_TYPE&sourceId=$MTX_SOURCE_ID';
  const reader = 'path=$MTX_PATH&readerType=$MTX_READER_TYPE&readerId=$MTX_READER_ID';
  const line = (name: string, event: string, form: string) => `${name}: '${command(wanted, event, form)}'`;
  const ofFeed = hasOnlineHooks(wanted)
    ? [line('runOnOnline', 'online', feed), line('runOnOffline', 'offline', feed)]
    : [line('runOnReady', 'ready', feed), line('runOnNotReady', 'notReady', feed)];
  return [
    'pathDefaults:',
    ...ofFeed.map((one) => `  ${one}`),
    `  ${line('runOnRead', 'read', reader)}`,
    `  ${line('runOnUnread', 'unread', reader)}`,
    '',
    '# Only for paths that somebody publishes to on demand: beside any other source these two are not valid.',
    '# paths:',
    '#   garage:',
    '#     runOnDemand: <the command that publishes>',
    `#     ${line('runOnUnDemand', 'unDemand', 'path=$MTX_PATH')}`,
    '',
  ];
}

/** As a comment, since with it nobody can watch while we do not answer. */
function viewers({ hasHookSecret, ourUrl, apiUser }: MediaMtxConfigFor): string[] {
  const { host, protocol } = new URL(ourUrl);
  const elsewhere = `${protocol}//mediamtx:<HOOK_SECRET>@${host}/hooks/mediamtx/auth`;
  return [
    '# Optional: whoever watches or publishes logs in as a user of this service, which MediaMTX asks each time. A user may',
    '# watch every enabled camera and publish to those without another source, an administrator may do everything. While',
    '# this service does not answer nobody gets in. Commands of runOnDemand need a login too: rtsp://user:password@…',
    '# RTSP clients must send their password as it is, so leave the method of RTSP logins at basic.',
    '# authMethod: http',
    `# authHTTPAddress: ${ourUrl}/hooks/mediamtx/auth`,
    ...(hasHookSecret ? [`# From another machine, with the secret percent-encoded: ${elsewhere}`] : []),
    ...(apiUser === undefined ? OPEN_API : ['# authHTTPExclude: []']),
    '',
  ];
}

const OPEN_API = [
  '# Without MEDIAMTX_USER and MEDIAMTX_PASS our own questions have no login: let them pass, and nobody else reach them.',
  '# authHTTPExclude:',
  '#   - action: api',
  '# apiAddress: 127.0.0.1:9997',
];

/** MediaMTX runs it without a shell: words are split, then variables put in. A query could break out of a shell's words (mediamtx#5707). */
function command({ minor, patch, hasHookSecret, ourUrl }: MediaMtxConfigFor, event: string, form: string): string {
  const isQuerySafe = minor > 18 || (minor === 18 && patch >= 1);
  const body = isQuerySafe ? `${form}&query=$MTX_QUERY` : form;
  const secret = hasHookSecret ? ' --header "Authorization: Bearer $HOOK_SECRET"' : '';
  return `wget -q -T 5 -O /dev/null${secret} --post-data "${body}" ${ourUrl}/hooks/mediamtx/${event}`;
}
