/**
 * What the set-up check says, in Spanish (tú). The keys are those of en.js.
 *
 * @type {import('./en.js').Words}
 */
export const texts = {
  ask: {
    label: 'Dominio',
    hint: 'La parte de las direcciones que va después de la @, como example.org.',
    submit: 'Comprobar',
  },

  status: {
    examining: 'Comprobando {domain}…',
    asking: 'Pidiendo el formulario de {domain}…',
  },

  title: 'Lo que una página de registro encuentra en {domain}',
  good: 'Una página de registro funciona aquí.',
  bad: 'Una página de registro todavía no funciona aquí. Lo que hay que arreglar está marcado abajo como problema.',
  origin: 'Comprobado desde {address}. Lo que un navegador deja leer a una página depende de dónde viene la página.',
  originSame:
    'Los archivos están en el mismo sitio, así que no se ha visto si las páginas de otros sitios pueden leerlos.',

  verdicts: { ok: 'Correcto', note: 'Nota', problem: 'Problema' },

  copy: 'Copiar',
  copyNamed: 'Copiar: {name}',

  // What is looked at.
  looks: {
    page: 'Esta página',
    json: 'host-meta en JSON',
    xml: 'host-meta en XML',
    socket: 'WebSocket',
    registration: 'Registro',
    form: 'El formulario',
  },

  page: {
    policy: [
      'La Content-Security-Policy de esta página le prohíbe conectarse a estas direcciones:',
      'Permítelas en connect-src. La página de registro necesita lo mismo.',
    ],
    url: ['La página indica ella misma el WebSocket, así que no hacen falta archivos host-meta.', ''],
  },

  files: {
    found: ['El archivo indica un WebSocket y esta página puede leerlo.', ''],
    unreachable: [
      'El servidor web del dominio no responde a este navegador.',
      'Comprueba la entrada del dominio en el DNS, que un servidor web responda en el puerto 443 y que su certificado sea válido para {domain}.',
    ],
    missing: ['El servidor web no entrega este archivo.', 'Ponlo ahí, legible para páginas de cualquier sitio.'],
    blocked: [
      'El servidor web responde, pero esta página no puede leer lo que dice (CORS). Desde aquí no se ve si el archivo existe.',
      'Haz que el servidor web envíe esta cabecera con el archivo y con cada redirección que lleve a él.',
    ],
    'leaves-tls': ['Aquí se redirige a una dirección sin cifrar.', 'Haz que todas las redirecciones sigan en https:.'],
    broken: [
      'Lo que llega no es un archivo host-meta. Muchos servidores web envían una página propia en lugar de decir que no hay tal archivo.',
      'Pon el archivo ahí, legible para páginas de cualquier sitio.',
    ],
    'no-link': ['El archivo no indica ningún WebSocket.', 'Añade un enlace con exactamente este rel.'],
    'only-bosh': [
      'El archivo solo indica BOSH, que una página de registro no habla.',
      'Añade un enlace para el WebSocket.',
    ],
    insecure: ['El archivo solo indica un WebSocket sin cifrar:', 'Indica uno que empiece por wss:.'],
    unusable: [
      'El archivo indica un WebSocket cuya dirección no se puede usar:',
      'Escribe una dirección completa que empiece por wss:, sin nombre de usuario y sin #.',
    ],
  },
  otherFile:
    'Una página de registro puede prescindir de él, porque puede leer el otro archivo. Puede que otros programas busquen este.',
  withoutFiles:
    'Basta con uno de los dos archivos. Si no puedes cambiar ese servidor web, haz que la página de registro indique ella misma el WebSocket.',

  sockets: {
    opens: ['Se abre, y el servidor habla el subprotocolo xmpp.', ''],
    fails: [
      'No se abre. Un navegador no dice por qué.',
      'Comprueba que el servidor XMPP ofrezca WebSockets en esta misma ruta, que un proxy delante de él deje pasar Upgrade y Sec-WebSocket-Protocol, y que el certificado sea válido.',
    ],
    silent: ['No hay respuesta a tiempo.', 'Comprueba el host, el puerto y el cortafuegos.'],
    'no-subprotocol': [
      'Se abre, pero lo que responde ahí no habla el subprotocolo xmpp.',
      'Comprueba la ruta y que un proxy delante del servidor XMPP deje pasar Sec-WebSocket-Protocol.',
    ],
  },
  otherSocket: 'Una página de registro usa otro, que sí se abre, pero quizá tenga que esperar antes a este.',

  registration: {
    offered: ['El servidor ofrece el registro.', ''],
    invitations: [
      'El servidor también acepta invitaciones. Si admite a quien no tiene ninguna, solo se ve al registrarse.',
      'Si debe admitir también a quien no tiene invitación, configura esto.',
    ],
    unseen: ['Sin un WebSocket que se abra, no se ha podido preguntar al servidor.', ''],
    'not-advertised': [
      'El servidor no ofrece el registro.',
      'Actívalo. Un servidor también puede ocultarlo porque cree que la conexión no va cifrada, cuando es un proxy delante de él el que termina TLS.',
    ],
    'invite-required': [
      'El servidor solo ofrece el registro a quien tiene una invitación. Una página de registro la toma de su propia dirección (?token=) o la pide.',
      '',
    ],
    refused: [
      'El servidor ofrece el registro, pero no a este navegador.',
      'Comprueba sus reglas: quién puede registrarse y desde qué redes.',
    ],
    elsewhere: [
      'El servidor quiere a sus usuarios en otra página. Una página de registro muestra un enlace a ella:',
      '',
    ],
    empty: ['El servidor no envía ningún formulario que rellenar.', ''],
  },

  form: {
    data: 'El servidor envía un formulario de datos (XEP-0004). Lo que pide:',
    old: 'El servidor envía un formulario a la antigua (XEP-0077). Lo que pide:',
    required: 'obligatorio',
    optional: 'opcional',
    captcha: 'Tiene un CAPTCHA.',
    captchaNone: 'No tiene CAPTCHA.',
    captchaLacking: [
      'Tiene un CAPTCHA, pero no se ha podido obtener del servidor lo que debe mostrar.',
      'Haz que el servidor lo envíe dentro del flujo (XEP-0231) o desde una dirección https:.',
    ],
  },
};
