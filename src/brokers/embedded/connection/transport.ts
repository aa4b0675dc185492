/** Owns the port to a stream of bytes to one client: TCP, TLS, WebSocket, or nothing but memory in a test. */

export interface Transport {
  /** IP address of the peer, where known. */
  readonly address: string | undefined;
  /** Common name of a client certificate that was verified. */
  readonly certificateName: string | undefined;
  /** Handed over and not taken by the system yet. */
  readonly waitingBytes: number;
  /** @param taken is called when the system has taken them, or never will */
  write(bytes: Buffer, taken: () => void): void;
  /** No more bytes come until `resume`, but for what is on its way. */
  pause(): void;
  resume(): void;
  /** Ends when all is taken. */
  end(): void;
  destroy(): void;
}
