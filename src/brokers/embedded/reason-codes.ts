/** Owns the reason codes that our layer sends; MQTT 5.0, 2.4, and the return codes of MQTT 3.1.1, 3.2.2.3. */

export const REASON = {
  notAuthorized: 0x87,
  receiveMaximumExceeded: 0x93,
  quotaExceeded: 0x97,
  administrativeAction: 0x98,
  connectionRateExceeded: 0x9f,
} as const;

export const RETURN_CODE = { serverUnavailable: 3, badUserOrPassword: 4, notAuthorized: 5 } as const;
