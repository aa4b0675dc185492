/** Owns whether what another bridge says is what it should be: two versions live beside one another while bridges are upgraded one by one. */

import { Ajv, type ValidateFunction } from 'ajv';
import type { Belief } from '../cluster/others.ts';
import type { Schema } from './validation.ts';

/** What a newer bridge says besides is taken away. Compiles at the first use, since only a cluster needs it. @typeParam T what the schema says */
export function believing<T>(schema: Schema): Belief<T> {
  let validate: ValidateFunction<T> | undefined;
  return (told): told is T => {
    validate ??= new Ajv({ allowUnionTypes: true, removeAdditional: true, validateFormats: false }).compile<T>(schema);
    return validate(told);
  };
}
