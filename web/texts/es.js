/**
 * Everything that the pages say, in Spanish (tú). The keys are those of en.js.
 *
 * @type {import('./en.js').Texts}
 */
export const texts = {
  lang: 'es',

  // Labels of the fields that XEP-0077 and XEP-0158 name, for servers that send none.
  fields: {
    username: 'Nombre de usuario',
    password: 'Contraseña',
    nick: 'Apodo',
    name: 'Nombre completo',
    first: 'Nombre',
    last: 'Apellidos',
    email: 'Correo electrónico',
    address: 'Calle y número',
    city: 'Ciudad',
    state: 'Estado o región',
    zip: 'Código postal',
    phone: 'Número de teléfono',
    url: 'Página web',
    date: 'Fecha de nacimiento',
    misc: 'Otros datos',
    text: 'Más información',
    old_password: 'Contraseña actual',
    ocr: 'Caracteres de la imagen',
    qa: 'Respuesta a la pregunta',
    audio_recog: 'Lo que oyes',
    speech_q: 'Respuesta a la pregunta que oyes',
    speech_recog: 'Palabras que oyes',
    picture_q: 'Respuesta a la pregunta sobre la imagen',
    picture_recog: 'Lo que muestra la imagen',
    video_q: 'Respuesta a la pregunta sobre el vídeo',
    video_recog: 'Lo que muestra el vídeo',
  },

  form: {
    required: 'obligatorio',
    optional: 'opcional',
    choose: 'Elegir…',
    none: 'Ninguna opción',
    show: 'Mostrar',
    hide: 'Ocultar',
    suggestField: 'Sugerir una contraseña',
    suggested: 'Se ha escrito una contraseña y está a la vista.',
    // How hard a password is to guess, from 0 to 3.
    strength: [
      'Fácil de adivinar: hazla más larga.',
      'Se podría adivinar: ayudarían unos caracteres más.',
      'Buena.',
      'Muy buena.',
    ],
    showField: 'Mostrar: {label}',
    hideField: 'Ocultar: {label}',
    address: 'Tu dirección será {address}',
    addressName: 'nombre',
    lines: 'Una dirección por línea.',
    each: 'Un valor por línea.',
    other: 'Otras opciones, una por línea',
    reserved: 'Tu invitación reserva este nombre.',
    settled: 'Esto ya está fijado.',
    captchaImage: 'Imagen con los caracteres que debes escribir',
    captchaAudio: 'Audio con lo que debes escribir',
    captchaVideo: 'Vídeo con lo que debes escribir',
    mediaImage: 'Imagen para: {label}',
    mediaAudio: 'Audio para: {label}',
    mediaVideo: 'Vídeo para: {label}',
    mediaFailed: 'Esto no se ha podido mostrar.',
    missingImage: 'No se ha podido cargar la imagen.',
    missingAudio: 'No se ha podido cargar el sonido.',
    missingVideo: 'No se ha podido cargar el vídeo.',
    openImage: 'Abrir la imagen en una pestaña nueva',
    openAudio: 'Abrir el audio en una pestaña nueva',
    openVideo: 'Abrir el vídeo en una pestaña nueva',
    openInsecure: 'Esa dirección no es segura: otros pueden ver y cambiar lo que viene de allí.',
    captchaNew: 'Pedir otro',
    captchaPage: 'Abrir la imagen en una pestaña nueva',
    answersOne: 'Basta con una de estas respuestas.',
    answersSome: 'Hacen falta {count} de estas respuestas.',
    // What the server says about a value before there is one (XEP-0122), by the bounds that it names.
    range: {
      both: 'De {min} a {max}.',
      min: '{min} o más.',
      max: '{max} o menos.',
    },
    times: {
      both: 'De {min} a {max}.',
      min: '{min} o después.',
      max: '{max} o antes.',
    },
    choices: {
      exact: 'Elige exactamente {min}.',
      both: 'Elige de {min} a {max}.',
      min: 'Elige al menos {min}.',
      max: 'Elige como máximo {max}.',
    },
    formats: {
      date: 'Escribe la fecha así: {example}',
      time: 'Escribe la hora así: {example}',
      dateTime: 'Escribe la fecha y la hora así: {example}',
    },
  },

  // What is wrong with a field, seen before anything is sent.
  check: {
    missing: 'Rellena este campo.',
    choose: 'Elige una opción.',
    chooseSome: 'Elige al menos una opción.',
    agree: 'Marca esta casilla para continuar.',
    email: 'Eso no es un correo electrónico. Tiene esta forma: nombre@example.org.',
    url: 'Eso no es una dirección web. Empieza por https://.',
    date: 'Esa fecha no está completa.',
    time: 'Esa hora no está completa.',
    jid: 'Eso no es una dirección XMPP. Tiene esta forma: nombre@example.org.',
    jids: 'Esto no son direcciones XMPP: {lines}',
    someJids: 'No todas son direcciones XMPP. Tienen esta forma: nombre@example.org.',
    domain: 'Eso no es el nombre de un proveedor. Tiene esta forma: example.org.',
    different: 'No coincide con lo de arriba.',
    account: 'Esa no es la dirección de esta cuenta.',
    outside: 'Esta página es para direcciones de {domain}.',
    single: 'Aquí solo cabe un valor.',
    character: 'Aquí hay un carácter que no se puede enviar. Escríbelo de nuevo.',
    saslprep:
      'Algunos servidores rechazan esta contraseña. Usa letras, números y signos, sin emojis y en un solo sentido de escritura.',
    boolean: 'Responde sí o no.',
    option: 'Esta no es una de las opciones.',
    reserved: 'Esto ya está fijado y no se puede cambiar.',
    answers: 'Hacen falta más de estas respuestas.',
    regex: 'Esto no tiene la forma que pide el servidor.',
    // By the bounds that there are.
    integer: {
      any: 'Aquí solo vale un número entero, como 42.',
      both: 'Aquí solo vale un número entero de {min} a {max}.',
      min: 'Aquí solo vale un número entero a partir de {min}.',
      max: 'Aquí solo vale un número entero hasta {max}.',
    },
    range: {
      both: 'Tiene que estar entre {min} y {max}.',
      min: 'Tiene que ser {min} o más.',
      max: 'Tiene que ser {max} o menos.',
    },
    times: {
      both: 'Tiene que estar entre {min} y {max}.',
      min: 'Tiene que ser {min} o después.',
      max: 'Tiene que ser {max} o antes.',
    },
    choices: {
      exact: 'Tienes que elegir exactamente {min}.',
      both: 'Tienes que elegir de {min} a {max}.',
      min: 'Tienes que elegir al menos {min}.',
      max: 'Puedes elegir como máximo {max}.',
    },
    datatypes: {
      decimal: 'Aquí solo vale un número, escrito con punto, como 3.5.',
      date: 'Eso no es una fecha. Tiene esta forma: 2026-01-31.',
      time: 'Eso no es una hora. Tiene esta forma: 12:30:00.',
      dateTime: 'Eso no es una fecha con hora. Tiene esta forma: 2026-01-31T12:30:00Z.',
      anyURI: 'Eso no es una dirección (URI). Tiene esta forma: https://example.org/.',
      language: 'Eso no es el código de un idioma, como es o pt-BR.',
    },
    other: 'El servidor no aceptará esto.',
  },

  domain: {
    title: '¿Qué proveedor?',
    label: 'Proveedor',
    hint: 'La parte de la dirección que va después de la @, como example.org. También sirve el enlace de una invitación.',
    submit: 'Continuar',
    ends: 'Tu dirección termina en',
  },

  terms: {
    both: 'Acepto las condiciones del servicio y he leído la política de privacidad.',
    terms: 'Acepto las condiciones del servicio.',
    privacy: 'He leído la política de privacidad.',
    termsLink: 'Condiciones del servicio',
    privacyLink: 'Política de privacidad',
  },

  signup: {
    title: 'Tu cuenta en {domain}',
    titleNowhere: 'Tu cuenta',
    instructions:
      'Elige un nombre de usuario y una contraseña para tu nueva cuenta. Con ellos puedes iniciar sesión en cualquier aplicación XMPP.',
    submit: 'Crear cuenta',
    retry: 'Intentar de nuevo',
    otherProvider: 'Elegir otro proveedor',
    noForm: 'Este servidor no ha enviado ningún formulario para rellenar.',
    existing: 'Ya tienes esta cuenta: el formulario la cambia.',
    reset: 'Aquí estableces una contraseña nueva para {address}.',
    submitReset: 'Establecer la contraseña',
  },

  status: {
    reading: 'Cargando…',
    loading: 'Cargando…',
    progress: 'Progreso de la carga',
    connecting: 'Conectando con {domain}…',
    invited: 'Leyendo la invitación…',
    waiting: 'Esperando el formulario de {domain}…',
    form: 'El formulario está listo.',
    elsewhere: 'Aquí no hay ningún formulario que rellenar.',
    renewing: 'Pidiendo un formulario nuevo…',
    queued: 'Esperando a {domain}. Después se creará la cuenta…',
    sending: 'Creando la cuenta…',
    verifying: 'La respuesta de {domain} se perdió. Comprobando qué ha pasado…',
    more: 'El servidor quiere saber más. Rellena el resto del formulario.',
    done: 'Listo. La cuenta ya existe.',
    copied: 'Copiado.',
    selected: 'Seleccionado. Cópialo con el teclado o el menú.',
  },

  verify: {
    stop: 'Parar',
    again: 'Comprobar otra vez',
    notMade: 'La cuenta {address} no se ha creado.',
    notReset: 'La contraseña de {address} no se ha cambiado.',
    sendAgain: 'Envía el formulario otra vez.',
  },

  redirect: {
    only: 'Las cuentas de este servidor se crean en otro sitio.',
    also: 'También puedes crear la cuenta en otro sitio:',
    follow: 'Continuar en {place}',
    insecure: 'Esa página no es segura: lo que escribas allí se puede leer por el camino.',
    refused: 'El servidor indica una dirección que esta página no abrirá:',
  },

  invitation: {
    label: 'Invitación',
    hint: 'El enlace de la invitación o su código.',
    submit: 'Usar la invitación',
    without: 'Seguir sin invitación',
    // Said of a form that was refused: servers refuse a short password and a missing invitation in the same way.
    perhaps: [
      'El servidor no ha aceptado esto.',
      'Cambia lo que indica. Si pide una invitación, indica la tuya debajo del formulario.',
    ],
    missing: [
      'En ese enlace no se ha encontrado ninguna invitación: este es el formulario de {domain} sin ella.',
      'Si tienes una invitación, abre su página y copia de ella el enlace que empieza por xmpp:.',
    ],
    // What is wrong with it, by RegistrationError.reason; `form` if the link itself cannot be used.
    reasons: {
      form: ['Eso no es una invitación.', 'Quizá no se haya copiado entera. Copia su enlace otra vez.'],
      none: ['En esa dirección no hay ninguna invitación.', 'Si la había, ya se ha usado o ha caducado. Pide otra.'],
      elsewhere: ['Esta invitación es para otro proveedor: {domain}.', 'Úsala allí o pide una para este proveedor.'],
      'discovery-blocked': [
        'La página de esta invitación no se puede leer desde aquí.',
        'Ábrela y copia de ella el enlace que empieza por xmpp:.',
      ],
      'unsafe-url': ['El enlace de esta invitación no es seguro.', 'Debe empezar por https: o xmpp:. Pide otro.'],
      'connect-failed': [
        'No se puede acceder a la página de esta invitación.',
        'Comprueba tu conexión e inténtalo de nuevo.',
      ],
      timeout: ['La página de esta invitación no responde.', 'Comprueba tu conexión e inténtalo de nuevo.'],
    },
  },

  done: {
    title: 'Tu cuenta está lista',
    titleReset: 'Tu contraseña está establecida',
    titlePending: 'Después, tu cuenta estará lista',
    todo: { 'email-confirmation-required': 'Abre el enlace del correo que te ha enviado el servidor.' },
    pending: 'El servidor pide algo más antes de que puedas iniciar sesión y no dice qué. Pregunta al proveedor.',
    later:
      'Cuando esté hecho, inicia sesión como {address} con la contraseña que acabas de elegir. Sirve cualquier aplicación XMPP.',
    address: 'Esta es tu dirección:',
    copy: 'Copiar dirección',
    open: 'Abrir en una aplicación de este dispositivo',
    openHint: 'No ocurre nada si todavía no hay ninguna instalada.',
    next: 'Inicia sesión como {address} con la contraseña que acabas de elegir. Sirve cualquier aplicación XMPP.',
    apps: 'Aplicaciones para {platform}',
    appsAnywhere: 'Aplicaciones',
    inBrowser: '{app} (en el navegador)',
    more: 'Todas las aplicaciones',
    handover: 'Iniciando sesión…',
  },

  // The page for those who have an account. Its reasons take the place of those below.
  account: {
    title: 'Tu cuenta',
    signOut: 'Cerrar sesión',
    unsupported: 'Puede que este servidor no permita cambios aquí. Puedes intentarlo de todos modos.',
    lost: 'La conexión con {domain} ha terminado.',
    again: 'Volver a iniciar sesión',
    more: 'El servidor quiere saber más. Rellena el resto del formulario.',
    status: {
      connecting: 'Iniciando sesión en {domain}…',
      account: 'Has iniciado sesión.',
      changing: 'Cambiando la contraseña…',
      deleting: 'Eliminando la cuenta…',
      deleted: 'Listo. La cuenta está eliminada.',
      signedOut: 'Has cerrado la sesión.',
    },
    // In a client that is signed in.
    lent: {
      again: 'Intentar de nuevo',
      offline: ['Tu cliente no está conectado.', 'Conéctalo e inténtalo de nuevo.'],
      status: { connecting: 'Abriendo tu cuenta…', account: 'La conexión está establecida.' },
    },
    unknown: {
      changing: [
        'No se sabe si la contraseña se ha cambiado: la respuesta del servidor nunca llegó.',
        'Inicia sesión con la contraseña nueva. Si se rechaza, todavía vale la antigua.',
      ],
      deleting: [
        'No se sabe si la cuenta se ha eliminado: la respuesta del servidor nunca llegó.',
        'Intenta iniciar sesión. Si se rechaza la contraseña, la cuenta está eliminada.',
      ],
    },
    redirect: {
      only: 'El servidor tiene su propia página para esto:',
      also: 'El servidor tiene también su propia página para esto:',
    },
    reasons: {
      'not-authorized': [
        'El servidor no lo ha permitido.',
        'Cierra la sesión, vuelve a iniciarla e inténtalo otra vez.',
      ],
      forbidden: ['El servidor no te deja hacer esto.', 'Pregunta al proveedor.'],
      'not-allowed': ['El servidor no permite esto.', 'Pregunta al proveedor.'],
      'not-registered': ['El servidor no conoce esa cuenta.', 'Quizá ya se haya eliminado.'],
      throttled: ['Ha habido demasiados intentos últimamente.', 'Espera unos minutos e inténtalo de nuevo.'],
      'bad-request': [
        'El servidor no ha entendido esto.',
        'Comprueba lo que has escrito. Si está bien, avisa al proveedor.',
      ],
      'no-websocket-endpoint': [
        'No se puede acceder a este servidor desde una página web.',
        'Usa mejor una aplicación XMPP.',
      ],
      'discovery-blocked': [
        'Este servidor no deja que las páginas web lo encuentren.',
        'Usa mejor una aplicación XMPP.',
      ],
      'server-misconfigured': ['Este servidor no está configurado para esto en la web.', 'Avisa al proveedor.'],
    },
  },

  login: {
    title: 'Iniciar sesión',
    titleAt: 'Iniciar sesión en {domain}',
    address: 'Dirección',
    hint: 'Tiene esta forma: nombre@example.org.',
    username: 'Nombre de usuario',
    preview: 'Tu dirección: {address}',
    submit: 'Iniciar sesión',
    forgotten: ['La conexión ha terminado y la contraseña se ha olvidado.', 'Vuelve a iniciar sesión.'],
    deleting: ['Esta cuenta se está eliminando.', 'Pregunta al proveedor si quieres conservarla.'],
    until: 'Hasta {time} el proveedor todavía puede recuperarla.',
    disabled: [
      'Esta cuenta está desactivada: se está eliminando o el proveedor la ha suspendido.',
      'Pregunta al proveedor si quieres recuperarla.',
    ],
    reasons: {
      'not-authorized': ['La dirección o la contraseña no es correcta.', 'Comprueba ambas e inténtalo de nuevo.'],
      'not-supported': [
        'Este servidor no conoce ninguna forma de iniciar sesión que conozca esta página.',
        'Usa mejor una aplicación XMPP o avisa al proveedor.',
      ],
      'username-invalid': ['Esa no es la dirección de una cuenta.', 'Tiene esta forma: nombre@example.org.'],
    },
  },

  change: {
    title: 'Cambiar la contraseña',
    password: 'Contraseña nueva',
    repeat: 'Contraseña nueva, otra vez',
    submit: 'Cambiar contraseña',
    done: 'La contraseña está cambiada. Tus aplicaciones pedirán la nueva.',
    unsure:
      'Has iniciado sesión de nuevo. Aquí no se sabe si vale la contraseña antigua o la nueva: por seguridad, cámbiala otra vez.',
    problem: {
      maybe: 'No se sabe si la contraseña de {address} se ha cambiado: la respuesta del servidor nunca llegó.',
      maybeTodo:
        'Vale la contraseña nueva o todavía la antigua. Por seguridad, cámbiala otra vez cuando hayas iniciado sesión.',
      maybeOpen: '',
    },
    reasons: {
      'not-supported': [
        'Este servidor no cambia contraseñas aquí.',
        'Inténtalo en una aplicación XMPP o pregunta al proveedor.',
      ],
      rejected: ['El servidor no ha aceptado esta contraseña.', 'Elige otra.'],
      stream: ['La contraseña sigue siendo la antigua: la conexión terminó antes.', 'Inténtalo de nuevo.'],
    },
  },

  remove: {
    title: 'Eliminar la cuenta',
    warning:
      'La cuenta, sus contactos y sus mensajes en el servidor se eliminan para siempre. Nadie podrá recuperarlos, y algún día la dirección podría ser de otra persona.',
    confirm: 'Para confirmar, escribe la dirección de la cuenta: {address}',
    submit: 'Eliminar la cuenta para siempre',
    done: 'La cuenta está eliminada',
    gone: 'Esta cuenta ya no existe:',
    next: 'Quítala también de tus aplicaciones: ya no pueden iniciar sesión con ella.',
    other: 'Iniciar sesión con otra cuenta',
    problem: {
      maybe: 'No se sabe si la cuenta {address} se ha eliminado: la respuesta del servidor nunca llegó.',
      maybeTodo: 'Intenta iniciar sesión de nuevo. Si se rechaza la contraseña, la cuenta está eliminada.',
      maybeOpen: '',
    },
    refused: [
      'La contraseña ya no se acepta: parece que la cuenta está eliminada.',
      'Si quieres tener la certeza, pregunta al proveedor.',
    ],
    reasons: {
      'not-supported': [
        'Este servidor no elimina cuentas aquí.',
        'Inténtalo en una aplicación XMPP o pregunta al proveedor.',
      ],
      rejected: ['El servidor no ha aceptado esto.', 'Cámbialo e inténtalo de nuevo.'],
      stream: ['La cuenta no está eliminada: la conexión terminó antes.', 'Inténtalo de nuevo.'],
    },
  },

  problem: {
    server: 'El servidor dice:',
    details: 'Detalles técnicos',
    maybe: 'Puede que la cuenta {address} se haya creado: la conexión se perdió antes de la respuesta del servidor.',
    maybeTodo: 'Intenta primero iniciar sesión con ella. Si no funciona, envía el formulario otra vez.',
    maybeOpen: 'Probar en una aplicación',
    retryAt: 'Próximo intento posible: {time}.',
    maybeYours: 'Quizá sea el tuyo, de la vez anterior: intenta iniciar sesión con él.',
  },

  // What happened and what to do about it, by RegistrationError.reason.
  reasons: {
    'not-advertised': [
      'Este servidor no ofrece cuentas nuevas.',
      'Elige otro proveedor o pregunta a este cómo conseguir una cuenta.',
    ],
    'not-supported': [
      'Este servidor no crea cuentas para visitantes.',
      'Elige otro proveedor o pregunta a este cómo conseguir una cuenta.',
    ],
    forbidden: [
      'Este servidor no te deja crear una cuenta.',
      'No dice por qué. Prueba con otro nombre de usuario; si no ayuda, pregunta al proveedor o elige otro.',
    ],
    'not-allowed': [
      'El servidor no permite esto.',
      'Puede que el nombre esté reservado: prueba con otro o pregunta al proveedor.',
    ],
    'invite-required': [
      'Necesitas una invitación para este servidor.',
      'Indica aquí el enlace de tu invitación o pide una al proveedor.',
    ],
    'invite-invalid': ['El servidor no acepta esta invitación.', 'Ya se ha usado o ha caducado. Pide otra.'],
    'invite-unsupported': [
      'Este servidor no conoce las invitaciones.',
      'Inténtalo sin la invitación o pregunta a quien te la envió.',
    ],
    'captcha-required': [
      'El servidor quiere ver que eres una persona.',
      'Responde a la pregunta y envía el formulario otra vez.',
    ],
    'captcha-failed': ['No era la respuesta correcta o llegó demasiado tarde.', 'Responde a la nueva pregunta.'],
    throttled: ['Se han creado demasiadas cuentas últimamente.', 'Espera unos minutos e inténtalo de nuevo.'],
    'username-taken': ['Este nombre de usuario ya está en uso.', 'Elige otro.'],
    'username-invalid': [
      'Esto no puede ser un nombre de usuario.',
      'Evita los espacios y los caracteres " & \' / : < > @.',
    ],
    rejected: ['El servidor no ha aceptado esto.', 'Cámbialo y envía el formulario otra vez.'],
    'bad-request': [
      'El servidor no ha entendido lo que se envió.',
      'Comprueba lo que has escrito. Si está bien, avisa al proveedor.',
    ],
    'not-registered': ['Esa cuenta no existe.', 'Comprueba el nombre de usuario.'],
    'not-authorized': ['El servidor no lo ha permitido.', 'Pregunta al proveedor cómo conseguir una cuenta.'],
    'server-error': ['Algo ha fallado en el servidor.', 'Inténtalo más tarde o avisa al proveedor.'],
    'outcome-unknown': [
      'La conexión se perdió antes de la respuesta del servidor.',
      'Intenta primero iniciar sesión. Si no funciona, inténtalo de nuevo.',
    ],
    timeout: ['El servidor no ha respondido a tiempo.', 'Comprueba tu conexión e inténtalo de nuevo.'],
    aborted: ['Esto se ha detenido.', 'Inténtalo de nuevo cuando quieras.'],
    'no-host-meta': [
      'No se ha encontrado el servidor de chat de este dominio.',
      'Comprueba que el dominio esté bien escrito y tu conexión. También puede que no se pueda acceder al servidor desde una página web.',
    ],
    'no-websocket-endpoint': [
      'No se puede acceder a este servidor desde una página web.',
      'Crea la cuenta en una aplicación XMPP o elige otro proveedor.',
    ],
    'discovery-blocked': [
      'Este servidor no deja que las páginas web lo encuentren.',
      'Crea la cuenta en una aplicación XMPP o elige otro proveedor.',
    ],
    'connect-failed': [
      'No se puede acceder al servidor.',
      'Comprueba tu conexión e inténtalo de nuevo. Puede que el servidor esté caído un rato.',
    ],
    'insecure-redirect': [
      'El servidor remite a un lugar que no es seguro.',
      'No se ha enviado nada allí. Avisa al proveedor.',
    ],
    'unsupported-redirect': ['El servidor remite a un lugar que esta página no puede usar.', 'Avisa al proveedor.'],
    'redirect-loop': [
      'El servidor no deja de remitir esta página a otros lugares.',
      'Inténtalo más tarde o avisa al proveedor.',
    ],
    'unsafe-url': ['La dirección del servidor no es segura.', 'No se ha enviado nada allí. Avisa al proveedor.'],
    'host-unknown': [
      'No hay ningún servidor de chat para este dominio.',
      'Comprueba que el dominio esté bien escrito.',
    ],
    'server-misconfigured': [
      'Este servidor no está configurado para crear cuentas desde la web.',
      'Avisa al proveedor.',
    ],
    stream: ['El servidor ha terminado la conexión.', 'Inténtalo de nuevo.'],
    protocol: ['El servidor ha enviado algo que no tiene sentido.', 'Inténtalo más tarde o avisa al proveedor.'],
    malformed: ['La respuesta del servidor no tiene sentido.', 'Inténtalo más tarde o avisa al proveedor.'],
    'module-exited': ['Esta página se ha detenido.', 'Inténtalo de nuevo. Si no ayuda, vuelve a cargar la página.'],
    busy: ['Todavía hay otra operación en curso.', 'Espera un momento e inténtalo de nuevo.'],
    unknown: ['Eso no ha funcionado.', 'Inténtalo más tarde o pregunta al proveedor.'],
  },
};
