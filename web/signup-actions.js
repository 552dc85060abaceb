import { domainName } from './settings.js';
import { parseProvider } from './xmppreg.js';

/** Milliseconds that nobody notices. */
const MOMENT = 150;

/**
 * What the buttons of a sign-up do.
 *
 * @param {import('./signup-panel.js').SignUpPanel} panel
 * @returns {import('./signup-pages.js').Actions}
 */
export function signUpActions(panel) {
  const { state } = panel;
  return {
    async answer() {
      const { question } = state;
      if (panel.isLocked || !question || !(await question.validate())) return;
      const text = String(question.read().domain).trim();
      // Most people write a domain, and need not wait for the module.
      const domain = /^[\w.-]+$/.test(text) && domainName(text);
      if (domain) {
        panel.take({ domain });
        return;
      }
      // The page may name a provider meanwhile.
      const isAsked = () => state.question === question && ['domain', 'reading'].includes(state.step);
      // Only what takes a while is worth a word.
      const timer = setTimeout(() => isAsked() && panel.update({ step: 'reading', problem: null }), MOMENT);
      try {
        const provider = await parseProvider(text);
        if (!isAsked()) return;
        if (provider) {
          panel.take(provider);
          return;
        }
        panel.update({ step: 'domain', problem: null });
        question.showProblem('domain', texts => texts.check.domain);
      } catch (error) {
        if (!isAsked()) return;
        panel.update({ step: 'domain' });
        panel.showProblem({ error: /** @type {import('./xmppreg.js').RegistrationError} */ (error) });
      } finally {
        clearTimeout(timer);
      }
    },
    send: () => panel.attempt?.send(),
    async invite() {
      const { invitation } = state;
      if (invitation && (await invitation.validate())) panel.invite(String(invitation.read().invitation).trim());
    },
    goOnWithout: () => panel.invite(''),
    retry: () => panel.retry(),
    chooseProvider: () => panel.chooseAnother(),
    async copy() {
      const isCopied = await panel.copy(state.account?.jid ?? '', panel.find('.address'));
      panel.update({ copied: isCopied ? 'copied' : 'selected' });
    },
  };
}
