import { RegistrationManager } from '/xmppreg.js';

/** Registers an account. It takes the time until the server's result and until the connection is closed. */
export async function cycle(options, username) {
  const begun = performance.now();
  const reg = new RegistrationManager(options);
  await reg.requestForm();
  await reg.submit({ username, password: 'correct horse' });
  const result = performance.now() - begun;
  await reg.disconnect();
  return { result, end: performance.now() - begun };
}
