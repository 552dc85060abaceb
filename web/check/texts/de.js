/**
 * What the set-up check says, in German (du). The keys are those of en.js.
 *
 * @type {import('./en.js').Words}
 */
export const texts = {
  ask: {
    label: 'Domain',
    hint: 'Der Teil der Adressen nach dem @, zum Beispiel example.org.',
    submit: 'Prüfen',
  },

  status: {
    examining: '{domain} wird geprüft…',
    asking: '{domain} wird nach dem Formular gefragt…',
  },

  title: 'Was eine Registrierungsseite bei {domain} vorfindet',
  good: 'Eine Registrierungsseite funktioniert hier.',
  bad: 'Eine Registrierungsseite funktioniert hier noch nicht. Was zu beheben ist, steht unten als Problem.',
  origin: 'Geprüft von {address} aus. Was ein Browser eine Seite lesen lässt, hängt davon ab, woher die Seite kommt.',
  originSame: 'Dort liegen auch die Dateien. Ob Seiten von anderswo sie lesen dürfen, war deshalb nicht zu sehen.',

  verdicts: { ok: 'In Ordnung', note: 'Hinweis', problem: 'Problem' },

  copy: 'Kopieren',
  copyNamed: 'Kopieren: {name}',

  // What is looked at.
  looks: {
    page: 'Diese Seite',
    json: 'host-meta als JSON',
    xml: 'host-meta als XML',
    socket: 'WebSocket',
    registration: 'Registrierung',
    form: 'Das Formular',
  },

  page: {
    policy: [
      'Die Content-Security-Policy dieser Seite verbietet ihr, sich mit diesen Adressen zu verbinden:',
      'Erlaube sie in connect-src. Die Registrierungsseite braucht dasselbe.',
    ],
    url: ['Die Seite nennt den WebSocket selbst, host-meta-Dateien sind also nicht nötig.', ''],
  },

  files: {
    found: ['Die Datei nennt einen WebSocket, und diese Seite darf sie lesen.', ''],
    unreachable: [
      'Der Webserver der Domain antwortet diesem Browser nicht.',
      'Prüfe den DNS-Eintrag der Domain, ob ein Webserver auf Port 443 antwortet und ob sein Zertifikat für {domain} gilt.',
    ],
    missing: ['Der Webserver gibt diese Datei nicht heraus.', 'Lege sie dort ab, lesbar für Seiten von überall.'],
    blocked: [
      'Der Webserver antwortet, aber diese Seite darf die Antwort nicht lesen (CORS). Ob die Datei da ist, lässt sich von hier nicht sehen.',
      'Lass den Webserver diesen Header mitsenden, bei der Datei und bei jeder Weiterleitung dorthin.',
    ],
    'leaves-tls': [
      'Hier wird auf eine unverschlüsselte Adresse weitergeleitet.',
      'Lass jede Weiterleitung bei https: bleiben.',
    ],
    broken: [
      'Was kommt, ist keine host-meta-Datei. Viele Webserver schicken eine eigene Seite, statt zu sagen, dass es die Datei nicht gibt.',
      'Lege die Datei dort ab, lesbar für Seiten von überall.',
    ],
    'no-link': ['Die Datei nennt keinen WebSocket.', 'Füge einen Link mit genau diesem rel hinzu.'],
    'only-bosh': [
      'Die Datei nennt nur BOSH, das eine Registrierungsseite nicht spricht.',
      'Füge einen Link für den WebSocket hinzu.',
    ],
    insecure: ['Die Datei nennt nur einen unverschlüsselten WebSocket:', 'Nenne einen, der mit wss: beginnt.'],
    unusable: [
      'Die Datei nennt einen WebSocket, dessen Adresse nicht zu gebrauchen ist:',
      'Schreib eine ganze Adresse, die mit wss: beginnt, ohne Benutzernamen und ohne #.',
    ],
  },
  otherFile:
    'Eine Registrierungsseite kommt ohne sie aus, denn sie kann die andere Datei lesen. Andere Programme suchen vielleicht diese.',
  withoutFiles:
    'Eine der beiden Dateien genügt. Wenn du diesen Webserver nicht ändern kannst, lass die Registrierungsseite den WebSocket selbst nennen.',

  sockets: {
    opens: ['Er öffnet sich, und der Server spricht das Subprotokoll xmpp.', ''],
    fails: [
      'Er öffnet sich nicht. Warum, sagt ein Browser nicht.',
      'Prüfe, ob der XMPP-Server unter genau diesem Pfad WebSockets anbietet, ob ein Proxy davor Upgrade und Sec-WebSocket-Protocol weitergibt und ob das Zertifikat gültig ist.',
    ],
    silent: ['Es kommt keine rechtzeitige Antwort.', 'Prüfe Host, Port und Firewall.'],
    'no-subprotocol': [
      'Er öffnet sich, aber was dort antwortet, spricht nicht das Subprotokoll xmpp.',
      'Prüfe den Pfad und ob ein Proxy vor dem XMPP-Server Sec-WebSocket-Protocol weitergibt.',
    ],
  },
  otherSocket:
    'Eine Registrierungsseite nimmt einen anderen, der sich öffnet, muss aber vielleicht erst auf diesen warten.',

  registration: {
    offered: ['Der Server bietet Registrierung an.', ''],
    invitations: [
      'Der Server nimmt auch Einladungen an. Ob er Leute ohne Einladung aufnimmt, zeigt sich erst, wenn sie sich registrieren.',
      'Wenn er auch Leute ohne Einladung aufnehmen soll, stelle dies ein.',
    ],
    unseen: ['Ohne einen WebSocket, der sich öffnet, konnte der Server nicht gefragt werden.', ''],
    'not-advertised': [
      'Der Server bietet keine Registrierung an.',
      'Schalte sie ein. Manche Server verbergen sie auch, weil sie die Verbindung für unverschlüsselt halten, wenn schon ein Proxy davor TLS beendet.',
    ],
    'invite-required': [
      'Der Server bietet Registrierung nur denen an, die eine Einladung haben. Eine Registrierungsseite nimmt sie aus ihrer eigenen Adresse (?token=) oder fragt danach.',
      '',
    ],
    refused: [
      'Der Server bietet Registrierung an, aber nicht diesem Browser.',
      'Prüfe seine Regeln dafür, wer sich registrieren darf und aus welchen Netzen.',
    ],
    elsewhere: [
      'Der Server möchte seine Nutzer auf einer anderen Seite haben. Eine Registrierungsseite zeigt einen Link dorthin:',
      '',
    ],
    empty: ['Der Server schickt kein Formular zum Ausfüllen.', ''],
  },

  form: {
    data: 'Der Server schickt ein Datenformular (XEP-0004). Danach fragt es:',
    old: 'Der Server schickt ein Formular der alten Art (XEP-0077). Danach fragt es:',
    required: 'erforderlich',
    optional: 'freiwillig',
    captcha: 'Es hat ein CAPTCHA.',
    captchaNone: 'Es hat kein CAPTCHA.',
    captchaLacking: [
      'Es hat ein CAPTCHA, aber was es zeigen soll, war vom Server nicht zu bekommen.',
      'Lass den Server es im Stream senden (XEP-0231) oder von einer https:-Adresse.',
    ],
  },
};
