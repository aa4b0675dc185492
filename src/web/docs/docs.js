/**
 * Fills the page: Swagger UI shows the HTTP side; the MQTT side is a list of topics with an example of each message. As dark as the
 * console, and signed in as there.
 */

const TOKEN = 'nestmtx-bridge-token';
const THEME = 'nestmtx-bridge-theme';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
showTheme();
systemIsDark.addEventListener('change', showTheme);

const ui = window.SwaggerUIBundle({
  url: '../openapi.json',
  dom_id: '#http',
  // Links in what opens an operation would be buttons in buttons.
  deepLinking: false,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  // Otherwise the document would be sent to a server of Swagger's.
  validatorUrl: null,
  onComplete: signIn,
});
addEventListener('storage', ({ key }) => {
  if (key === TOKEN || key === null) signIn();
  if (key === THEME || key === null) showTheme();
});

showMqtt().catch((error) => {
  document.querySelector('#mqtt-about').textContent = `asyncapi.json cannot be shown: ${error}`;
});

/** As whoever is signed in at the console in this browser; whom a proxy before us vouches for needs no token. */
function signIn() {
  const token = kept(sessionStorage, TOKEN) ?? kept(localStorage, TOKEN);
  if (token === undefined) ui.authActions.logout(['bearer']);
  else ui.preauthorizeApiKey('bearer', token);
}

/** What the console was shown in when it led here, else what was chosen there, else what the system says. */
function showTheme() {
  const chosen = new URLSearchParams(location.search).get('theme') ?? kept(localStorage, THEME);
  const isDark = chosen === 'dark' || (chosen !== 'light' && systemIsDark.matches);
  document.documentElement.classList.toggle('dark-mode', isDark);
}

function kept(store, key) {
  return store.getItem(key) ?? undefined;
}

async function showMqtt() {
  const response = await fetch('../asyncapi.json');
  const { info, channels, operations, components } = await response.json();
  document.querySelector('#mqtt-about').textContent = info.description;
  const list = document.querySelector('#mqtt-channels');
  for (const [name, channel] of Object.entries(channels)) {
    const isSent = Object.values(operations).some(
      ({ action, channel: of, reply }) =>
        (action === 'send' && of.$ref === `#/channels/${name}`) || reply?.channel.$ref === `#/channels/${name}`,
    );
    list.append(channelOf(channel, isSent ? 'subscribe' : 'publish', components.messages));
  }
}

/** What a client does there: `subscribe` or `publish`. */
function channelOf({ address, description, messages }, doing, all) {
  const details = element('details');
  const summary = element('summary');
  summary.append(element('code', address), ` ${doing}: ${description}`);
  details.append(summary, ...Object.keys(messages).map((name) => messageOf(name, all[name])));
  return details;
}

function messageOf(name, { summary, description, examples = [] }) {
  const article = element('article');
  article.append(element('h3', name), element('p', [summary, description].filter(Boolean).join('. ')));
  for (const { payload, summary: about } of examples) {
    if (about) article.append(element('p', about));
    article.append(element('pre', typeof payload === 'string' ? payload : JSON.stringify(payload, null, 2)));
  }
  return article;
}

function element(name, text = '') {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
