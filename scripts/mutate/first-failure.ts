/** Owns that the first failure of a property is enough where mutations are tried: nobody reads the smallest example of thousands. */

import fc from 'fast-check';

fc.configureGlobal({ endOnFailure: true });
