import { memoryStore } from '../../src/store/memory-store.ts';
import { CONTRACT_COLLECTIONS, storeContract } from '../contracts/store.contract.ts';

storeContract('memory', async () => {
  const store = memoryStore(CONTRACT_COLLECTIONS);
  return { store, cleanup: () => store.close() };
});
