/**
 * What the set-up check says, in English. A translation is a file with the same keys. Places in braces are
 * filled in with `fill` of dom.js. Pairs are what was found and how to mend it.
 *
 * @typedef {typeof texts} Words
 */
export const texts = {
  ask: {
    label: 'Domain',
    hint: 'The part of the accounts’ addresses after the @, such as example.org.',
    submit: 'Check',
  },

  status: {
    examining: 'Looking at {domain}…',
    asking: 'Asking {domain} for its form…',
  },

  title: 'What a sign-up page meets at {domain}',
  good: 'A sign-up page works here.',
  bad: 'A sign-up page does not work here yet. What to mend is marked as a problem below.',
  origin: 'Looked at from {address}. What a browser lets a page read depends on where the page comes from.',
  originSame: 'That is where the files are as well, so it was not seen whether pages from elsewhere may read them.',

  verdicts: { ok: 'OK', note: 'Note', problem: 'Problem' },

  copy: 'Copy',
  copyNamed: 'Copy: {name}',

  // What is looked at.
  looks: {
    page: 'This page',
    json: 'host-meta as JSON',
    xml: 'host-meta as XML',
    socket: 'WebSocket',
    registration: 'Registration',
    form: 'The form',
  },

  page: {
    policy: [
      'The Content-Security-Policy of this page forbids it to connect to these addresses:',
      'Allow them in connect-src. The sign-up page needs the same.',
    ],
    url: ['The page names the WebSocket itself, so host-meta files are not needed.', ''],
  },

  files: {
    found: ['The file names a WebSocket, and this page may read it.', ''],
    unreachable: [
      'The web server of the domain does not answer this browser.',
      'Check the domain’s entry in the DNS, whether a web server answers on port 443, and whether its certificate is valid for {domain}.',
    ],
    missing: ['The web server does not hand out this file.', 'Put it there, readable by pages from anywhere.'],
    blocked: [
      'The web server answers, but this page may not read what it says (CORS). Whether the file is there cannot be seen from here.',
      'Let the web server send this header with the file, and with every redirect on the way to it.',
    ],
    'leaves-tls': ['This is redirected to an address that is not encrypted.', 'Let every redirect stay on https:.'],
    broken: [
      'What comes is no host-meta file. Many web servers send a page of their own instead of saying that there is no file.',
      'Put the file there, readable by pages from anywhere.',
    ],
    'no-link': ['The file names no WebSocket.', 'Add a link with exactly this rel.'],
    'only-bosh': ['The file names only BOSH, which a sign-up page does not speak.', 'Add a link for the WebSocket.'],
    insecure: ['The file names only a WebSocket that is not encrypted:', 'Name one that begins with wss:.'],
    unusable: [
      'The file names a WebSocket whose address cannot be used:',
      'Write a whole address that begins with wss:, without a user name and without #.',
    ],
  },
  otherFile: 'A sign-up page does without it, as it can read the other file. Other programs may look for this one.',
  withoutFiles:
    'Either of the two files is enough. If you cannot change that web server, let the sign-up page name the WebSocket itself.',

  sockets: {
    opens: ['It opens, and the server speaks the subprotocol xmpp.', ''],
    fails: [
      'It does not open. A browser does not say why.',
      'Check that the XMPP server serves WebSockets at this very path, that a proxy in front of it passes on Upgrade and Sec-WebSocket-Protocol, and that the certificate is valid.',
    ],
    silent: ['There is no answer in time.', 'Check the host, the port and the firewall.'],
    'no-subprotocol': [
      'It opens, but what answers there does not speak the subprotocol xmpp.',
      'Check the path, and that a proxy in front of the XMPP server passes on Sec-WebSocket-Protocol.',
    ],
  },
  otherSocket: 'A sign-up page takes another one, which opens, but it may have to wait for this one first.',

  registration: {
    offered: ['The server offers registration.', ''],
    invitations: [
      'The server also takes invitations. Whether it takes people without one shows only when they sign up.',
      'If it should take people without one, set this.',
    ],
    unseen: ['Without a WebSocket that opens, the server could not be asked.', ''],
    'not-advertised': [
      'The server does not offer registration.',
      'Switch it on. A server may also hide it because it takes the connection for one without TLS, which a proxy in front of it has ended.',
    ],
    'invite-required': [
      'The server offers registration to those alone who have an invitation. A sign-up page takes it from its own address (?token=) or asks for it.',
      '',
    ],
    refused: [
      'The server offers registration, but not to this browser.',
      'Check its rules on who may register, and from which networks.',
    ],
    elsewhere: ['The server wants its users on another page. A sign-up page shows a link to it:', ''],
    empty: ['The server sends no form to fill in.', ''],
  },

  form: {
    data: 'The server sends a data form (XEP-0004). What it asks for:',
    old: 'The server sends a form of the old style (XEP-0077). What it asks for:',
    required: 'required',
    optional: 'optional',
    captcha: 'It has a CAPTCHA.',
    captchaNone: 'It has no CAPTCHA.',
    captchaLacking: [
      'It has a CAPTCHA, but what that is to show could not be had from the server.',
      'Let the server send it inside the stream (XEP-0231), or from an https: address.',
    ],
  },
};
