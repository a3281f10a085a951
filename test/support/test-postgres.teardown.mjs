/** Ends the watchdog of the set-up, and with it the server and its data. */
export default async function tearDown() {
  await globalThis.stopTestPostgres?.();
}
