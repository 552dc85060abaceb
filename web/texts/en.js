/**
 * Everything that the pages say, in English. A translation is a file with the same keys. Places in
 * braces are filled in with `fill` of dom.js.
 *
 * @typedef {typeof texts} Texts
 * @typedef {Record<import('../xmppreg.js').Reason, string[]>} Reasons what happened, and what to do about it
 */
export const texts = {
  lang: 'en',

  /**
   * Labels of the fields that XEP-0077 and XEP-0158 name, for servers that send none.
   *
   * @type {Record<string, string>}
   */
  fields: {
    username: 'User name',
    password: 'Password',
    nick: 'Nickname',
    name: 'Full name',
    first: 'First name',
    last: 'Last name',
    email: 'Email address',
    address: 'Street address',
    city: 'City',
    state: 'State or region',
    zip: 'Postal code',
    phone: 'Phone number',
    url: 'Web page',
    date: 'Date of birth',
    misc: 'Other information',
    text: 'More information',
    old_password: 'Current password',
    ocr: 'Characters in the picture',
    qa: 'Answer to the question',
    audio_recog: 'What you hear',
    speech_q: 'Answer to the question you hear',
    speech_recog: 'Words that you hear',
    picture_q: 'Answer to the question about the picture',
    picture_recog: 'What the picture shows',
    video_q: 'Answer to the question about the video',
    video_recog: 'What the video shows',
  },

  form: {
    required: 'required',
    optional: 'optional',
    choose: 'Choose…',
    none: 'No choice',
    show: 'Show',
    hide: 'Hide',
    suggestField: 'Suggest a password',
    suggested: 'A password is filled in and shown.',
    // How hard a password is to guess, from 0 to 3.
    strength: [
      'Easy to guess: make it longer.',
      'Could be guessed: a few more characters would help.',
      'Good.',
      'Very good.',
    ],
    showField: 'Show: {label}',
    hideField: 'Hide: {label}',
    address: 'Your address will be {address}',
    addressName: 'name',
    lines: 'One address on each line.',
    each: 'One on each line.',
    other: 'Other choices, one on each line',
    reserved: 'Your invitation reserves this name.',
    settled: 'This is settled already.',
    captchaImage: 'Picture with the characters that you are to type',
    captchaAudio: 'Sound with what you are to type',
    captchaVideo: 'Video with what you are to type',
    mediaImage: 'Picture for: {label}',
    mediaAudio: 'Sound for: {label}',
    mediaVideo: 'Video for: {label}',
    mediaFailed: 'This could not be shown.',
    missingImage: 'The picture could not be loaded.',
    missingAudio: 'The sound could not be loaded.',
    missingVideo: 'The video could not be loaded.',
    openImage: 'Open the picture in a new tab',
    openAudio: 'Open the sound in a new tab',
    openVideo: 'Open the video in a new tab',
    openInsecure: 'That address is not secure: others can see and change what comes from there.',
    captchaNew: 'Get another one',
    captchaPage: 'Open the picture in a new tab',
    answersOne: 'One of these answers is enough.',
    answersSome: '{count} of these answers are needed.',
    // What the server says about a value before there is one (XEP-0122), by the bounds that it names.
    range: {
      both: 'From {min} to {max}.',
      min: '{min} or more.',
      max: '{max} or less.',
    },
    times: {
      both: 'From {min} to {max}.',
      min: '{min} or later.',
      max: '{max} or earlier.',
    },
    choices: {
      exact: 'Choose exactly {min}.',
      both: 'Choose {min} to {max}.',
      min: 'Choose at least {min}.',
      max: 'Choose at most {max}.',
    },
    formats: {
      date: 'Write the date like this: {example}',
      time: 'Write the time like this: {example}',
      dateTime: 'Write the date and the time like this: {example}',
    },
  },

  // What is wrong with a field, seen before anything is sent.
  check: {
    missing: 'Please fill this in.',
    choose: 'Please choose one.',
    chooseSome: 'Please choose at least one.',
    agree: 'Please tick this box to go on.',
    email: 'That is not an email address. It looks like name@example.org.',
    url: 'That is not a web address. It begins with https://.',
    date: 'That is not a complete date.',
    time: 'That is not a complete time.',
    jid: 'That is not an XMPP address. It looks like name@example.org.',
    jids: 'These are not XMPP addresses: {lines}',
    someJids: 'Not all of these are XMPP addresses. They look like name@example.org.',
    domain: 'That is not the name of a provider. It looks like example.org.',
    different: 'This is not the same as above.',
    account: 'That is not the address of this account.',
    outside: 'This page is for addresses of {domain}.',
    single: 'Only one value can go here.',
    character: 'This holds a character that cannot be sent. Please type it anew.',
    saslprep:
      'Some servers refuse this password. Use letters, digits and signs, no emoji, and one direction of writing.',
    boolean: 'Please answer yes or no.',
    option: 'This is not one of the choices.',
    reserved: 'This is settled already and cannot be changed.',
    answers: 'More of these answers are needed.',
    regex: 'This does not have the form that the server asks for.',
    // By the bounds that there are.
    integer: {
      any: 'Only a whole number can go here, such as 42.',
      both: 'Only a whole number from {min} to {max} can go here.',
      min: 'Only a whole number from {min} upwards can go here.',
      max: 'Only a whole number up to {max} can go here.',
    },
    range: {
      both: 'This has to be from {min} to {max}.',
      min: 'This has to be {min} or more.',
      max: 'This has to be {max} or less.',
    },
    times: {
      both: 'This has to be from {min} to {max}.',
      min: 'This has to be {min} or later.',
      max: 'This has to be {max} or earlier.',
    },
    choices: {
      exact: 'Please choose exactly {min}.',
      both: 'Please choose {min} to {max}.',
      min: 'Please choose at least {min}.',
      max: 'Please choose at most {max}.',
    },
    datatypes: {
      decimal: 'Only a number can go here, such as 3.5.',
      date: 'That is not a date. It looks like 2026-01-31.',
      time: 'That is not a time. It looks like 12:30:00.',
      dateTime: 'That is not a date with a time. It looks like 2026-01-31T12:30:00Z.',
      anyURI: 'That is not the address of anything. It looks like https://example.org/.',
      language: 'That is not the code of a language, such as en or pt-BR.',
    },
    other: 'The server will not take this.',
  },

  domain: {
    title: 'Which provider?',
    label: 'Provider',
    hint: 'The part of the address after the @, such as example.org. The link of an invitation will do as well.',
    submit: 'Continue',
    ends: 'Your address ends in',
  },

  // The box of a provider that has terms.
  terms: {
    both: 'I accept the terms of service and have read the privacy policy.',
    terms: 'I accept the terms of service.',
    privacy: 'I have read the privacy policy.',
    termsLink: 'Terms of service',
    privacyLink: 'Privacy policy',
  },

  signup: {
    title: 'Your account at {domain}',
    titleNowhere: 'Your account',
    instructions: 'Choose a user name and a password for your new account. You can sign in with them in any XMPP app.',
    submit: 'Create account',
    retry: 'Try again',
    otherProvider: 'Choose another provider',
    noForm: 'This server sent no form to fill in.',
    existing: 'You already have this account: the form changes it.',
    reset: 'This sets a new password for {address}.',
    submitReset: 'Set the password',
  },

  status: {
    reading: 'Loading…',
    loading: 'Loading…',
    progress: 'Loading progress',
    connecting: 'Connecting to {domain}…',
    invited: 'Reading the invitation…',
    waiting: 'Waiting for the form of {domain}…',
    form: 'The form is ready.',
    elsewhere: 'There is no form to fill in here.',
    renewing: 'Getting a new form…',
    queued: 'Waiting for {domain}. Then the account is created…',
    sending: 'Creating the account…',
    verifying: 'The answer of {domain} was lost. Finding out what happened…',
    more: 'The server wants to know more. Please fill in the rest of the form.',
    done: 'Done. The account is there.',
    copied: 'Copied.',
    selected: 'Selected. Copy it with the keyboard or the menu.',
  },

  // When the answer to a request is lost, the page signs in to find out what came of it.
  verify: {
    stop: 'Stop',
    again: 'Check again',
    notMade: 'The account {address} was not created.',
    notReset: 'The password of {address} was not changed.',
    sendAgain: 'Send the form again.',
  },

  redirect: {
    only: 'Accounts of this server are created elsewhere.',
    also: 'You can also create the account elsewhere:',
    follow: 'Continue at {place}',
    insecure: 'That page is not secure: what you type there can be read on the way.',
    refused: 'The server names an address that this page will not open:',
  },

  invitation: {
    label: 'Invitation',
    hint: 'The link of the invitation, or its code.',
    submit: 'Use the invitation',
    without: 'Go on without an invitation',
    // Said of a form that was refused: servers refuse a short password and a missing invitation in the same way.
    perhaps: [
      'The server did not accept this.',
      'Change what it says. If it asks for an invitation, put yours in below the form.',
    ],
    // Said above the form of the host of a page that a user has named as the provider.
    missing: [
      'No invitation was found at that link: this is the form of {domain} without one.',
      'If you have an invitation, open its page and copy the link that begins with xmpp: from it.',
    ],
    /**
     * What is wrong with it, by RegistrationError.reason; `form` if the text is none, `none` if its page holds none,
     * `elsewhere` if it is another provider's.
     *
     * @type {Partial<Reasons> & { form: string[], none: string[], elsewhere: string[] }}
     */
    reasons: {
      form: ['This is not an invitation.', 'It may not have been copied whole. Copy its link once more.'],
      none: [
        'There is no invitation at that address.',
        'If there was one, it has been used, or its time has run out. Ask for a new one.',
      ],
      elsewhere: [
        'This invitation is for another provider: {domain}.',
        'Use it there, or ask for one for this provider.',
      ],
      'discovery-blocked': [
        'The page of this invitation cannot be read from here.',
        'Open it, and copy the link that begins with xmpp: from it.',
      ],
      'unsafe-url': [
        'The link of this invitation is not secure.',
        'It must begin with https: or xmpp:. Ask for another one.',
      ],
      'connect-failed': ['The page of this invitation cannot be reached.', 'Check your connection and try again.'],
      timeout: ['The page of this invitation does not answer.', 'Check your connection and try again.'],
    },
  },

  done: {
    title: 'Your account is ready',
    titleReset: 'Your password is set',
    // Behind what the server says is still to be done.
    titlePending: 'Then your account is ready',
    // What is still to be done, by the name that the module has for it.
    /** @type {Record<string, string>} */
    todo: { 'email-confirmation-required': 'Open the link in the email that the server has sent you.' },
    pending: 'The server wants something more before you can sign in, and does not say what. Ask the provider.',
    later: 'When that is done, sign in as {address} with the password that you have just chosen. Any XMPP app will do.',
    address: 'This is your address:',
    copy: 'Copy address',
    open: 'Open in an app on this device',
    openHint: 'Nothing happens if there is no such app yet.',
    next: 'Sign in as {address} with the password that you have just chosen. Any XMPP app will do.',
    apps: 'Apps for {platform}',
    appsAnywhere: 'Apps',
    inBrowser: '{app} (in the browser)',
    more: 'All apps',
    handover: 'Signing you in…',
  },

  // The page for those who have an account. Its reasons take the place of those below.
  account: {
    title: 'Your account',
    signOut: 'Sign out',
    unsupported: 'This server may not support changes here. You can try all the same.',
    lost: 'The connection to {domain} has ended.',
    again: 'Sign in again',
    more: 'The server wants to know more. Please fill in the rest of the form.',
    status: {
      connecting: 'Signing in to {domain}…',
      account: 'You are signed in.',
      changing: 'Changing the password…',
      deleting: 'Deleting the account…',
      deleted: 'Done. The account is deleted.',
      signedOut: 'You are signed out.',
    },
    // In a client that is signed in.
    lent: {
      again: 'Try again',
      offline: ['Your client is not connected.', 'Connect it, then try again.'],
      status: { connecting: 'Opening your account…', account: 'You are connected.' },
    },
    // At the sign-in, by what was under way when the page was left.
    unknown: {
      changing: [
        'It is not known whether the password was changed: the server’s answer never came.',
        'Sign in with the new password. If it is refused, the old one still counts.',
      ],
      deleting: [
        'It is not known whether the account was deleted: the server’s answer never came.',
        'Try to sign in. If the password is refused, the account is deleted.',
      ],
    },
    redirect: {
      only: 'The server has a page of its own for this:',
      also: 'The server has a page of its own for this as well:',
    },
    /** @type {Partial<Reasons>} */
    reasons: {
      'not-authorized': ['The server did not allow this.', 'Sign out, sign in again, and try once more.'],
      forbidden: ['The server does not let you do this.', 'Ask the provider.'],
      'not-allowed': ['The server does not allow this.', 'Ask the provider.'],
      'not-registered': ['The server knows no such account.', 'It may have been deleted already.'],
      throttled: ['There have been too many attempts lately.', 'Wait for some minutes, then try again.'],
      'bad-request': [
        'The server could not make sense of this.',
        'Check what you typed. If it is right, tell the provider.',
      ],
      'no-websocket-endpoint': ['This server cannot be reached from a web page.', 'Use an XMPP app instead.'],
      'discovery-blocked': ['This server does not let web pages look it up.', 'Use an XMPP app instead.'],
      'server-misconfigured': ['This server is not set up for this over the web.', 'Tell the provider.'],
    },
  },

  login: {
    title: 'Sign in',
    titleAt: 'Sign in at {domain}',
    address: 'Address',
    hint: 'It looks like name@example.org.',
    username: 'User name',
    preview: 'Your address: {address}',
    submit: 'Sign in',
    forgotten: ['The connection has ended, and the password has been forgotten.', 'Please sign in again.'],
    deleting: ['This account is being deleted.', 'Ask the provider if you want to keep it.'],
    until: 'Until {time} the provider can still bring it back.',
    disabled: [
      'This account is switched off: it is being deleted, or the provider has suspended it.',
      'Ask the provider if you want it back.',
    ],
    /** @type {Partial<Reasons>} */
    reasons: {
      'not-authorized': ['The address or the password is wrong.', 'Check both, then try again.'],
      'not-supported': [
        'This server knows no way to sign in that this page knows.',
        'Use an XMPP app instead, or tell the provider.',
      ],
      'username-invalid': ['That is not the address of an account.', 'It looks like name@example.org.'],
    },
  },

  change: {
    title: 'Change the password',
    password: 'New password',
    repeat: 'New password, once more',
    submit: 'Change password',
    done: 'The password is changed. Your apps will ask for the new one.',
    unsure:
      'You are signed in again. Whether the old password counts or the new one is not known here: to be sure, change it once more.',
    problem: {
      maybe: 'It is not known whether the password of {address} was changed: the server’s answer never came.',
      maybeTodo:
        'The new password counts, or still the old one. To be sure, change it once more when you are signed in.',
      maybeOpen: '',
    },
    /** @type {Partial<Reasons>} */
    reasons: {
      'not-supported': ['This server does not change passwords here.', 'Try it in an XMPP app, or ask the provider.'],
      rejected: ['The server did not accept this password.', 'Please choose another one.'],
      stream: ['The password is still the old one: the connection ended before.', 'Try again.'],
    },
  },

  remove: {
    title: 'Delete the account',
    warning:
      'The account, its contacts and its messages on the server are deleted for good. Nobody can bring them back, and somebody else may get the address one day.',
    confirm: 'To confirm, type the address of the account: {address}',
    submit: 'Delete the account for good',
    done: 'The account is deleted',
    gone: 'This account is no more:',
    next: 'Take it out of your apps as well: they cannot sign in with it any longer.',
    other: 'Sign in with another account',
    problem: {
      maybe: 'It is not known whether the account {address} was deleted: the server’s answer never came.',
      maybeTodo: 'Try to sign in again. If the password is refused, the account is deleted.',
      maybeOpen: '',
    },
    refused: [
      'The password is not accepted any more: the account is deleted, it seems.',
      'If you want to be sure, ask the provider.',
    ],
    /** @type {Partial<Reasons>} */
    reasons: {
      'not-supported': ['This server does not delete accounts here.', 'Try it in an XMPP app, or ask the provider.'],
      rejected: ['The server did not accept this.', 'Please change it and try again.'],
      stream: ['The account is not deleted: the connection ended before.', 'Try again.'],
    },
  },

  problem: {
    server: 'The server says:',
    details: 'Technical details',
    maybe: 'The account {address} may have been created: the connection was lost before the server’s answer.',
    maybeTodo: 'Try to sign in with it first. If that does not work, send the form again.',
    maybeOpen: 'Try it in an app',
    retryAt: 'You can try again from {time} on.',
    maybeYours: 'It may be your own, from the time before: try to sign in with it.',
  },

  /**
   * What happened and what to do about it, by RegistrationError.reason.
   *
   * @type {Reasons}
   */
  reasons: {
    'not-advertised': [
      'This server does not offer new accounts.',
      'Choose another provider, or ask this one how to get an account.',
    ],
    'not-supported': [
      'This server does not create accounts for visitors.',
      'Choose another provider, or ask this one how to get an account.',
    ],
    forbidden: [
      'This server does not let you create an account.',
      'It does not say why. Try another user name; if that does not help, ask the provider or choose another one.',
    ],
    'not-allowed': [
      'The server does not allow this.',
      'The name may be reserved: try another one, or ask the provider.',
    ],
    'invite-required': [
      'You need an invitation for this server.',
      'Give the link of your invitation here, or ask the provider for one.',
    ],
    'invite-invalid': [
      'The server does not accept this invitation.',
      'It has been used already, or its time has run out. Ask for a new one.',
    ],
    'invite-unsupported': [
      'This server does not know invitations.',
      'Try again without the invitation, or ask whoever sent it to you.',
    ],
    'captcha-required': [
      'The server wants to see that you are a person.',
      'Answer the question, then send the form again.',
    ],
    'captcha-failed': ['That was not the right answer, or it came too late.', 'Please answer the new question.'],
    throttled: ['Too many accounts have been created lately.', 'Wait for some minutes, then try again.'],
    'username-taken': ['This user name is taken.', 'Please choose another one.'],
    'username-invalid': ['This cannot be a user name.', 'Leave out spaces and the characters " & \' / : < > @.'],
    rejected: ['The server did not accept this.', 'Please change it and send the form again.'],
    'bad-request': [
      'The server could not make sense of what was sent.',
      'Check what you typed. If it is right, tell the provider.',
    ],
    'not-registered': ['There is no such account.', 'Check the user name.'],
    'not-authorized': ['The server did not allow this.', 'Ask the provider how to get an account.'],
    'server-error': ['Something went wrong on the server.', 'Try again later, or tell the provider.'],
    'outcome-unknown': [
      'The connection was lost before the server’s answer.',
      'Try to sign in first. If that does not work, try again.',
    ],
    timeout: ['The server did not answer in time.', 'Check your connection and try again.'],
    aborted: ['This was stopped.', 'Try again when you like.'],
    'no-host-meta': [
      'The chat server of this domain could not be found.',
      'Check the domain’s spelling and your connection. It may also be that the server cannot be reached from a web page.',
    ],
    'no-websocket-endpoint': [
      'This server cannot be reached from a web page.',
      'Create the account in an XMPP app instead, or choose another provider.',
    ],
    'discovery-blocked': [
      'This server does not let web pages look it up.',
      'Create the account in an XMPP app instead, or choose another provider.',
    ],
    'connect-failed': [
      'The server cannot be reached.',
      'Check your connection and try again. The server may be down for a while.',
    ],
    'insecure-redirect': [
      'The server points to a place that is not secure.',
      'Nothing was sent there. Tell the provider.',
    ],
    'unsupported-redirect': ['The server points to a place that this page cannot use.', 'Tell the provider.'],
    'redirect-loop': ['The server keeps sending this page elsewhere.', 'Try again later, or tell the provider.'],
    'unsafe-url': ['The server’s address is not secure.', 'Nothing was sent there. Tell the provider.'],
    'host-unknown': ['There is no chat server for this domain.', 'Check the domain’s spelling.'],
    'server-misconfigured': ['This server is not set up for new accounts over the web.', 'Tell the provider.'],
    stream: ['The server ended the connection.', 'Try again.'],
    protocol: ['The server sent something that makes no sense.', 'Try again later, or tell the provider.'],
    malformed: ['The server’s answer makes no sense.', 'Try again later, or tell the provider.'],
    'module-exited': ['This page has come to a stop.', 'Try again. If that does not help, load the page again.'],
    busy: ['Something else is still under way.', 'Wait a moment, then try again.'],
    unknown: ['That did not work.', 'Try again later, or ask the provider.'],
  },
};
