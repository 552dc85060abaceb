import { domainName } from './settings.js';
import { parseProvider } from './xmppreg.js';

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
      try {
        // Most people write a domain, and need not wait for the module.
        const domain = /^[\w.-]+$/.test(text) && domainName(text);
        if (!domain) panel.update({ step: 'reading', problem: null });
        const provider = domain ? { domain } : await parseProvider(text);
        // The page may have named a provider meanwhile.
        if (state.question !== question || (!domain && state.step !== 'reading')) return;
        if (provider) {
          panel.take(provider);
          return;
        }
        panel.update({ step: 'domain' });
        question.showProblem('domain', texts => texts.check.domain);
      } catch (error) {
        if (state.question !== question || state.step !== 'reading') return;
        panel.update({ step: 'domain' });
        panel.showProblem({ error: /** @type {import('./xmppreg.js').RegistrationError} */ (error) });
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
