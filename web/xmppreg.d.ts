/**
 * XMPP account registration (XEP-0077) in a web page.
 *
 * @module xmppreg
 */

/**
 * Names the build of `xmppreg.wasm` that belongs to these scripts. A module of
 * another build is refused.
 */
export const build: string;

export interface LoadOptions {
  /** Where `xmppreg.wasm` is, if not beside the script. */
  wasmURL?: string | URL | undefined;
  /**
   * Whether the module runs in a Worker, where it takes no time of the page's
   * thread. If nobody says so, it does where there can be a Worker. With true,
   * the load fails where there can be none.
   */
  worker?: boolean | undefined;
}

/**
 * Loads the module ahead of the first operation, which otherwise does it. All
 * managers share one. A load that failed can be tried again. What an option
 * says holds for later loads too.
 *
 * Rejects with a {@link RegistrationError} of the reason `module-exited`, and
 * with a TypeError if the module is loaded already and is not where `worker`
 * says.
 */
export function load(options?: LoadOptions): Promise<void>;

/**
 * Checks an answer to a field of a form, as `submit` does before it sends
 * anything: for pages that want to tell while the user types.
 *
 * @returns the rule that is broken, '' if none; rejects with a TypeError if an
 *   argument is none of these
 */
export function validate(field: FieldRules, value: Value): Promise<Rule | ''>;

/** What somebody means who is asked for a provider. */
export interface Provider {
  /** Of the server. */
  domain: string;
  /** The invitation that came with it, for the option `token` of a manager; else ''. */
  token: string;
  /**
   * Whether `token` is the address of a web page. If no invitation is found there (`invite-invalid`), it may be a page of
   * the provider's own: `domain` is its host.
   */
  isPage: boolean;
}

/**
 * Understands what people write who are asked for their provider: its domain,
 * an address there, a link or a page of it, the link or the page of an
 * invitation, also among other words.
 *
 * @returns null if there is none in it; rejects with a {@link RegistrationError}
 *   of the reason `module-exited`
 */
export function parseProvider(text: string): Promise<Provider | null>;

/** What came of looking at an address, in one word. */
export type Result =
  /** No answer. */
  | 'unreachable'
  /** An answer without the file. */
  | 'missing'
  /** An answer that the page may not read (CORS). */
  | 'blocked'
  /** A redirect to an address that is not `https:`. */
  | 'leaves-tls'
  /** Not the document that it should be. */
  | 'broken'
  /** A file without a WebSocket. */
  | 'no-link'
  /** The same, but with BOSH. */
  | 'only-bosh'
  /** A file with an unencrypted WebSocket only. */
  | 'insecure'
  /** A file with a WebSocket only whose address can't be used. */
  | 'unusable'
  /** A file with a WebSocket that can be used. */
  | 'found'
  /** A WebSocket that opens. */
  | 'opens'
  /** One that does not; a browser does not say why. */
  | 'fails'
  /** One that does not open in time. */
  | 'silent'
  /** One that opens and does not speak XMPP; in most browsers it `fails`. */
  | 'no-subprotocol';

/** What came of looking at one address. */
export interface Finding {
  address: string;
  result: Result;
  /** What is wrong with it, in English; '' if nothing is. */
  detail: string;
  /** The addresses of WebSockets in a file, as they stand there. */
  links: string[];
}

/** What a browser meets on its way to a server. */
export interface Report {
  /** The host-meta files (XEP-0156). */
  files: Finding[];
  /** The WebSockets that they name, each once. */
  sockets: Finding[];
}

export interface ExamineOptions extends OperationOptions {
  /** A WebSocket to look at in place of files and what they name. */
  url?: string | undefined;
}

/**
 * Reports what a browser meets on its way to a server, for those who set one
 * up: reads both host-meta files, and opens and closes every WebSocket that
 * they name. Rejects with a {@link RegistrationError}.
 */
export function examine(domain: string, options?: ExamineOptions): Promise<Report>;

/** An answer: a list where the field takes several values. */
export type Value = string | readonly string[] | boolean;

/** The answers to a form: by the names of its fields, or as an HTML form has them. */
export type Values = { readonly [name: string]: Value | null | undefined } | FormData | HTMLFormElement;

/** XEP-0004's types of fields. */
export type FieldType =
  | 'boolean'
  | 'fixed'
  | 'hidden'
  | 'jid-multi'
  | 'jid-single'
  | 'list-multi'
  | 'list-single'
  | 'text-multi'
  | 'text-private'
  | 'text-single';

/** One choice of a list. */
export interface Option {
  /** What is sent. */
  value: string;
  /** What people read: the value where the server gave none. */
  label: string;
}

/** One way to perceive a question (XEP-0221): a picture, a sound or a film. */
export interface Media {
  /** The MIME type. */
  type: string;
  /** Which element shows it: `<img>`, `<audio>` or `<video>`; '' if none does. */
  kind: 'image' | 'audio' | 'video' | '';
  /** Ready for `src`; what came over the stream is an object URL, good until the form after the next. */
  url: string;
  /** In pixels, 0 where the server does not say. */
  width: number;
  /** In pixels, 0 where the server does not say. */
  height: number;
}

/** What a server says about the values of a field (XEP-0122). */
export interface Validation {
  /** `xs:string` where none is named. */
  datatype: string;
  /** How a value is checked beyond its datatype; with `open`, values that the list does not have may be given. */
  method: 'basic' | 'open' | 'range' | 'regex';
  /** The bounds of `range`, in the datatype's own notation; '' for none. */
  min: string;
  max: string;
  /** The pattern of `regex`: a POSIX extended regular expression. */
  regex: string;
  /** How many choices of a `list-multi` are wanted; 0 for no bound. */
  listMin: number;
  listMax: number;
}

/** As much of a field as is needed to check an answer to it. */
export interface FieldRules {
  type: FieldType;
  name?: string | undefined;
  required?: boolean | undefined;
  domain?: string | undefined;
  options?: readonly { readonly value: string }[] | undefined;
  /** What is left out, or undefined, is no rule. */
  validation?: { readonly [Rule in keyof Validation]?: Validation[Rule] | undefined } | null | undefined;
}

/** What a field is answered with. */
export type Control =
  /** A line of text. */
  | 'line'
  /** Several values, one on each line. */
  | 'lines'
  /** A line that nobody may read over one's shoulder. */
  | 'password'
  /** Yes or no. */
  | 'checkbox'
  /** One of the options. */
  | 'choice'
  /** Any of the options. */
  | 'choices'
  /** Nothing: the value is a text to read. */
  | 'text'
  /** Nothing: the field is not for people, and goes back as it came. */
  | 'none';

/** What the keyboard of a phone should offer. With `numeric` and `decimal` some have no minus sign. */
export type Keyboard = 'text' | 'numeric' | 'decimal' | 'email' | 'tel' | 'url';

/** What has to be typed. */
export interface Content {
  /** `text` is any; `address` is one of XMPP; the others are as in XML Schema. */
  type: 'text' | 'integer' | 'decimal' | 'date' | 'time' | 'datetime' | 'uri' | 'language' | 'address' | 'boolean';
  /** The bounds of the type itself, as of a byte; null for none. */
  min: string | null;
  max: string | null;
}

/** What has to be perceived to answer a CAPTCHA; a question stands in the label. */
export type CaptchaKind = 'image' | 'audio' | 'video' | 'question';

interface FieldOf<Type extends FieldType, Preset> {
  /** What it is called in the answers. */
  name: string;
  /** XEP-0004's type. What follows from it for a page is in the members from `control` on. */
  type: Type;
  /** For people; '' where the server gave none. */
  label: string;
  /** A hint for people. */
  description: string;
  /** Whether it must be answered. */
  required: boolean;
  /** What it is preset to. */
  value: Preset;
  /** What a list offers. */
  options: Option[];
  /** What belongs to the question, such as a CAPTCHA's picture. */
  media: Media[];
  /** Whether its value is settled and goes back as it is. */
  readOnly: boolean;
  /**
   * The domain of the account that it names or sets the password of; '' for any other field. An address of another domain
   * breaks the rule `outside`, and a password that some servers refuse breaks `saslprep`.
   */
  domain: string;
  /** The server's rules as they came. What follows from them for a page is in the following members. */
  validation: Validation | null;
  /** What to draw. */
  control: Control;
  /** What the keyboard should offer for what is typed. */
  keyboard: Keyboard;
  /** What has to be typed. */
  content: Content;
  /** The server's bounds for a value, in the notation of its content; null for none. */
  range: { min: string | null; max: string | null } | null;
  /** How many choices are wanted; null for no bound. */
  choices: { min: number | null; max: number | null } | null;
  /** Whether it takes several values. */
  multiple: boolean;
  /** Whether a list may be answered by what it does not offer. */
  open: boolean;
  /** Which kind of CAPTCHA it answers, '' if it is none. `captchaAnswers` of the form says how many suffice. */
  captcha: CaptchaKind | '';
  /** Whether it is for those who cannot be shown the CAPTCHA: a text or an address to go to instead. */
  fallback: boolean;
  /** The address that a text to read consists of, if one may make a link of it; else ''. */
  link: string;
  /** Whether an answer can break rules that `validate` alone knows. */
  checked: boolean;
  /** HTML's token for what a browser may fill in, '' where nothing is known. */
  autocomplete: string;
  /** Whether the label says no more than the field's name does, in English: words of the page's own do as well. */
  generic: boolean;
  /** Whether a `checkbox` asks to agree to the provider's terms. */
  agreement: boolean;
}

/** A field of a form. Old-style fields (XEP-0077) have the same shape. */
export type Field =
  | FieldOf<'boolean', boolean>
  | FieldOf<'jid-multi' | 'list-multi' | 'text-multi', string[]>
  | FieldOf<'fixed' | 'hidden', string | string[]>
  | FieldOf<'jid-single' | 'list-single' | 'text-private' | 'text-single', string>;

/** A registration form. It is plain data. */
export interface Form {
  /** The server. */
  domain: string;
  /** Who was asked: a service, or '' for the server itself. */
  service: string;
  title: string;
  /** For people; lines are separated by `\n`. */
  instructions: string;
  /** Whether the user is registered already: the form then changes that. */
  registered: boolean;
  /** Where the server wants its users instead (XEP-0066): `https:`, `http:`, `mailto:` or `xmpp:`, '' for nowhere. */
  url: string;
  /** Whether it is a data form (XEP-0004), or old-style fields. */
  isDataForm: boolean;
  /**
   * Whether the server takes invitations (XEP-0445, XEP-0401), which it says before login only. Whether it takes people
   * without one shows when they submit.
   */
  invitations: boolean;
  /** How many of the CAPTCHA's fields have to be answered; 0 if there is no CAPTCHA. */
  captchaAnswers: number;
  /** Whether the title, and the instructions, are what servers say where their operators have written nothing, in English. */
  genericTitle: boolean;
  genericInstructions: boolean;
  fields: Field[];
}

/**
 * An account that was registered. A server may want more to be done before it can be used: then one or several of the
 * last four members say what.
 */
export interface Account {
  /** The address to log in with. */
  jid: string;
  username: string;
  domain: string;
  /** Whom it is with, if that is not the server itself; else ''. */
  service: string;
  /** What the server says to its new user, such as that an operator has to approve it first; else ''. */
  instructions: string;
  /** Where that is to be done (XEP-0066): `https:`, `http:`, `mailto:` or `xmpp:`; else ''. */
  url: string;
  /**
   * What is still to be done, as the name of an element of the server's such as `email-confirmation-required`; else ''.
   * A page finds words of its own by it where there are no `instructions`.
   */
  application: string;
  /** What is still to be filled in; `submit()` sends the answers. Else null. */
  form: Form | null;
}

/** What came of an operation: `done`, `not-done`, or still `unknown`. */
export type Verdict = 'done' | 'not-done' | 'unknown';

/** What `verify()` has found out of an operation whose outcome was unknown. */
export interface Verification {
  /** Which operation it was. `submit` is any form that makes an account or sets its password. */
  operation: 'submit' | 'changePassword' | 'deleteAccount';
  /**
   * `done`: the account was made, has the new password, or is deleted. `not-done`: there is no such account with that
   * password, it has the old password, or it is still there.
   */
  verdict: Verdict;
  /** The address of the account. */
  jid: string;
  /** The account that was made; null otherwise. */
  account: Account | null;
  /** Why it is still unknown; null otherwise. */
  error: RegistrationError | null;
}

/** Why an operation failed: a page chooses its words by it. */
export type Reason =
  /** The server does not offer registration before login. */
  | 'not-advertised'
  /** The server or service does not do this. */
  | 'not-supported'
  /** Not for this user or from this address. */
  | 'forbidden'
  /** For nobody. */
  | 'not-allowed'
  /** Only with an invitation. */
  | 'invite-required'
  /** The invitation is wrong, used or expired. */
  | 'invite-invalid'
  /** The server does not take invitations. */
  | 'invite-unsupported'
  /** The form has a CAPTCHA that has to be solved first; the error may have the form. */
  | 'captcha-required'
  /** The CAPTCHA's answer was wrong or late. */
  | 'captcha-failed'
  /** Too many attempts, later perhaps. */
  | 'throttled'
  /** Somebody has that name. */
  | 'username-taken'
  /** No account can have that name. */
  | 'username-invalid'
  /** The answers are not acceptable; the text says why. */
  | 'rejected'
  /** The server did not understand. */
  | 'bad-request'
  /** There is no account. */
  | 'not-registered'
  /** Wrong credentials, or not permitted on this connection. */
  | 'not-authorized'
  /** The server failed. */
  | 'server-error'
  /** The request went out, the answer never came: the account may exist, have the new password, or be deleted. */
  | 'outcome-unknown'
  /** No answer in time. */
  | 'timeout'
  /** The caller gave up. */
  | 'aborted'
  /** One of the same kind is under way. */
  | 'busy'
  /** The domain publishes no host-meta (XEP-0156). */
  | 'no-host-meta'
  /** Host-meta names no WebSocket. */
  | 'no-websocket-endpoint'
  /** Host-meta is there, but a web page may not read it (CORS). */
  | 'discovery-blocked'
  /** No WebSocket could be opened. */
  | 'connect-failed'
  /** The server sends the client to an unencrypted address. */
  | 'insecure-redirect'
  /** The server sends the client to something that is no WebSocket. */
  | 'unsupported-redirect'
  /** The server sends the client round in circles. */
  | 'redirect-loop'
  /** The address given is not encrypted. */
  | 'unsafe-url'
  /** The server does not serve that domain. */
  | 'host-unknown'
  /** Only the server's operator can mend it. */
  | 'server-misconfigured'
  /** The connection to the server broke or was ended. */
  | 'stream'
  /** Broken XML or framing from the server. */
  | 'protocol'
  /** An answer that makes no sense. */
  | 'malformed'
  /** The WebAssembly module could not be loaded or has ended. */
  | 'module-exited'
  /** Anything else. */
  | 'unknown';

/** Where an error comes from. `form` means that nothing was sent. */
export type Kind = 'stanza' | 'stream' | 'sasl' | 'transport' | 'discovery' | 'timeout' | 'aborted' | 'form';

/** A rule that an answer to a form can break. */
export type Rule =
  /** Something has to be filled in. */
  | 'required'
  /** One value, not several. */
  | 'single'
  /** Nothing that XML can't carry. */
  | 'character'
  /** Yes or no. */
  | 'boolean'
  /** One of the choices that are offered. */
  | 'option'
  /** An XMPP address. */
  | 'jid'
  /** The value that is settled already. */
  | 'reserved'
  /** A user name of the account's own domain, not the address of another. */
  | 'outside'
  /** A password that no server refuses (RFC 4013). */
  | 'saslprep'
  /** As many answers to a CAPTCHA as it wants. */
  | 'answers'
  /** A value of the field's datatype (XEP-0122). */
  | 'datatype'
  /** Within the bounds. */
  | 'range'
  /** As the pattern says. */
  | 'regex'
  /** As many choices as are wanted. */
  | 'list-range';

/** What a {@link RegistrationError} is made of. */
export interface RegistrationErrorDetail {
  message: string;
  kind?: Kind | '' | undefined;
  reason?: Reason | undefined;
  type?: string | undefined;
  condition?: string | undefined;
  text?: string | undefined;
  genericText?: boolean | undefined;
  application?: string | undefined;
  field?: string | undefined;
  rule?: Rule | '' | undefined;
  url?: string | undefined;
  domain?: string | undefined;
  retryAt?: Date | number | null | undefined;
  form?: Form | null | undefined;
  outcomeUnknown?: boolean | undefined;
}

/** Why an operation failed. Wrong arguments are a TypeError instead. */
export class RegistrationError extends Error {
  constructor(detail: RegistrationErrorDetail, options?: { cause?: unknown });
  readonly name: 'RegistrationError';
  /** Where it comes from. */
  kind: Kind | '';
  /** What a page chooses its words by. */
  reason: Reason;
  /** XMPP's own (RFC 6120 section 8.3.2): `auth`, `cancel`, `continue`, `modify`, `wait`; '' if there is none. */
  type: string;
  /** XMPP's own, such as `conflict`; '' if there is none. */
  condition: string;
  /** The server's text in the user's language, '' if there is none. */
  text: string;
  /** Whether the text says no more than `reason` does: it is what servers say by themselves, in English. */
  genericText: boolean;
  /** The application-specific condition, '' if there is none. */
  application: string;
  /** The name of the field at fault, '' if that is not known. */
  field: string;
  /** Which rule of the form that field breaks, '' if it was not refused for one. */
  rule: Rule | '';
  /** The address that the server names instead of itself (`https:`, `http:`, `mailto:` or `xmpp:`), '' if it does not. */
  url: string;
  /** The server that an invitation is for if it is another one, else ''. */
  domain: string;
  /** When to try again, null where the server does not say. */
  retryAt: Date | null;
  /** The form that came with the error, or a new one to fill in. */
  form: Form | null;
  /** Whether a request went out and its answer never came: what it asked for may have happened. */
  outcomeUnknown: boolean;
}

/** The events of a {@link RegistrationManager}. */
export interface RegistrationManagerEventMap {
  registrationFormReceived: CustomEvent<Form>;
  registrationSucceeded: CustomEvent<Account>;
  registrationFailed: CustomEvent<RegistrationError>;
  passwordChanged: CustomEvent<{ newPassword: string }>;
  passwordChangeFailed: CustomEvent<RegistrationError>;
  accountDeleted: CustomEvent<{ jid: string }>;
  accountDeletionFailed: CustomEvent<RegistrationError>;
  supportedByServerChanged: CustomEvent<{ supported: boolean }>;
  /** The address is null for a guest. */
  connected: CustomEvent<{ jid: string | null }>;
  /** The reason is null where the end is no failure: it was asked for, or the server dropped a silent user. */
  disconnected: CustomEvent<{ reason: Reason | null }>;
  /**
   * Bytes of the module while it comes, as the browser hands them over: after decompression. All managers tell of it,
   * first with 0 bytes, and from 0 again when a download that broke off is taken up.
   */
  loadProgress: CustomEvent<{ loaded: number; total: number }>;
  /** Never with a password, a token or anything that was filled in. */
  logMessage: CustomEvent<{ level: 'debug' | 'info' | 'warning' | 'sent' | 'received'; message: string }>;
  setGauge: CustomEvent<{ gauge: 'streams.open'; value: number }>;
  updateCounter: CustomEvent<{ counter: 'streams.opened' | 'stanzas.sent' | 'stanzas.received'; amount: number }>;
}

/** A listener, as a function or an object. */
export type Listener<This, Event> = ((this: This, event: Event) => void) | { handleEvent(event: Event): void };

export interface RegistrationManagerOptions {
  /** The server's domain, as people write it. */
  domain?: string | undefined;
  /** The server's WebSocket: `wss:`, or `ws:` to this very machine; discovered (XEP-0156) if left out. */
  url?: string | undefined;
  /** Language of the server's texts (BCP 47), the browser's if left out. */
  lang?: string | undefined;
  /**
   * Pre-authentication token (XEP-0445), or an invitation that holds one: an
   * `xmpp:` link, or the `https:` address of its web page. A link decides the
   * domain if none is given.
   */
  token?: string | undefined;
  /** Milliseconds for each request, 30000 if left out. */
  timeout?: number | undefined;
  /** False asks for the form although the server does not offer registration. */
  requireFeature?: boolean | undefined;
}

export interface OperationOptions {
  /** Ends the operation, which rejects with the reason `aborted`. */
  signal?: AbortSignal | undefined;
}

export interface ConnectOptions extends OperationOptions {
  /** The account's address. It decides the domain. */
  jid?: string | undefined;
  password?: string | undefined;
}

export interface AttachOptions extends OperationOptions {
  /** The full address that the client is logged in as, as the server has bound it. It decides the domain. */
  jid: string;
  /**
   * Has the client send a stanza: XML that stands alone, in the namespace `jabber:client`. What it throws, or
   * rejects with, means that the client will not send it.
   */
  send(stanza: string): unknown;
}

/** What a client hands over to a manager that is attached to it. */
export interface Link {
  /**
   * A stanza that the client has received, as XML: every one, or every `<iq/>`. What is not for the manager, or
   * can't be parsed, is dropped.
   */
  receive(this: void, stanza: string): void;
  /** The client's connection is lost, or the client has ended it. One that the client resumes (XEP-0198) is not lost. */
  ended(this: void): void;
}

export interface RequestFormOptions extends OperationOptions {
  /** Whom to ask instead of the user's own server. */
  service?: string | undefined;
}

export interface UnregisterOptions extends OperationOptions {
  /** Whom to cancel the registration with. */
  service: string;
}

export interface ChangeOptions extends OperationOptions {
  /** The answers to the form of the error before. */
  values?: Values | undefined;
}

/**
 * Registers and manages accounts with one server. It owns at most one
 * connection, made when an operation needs it.
 *
 * Operations reject with a {@link RegistrationError}, and with a TypeError
 * where an argument is wrong.
 */
export class RegistrationManager extends EventTarget {
  /** @throws {TypeError} an option is unknown or has the wrong type */
  constructor(options?: RegistrationManagerOptions);

  /**
   * Whether `connect()` is for registering instead of logging in: it then stops
   * when the stream's features are there, and the kept form is sent if there is
   * one, else the form is asked for.
   */
  registerOnConnect: boolean;

  /**
   * Whether the server supports registration for the account that is logged in.
   * False while nobody is logged in.
   */
  get supportedByServer(): boolean;

  /** What a client announces in service discovery for what this class does. */
  get discoveryFeatures(): string[];

  /**
   * Logs in, and sees whether the server supports registration. Without
   * arguments it uses what it knows: the last login, or the account that was
   * just registered.
   */
  connect(options?: ConnectOptions): Promise<void>;

  /**
   * Works over the connection of a client that is logged in: without a password and without a second session. The
   * manager sends its own requests and nothing else, and leaves all that it has not asked for to the client. When
   * the client's connection is lost, attach again. `disconnect()` detaches.
   *
   * Resolves before the first request, which asks what the server supports: its answer comes through the link.
   * The event `supportedByServerChanged` tells what came of it, and other operations wait for it.
   */
  attach(options: AttachOptions): Promise<Link>;

  /**
   * Changes the password of the account that is logged in. A server may want to
   * know more: the error then has a `form`. Call again with the answers to it.
   */
  changePassword(newPassword: string, options?: ChangeOptions): Promise<void>;

  /**
   * Deletes the account that is logged in, and resolves after `disconnected`. A
   * server may want to know more: the error then has a `form`. Call again with
   * the answers to it.
   */
  deleteAccount(options?: ChangeOptions): Promise<void>;

  /**
   * Cancels the registration with a service. Refuses the user's own server and
   * address: `deleteAccount()` deletes the account.
   */
  unregister(options: UnregisterOptions): Promise<void>;

  /**
   * Asks for a registration form, and connects if it must: logged in again if an account was logged
   * in when the connection was lost, else as a guest, also after `disconnect()`.
   */
  requestForm(options?: RequestFormOptions): Promise<Form>;

  /**
   * Fills in the form and sends it; connects again if the server has dropped
   * the connection since, and asks for a form first if there is none. What the
   * form itself rules out is refused before anything is sent. A form that an
   * account has asked for is sent by that account only, logged in again.
   */
  submit(values: Values, options?: OperationOptions): Promise<Account>;

  /**
   * Keeps answers for `sendCachedForm()`, and for `connect()` with
   * `registerOnConnect`.
   */
  setFormToSend(values: Values): void;

  /**
   * Sends the answers that `setFormToSend()` has kept, and forgets them.
   * Connects if it must, and asks for no form first.
   */
  sendCachedForm(options?: OperationOptions): Promise<Account>;

  /**
   * Finds out what came of the last operation whose error had `outcomeUnknown`: logs in with what was
   * submitted, and sends nothing that creates or changes anything. That something is not done holds
   * for the moment: a server may be slow. What is still `unknown` can be asked for again.
   *
   * When it is found out, the manager is logged in if the account is there. Rejects with the reason
   * `bad-request` if there is nothing to find out.
   */
  verify(options?: OperationOptions): Promise<Verification>;

  /** Ends what is under way, which rejects with the reason `aborted`, and closes the connection. */
  disconnect(options?: OperationOptions): Promise<void>;

  addEventListener<Type extends keyof RegistrationManagerEventMap>(
    type: Type,
    listener: Listener<this, RegistrationManagerEventMap[Type]> | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof RegistrationManagerEventMap>(
    type: Type,
    listener: Listener<this, RegistrationManagerEventMap[Type]> | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

export {};
