/** Owns the name that this package is installed by: Node-RED files its catalogues under it. */

export const PACKAGE = '@nestmtx-bridge/node-red-nestmtx';
