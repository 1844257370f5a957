/** 128 random bits as text: good for an Idempotency-Key. (crypto.randomUUID is there on https only.) */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
