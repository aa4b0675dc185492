/** Owns how figures are written for Prometheus: its text format 0.0.4, with every label escaped. Knows no figure. */

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: Iterable<Sample>;
}

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A metric without samples is left out. */
export function metricsText(metrics: Iterable<Metric>): string {
  const lines: string[] = [];
  for (const { name, help, type, samples } of metrics) {
    const own = [...samples].map(({ labels = {}, value }) => `${name}${labelsText(labels)} ${value}`);
    if (own.length > 0) lines.push(`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...own);
  }
  return lines.map((line) => `${line}\n`).join('');
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value).replaceAll('"', '\\"')}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
