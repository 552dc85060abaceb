/** What `make dist` writes as web/build.js. */
export const build: string;
