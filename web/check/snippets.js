/**
 * Configuration to copy. A snippet has the name of the file or program that it is for.
 *
 * @typedef {{ name: string, text: string }} Snippet
 */

const PATH = '/xmpp-websocket';

const REL = 'urn:xmpp:alt-connections:websocket';

/** What an address must look like to stand in configuration as it is: it comes from the server under test. */
const PLAIN = /^wss:\/\/[\w.:-]+(\/[\w./-]*)?$/;

/**
 * @param {string} domain where no WebSocket is known yet
 * @param {string} [known] the address of one
 */
function socketOf(domain, known = '') {
  return PLAIN.test(known) ? known : `wss://${domain}${PATH}`;
}

/** @param {string} address */
function pathOf(address) {
  return PLAIN.test(address) ? new URL(address).pathname : PATH;
}

/**
 * A host-meta file.
 *
 * @param {'json' | 'xml'} kind
 * @param {string} domain
 * @param {string} [known] the address of a WebSocket
 * @returns {Snippet}
 */
export function hostMeta(kind, domain, known) {
  const href = socketOf(domain, known);
  if (kind === 'json') return { name: 'host-meta.json', text: `{"links":[{"rel":"${REL}","href":"${href}"}]}` };
  return {
    name: 'host-meta',
    text: `<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n  <Link rel="${REL}" href="${href}"/>\n</XRD>`,
  };
}

/** What lets pages read the files. @returns {Snippet[]} */
export function readable() {
  return [
    { name: 'HTTP', text: 'Access-Control-Allow-Origin: *' },
    {
      name: 'nginx',
      text: 'location ~ ^/\\.well-known/host-meta(\\.json)?$ {\n    add_header Access-Control-Allow-Origin "*" always;\n}',
    },
  ];
}

/**
 * Servers that hand out the files by themselves, readable.
 *
 * @param {string} domain
 * @param {string} [known] the address of a WebSocket
 * @returns {Snippet[]}
 */
export function served(domain, known) {
  return [
    {
      name: 'Prosody',
      text:
        '-- in modules_enabled: "http_files";\nhttp_files_dir = "/var/www/well-known" -- with both files in it\n' +
        'http_paths = { files = "/.well-known" }',
    },
    {
      name: 'ejabberd',
      text:
        'listen:\n  - port: 443 # or another one, behind a proxy\n    tls: true\n    module: ejabberd_http\n    request_handlers:\n' +
        '      /.well-known/host-meta: mod_host_meta\n      /.well-known/host-meta.json: mod_host_meta\n' +
        `modules:\n  mod_host_meta:\n    websocket_url: "${socketOf(domain, known)}"`,
    },
  ];
}

/**
 * A sign-up page that needs no files.
 *
 * @param {string} domain
 * @returns {Snippet}
 */
export function named(domain) {
  return { name: 'index.html', text: `<xmpp-signup domain="${domain}" url="${socketOf(domain)}"></xmpp-signup>` };
}

/**
 * What serves a WebSocket at this address.
 *
 * @param {string} address
 * @returns {Snippet[]}
 */
export function webSocket(address) {
  const path = pathOf(address);
  return [
    {
      name: 'Prosody',
      text:
        `-- in modules_enabled: "websocket";\n${path === PATH ? '' : `http_paths = { websocket = "${path}" }\n`}` +
        'consider_websocket_secure = true -- behind a proxy that ends TLS',
    },
    {
      name: 'ejabberd',
      text: `listen:\n  - port: 5443\n    tls: true\n    module: ejabberd_http\n    request_handlers:\n      ${path}: ejabberd_http_ws`,
    },
    {
      name: 'nginx',
      text:
        `location = ${path} {\n    proxy_pass http://127.0.0.1:5280;\n    proxy_http_version 1.1;\n    proxy_set_header Host $host;\n` +
        '    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection "upgrade";\n    proxy_read_timeout 15m;\n}',
    },
  ];
}

/** What lets visitors register. @returns {Snippet[]} */
export function registration() {
  return [
    {
      name: 'Prosody',
      text: '-- in modules_enabled: "register";\nallow_registration = true\nconsider_websocket_secure = true -- behind a proxy that ends TLS',
    },
    {
      name: 'ejabberd',
      text: 'modules:\n  mod_register:\n    access: all\n    ip_access: all # "trusted_network" lets in neighbours alone',
    },
  ];
}

/** Lets users register without an invitation, at a server that takes invitations. @returns {Snippet[]} */
export function uninvited() {
  return [{ name: 'Prosody', text: 'registration_invite_only = false' }];
}

/** What a page's policy has to allow. @returns {Snippet} */
export function policy() {
  return { name: 'Content-Security-Policy', text: "connect-src 'self' https: wss:" };
}
