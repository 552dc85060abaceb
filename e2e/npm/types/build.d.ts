/** What `make dist` writes as web/build.js. */
export const build: string;
/** The size of xmppreg.wasm in bytes. */
export const size: number;
