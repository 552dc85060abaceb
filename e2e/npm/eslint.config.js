import js from '@eslint/js';
import globals from 'globals';

export default [
  // Made by programs, a template, and the Go toolchain's own.
  { ignores: ['**/node_modules/', 'dist/', 'build/', 'web/build.js', 'web/wasm_exec.js', 'e2e/firefox/user.js'] },
  js.configs.recommended,
  // All browsers that README.md names know this syntax. browsers.mjs looks at the rest.
  { files: ['web/**/*.js'], languageOptions: { ecmaVersion: 2022 } },
  { files: ['{web,examples,e2e}/**/*.js'], languageOptions: { globals: globals.browser } },
  { files: ['web/worker.js'], languageOptions: { globals: globals.worker } },
  { files: ['**/*.mjs', 'e2e/npm/*.js'], languageOptions: { globals: globals.node } },
];
