const parse = xml => new DOMParser().parseFromString(xml, 'text/xml').documentElement;

const ofStrophe = {
  send: (connection, stanza) => connection.send(stanza),
  canResume: ({ sm }) => sm?.hasResumableState(),
};

/**
 * A plugin that lets registration managers work over a connection of Strophe.js, which is there as
 * `connection.registration` once it is logged in. Add it before the connection is made:
 * `Strophe.addConnectionPlugin('registration', registration(Strophe))`.
 */
export const registration = ({ Status }, { send, canResume } = ofStrophe) => ({
  init(connection) {
    Object.assign(this, { connection, links: new Set(), handler: null });
  },
  async attach(manager) {
    const { connection, links } = this;
    const link = await manager.attach({
      jid: connection.jid,
      send(xml) {
        if (!connection.connected) throw new Error('Strophe.js is not connected');
        send(connection, parse(xml));
      },
    });
    links.add(link);
    manager.addEventListener('disconnected', () => links.delete(link), { once: true });
    this.listen();
    return link;
  },
  listen() {
    const receive = iq => {
      for (const link of this.links) link.receive(iq.outerHTML);
      return true; // as long as there is this stream
    };
    if (this.handler) this.connection.deleteHandler(this.handler);
    this.handler = this.connection.addHandler(receive, null, 'iq');
  },
  statusChanged(status) {
    const isLost = status === Status.DISCONNECTED && !canResume(this.connection);
    // The handlers of a stream that is then resumed (XEP-0198) are forgotten.
    if (status === Status.CONNECTED && this.connection.restored) this.listen();
    else if (isLost || [Status.CONNECTED, Status.AUTHFAIL].includes(status))
      for (const link of this.links) link.ended();
  },
});
