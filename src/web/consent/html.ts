/** Owns the words of the page after Google's consent, in two languages, and its HTML: no script, nothing from elsewhere. */

export type ConsentResult =
  | { readonly kind: 'done' | 'stale' | 'empty' }
  /** What Google said, or why it could not be asked. */
  | { readonly kind: 'declined' | 'failed'; readonly reason: string };

type Language = 'en' | 'de';
type Words = readonly [title: string, text: string];

const WORDS: Readonly<Record<Language, Readonly<Record<ConsentResult['kind'], Words>>>> = {
  en: {
    done: ['Google has let us in', 'The cameras appear within a minute. This page can be closed.'],
    stale: [
      'This answer is no longer good',
      'A link to Google is good once, and for ten minutes. Get a new one where you got this one, and start again.',
    ],
    empty: [
      'Nothing to do here',
      'Google sends the browser to this page after consent. Start with the link of the credentials.',
    ],
    declined: [
      'Google has not let us in',
      'Nothing was changed. Start again with a new link if that was not meant. Google says:',
    ],
    failed: ['Google could not be asked', 'Nothing was changed. Get a new link and start again. The reason:'],
  },
  de: {
    done: [
      'Google hat uns eingelassen',
      'Die Kameras erscheinen binnen einer Minute. Diese Seite kann geschlossen werden.',
    ],
    stale: [
      'Diese Antwort gilt nicht mehr',
      'Ein Link zu Google gilt einmal und zehn Minuten lang. Bitte einen neuen holen, wo dieser herkam, und von vorn beginnen.',
    ],
    empty: [
      'Hier ist nichts zu tun',
      'Google schickt den Browser nach der Zustimmung hierher. Beginnen Sie mit dem Link der Zugangsdaten.',
    ],
    declined: [
      'Google hat uns nicht eingelassen',
      'Nichts wurde geändert. Wenn das nicht gemeint war: mit einem neuen Link von vorn. Google sagt:',
    ],
    failed: [
      'Google konnte nicht gefragt werden',
      'Nichts wurde geändert. Bitte einen neuen Link holen und von vorn beginnen. Der Grund:',
    ],
  },
};

export function consentHtml(result: ConsentResult, language: Language): string {
  const [title, text] = WORDS[language][result.kind];
  const reason = 'reason' in result ? `<p><code>${escaped(result.reason.slice(0, 500))}</code></p>` : '';
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="/console/logo.svg" type="image/svg+xml">
<title>${title}</title>
<h1>${title}</h1>
<p>${text}</p>
${reason}<p><a href="/">NestMTX Bridge</a></p>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
