/** Owns the choice of a second output for errors. */

const BOX = '#node-input-errorOutput';

/** Before Node-RED reads the fields. */
export function saveOutputs(): void {
  $('#node-input-outputs').val($(BOX).prop('checked') === true ? 2 : 1);
}
