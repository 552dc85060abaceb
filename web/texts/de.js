/**
 * Everything that the pages say, in German (du). The keys are those of en.js.
 *
 * @type {import('./en.js').Texts}
 */
export const texts = {
  lang: 'de',

  // Labels of the fields that XEP-0077 and XEP-0158 name, for servers that send none.
  fields: {
    username: 'Benutzername',
    password: 'Passwort',
    nick: 'Spitzname',
    name: 'Vollständiger Name',
    first: 'Vorname',
    last: 'Nachname',
    email: 'E-Mail-Adresse',
    address: 'Straße und Hausnummer',
    city: 'Ort',
    state: 'Bundesland oder Region',
    zip: 'Postleitzahl',
    phone: 'Telefonnummer',
    url: 'Website',
    date: 'Geburtsdatum',
    misc: 'Sonstige Angaben',
    text: 'Weitere Angaben',
    old_password: 'Aktuelles Passwort',
    ocr: 'Zeichen auf dem Bild',
    qa: 'Antwort auf die Frage',
    audio_recog: 'Was du hörst',
    speech_q: 'Antwort auf die Frage, die du hörst',
    speech_recog: 'Wörter, die du hörst',
    picture_q: 'Antwort auf die Frage zum Bild',
    picture_recog: 'Was auf dem Bild zu sehen ist',
    video_q: 'Antwort auf die Frage zum Video',
    video_recog: 'Was im Video zu sehen ist',
  },

  form: {
    required: 'erforderlich',
    optional: 'optional',
    choose: 'Bitte wählen…',
    none: 'Keine Auswahl',
    show: 'Anzeigen',
    hide: 'Verbergen',
    suggestField: 'Ein Passwort vorschlagen',
    suggested: 'Ein Passwort ist eingetragen und wird angezeigt.',
    // How hard a password is to guess, from 0 to 3.
    strength: [
      'Leicht zu erraten: Mach es länger.',
      'Könnte erraten werden: Ein paar Zeichen mehr wären gut.',
      'Gut.',
      'Sehr gut.',
    ],
    showField: 'Anzeigen: {label}',
    hideField: 'Verbergen: {label}',
    address: 'Deine Adresse lautet dann {address}',
    addressName: 'name',
    lines: 'Eine Adresse pro Zeile.',
    each: 'Ein Eintrag pro Zeile.',
    other: 'Andere Einträge, einer pro Zeile',
    reserved: 'Deine Einladung reserviert diesen Namen.',
    settled: 'Das ist schon festgelegt.',
    captchaImage: 'Bild mit den Zeichen, die du eingeben sollst',
    captchaAudio: 'Tonaufnahme mit dem, was du eingeben sollst',
    captchaVideo: 'Video mit dem, was du eingeben sollst',
    mediaImage: 'Bild zu: {label}',
    mediaAudio: 'Tonaufnahme zu: {label}',
    mediaVideo: 'Video zu: {label}',
    mediaFailed: 'Das konnte nicht angezeigt werden.',
    missingImage: 'Das Bild konnte nicht geladen werden.',
    missingAudio: 'Der Ton konnte nicht geladen werden.',
    missingVideo: 'Das Video konnte nicht geladen werden.',
    openImage: 'Bild in einem neuen Tab öffnen',
    openAudio: 'Tonaufnahme in einem neuen Tab öffnen',
    openVideo: 'Video in einem neuen Tab öffnen',
    openInsecure: 'Diese Adresse ist nicht sicher: Andere können sehen und verändern, was von dort kommt.',
    captchaNew: 'Neue Aufgabe laden',
    captchaPage: 'Bild in einem neuen Tab öffnen',
    answersOne: 'Eine dieser Antworten genügt.',
    answersSome: '{count} dieser Antworten sind nötig.',
    // What the server says about a value before there is one (XEP-0122), by the bounds that it names.
    range: {
      both: 'Von {min} bis {max}.',
      min: '{min} oder mehr.',
      max: '{max} oder weniger.',
    },
    times: {
      both: 'Von {min} bis {max}.',
      min: '{min} oder später.',
      max: '{max} oder früher.',
    },
    choices: {
      exact: 'Wähle genau {min} aus.',
      both: 'Wähle {min} bis {max} aus.',
      min: 'Wähle mindestens {min} aus.',
      max: 'Wähle höchstens {max} aus.',
    },
    formats: {
      date: 'Schreib das Datum so: {example}',
      time: 'Schreib die Uhrzeit so: {example}',
      dateTime: 'Schreib Datum und Uhrzeit so: {example}',
    },
  },

  // What is wrong with a field, seen before anything is sent.
  check: {
    missing: 'Bitte füll dieses Feld aus.',
    choose: 'Bitte wähle etwas aus.',
    chooseSome: 'Bitte wähle mindestens eins aus.',
    agree: 'Bitte kreuz dieses Kästchen an, um fortzufahren.',
    email: 'Das ist keine E-Mail-Adresse. Sie sieht so aus: name@example.org.',
    url: 'Das ist keine Webadresse. Sie beginnt mit https://.',
    date: 'Das ist kein vollständiges Datum.',
    time: 'Das ist keine vollständige Uhrzeit.',
    jid: 'Das ist keine XMPP-Adresse. Sie sieht so aus: name@example.org.',
    jids: 'Das sind keine XMPP-Adressen: {lines}',
    someJids: 'Nicht alle davon sind XMPP-Adressen. Sie sehen so aus: name@example.org.',
    domain: 'Das ist nicht der Name eines Anbieters. Er sieht so aus: example.org.',
    different: 'Das stimmt nicht mit der Eingabe darüber überein.',
    account: 'Das ist nicht die Adresse dieses Kontos.',
    outside: 'Diese Seite ist für Adressen von {domain}.',
    single: 'Hier ist nur ein Wert möglich.',
    character: 'Hier steht ein Zeichen, das nicht gesendet werden kann. Bitte gib es neu ein.',
    saslprep:
      'Manche Server lehnen dieses Passwort ab. Nimm Buchstaben, Ziffern und Zeichen, keine Emojis, und nur eine Schreibrichtung.',
    boolean: 'Bitte antworte mit Ja oder Nein.',
    option: 'Das steht nicht zur Auswahl.',
    reserved: 'Das ist schon festgelegt und nicht mehr zu ändern.',
    answers: 'Es sind mehr dieser Antworten nötig.',
    regex: 'Das hat nicht die Form, die der Server verlangt.',
    // By the bounds that there are.
    integer: {
      any: 'Hier ist nur eine ganze Zahl möglich, zum Beispiel 42.',
      both: 'Hier ist nur eine ganze Zahl von {min} bis {max} möglich.',
      min: 'Hier ist nur eine ganze Zahl ab {min} möglich.',
      max: 'Hier ist nur eine ganze Zahl bis {max} möglich.',
    },
    range: {
      both: 'Hier ist nur etwas von {min} bis {max} möglich.',
      min: 'Hier muss {min} oder mehr stehen.',
      max: 'Hier muss {max} oder weniger stehen.',
    },
    times: {
      both: 'Hier ist nur etwas von {min} bis {max} möglich.',
      min: 'Hier muss {min} oder später stehen.',
      max: 'Hier muss {max} oder früher stehen.',
    },
    choices: {
      exact: 'Bitte wähle genau {min} aus.',
      both: 'Bitte wähle {min} bis {max} aus.',
      min: 'Bitte wähle mindestens {min} aus.',
      max: 'Bitte wähle höchstens {max} aus.',
    },
    datatypes: {
      decimal: 'Hier ist nur eine Zahl möglich, mit Punkt geschrieben: 3.5.',
      date: 'Das ist kein Datum. Es sieht so aus: 2026-01-31.',
      time: 'Das ist keine Uhrzeit. Sie sieht so aus: 12:30:00.',
      dateTime: 'Das ist kein Datum mit Uhrzeit. Es sieht so aus: 2026-01-31T12:30:00Z.',
      anyURI: 'Das ist keine Adresse (URI). Sie sieht so aus: https://example.org/.',
      language: 'Das ist kein Sprachkürzel wie de oder pt-BR.',
    },
    other: 'Das nimmt der Server nicht an.',
  },

  domain: {
    title: 'Welcher Anbieter?',
    label: 'Anbieter',
    hint: 'Der Teil der Adresse nach dem @, zum Beispiel example.org. Der Link einer Einladung geht auch.',
    submit: 'Weiter',
    ends: 'Deine Adresse endet auf',
  },

  terms: {
    both: 'Ich akzeptiere die Nutzungsbedingungen und habe die Datenschutzerklärung gelesen.',
    terms: 'Ich akzeptiere die Nutzungsbedingungen.',
    privacy: 'Ich habe die Datenschutzerklärung gelesen.',
    termsLink: 'Nutzungsbedingungen',
    privacyLink: 'Datenschutzerklärung',
  },

  signup: {
    title: 'Dein Konto bei {domain}',
    titleNowhere: 'Dein Konto',
    instructions:
      'Wähle einen Benutzernamen und ein Passwort für dein neues Konto. Damit kannst du dich in jeder XMPP-App anmelden.',
    submit: 'Konto erstellen',
    retry: 'Noch einmal versuchen',
    otherProvider: 'Anderen Anbieter wählen',
    noForm: 'Dieser Server hat kein Formular zum Ausfüllen geschickt.',
    existing: 'Du hast dieses Konto schon: Das Formular ändert es.',
    reset: 'Hier legst du ein neues Passwort für {address} fest.',
    submitReset: 'Passwort festlegen',
  },

  status: {
    reading: 'Wird geladen…',
    loading: 'Wird geladen…',
    progress: 'Ladefortschritt',
    connecting: 'Verbindung mit {domain} wird hergestellt…',
    invited: 'Einladung wird gelesen…',
    waiting: 'Warten auf das Formular von {domain}…',
    form: 'Das Formular ist bereit.',
    elsewhere: 'Hier gibt es kein Formular zum Ausfüllen.',
    renewing: 'Neues Formular wird geholt…',
    queued: 'Warten auf {domain}. Danach wird das Konto erstellt…',
    sending: 'Konto wird erstellt…',
    verifying: 'Die Antwort von {domain} ging verloren. Es wird nachgesehen, was geschehen ist…',
    more: 'Der Server möchte mehr wissen. Bitte füll den Rest des Formulars aus.',
    done: 'Fertig. Das Konto ist da.',
    copied: 'Kopiert.',
    selected: 'Markiert. Kopiere es mit der Tastatur oder über das Menü.',
  },

  verify: {
    stop: 'Nicht mehr warten',
    again: 'Noch einmal nachsehen',
    notMade: 'Das Konto {address} wurde nicht erstellt.',
    notReset: 'Das Passwort von {address} wurde nicht geändert.',
    sendAgain: 'Sende das Formular noch einmal.',
  },

  redirect: {
    only: 'Konten auf diesem Server werden woanders erstellt.',
    also: 'Du kannst das Konto auch woanders erstellen:',
    follow: 'Weiter bei {place}',
    insecure: 'Diese Seite ist nicht sicher: Was du dort eingibst, kann unterwegs mitgelesen werden.',
    refused: 'Der Server nennt eine Adresse, die diese Seite nicht öffnet:',
  },

  invitation: {
    label: 'Einladung',
    hint: 'Der Link der Einladung oder ihr Code.',
    submit: 'Einladung verwenden',
    without: 'Ohne Einladung weiter',
    // Said of a form that was refused: servers refuse a short password and a missing invitation in the same way.
    perhaps: [
      'Der Server hat das nicht angenommen.',
      'Ändere, was er nennt. Verlangt er eine Einladung, gib sie unter dem Formular ein.',
    ],
    missing: [
      'Unter diesem Link wurde keine Einladung gefunden: Das ist das Formular von {domain} ohne Einladung.',
      'Wenn du eine Einladung hast, öffne ihre Seite und kopiere von dort den Link, der mit xmpp: beginnt.',
    ],
    // What is wrong with it, by RegistrationError.reason; `form` if the text is none, `none` if its page
    // holds none, `elsewhere` if it is another provider's.
    reasons: {
      form: ['Das ist keine Einladung.', 'Vielleicht wurde sie nicht ganz kopiert. Kopiere ihren Link noch einmal.'],
      none: [
        'Unter dieser Adresse gibt es keine Einladung.',
        'Falls dort eine war, ist sie benutzt oder abgelaufen. Bitte um eine neue.',
      ],
      elsewhere: [
        'Diese Einladung ist für einen anderen Anbieter: {domain}.',
        'Benutze sie dort, oder bitte um eine für diesen Anbieter.',
      ],
      'discovery-blocked': [
        'Die Seite dieser Einladung kann von hier aus nicht gelesen werden.',
        'Öffne sie und kopiere dort den Link, der mit xmpp: beginnt.',
      ],
      'unsafe-url': [
        'Der Link dieser Einladung ist nicht sicher.',
        'Er muss mit https: oder xmpp: beginnen. Bitte um einen neuen.',
      ],
      'connect-failed': [
        'Die Seite dieser Einladung ist nicht erreichbar.',
        'Prüfe deine Verbindung und versuch es noch einmal.',
      ],
      timeout: ['Die Seite dieser Einladung antwortet nicht.', 'Prüfe deine Verbindung und versuch es noch einmal.'],
    },
  },

  done: {
    title: 'Dein Konto ist bereit',
    titleReset: 'Dein Passwort ist festgelegt',
    titlePending: 'Danach ist dein Konto bereit',
    todo: { 'email-confirmation-required': 'Öffne den Link in der E-Mail, die der Server dir geschickt hat.' },
    pending: 'Der Server verlangt noch etwas, bevor du dich anmelden kannst, und sagt nicht, was. Frag den Anbieter.',
    later:
      'Wenn das getan ist, melde dich als {address} mit dem eben gewählten Passwort an. Das geht mit jeder XMPP-App.',
    address: 'Das ist deine Adresse:',
    copy: 'Adresse kopieren',
    open: 'In einer App auf diesem Gerät öffnen',
    openHint: 'Solange keine solche App installiert ist, passiert nichts.',
    next: 'Melde dich als {address} mit dem eben gewählten Passwort an. Das geht mit jeder XMPP-App.',
    apps: 'Apps für {platform}',
    appsAnywhere: 'Apps',
    inBrowser: '{app} (im Browser)',
    more: 'Alle Apps',
    handover: 'Du wirst angemeldet…',
  },

  // The page for those who have an account. Its reasons take the place of those below.
  account: {
    title: 'Dein Konto',
    signOut: 'Abmelden',
    unsupported: 'Dieser Server unterstützt hier vielleicht keine Änderungen. Du kannst es trotzdem versuchen.',
    lost: 'Die Verbindung mit {domain} ist beendet.',
    again: 'Wieder anmelden',
    more: 'Der Server möchte mehr wissen. Bitte füll den Rest des Formulars aus.',
    status: {
      connecting: 'Anmeldung bei {domain} läuft…',
      account: 'Du bist angemeldet.',
      changing: 'Passwort wird geändert…',
      deleting: 'Konto wird gelöscht…',
      deleted: 'Fertig. Das Konto ist gelöscht.',
      signedOut: 'Du bist abgemeldet.',
    },
    // In a client that is signed in.
    lent: {
      again: 'Noch einmal versuchen',
      offline: ['Dein Programm ist nicht verbunden.', 'Verbinde es, und versuch es dann noch einmal.'],
      status: { connecting: 'Dein Konto wird geöffnet…', account: 'Du bist verbunden.' },
    },
    unknown: {
      changing: [
        'Ob das Passwort geändert wurde, ist nicht bekannt: Die Antwort des Servers kam nie an.',
        'Melde dich mit dem neuen Passwort an. Wird es abgelehnt, gilt noch das alte.',
      ],
      deleting: [
        'Ob das Konto gelöscht wurde, ist nicht bekannt: Die Antwort des Servers kam nie an.',
        'Versuch, dich anzumelden. Wird das Passwort abgelehnt, ist das Konto gelöscht.',
      ],
    },
    redirect: {
      only: 'Der Server hat dafür eine eigene Seite:',
      also: 'Der Server hat dafür auch eine eigene Seite:',
    },
    reasons: {
      'not-authorized': [
        'Der Server hat das nicht erlaubt.',
        'Melde dich ab und wieder an und versuch es dann noch einmal.',
      ],
      forbidden: ['Der Server lässt dich das nicht tun.', 'Frag den Anbieter.'],
      'not-allowed': ['Der Server erlaubt das nicht.', 'Frag den Anbieter.'],
      'not-registered': ['Der Server kennt dieses Konto nicht.', 'Vielleicht wurde es schon gelöscht.'],
      throttled: ['Es gab zuletzt zu viele Versuche.', 'Warte ein paar Minuten und versuch es dann noch einmal.'],
      'bad-request': [
        'Der Server konnte damit nichts anfangen.',
        'Prüfe deine Eingaben. Wenn sie stimmen, sag dem Anbieter Bescheid.',
      ],
      'no-websocket-endpoint': [
        'Dieser Server ist von einer Webseite aus nicht erreichbar.',
        'Nimm stattdessen eine XMPP-App.',
      ],
      'discovery-blocked': [
        'Dieser Server lässt sich von Webseiten aus nicht finden.',
        'Nimm stattdessen eine XMPP-App.',
      ],
      'server-misconfigured': ['Dieser Server ist dafür im Web nicht eingerichtet.', 'Sag dem Anbieter Bescheid.'],
    },
  },

  login: {
    title: 'Anmelden',
    titleAt: 'Bei {domain} anmelden',
    address: 'Adresse',
    hint: 'Sie sieht so aus: name@example.org.',
    username: 'Benutzername',
    preview: 'Deine Adresse: {address}',
    submit: 'Anmelden',
    forgotten: ['Die Verbindung ist beendet und das Passwort hier nicht mehr bekannt.', 'Bitte melde dich wieder an.'],
    deleting: ['Dieses Konto wird gerade gelöscht.', 'Frag den Anbieter, wenn du es behalten möchtest.'],
    until: 'Bis {time} kann der Anbieter es noch zurückholen.',
    disabled: [
      'Dieses Konto ist abgeschaltet: Es wird gerade gelöscht, oder der Anbieter hat es stillgelegt.',
      'Frag den Anbieter, wenn du es zurückhaben möchtest.',
    ],
    reasons: {
      'not-authorized': ['Adresse oder Passwort sind falsch.', 'Prüfe beides und versuch es noch einmal.'],
      'not-supported': [
        'Dieser Server kennt keine Art der Anmeldung, die diese Seite kennt.',
        'Nimm stattdessen eine XMPP-App oder sag dem Anbieter Bescheid.',
      ],
      'username-invalid': ['Das ist nicht die Adresse eines Kontos.', 'Sie sieht so aus: name@example.org.'],
    },
  },

  change: {
    title: 'Passwort ändern',
    password: 'Neues Passwort',
    repeat: 'Neues Passwort wiederholen',
    submit: 'Passwort ändern',
    done: 'Das Passwort ist geändert. Deine Apps werden nach dem neuen fragen.',
    unsure:
      'Du bist wieder angemeldet. Ob das alte oder das neue Passwort gilt, ist hier nicht bekannt: Ändere es zur Sicherheit noch einmal.',
    problem: {
      maybe: 'Ob das Passwort von {address} geändert wurde, ist nicht bekannt: Die Antwort des Servers kam nie an.',
      maybeTodo:
        'Es gilt das neue Passwort oder noch das alte. Ändere es zur Sicherheit noch einmal, sobald du angemeldet bist.',
      maybeOpen: '',
    },
    reasons: {
      'not-supported': [
        'Dieser Server ändert hier keine Passwörter.',
        'Versuch es in einer XMPP-App oder frag den Anbieter.',
      ],
      rejected: ['Der Server hat dieses Passwort nicht angenommen.', 'Bitte wähle ein anderes.'],
      stream: ['Es gilt noch das alte Passwort: Die Verbindung brach vorher ab.', 'Versuch es noch einmal.'],
    },
  },

  remove: {
    title: 'Konto löschen',
    warning:
      'Das Konto, seine Kontakte und seine Nachrichten auf dem Server werden endgültig gelöscht. Niemand kann sie zurückholen, und die Adresse kann eines Tages jemand anders bekommen.',
    confirm: 'Gib zur Bestätigung die Adresse des Kontos ein: {address}',
    submit: 'Konto endgültig löschen',
    done: 'Das Konto ist gelöscht',
    gone: 'Dieses Konto gibt es nicht mehr:',
    next: 'Entferne es auch aus deinen Apps: Sie können sich nicht mehr damit anmelden.',
    other: 'Mit einem anderen Konto anmelden',
    problem: {
      maybe: 'Ob das Konto {address} gelöscht wurde, ist nicht bekannt: Die Antwort des Servers kam nie an.',
      maybeTodo: 'Versuch, dich wieder anzumelden. Wird das Passwort abgelehnt, ist das Konto gelöscht.',
      maybeOpen: '',
    },
    refused: [
      'Das Passwort wird nicht mehr angenommen: Das Konto ist anscheinend gelöscht.',
      'Wenn du sichergehen willst, frag den Anbieter.',
    ],
    reasons: {
      'not-supported': [
        'Dieser Server löscht hier keine Konten.',
        'Versuch es in einer XMPP-App oder frag den Anbieter.',
      ],
      rejected: ['Der Server hat das nicht angenommen.', 'Bitte ändere es und versuch es noch einmal.'],
      stream: ['Das Konto ist nicht gelöscht: Die Verbindung brach vorher ab.', 'Versuch es noch einmal.'],
    },
  },

  problem: {
    server: 'Der Server sagt:',
    details: 'Technische Details',
    maybe: 'Das Konto {address} wurde vielleicht erstellt: Die Verbindung brach vor der Antwort des Servers ab.',
    maybeTodo: 'Versuch zuerst, dich damit anzumelden. Wenn das nicht geht, sende das Formular noch einmal.',
    maybeOpen: 'In einer App versuchen',
    retryAt: 'Du kannst es ab {time} noch einmal versuchen.',
    maybeYours: 'Vielleicht ist es deiner vom letzten Versuch: Probier, dich damit anzumelden.',
  },

  // What happened and what to do about it, by RegistrationError.reason.
  reasons: {
    'not-advertised': [
      'Dieser Server bietet keine neuen Konten an.',
      'Wähle einen anderen Anbieter oder frag diesen, wie du ein Konto bekommst.',
    ],
    'not-supported': [
      'Auf diesem Server kann man sich nicht selbst ein Konto erstellen.',
      'Wähle einen anderen Anbieter oder frag diesen, wie du ein Konto bekommst.',
    ],
    forbidden: [
      'Dieser Server lässt dich kein Konto erstellen.',
      'Er sagt nicht, warum. Versuch einen anderen Benutzernamen; hilft das nicht, frag den Anbieter oder wähle einen anderen.',
    ],
    'not-allowed': [
      'Der Server erlaubt das nicht.',
      'Vielleicht ist der Name reserviert: Versuch einen anderen oder frag den Anbieter.',
    ],
    'invite-required': [
      'Für diesen Server brauchst du eine Einladung.',
      'Gib hier den Link deiner Einladung ein oder bitte den Anbieter um eine.',
    ],
    'invite-invalid': [
      'Der Server nimmt diese Einladung nicht an.',
      'Sie wurde schon benutzt oder ist abgelaufen. Bitte um eine neue.',
    ],
    'invite-unsupported': [
      'Dieser Server kennt keine Einladungen.',
      'Versuch es ohne die Einladung oder frag, wer sie dir geschickt hat.',
    ],
    'captcha-required': [
      'Der Server möchte sehen, dass du ein Mensch bist.',
      'Beantworte die Frage und sende das Formular noch einmal.',
    ],
    'captcha-failed': ['Das war nicht die richtige Antwort, oder sie kam zu spät.', 'Bitte beantworte die neue Frage.'],
    throttled: ['Zuletzt wurden zu viele Konten erstellt.', 'Warte ein paar Minuten und versuch es dann noch einmal.'],
    'username-taken': ['Dieser Benutzername ist vergeben.', 'Bitte wähle einen anderen.'],
    'username-invalid': ['Das kann kein Benutzername sein.', 'Lass Leerzeichen und die Zeichen " & \' / : < > @ weg.'],
    rejected: ['Der Server hat das nicht angenommen.', 'Bitte ändere es und sende das Formular noch einmal.'],
    'bad-request': [
      'Der Server konnte mit dem Gesendeten nichts anfangen.',
      'Prüfe deine Eingaben. Wenn sie stimmen, sag dem Anbieter Bescheid.',
    ],
    'not-registered': ['Dieses Konto gibt es nicht.', 'Prüfe den Benutzernamen.'],
    'not-authorized': ['Der Server hat das nicht erlaubt.', 'Frag den Anbieter, wie du ein Konto bekommst.'],
    'server-error': [
      'Auf dem Server ist etwas schiefgegangen.',
      'Versuch es später noch einmal oder sag dem Anbieter Bescheid.',
    ],
    'outcome-unknown': [
      'Die Verbindung brach vor der Antwort des Servers ab.',
      'Versuch zuerst, dich anzumelden. Wenn das nicht geht, versuch es noch einmal.',
    ],
    timeout: ['Der Server hat nicht rechtzeitig geantwortet.', 'Prüfe deine Verbindung und versuch es noch einmal.'],
    aborted: ['Das wurde abgebrochen.', 'Du kannst es jederzeit noch einmal versuchen.'],
    'no-host-meta': [
      'Der Chatserver dieser Domain wurde nicht gefunden.',
      'Prüfe die Schreibweise der Domain und deine Verbindung. Vielleicht ist der Server auch von einer Webseite aus nicht erreichbar.',
    ],
    'no-websocket-endpoint': [
      'Dieser Server ist von einer Webseite aus nicht erreichbar.',
      'Erstelle das Konto in einer XMPP-App oder wähle einen anderen Anbieter.',
    ],
    'discovery-blocked': [
      'Dieser Server lässt sich von Webseiten aus nicht finden.',
      'Erstelle das Konto in einer XMPP-App oder wähle einen anderen Anbieter.',
    ],
    'connect-failed': [
      'Der Server ist nicht erreichbar.',
      'Prüfe deine Verbindung und versuch es noch einmal. Vielleicht ist der Server gerade ausgefallen.',
    ],
    'insecure-redirect': [
      'Der Server verweist auf eine Adresse, die nicht sicher ist.',
      'Dorthin wurde nichts gesendet. Sag dem Anbieter Bescheid.',
    ],
    'unsupported-redirect': [
      'Der Server verweist auf eine Adresse, mit der diese Seite nichts anfangen kann.',
      'Sag dem Anbieter Bescheid.',
    ],
    'redirect-loop': [
      'Der Server schickt diese Seite immer wieder woandershin.',
      'Versuch es später noch einmal oder sag dem Anbieter Bescheid.',
    ],
    'unsafe-url': [
      'Die Adresse des Servers ist nicht sicher.',
      'Dorthin wurde nichts gesendet. Sag dem Anbieter Bescheid.',
    ],
    'host-unknown': ['Für diese Domain gibt es keinen Chatserver.', 'Prüfe die Schreibweise der Domain.'],
    'server-misconfigured': [
      'Dieser Server ist nicht dafür eingerichtet, Konten über das Web zu erstellen.',
      'Sag dem Anbieter Bescheid.',
    ],
    stream: ['Der Server hat die Verbindung beendet.', 'Versuch es noch einmal.'],
    protocol: [
      'Der Server hat etwas Unverständliches gesendet.',
      'Versuch es später noch einmal oder sag dem Anbieter Bescheid.',
    ],
    malformed: [
      'Die Antwort des Servers ist unverständlich.',
      'Versuch es später noch einmal oder sag dem Anbieter Bescheid.',
    ],
    'module-exited': [
      'Diese Seite ist stehen geblieben.',
      'Versuch es noch einmal. Wenn das nicht hilft, lade die Seite neu.',
    ],
    busy: ['Gerade läuft noch etwas anderes.', 'Warte einen Moment und versuch es dann noch einmal.'],
    unknown: ['Das hat nicht geklappt.', 'Versuch es später noch einmal oder frag den Anbieter.'],
  },
};
