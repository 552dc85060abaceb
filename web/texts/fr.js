/**
 * Everything that the pages say, in French (vous). The keys are those of en.js; spaces before : are no-break ones, before ? narrow ones.
 *
 * @type {import('./en.js').Texts}
 */
export const texts = {
  lang: 'fr',

  // Labels of the fields that XEP-0077 and XEP-0158 name, for servers that send none.
  fields: {
    username: 'Nom d’utilisateur',
    password: 'Mot de passe',
    nick: 'Pseudo',
    name: 'Nom complet',
    first: 'Prénom',
    last: 'Nom de famille',
    email: 'Adresse e-mail',
    address: 'Numéro et rue',
    city: 'Ville',
    state: 'État ou région',
    zip: 'Code postal',
    phone: 'Numéro de téléphone',
    url: 'Page web',
    date: 'Date de naissance',
    misc: 'Autres informations',
    text: 'Informations complémentaires',
    old_password: 'Mot de passe actuel',
    ocr: 'Caractères de l’image',
    qa: 'Réponse à la question',
    audio_recog: 'Ce que vous entendez',
    speech_q: 'Réponse à la question que vous entendez',
    speech_recog: 'Mots que vous entendez',
    picture_q: 'Réponse à la question sur l’image',
    picture_recog: 'Ce que montre l’image',
    video_q: 'Réponse à la question sur la vidéo',
    video_recog: 'Ce que montre la vidéo',
  },

  form: {
    required: 'obligatoire',
    optional: 'facultatif',
    choose: 'Choisir…',
    none: 'Aucun choix',
    show: 'Afficher',
    hide: 'Masquer',
    suggestField: 'Suggérer un mot de passe',
    suggested: 'Un mot de passe est inscrit et affiché.',
    // How hard a password is to guess, from 0 to 3.
    strength: [
      'Facile à deviner : rallongez-le.',
      'Pourrait être deviné : ajoutez quelques caractères.',
      'Bon.',
      'Très bon.',
    ],
    showField: 'Afficher : {label}',
    hideField: 'Masquer : {label}',
    address: 'Votre adresse sera {address}',
    addressName: 'nom',
    lines: 'Une adresse par ligne.',
    each: 'Une valeur par ligne.',
    other: 'Autres choix, un par ligne',
    reserved: 'Votre invitation réserve ce nom.',
    settled: 'C’est déjà fixé.',
    captchaImage: 'Image des caractères à saisir',
    captchaAudio: 'Enregistrement de ce qu’il faut saisir',
    captchaVideo: 'Vidéo de ce qu’il faut saisir',
    mediaImage: 'Image pour : {label}',
    mediaAudio: 'Enregistrement pour : {label}',
    mediaVideo: 'Vidéo pour : {label}',
    mediaFailed: 'Ce contenu n’a pas pu être affiché.',
    missingImage: 'L’image n’a pas pu être chargée.',
    missingAudio: 'Le son n’a pas pu être chargé.',
    missingVideo: 'La vidéo n’a pas pu être chargée.',
    openImage: 'Ouvrir l’image dans un nouvel onglet',
    openAudio: 'Ouvrir l’enregistrement dans un nouvel onglet',
    openVideo: 'Ouvrir la vidéo dans un nouvel onglet',
    openInsecure: 'Cette adresse n’est pas sécurisée : d’autres peuvent voir et modifier ce qui en vient.',
    captchaNew: 'En demander un autre',
    captchaPage: 'Ouvrir l’image dans un nouvel onglet',
    answersOne: 'Une seule de ces réponses suffit.',
    answersSome: '{count} de ces réponses sont nécessaires.',
    // What the server says about a value before there is one (XEP-0122), by the bounds that it names.
    range: {
      both: 'De {min} à {max}.',
      min: '{min} ou plus.',
      max: '{max} ou moins.',
    },
    times: {
      both: 'De {min} à {max}.',
      min: '{min} ou plus tard.',
      max: '{max} ou plus tôt.',
    },
    choices: {
      exact: 'Choisissez-en exactement {min}.',
      both: 'Choisissez-en de {min} à {max}.',
      min: 'Choisissez-en au moins {min}.',
      max: 'Choisissez-en au plus {max}.',
    },
    formats: {
      date: 'Écrivez la date ainsi : {example}',
      time: 'Écrivez l’heure ainsi : {example}',
      dateTime: 'Écrivez la date et l’heure ainsi : {example}',
    },
  },

  // What is wrong with a field, seen before anything is sent.
  check: {
    missing: 'Veuillez remplir ce champ.',
    choose: 'Veuillez faire un choix.',
    chooseSome: 'Veuillez faire au moins un choix.',
    agree: 'Veuillez cocher cette case pour continuer.',
    email: 'Ce n’est pas une adresse e-mail. Elle ressemble à nom@example.org.',
    url: 'Ce n’est pas une adresse web. Elle commence par https://.',
    date: 'Cette date n’est pas complète.',
    time: 'Cette heure n’est pas complète.',
    jid: 'Ce n’est pas une adresse XMPP. Elle ressemble à nom@example.org.',
    jids: 'Ce ne sont pas des adresses XMPP : {lines}',
    someJids: 'Ce ne sont pas toutes des adresses XMPP. Elles ressemblent à nom@example.org.',
    domain: 'Ce n’est pas le nom d’un fournisseur. Il ressemble à example.org.',
    different: 'Ce n’est pas la même chose que ci-dessus.',
    account: 'Ce n’est pas l’adresse de ce compte.',
    outside: 'Cette page est réservée aux adresses de {domain}.',
    single: 'Une seule valeur est possible ici.',
    character: 'Il y a ici un caractère qui ne peut pas être envoyé. Veuillez recommencer la saisie.',
    saslprep:
      'Certains serveurs refusent ce mot de passe. Utilisez des lettres, des chiffres et des signes, pas d’émojis, et un seul sens d’écriture.',
    boolean: 'Veuillez répondre par oui ou par non.',
    option: 'Cela ne fait pas partie des choix.',
    reserved: 'C’est déjà fixé et ne peut pas être changé.',
    answers: 'Il faut davantage de ces réponses.',
    regex: 'Cela n’a pas la forme que le serveur demande.',
    // By the bounds that there are.
    integer: {
      any: 'Il faut ici un nombre entier, comme 42.',
      both: 'Il faut ici un nombre entier de {min} à {max}.',
      min: 'Il faut ici un nombre entier à partir de {min}.',
      max: 'Il faut ici un nombre entier jusqu’à {max}.',
    },
    range: {
      both: 'La valeur doit aller de {min} à {max}.',
      min: 'La valeur doit être {min} ou plus.',
      max: 'La valeur doit être {max} ou moins.',
    },
    times: {
      both: 'La valeur doit aller de {min} à {max}.',
      min: 'La valeur doit être {min} ou plus tard.',
      max: 'La valeur doit être {max} ou plus tôt.',
    },
    choices: {
      exact: 'Veuillez en choisir exactement {min}.',
      both: 'Veuillez en choisir de {min} à {max}.',
      min: 'Veuillez en choisir au moins {min}.',
      max: 'Veuillez en choisir au plus {max}.',
    },
    datatypes: {
      decimal: 'Il faut ici un nombre, écrit avec un point, comme 3.5.',
      date: 'Ce n’est pas une date. Elle ressemble à 2026-01-31.',
      time: 'Ce n’est pas une heure. Elle ressemble à 12:30:00.',
      dateTime: 'Ce n’est pas une date avec une heure. Elle ressemble à 2026-01-31T12:30:00Z.',
      anyURI: 'Ce n’est pas une adresse (URI). Elle ressemble à https://example.org/.',
      language: 'Ce n’est pas le code d’une langue, comme fr ou pt-BR.',
    },
    other: 'Le serveur n’acceptera pas cela.',
  },

  domain: {
    title: 'Quel fournisseur ?',
    label: 'Fournisseur',
    hint: 'La partie de l’adresse après le @, comme example.org. Le lien d’une invitation convient aussi.',
    submit: 'Continuer',
    ends: 'Votre adresse se termine par',
  },

  terms: {
    both: 'J’accepte les conditions d’utilisation et j’ai lu la politique de confidentialité.',
    terms: 'J’accepte les conditions d’utilisation.',
    privacy: 'J’ai lu la politique de confidentialité.',
    termsLink: 'Conditions d’utilisation',
    privacyLink: 'Politique de confidentialité',
  },

  signup: {
    title: 'Votre compte chez {domain}',
    titleNowhere: 'Votre compte',
    instructions:
      'Choisissez un nom d’utilisateur et un mot de passe pour votre nouveau compte. Ils vous serviront dans toute application XMPP.',
    submit: 'Créer le compte',
    retry: 'Réessayer',
    otherProvider: 'Choisir un autre fournisseur',
    noForm: 'Ce serveur n’a envoyé aucun formulaire à remplir.',
    existing: 'Vous avez déjà ce compte : le formulaire le modifie.',
    reset: 'Vous définissez ici un nouveau mot de passe pour {address}.',
    submitReset: 'Définir le mot de passe',
  },

  status: {
    reading: 'Chargement…',
    loading: 'Chargement…',
    progress: 'Progression du chargement',
    connecting: 'Connexion à {domain}…',
    invited: 'Lecture de l’invitation…',
    waiting: 'En attente du formulaire de {domain}…',
    form: 'Le formulaire est prêt.',
    elsewhere: 'Il n’y a pas de formulaire à remplir ici.',
    renewing: 'Demande d’un nouveau formulaire…',
    queued: 'En attente de {domain}. Ensuite, le compte sera créé…',
    sending: 'Création du compte…',
    verifying: 'La réponse de {domain} s’est perdue. Vérification de ce qui s’est passé…',
    more: 'Le serveur veut en savoir plus. Veuillez remplir le reste du formulaire.',
    done: 'C’est fait. Le compte existe.',
    copied: 'Copié.',
    selected: 'Sélectionné. Copiez avec le clavier ou le menu.',
  },

  verify: {
    stop: 'Arrêter',
    again: 'Vérifier à nouveau',
    notMade: 'Le compte {address} n’a pas été créé.',
    notReset: 'Le mot de passe de {address} n’a pas été changé.',
    sendAgain: 'Envoyez le formulaire à nouveau.',
  },

  redirect: {
    only: 'Les comptes de ce serveur se créent ailleurs.',
    also: 'Vous pouvez aussi créer le compte ailleurs :',
    follow: 'Continuer sur {place}',
    insecure: 'Cette page n’est pas sécurisée : ce que vous y saisissez peut être lu en chemin.',
    refused: 'Le serveur indique une adresse que cette page refuse d’ouvrir :',
  },

  invitation: {
    label: 'Invitation',
    hint: 'Le lien de l’invitation, ou son code.',
    submit: 'Utiliser l’invitation',
    without: 'Continuer sans invitation',
    // Said of a form that was refused: servers refuse a short password and a missing invitation in the same way.
    perhaps: [
      'Le serveur n’a pas accepté cela.',
      'Modifiez ce qu’il indique. S’il demande une invitation, indiquez la vôtre sous le formulaire.',
    ],
    missing: [
      'Aucune invitation n’a été trouvée à ce lien : voici le formulaire de {domain} sans invitation.',
      'Si vous avez une invitation, ouvrez sa page et copiez-y le lien qui commence par xmpp:.',
    ],
    // What is wrong with it, by RegistrationError.reason; `form` if the link itself cannot be used.
    reasons: {
      form: [
        'Ce n’est pas une invitation.',
        'Elle n’a peut-être pas été copiée en entier. Copiez son lien encore une fois.',
      ],
      none: [
        'Il n’y a pas d’invitation à cette adresse.',
        'S’il y en avait une, elle a été utilisée ou a expiré. Demandez-en une nouvelle.',
      ],
      elsewhere: [
        'Cette invitation est pour un autre fournisseur : {domain}.',
        'Utilisez-la là-bas, ou demandez-en une pour ce fournisseur.',
      ],
      'discovery-blocked': [
        'La page de cette invitation ne peut pas être lue d’ici.',
        'Ouvrez-la et copiez-y le lien qui commence par xmpp:.',
      ],
      'unsafe-url': [
        'Le lien de cette invitation n’est pas sécurisé.',
        'Il doit commencer par https: ou xmpp:. Demandez-en un autre.',
      ],
      'connect-failed': ['La page de cette invitation est injoignable.', 'Vérifiez votre connexion et réessayez.'],
      timeout: ['La page de cette invitation ne répond pas.', 'Vérifiez votre connexion et réessayez.'],
    },
  },

  done: {
    title: 'Votre compte est prêt',
    titleReset: 'Votre mot de passe est défini',
    titlePending: 'Votre compte sera alors prêt',
    todo: { 'email-confirmation-required': 'Ouvrez le lien qui se trouve dans l’e-mail que le serveur vous a envoyé.' },
    pending:
      'Le serveur demande encore quelque chose avant que vous puissiez vous connecter, sans dire quoi. Adressez-vous au fournisseur.',
    later:
      'Quand ce sera fait, connectez-vous en tant que {address} avec le mot de passe que vous venez de choisir. Toute application XMPP convient.',
    address: 'Voici votre adresse :',
    copy: 'Copier l’adresse',
    open: 'Ouvrir dans une application de cet appareil',
    openHint: 'Il ne se passe rien tant qu’aucune n’est installée.',
    next: 'Connectez-vous en tant que {address} avec le mot de passe que vous venez de choisir. Toute application XMPP convient.',
    apps: 'Applications pour {platform}',
    appsAnywhere: 'Applications',
    inBrowser: '{app} (dans le navigateur)',
    more: 'Toutes les applications',
    handover: 'Connexion en cours…',
  },

  // The page for those who have an account. Its reasons take the place of those below.
  account: {
    title: 'Votre compte',
    signOut: 'Se déconnecter',
    unsupported: 'Ce serveur ne permet peut-être pas de modifications ici. Vous pouvez tout de même essayer.',
    lost: 'La connexion à {domain} est terminée.',
    again: 'Se reconnecter',
    more: 'Le serveur veut en savoir plus. Veuillez remplir le reste du formulaire.',
    status: {
      connecting: 'Connexion à {domain}…',
      account: 'Connexion réussie.',
      changing: 'Changement du mot de passe…',
      deleting: 'Suppression du compte…',
      deleted: 'C’est fait. Le compte est supprimé.',
      signedOut: 'Déconnexion réussie.',
    },
    // In a client that is signed in.
    lent: {
      again: 'Réessayer',
      offline: ['Votre client n’est pas connecté.', 'Connectez-le, puis réessayez.'],
      status: { connecting: 'Ouverture de votre compte…', account: 'Vous êtes connecté.' },
    },
    unknown: {
      changing: [
        'On ne sait pas si le mot de passe a été changé : la réponse du serveur n’est jamais arrivée.',
        'Connectez-vous avec le nouveau mot de passe. S’il est refusé, c’est encore l’ancien qui compte.',
      ],
      deleting: [
        'On ne sait pas si le compte a été supprimé : la réponse du serveur n’est jamais arrivée.',
        'Essayez de vous connecter. Si le mot de passe est refusé, le compte est supprimé.',
      ],
    },
    redirect: {
      only: 'Le serveur a sa propre page pour cela :',
      also: 'Le serveur a aussi sa propre page pour cela :',
    },
    reasons: {
      'not-authorized': ['Le serveur n’a pas permis cela.', 'Déconnectez-vous, reconnectez-vous, puis réessayez.'],
      forbidden: ['Le serveur ne vous laisse pas faire cela.', 'Adressez-vous au fournisseur.'],
      'not-allowed': ['Le serveur ne permet pas cela.', 'Adressez-vous au fournisseur.'],
      'not-registered': ['Le serveur ne connaît pas ce compte.', 'Il a peut-être déjà été supprimé.'],
      throttled: ['Il y a eu trop d’essais ces derniers temps.', 'Attendez quelques minutes, puis réessayez.'],
      'bad-request': [
        'Le serveur n’a pas compris cela.',
        'Vérifiez votre saisie. Si elle est correcte, prévenez le fournisseur.',
      ],
      'no-websocket-endpoint': [
        'Ce serveur n’est pas joignable depuis une page web.',
        'Utilisez plutôt une application XMPP.',
      ],
      'discovery-blocked': [
        'Ce serveur ne se laisse pas trouver par les pages web.',
        'Utilisez plutôt une application XMPP.',
      ],
      'server-misconfigured': ['Ce serveur n’est pas configuré pour cela sur le web.', 'Prévenez le fournisseur.'],
    },
  },

  login: {
    title: 'Se connecter',
    titleAt: 'Se connecter à {domain}',
    address: 'Adresse',
    hint: 'Elle ressemble à nom@example.org.',
    username: 'Nom d’utilisateur',
    preview: 'Votre adresse : {address}',
    submit: 'Se connecter',
    forgotten: ['La connexion est terminée et le mot de passe a été oublié.', 'Veuillez vous reconnecter.'],
    deleting: ['Ce compte est en cours de suppression.', 'Adressez-vous au fournisseur si vous voulez le garder.'],
    until: 'Jusqu’à {time}, le fournisseur peut encore le rétablir.',
    disabled: [
      'Ce compte est désactivé : il est en cours de suppression, ou le fournisseur l’a suspendu.',
      'Adressez-vous au fournisseur si vous voulez le récupérer.',
    ],
    reasons: {
      'not-authorized': ['L’adresse ou le mot de passe est incorrect.', 'Vérifiez les deux, puis réessayez.'],
      'not-supported': [
        'Ce serveur ne connaît aucune méthode de connexion que cette page connaisse.',
        'Utilisez plutôt une application XMPP, ou prévenez le fournisseur.',
      ],
      'username-invalid': ['Ce n’est pas l’adresse d’un compte.', 'Elle ressemble à nom@example.org.'],
    },
  },

  change: {
    title: 'Changer le mot de passe',
    password: 'Nouveau mot de passe',
    repeat: 'Nouveau mot de passe, encore une fois',
    submit: 'Changer le mot de passe',
    done: 'Le mot de passe est changé. Vos applications demanderont le nouveau.',
    unsure:
      'La connexion est rétablie. On ne sait pas ici si c’est l’ancien mot de passe ou le nouveau qui compte : par sécurité, changez-le encore une fois.',
    problem: {
      maybe:
        'On ne sait pas si le mot de passe de {address} a été changé : la réponse du serveur n’est jamais arrivée.',
      maybeTodo:
        'C’est le nouveau mot de passe qui compte, ou encore l’ancien. Par sécurité, changez-le encore une fois une fois la connexion rétablie.',
      maybeOpen: '',
    },
    reasons: {
      'not-supported': [
        'Ce serveur ne change pas les mots de passe ici.',
        'Essayez dans une application XMPP, ou adressez-vous au fournisseur.',
      ],
      rejected: ['Le serveur n’a pas accepté ce mot de passe.', 'Veuillez en choisir un autre.'],
      stream: ['Le mot de passe est encore l’ancien : la connexion s’est terminée avant.', 'Réessayez.'],
    },
  },

  remove: {
    title: 'Supprimer le compte',
    warning:
      'Le compte, ses contacts et ses messages sur le serveur sont supprimés définitivement. Personne ne peut les récupérer, et l’adresse pourra un jour être attribuée à quelqu’un d’autre.',
    confirm: 'Pour confirmer, saisissez l’adresse du compte : {address}',
    submit: 'Supprimer définitivement le compte',
    done: 'Le compte est supprimé',
    gone: 'Ce compte n’existe plus :',
    next: 'Retirez-le aussi de vos applications : elles ne peuvent plus s’y connecter.',
    other: 'Se connecter avec un autre compte',
    problem: {
      maybe: 'On ne sait pas si le compte {address} a été supprimé : la réponse du serveur n’est jamais arrivée.',
      maybeTodo: 'Essayez de vous reconnecter. Si le mot de passe est refusé, le compte est supprimé.',
      maybeOpen: '',
    },
    refused: [
      'Le mot de passe n’est plus accepté : le compte est apparemment supprimé.',
      'Pour en avoir la certitude, adressez-vous au fournisseur.',
    ],
    reasons: {
      'not-supported': [
        'Ce serveur ne supprime pas les comptes ici.',
        'Essayez dans une application XMPP, ou adressez-vous au fournisseur.',
      ],
      rejected: ['Le serveur n’a pas accepté cela.', 'Veuillez le modifier et réessayer.'],
      stream: ['Le compte n’est pas supprimé : la connexion s’est terminée avant.', 'Réessayez.'],
    },
  },

  problem: {
    server: 'Le serveur dit :',
    details: 'Détails techniques',
    maybe: 'Le compte {address} a peut-être été créé : la connexion a été perdue avant la réponse du serveur.',
    maybeTodo: 'Essayez d’abord de vous y connecter. Si cela ne marche pas, renvoyez le formulaire.',
    maybeOpen: 'Essayer dans une application',
    retryAt: 'Prochain essai possible : {time}.',
    maybeYours: 'C’est peut-être le vôtre, de la fois précédente : essayez de vous y connecter.',
  },

  // What happened and what to do about it, by RegistrationError.reason.
  reasons: {
    'not-advertised': [
      'Ce serveur ne propose pas de nouveaux comptes.',
      'Choisissez un autre fournisseur, ou demandez à celui-ci comment obtenir un compte.',
    ],
    'not-supported': [
      'Ce serveur ne permet pas de créer soi-même un compte.',
      'Choisissez un autre fournisseur, ou demandez à celui-ci comment obtenir un compte.',
    ],
    forbidden: [
      'Ce serveur ne vous laisse pas créer de compte.',
      'Il ne dit pas pourquoi. Essayez un autre nom d’utilisateur ; si cela n’aide pas, adressez-vous au fournisseur ou choisissez-en un autre.',
    ],
    'not-allowed': [
      'Le serveur ne permet pas cela.',
      'Le nom est peut-être réservé : essayez-en un autre, ou adressez-vous au fournisseur.',
    ],
    'invite-required': [
      'Il faut une invitation pour ce serveur.',
      'Indiquez ici le lien de votre invitation, ou demandez-en une au fournisseur.',
    ],
    'invite-invalid': [
      'Le serveur n’accepte pas cette invitation.',
      'Elle a déjà été utilisée ou a expiré. Demandez-en une nouvelle.',
    ],
    'invite-unsupported': [
      'Ce serveur ne connaît pas les invitations.',
      'Réessayez sans l’invitation, ou demandez à la personne qui vous l’a envoyée.',
    ],
    'captcha-required': [
      'Le serveur veut s’assurer que vous êtes une personne.',
      'Répondez à la question, puis renvoyez le formulaire.',
    ],
    'captcha-failed': [
      'Ce n’était pas la bonne réponse, ou elle est arrivée trop tard.',
      'Veuillez répondre à la nouvelle question.',
    ],
    throttled: ['Trop de comptes ont été créés ces derniers temps.', 'Attendez quelques minutes, puis réessayez.'],
    'username-taken': ['Ce nom d’utilisateur est déjà pris.', 'Veuillez en choisir un autre.'],
    'username-invalid': [
      'Cela ne peut pas être un nom d’utilisateur.',
      'Évitez les espaces et les caractères " & \' / : < > @.',
    ],
    rejected: ['Le serveur n’a pas accepté cela.', 'Veuillez le modifier et renvoyer le formulaire.'],
    'bad-request': [
      'Le serveur n’a pas compris ce qui a été envoyé.',
      'Vérifiez votre saisie. Si elle est correcte, prévenez le fournisseur.',
    ],
    'not-registered': ['Ce compte n’existe pas.', 'Vérifiez le nom d’utilisateur.'],
    'not-authorized': ['Le serveur n’a pas permis cela.', 'Demandez au fournisseur comment obtenir un compte.'],
    'server-error': ['Un problème est survenu sur le serveur.', 'Réessayez plus tard, ou prévenez le fournisseur.'],
    'outcome-unknown': [
      'La connexion a été perdue avant la réponse du serveur.',
      'Essayez d’abord de vous connecter. Si cela ne marche pas, réessayez.',
    ],
    timeout: ['Le serveur n’a pas répondu à temps.', 'Vérifiez votre connexion et réessayez.'],
    aborted: ['L’opération a été interrompue.', 'Réessayez quand vous voulez.'],
    'no-host-meta': [
      'Le serveur de messagerie de ce domaine est introuvable.',
      'Vérifiez l’orthographe du domaine et votre connexion. Il se peut aussi que le serveur ne soit pas joignable depuis une page web.',
    ],
    'no-websocket-endpoint': [
      'Ce serveur n’est pas joignable depuis une page web.',
      'Créez plutôt le compte dans une application XMPP, ou choisissez un autre fournisseur.',
    ],
    'discovery-blocked': [
      'Ce serveur ne se laisse pas trouver par les pages web.',
      'Créez plutôt le compte dans une application XMPP, ou choisissez un autre fournisseur.',
    ],
    'connect-failed': [
      'Le serveur est injoignable.',
      'Vérifiez votre connexion et réessayez. Le serveur est peut-être momentanément en panne.',
    ],
    'insecure-redirect': [
      'Le serveur renvoie vers un endroit qui n’est pas sécurisé.',
      'Rien n’y a été envoyé. Prévenez le fournisseur.',
    ],
    'unsupported-redirect': [
      'Le serveur renvoie vers un endroit que cette page ne peut pas utiliser.',
      'Prévenez le fournisseur.',
    ],
    'redirect-loop': [
      'Le serveur ne cesse de renvoyer cette page ailleurs.',
      'Réessayez plus tard, ou prévenez le fournisseur.',
    ],
    'unsafe-url': ['L’adresse du serveur n’est pas sécurisée.', 'Rien n’y a été envoyé. Prévenez le fournisseur.'],
    'host-unknown': ['Il n’y a pas de serveur de messagerie pour ce domaine.', 'Vérifiez l’orthographe du domaine.'],
    'server-misconfigured': [
      'Ce serveur n’est pas configuré pour créer des comptes sur le web.',
      'Prévenez le fournisseur.',
    ],
    stream: ['Le serveur a mis fin à la connexion.', 'Réessayez.'],
    protocol: [
      'Le serveur a envoyé quelque chose d’incompréhensible.',
      'Réessayez plus tard, ou prévenez le fournisseur.',
    ],
    malformed: ['La réponse du serveur est incompréhensible.', 'Réessayez plus tard, ou prévenez le fournisseur.'],
    'module-exited': ['Cette page s’est arrêtée.', 'Réessayez. Si cela n’aide pas, rechargez la page.'],
    busy: ['Une autre opération est encore en cours.', 'Attendez un instant, puis réessayez.'],
    unknown: ['Cela n’a pas marché.', 'Réessayez plus tard, ou adressez-vous au fournisseur.'],
  },
};
