/**
 * What the set-up check says, in French (vous). The keys are those of en.js; spaces before : are no-break ones, before ; narrow ones.
 *
 * @type {import('./en.js').Words}
 */
export const texts = {
  ask: {
    label: 'Domaine',
    hint: 'La partie des adresses après le @, comme example.org.',
    submit: 'Vérifier',
  },

  status: {
    examining: 'Vérification de {domain}…',
    asking: 'Demande du formulaire de {domain}…',
  },

  title: 'Ce qu’une page d’inscription trouve chez {domain}',
  good: 'Une page d’inscription fonctionne ici.',
  bad: 'Une page d’inscription ne fonctionne pas encore ici. Ce qu’il faut corriger est marqué comme problème ci-dessous.',
  origin:
    'Vérifié depuis {address}. Ce qu’un navigateur laisse lire à une page dépend de l’endroit d’où vient la page.',
  originSame:
    'Les fichiers se trouvent au même endroit ; on ne voit donc pas si les pages venues d’ailleurs peuvent les lire.',

  verdicts: { ok: 'Correct', note: 'Remarque', problem: 'Problème' },

  copy: 'Copier',
  copyNamed: 'Copier : {name}',

  // What is looked at.
  looks: {
    page: 'Cette page',
    json: 'host-meta en JSON',
    xml: 'host-meta en XML',
    socket: 'WebSocket',
    registration: 'Inscription',
    form: 'Le formulaire',
  },

  page: {
    policy: [
      'La Content-Security-Policy de cette page lui interdit de se connecter à ces adresses :',
      'Autorisez-les dans connect-src. La page d’inscription en a besoin aussi.',
    ],
    url: ['La page indique elle-même le WebSocket ; les fichiers host-meta ne sont donc pas nécessaires.', ''],
  },

  files: {
    found: ['Le fichier indique un WebSocket, et cette page peut le lire.', ''],
    unreachable: [
      'Le serveur web du domaine ne répond pas à ce navigateur.',
      'Vérifiez l’entrée du domaine dans le DNS, qu’un serveur web répond sur le port 443 et que son certificat est valable pour {domain}.',
    ],
    missing: [
      'Le serveur web ne donne pas ce fichier.',
      'Placez-le à cet endroit, lisible par les pages venues de partout.',
    ],
    blocked: [
      'Le serveur web répond, mais cette page ne peut pas lire sa réponse (CORS). D’ici, on ne voit pas si le fichier existe.',
      'Faites envoyer cet en-tête par le serveur web avec le fichier, et avec chaque redirection qui y mène.',
    ],
    'leaves-tls': [
      'Il y a ici une redirection vers une adresse non chiffrée.',
      'Faites en sorte que chaque redirection reste en https:.',
    ],
    broken: [
      'Ce qui arrive n’est pas un fichier host-meta. Beaucoup de serveurs web envoient une page à eux au lieu de dire que le fichier n’existe pas.',
      'Placez le fichier à cet endroit, lisible par les pages venues de partout.',
    ],
    'no-link': ['Le fichier n’indique aucun WebSocket.', 'Ajoutez un lien avec exactement ce rel.'],
    'only-bosh': [
      'Le fichier n’indique que BOSH, qu’une page d’inscription ne parle pas.',
      'Ajoutez un lien pour le WebSocket.',
    ],
    insecure: ['Le fichier n’indique qu’un WebSocket non chiffré :', 'Indiquez-en un qui commence par wss:.'],
    unusable: [
      'Le fichier indique un WebSocket dont l’adresse est inutilisable :',
      'Écrivez une adresse complète qui commence par wss:, sans nom d’utilisateur et sans #.',
    ],
  },
  otherFile:
    'Une page d’inscription s’en passe, car elle peut lire l’autre fichier. D’autres programmes cherchent peut-être celui-ci.',
  withoutFiles:
    'L’un des deux fichiers suffit. Si vous ne pouvez pas modifier ce serveur web, indiquez le WebSocket dans la page d’inscription elle-même.',

  sockets: {
    opens: ['Il s’ouvre, et le serveur parle le sous-protocole xmpp.', ''],
    fails: [
      'Il ne s’ouvre pas. Un navigateur ne dit pas pourquoi.',
      'Vérifiez que le serveur XMPP propose des WebSockets à ce chemin précis, qu’un proxy placé devant transmet Upgrade et Sec-WebSocket-Protocol, et que le certificat est valable.',
    ],
    silent: ['Aucune réponse n’arrive à temps.', 'Vérifiez l’hôte, le port et le pare-feu.'],
    'no-subprotocol': [
      'Il s’ouvre, mais ce qui répond là ne parle pas le sous-protocole xmpp.',
      'Vérifiez le chemin, et qu’un proxy placé devant le serveur XMPP transmet Sec-WebSocket-Protocol.',
    ],
  },
  otherSocket: 'Une page d’inscription en prend un autre, qui s’ouvre, mais doit peut-être d’abord attendre celui-ci.',

  registration: {
    offered: ['Le serveur propose l’inscription.', ''],
    invitations: [
      'Le serveur accepte aussi les invitations. C’est seulement à l’inscription qu’on voit s’il accepte ceux qui n’en ont pas.',
      'S’il doit aussi accepter ceux qui n’ont pas d’invitation, réglez ceci.',
    ],
    unseen: ['Sans WebSocket qui s’ouvre, il n’a pas été possible d’interroger le serveur.', ''],
    'not-advertised': [
      'Le serveur ne propose pas l’inscription.',
      'Activez-la. Un serveur peut aussi la cacher parce qu’il croit la connexion non chiffrée, quand c’est un proxy placé devant qui termine TLS.',
    ],
    'invite-required': [
      'Le serveur ne propose l’inscription qu’avec une invitation. Une page d’inscription la prend dans sa propre adresse (?token=) ou la demande.',
      '',
    ],
    refused: [
      'Le serveur propose l’inscription, mais pas à ce navigateur.',
      'Vérifiez ses règles : qui peut s’inscrire, et depuis quels réseaux.',
    ],
    elsewhere: [
      'Le serveur veut ses utilisateurs sur une autre page. Une page d’inscription montre un lien vers elle :',
      '',
    ],
    empty: ['Le serveur n’envoie pas de formulaire à remplir.', ''],
  },

  form: {
    data: 'Le serveur envoie un formulaire de données (XEP-0004). Voici ce qu’il demande :',
    old: 'Le serveur envoie un formulaire à l’ancienne (XEP-0077). Voici ce qu’il demande :',
    required: 'obligatoire',
    optional: 'facultatif',
    captcha: 'Il a un CAPTCHA.',
    captchaNone: 'Il n’a pas de CAPTCHA.',
    captchaLacking: [
      'Il a un CAPTCHA, mais ce qu’il doit montrer n’a pas pu être obtenu du serveur.',
      'Faites-le envoyer par le serveur dans le flux (XEP-0231), ou depuis une adresse https:.',
    ],
  },
};
