/** Owns what the contract of the backbone asks of its caller: one or several brokers that share their accounts. */

import type { MemoryDirectory } from '../../support/brokers/directory.ts';
import type { TestClient, TestClientOptions } from '../../support/brokers/mqtt-client.ts';

export interface BrokersUnderTest {
  /** Has the admin `root`, the user `carol` and the instances `alice` and `bob`; passwords are the names. */
  readonly directory: MemoryDirectory;
  readonly brokers: readonly BrokerUnderTest[];
  cleanup(): Promise<void>;
}

interface BrokerUnderTest {
  readonly url: string;
  readonly broker: {
    kick(accountKey: string, clientId: string): Promise<boolean>;
    disconnect(accountKey: string): Promise<number>;
    evict(accountKey: string, root: string): Promise<object>;
    settle(accountKey: string): Promise<void>;
    sessionsEverywhere(accountKey: string): Promise<readonly { readonly clientId: string }[]>;
  };
}

/** Clients of one test; who is at which broker is up to chance, but for two neighbours in a row, who are apart wherever that can be. */
export interface Scene extends BrokersUnderTest {
  client(username: string, options?: Partial<TestClientOptions>): Promise<TestClient>;
  /** Any of them. */
  readonly any: BrokerUnderTest['broker'];
  end(): Promise<void>;
}
