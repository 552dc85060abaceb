/** What people type first when they are asked for a password; parts of words count as well. */
const COMMON = [
  'password',
  'passwort',
  'contrasena',
  'motdepasse',
  'qwert',
  'azert',
  'asdf',
  'yxcv',
  'zxcv',
  'admin',
  'welcome',
  'letmein',
  'iloveyou',
  'dragon',
  'monkey',
  'football',
  'master',
  'secret',
  'login',
  'hallo',
  'hello',
  'abc123',
];

/** No characters that look like others. */
const UPPER = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const LOWER = 'abcdefghijkmnpqrstuvwxyz';
const DIGITS = '23456789';

/**
 * A hint at how hard a password is to guess: no promise, and never a reason to refuse one.
 *
 * @param {string} password
 * @returns {0 | 1 | 2 | 3} from "anybody could guess it" to "nobody will"
 */
export function strength(password) {
  let rest = password.toLowerCase();
  for (const word of COMMON) rest = rest.replaceAll(word, '\0'); // worth one character
  const kinds = new Set([...password].map(kindOf)).size;
  let bits = 0;
  let before = NaN;
  let step = NaN;
  for (const character of rest) {
    const code = /** @type {number} */ (character.codePointAt(0));
    // In "aaaa" and "1234" only the beginning is news.
    bits += code - before === step && Math.abs(step) <= 1 ? 0.5 : 2 + kinds;
    [step, before] = [code - before, code];
  }
  return /** @type {0 | 1 | 2 | 3} */ ([30, 50, 70].filter(limit => bits >= limit).length);
}

/** Told without a regular expression: RegExp.$_ would show the password to any script of the page. @param {string} character */
function kindOf(character) {
  if (character >= 'a' && character <= 'z') return 'lower';
  if (character >= 'A' && character <= 'Z') return 'upper';
  return character >= '0' && character <= '9' ? 'digit' : 'other';
}

/**
 * A password that nobody guesses (over 100 bits), with a character of each kind that servers ask for.
 *
 * @returns {string}
 */
export function generatePassword() {
  for (;;) {
    const groups = Array.from({ length: 4 }, () =>
      Array.from({ length: 5 }, () => pick(UPPER + LOWER + DIGITS)).join(''),
    );
    const password = groups.join('-');
    if ([UPPER, LOWER, DIGITS].every(kind => [...password].some(character => kind.includes(character))))
      return password;
  }
}

/**
 * One of the characters, each as likely as the others.
 *
 * @param {string} characters
 * @returns {string}
 */
function pick(characters) {
  const [random] = crypto.getRandomValues(new Uint32Array(1));
  // The rest of the division would favour the first ones.
  return random < 2 ** 32 - (2 ** 32 % characters.length) ? characters[random % characters.length] : pick(characters);
}
