import { canHold, controlFor, isAddress } from './controls.js';
import { fieldView, wordsOf } from './field-view.js';
import { generatePassword } from './password.js';
import { brokenRule, problemText } from './rules.js';

/**
 * @typedef {import('./form.js').FieldData} FieldData
 * @typedef {import('./form.js').Value} Value
 * @typedef {typeof import('./texts/en.js').texts} Texts
 * @typedef {import('./field-view.js').FormContext} FormContext
 * @typedef {import('./field-view.js').Words} Words
 *
 * @typedef {object} Refusal why the server refused a field
 * @property {Words} words
 * @property {import('./problem.js').Problem} [problem] what to say where there is no such field any more
 */

/** How many lines that are wrong are named. */
const NAMED = 5;

/** What a pointer is pressing. */
const PRESSED = ':is(a, button, label, summary, [type=checkbox], [type=radio]):active';

/** One field of a form: its data, what stands in it, what is wrong with it, and how that looks. */
export class Field {
  /** Whether somebody typed or chose something. */
  typed = false;
  /** @type {FieldData} */
  data;
  #form;
  #id;
  /** @type {import('./controls.js').Content} */
  #content = '';
  /** @type {import('./controls.js').Control} */
  #control;
  /** What is wrong with it, seen by the page or the server. @type {{ words: Words, refusal?: Refusal } | null} */
  #problem = null;
  /** Whether a password is shown. */
  #isRevealed = false;
  /** The addresses of media that could not be shown. */
  #failed = new Set();
  /** Raised by each new value and each check: an answer of the module to an older one is ignored. */
  #revision = 0;
  /** Whether what stands in it is not drawn yet. */
  #isNotDrawn = false;
  /** @type {HTMLElement | null} */
  #element = null;
  /** The view that was made last, until something changes. @type {{ context: FormContext, view: import('./view.js').View } | null} */
  #viewCache = null;

  /**
   * @param {string} key what tells it from the other fields of its form
   * @param {string} id
   * @param {FieldData} data
   * @param {import('./form.js').Form} form
   */
  constructor(key, id, data, form) {
    this.key = key;
    this.#id = id;
    this.#form = form;
    this.data = data;
    this.#control = controlFor(data, '');
    this.#hold(data.value);
  }

  /**
   * Takes the data of another form. What was typed stays if it fits, but for the answer to a CAPTCHA; what the server
   * refused stays for the form to place.
   *
   * @param {FieldData} data
   */
  update(data) {
    const { value, isSecret } = this;
    const isAnother = this.data.control !== data.control;
    this.data = data;
    if (isAnother || data.readOnly) {
      if (!this.refusal) this.#problem = null;
      this.#isRevealed = false;
    }
    const fits = !isAnother || (canHold(data, value) && (!isSecret || this.isSecret));
    if (data.readOnly || data.captcha || !fits) this.typed = false;
    if (!this.typed) this.#hold(data.value);
    else if (isAnother) this.#hold(value);
    else this.#control = controlFor(data, this.#content);
    this.#failed.clear();
    this.#isNotDrawn = true;
    this.#viewCache = null;
  }

  get name() {
    return this.data.name;
  }

  /** Whether it has a control. */
  get isFocusable() {
    return this.data.control !== 'text';
  }

  get isEditable() {
    return this.isFocusable && !this.data.readOnly;
  }

  /** Whether what is typed must not be kept. Some forms ask for a password in a line of text. */
  get isSecret() {
    return this.data.control === 'password' || /passw/i.test(this.name ?? '');
  }

  get value() {
    this.#pull();
    return this.#control.value(this.#content);
  }

  /** Whether its value is to be sent. */
  get isSent() {
    if (!this.isFocusable || this.data.isOwn) return false;
    const { value } = this;
    if (this.data.required || typeof value === 'boolean' || value.length > 0) return true;
    // What the server put there and the user took away: left out, it would come back.
    return this.typed && Boolean(/** @type {string} */ (this.data.value)?.length);
  }

  get hasFailedMedia() {
    return this.#failed.size > 0;
  }

  get isWrong() {
    return this.#problem !== null;
  }

  /** Puts a value in as if it had been typed. @param {Value} value */
  fill(value) {
    if (!this.isEditable) return;
    this.#hold(value);
    this.typed = true;
  }

  /** Empties it. */
  clear() {
    this.clearProblem();
    this.hidePassword();
    this.#hold(undefined);
    this.typed = false;
  }

  hidePassword() {
    this.#isRevealed = false;
    this.#viewCache = null;
  }

  /** Says what the page itself sees wrong with it, if anything is, and whether all is well. */
  checkHere() {
    if (!this.isEditable) return true;
    this.#pull();
    const problem = this.#control.problem(this.#content, this.#element);
    // Whether a problem that is there goes is then for the module to say.
    if (problem || !this.data.checked) this.#say(problem);
    return !problem;
  }

  /**
   * Asks the module which of the server's rules the value breaks, says so, and whether all is well. If the value
   * changes meanwhile, it is checked again.
   *
   * @param {() => boolean} isWanted whether this check still counts
   */
  async check(isWanted) {
    for (;;) {
      const rule = await this.#ask();
      if (rule !== null) {
        this.#say(rule);
        return !rule;
      }
      if (!isWanted() || !this.checkHere()) return false;
    }
  }

  /** Says that a rule of the form is broken (`rule` of a RegistrationError). @param {string} rule */
  showRule(rule) {
    this.#say(rule);
    if (this.#problem && !this.data.checked) this.#problem.refusal = { words: this.#problem.words };
  }

  /** What was said of it is true no more. */
  #unsay() {
    this.#problem = null;
    this.#form.announce('');
  }

  /** @param {Refusal} refusal */
  refuse(refusal) {
    this.#problem = { words: refusal.words, refusal };
    this.#viewCache = null;
  }

  /** Why the server refused what stands in it; that goes when it is changed. */
  get refusal() {
    return this.#problem?.refusal;
  }

  clearProblem() {
    this.#problem = null;
    this.#viewCache = null;
  }

  focus() {
    const inputs = [...(this.#element?.querySelectorAll('input, select, textarea') ?? [])];
    const input = /** @type {HTMLElement | undefined} */ (inputs.find(each => each.matches(':checked')) ?? inputs[0]);
    // Where the focus is already nothing would be read out.
    if (input?.matches(':focus')) this.announce();
    else input?.focus();
  }

  /** Has the problem read out: the focus may be elsewhere by now. */
  announce() {
    const problem = this.#said();
    if (problem) this.#form.announce(`${this.#label}: ${problem}`);
  }

  get #label() {
    const { label, name = '', generic = false } = this.data;
    const { texts } = this.#form;
    const said = wordsOf(label, texts);
    const known = Object.hasOwn(texts.fields, name) ? texts.fields[name] : '';
    // English words that add nothing to the name are left out where there are some in the page's language.
    const addsNothing = generic && (texts.lang !== 'en' || said.toLowerCase() === name.toLowerCase());
    return (addsNothing ? known || said : said || known) || name;
  }

  /** What stands beside it as wrong. */
  #said() {
    return this.#element?.querySelector('.error')?.textContent ?? '';
  }

  /** Takes over what stands in the control: password managers fill in without a word. */
  #pull() {
    if (this.#element?.isConnected && this.isFocusable && !this.#isNotDrawn)
      this.#content = this.#control.read(this.#element);
  }

  /** @param {Value | undefined} value */
  #hold(value) {
    this.#revision++;
    this.#content = this.#control.hold(value);
    this.#control = controlFor(this.data, this.#content);
    // Another control may hold it otherwise.
    this.#content = this.#control.hold(value);
    this.#isNotDrawn = true;
    this.#viewCache = null;
  }

  #onInput() {
    this.#pull();
    this.typed = true;
    this.#revision++;
    this.#afterInput();
    this.data.onChoose?.(this.value);
  }

  #afterInput() {
    if (this.refusal) this.#unsay();
    this.#viewCache = null;
    this.#form.changed();
    if (this.#problem) this.#recheck();
  }

  #onChange() {
    const revision = this.#revision;
    // Firefox tells of a change before it calls what is pressed :active.
    setTimeout(() => {
      if (revision === this.#revision && !this.refusal && !this.#isPressed) this.#recheck();
    });
  }

  /** Puts in a password that nobody guesses. */
  #onSuggest() {
    const password = generatePassword();
    this.fill(password);
    // Users can only keep a password that they have seen.
    this.#isRevealed = true;
    this.data.onSuggest?.(password);
    this.#afterInput();
    this.#form.announce(this.#form.texts.form.suggested);
  }

  /** Checks it without disturbing a user who is typing or clicking. */
  async #recheck() {
    const before = this.#said();
    const isRight = this.checkHere();
    this.#form.changed();
    if (isRight) {
      const rule = await this.#ask();
      if (rule !== null && !this.#isPressed) this.#say(rule);
      this.#form.changed();
    }
    if (this.#said() === before) return;
    if (this.#problem) this.announce();
    else this.#form.announce('');
  }

  /** Whether a pointer presses something: words that come or go would move it away, and the click be lost. */
  get #isPressed() {
    const root = /** @type {ParentNode | undefined} */ (this.#element?.getRootNode());
    return Boolean(root?.querySelector(PRESSED));
  }

  /** @returns {Promise<string | null>} the rule that is broken, '' if none; null if the value has changed since */
  async #ask() {
    const revision = ++this.#revision;
    if (!this.data.checked || this.data.readOnly || !this.isSent) return '';
    const rule = await brokenRule(this.data, this.value);
    return revision === this.#revision ? rule : null;
  }

  /** Says what is wrong, '' for nothing. What the server has said stays until the value changes. @param {string} problem */
  #say(problem) {
    if (!problem) {
      if (!this.refusal) this.clearProblem();
      return;
    }
    const { value } = this;
    const lines =
      problem === 'jids' && Array.isArray(value) ? value.filter(each => !isAddress(each)).slice(0, NAMED) : [];
    this.#problem = {
      words: (texts, answers) => problemText(problem, this.data, { texts, answers, lines }),
    };
    this.#viewCache = null;
  }

  /** @param {FormContext} context */
  view(context) {
    this.#isNotDrawn = false;
    if (this.#viewCache?.context !== context) {
      const view = fieldView(
        {
          key: this.key,
          id: this.#id,
          data: this.data,
          label: this.#label,
          control: this.#control,
          content: this.#content,
          problem: this.#problem?.words ?? null,
          isRevealed: this.#isRevealed,
          failed: this.#failed,
          ref: element => {
            this.#element = element;
          },
          onInput: () => this.#onInput(),
          onChange: () => this.#onChange(),
          onReveal: isRevealed => {
            this.#isRevealed = isRevealed;
            this.#viewCache = null;
            this.#form.changed();
          },
          onSuggest: () => this.#onSuggest(),
          onFailed: url => {
            this.#failed.add(url);
            this.#form.mediaFailed();
          },
        },
        context,
      );
      this.#viewCache = { context, view };
    }
    return this.#viewCache.view;
  }
}
