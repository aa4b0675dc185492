/** For the suites, which are typed: the script itself is plain JavaScript like its neighbours. */
export function buildConsole(root: string): Promise<string>;
