import { plugin } from '../attach/converse.js';
import { Heard } from './heard.js';

await import('../node_modules/converse.js/dist/converse.min.js');
const { converse } = window;
let api;
converse.plugins.add('registration', plugin);
converse.plugins.add('test', {
  initialize() {
    ({ api } = this._converse);
  },
});

// What Converse.js goes on doing after a logout fails there, and is none of ours.
addEventListener('unhandledrejection', event => {
  if (event.reason?.stack?.includes('converse.js/dist/')) event.preventDefault();
});

export async function connect({ url, domain, username, password }) {
  const jid = `${username}@${domain}`;
  if (!api) {
    document.body.append(document.createElement('converse-root'));
    await converse.initialize({
      whitelisted_plugins: ['registration', 'test'],
      blacklisted_plugins: ['converse-bookmarks', 'converse-omemo', 'converse-pubsub', 'converse-reactions'],
      websocket_url: url,
      discover_connection_methods: false,
      assets_path: '/node_modules/converse.js/dist',
      auto_reconnect: true,
      persistent_store: 'none',
    });
  }
  const online = new Promise(resolve => api.listen.once('connected', resolve));
  await api.user.login(jid, password);
  await online;
  const connection = api.connection.get();
  const heard = new Heard();
  const input = connection.xmlInput;
  connection.xmlInput = element => {
    heard.add(element);
    input.call(connection, element);
  };
  return {
    jid: connection.jid,
    heard,
    ended: new Promise(resolve => api.listen.once('disconnected', resolve)),
    send(text) {
      const stanza = new DOMParser().parseFromString(text, 'text/xml').documentElement;
      connection.send(stanza);
      api.trigger('send', stanza);
    },
    stop: () => api.user.logout(),
    attach: manager => api.registration.attach(manager),
  };
}
