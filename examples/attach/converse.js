import { registration } from './strophe.js';

/**
 * A plugin of Converse.js: `converse.plugins.add('registration', plugin)`. Other plugins then have
 * `api.registration.attach(manager)`, which lets a registration manager work over the connection of Converse.js.
 */
export const plugin = {
  initialize() {
    const { _converse } = this;
    const { api } = _converse;
    const { Strophe } = window.converse.env;
    // Converse.js manages the streams (XEP-0198) itself, by what it is told is sent.
    const own = {
      send(connection, stanza) {
        connection.send(stanza);
        api.trigger('send', stanza);
      },
      canResume: () => _converse.session?.get('smacks_stream_id'),
    };
    Strophe.addConnectionPlugin('registration', registration(Strophe, own));
    api.registration = { attach: manager => api.connection.get().registration.attach(manager) };
  },
};
